"""The registry: who the constituents are, who can act at this hour, what they own, what is allowed.

Every flow begins and ends here. It lies in seven parts; each has a file of the same name in every folder:

- ``organisations``: ``Organisation`` (1:1 with a tenant, same id), ``Alias``, ``Relation``, ``AuthorityScope``,
  ``Sector`` (from sector packs), ``DuplicateProposal``. A relation or a scope writes ``accounts.Oversight``; that
  alone opens rows to an overseer. Merging moves names and relations, never a tenant id.
- ``people``: ``Person``, ``Position`` (several at once), ``ContactPoint`` (how to reach somebody for what kind of
  message, at which hours, who stands in). Addresses and telephone numbers lie in the vault, handles here.
- ``teams``: ``Team``, ``TeamMember``, ``Shift``, ``EscalationStep``: who works now, and who comes after.
- ``assets``: ``Domain``, ``IpRange``, ``System`` (owner, builder, operator, controller apart), ``Software``,
  ``Device``, ``DataStore``, ``DataLink`` (between systems of any two organisations).
- ``agreements``: ``Agreement``, ``AgreementParty``, ``SharingRule``: no flow is on without a valid agreement.
- ``shares``: ``DataShare`` (who below whom holds which data, why, until when), ``Suspension``, ``Appeal``.
- ``joining``: ``ChangeRequest`` (registration, change, renewal) and ``ImportRun`` with its ``ImportRow``.
- ``drills``: ``Drill`` and ``DrillCheck``: does the contact answer?

Rooms above use ``queries`` (frozen values) and ``services``; whom to call is ``queries.people.call_now``.
"""
