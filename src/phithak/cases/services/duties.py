"""Legal clocks that a case proposes: by an organisation's own awareness, never by the centre's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from phithak.cases.models import Case, Entry, Party
from phithak.cases.queries import doors
from phithak.cases.queries.states import Moment, PartyRole, Personal
from phithak.cases.services import rows
from phithak.core.accounts.actors import Actor
from phithak.core.clocks import services as clocks

DUTIES = {PartyRole.CONTROLLER: "pdpc_notice", PartyRole.PROCESSOR: "processor_to_controller"}
"""Which clock a party's awareness starts once personal data is touched."""


def propose_for_all(actor: Actor, case_id: UUID) -> None:
    """Propose the clocks of every party that is aware."""
    row = rows.reread(case_id)
    for party in Party.objects.filter(case=case_id, role__in=list(DUTIES)):
        told = (
            Entry.objects.filter(
                case=case_id, kind=Moment.AWARE, organisation=party.organisation_id, struck_at__isnull=True
            )
            .order_by("at")
            .first()
        )
        if told is not None:
            propose(actor, row, party, at=told.at, evidence=told.evidence or told.text)


def propose(actor: Actor, row: Case, party: Party, *, at: datetime, evidence: str) -> None:
    """Propose the clock of one party; of a law that was not in force then, the clock itself says so.

    Nothing happens where the case touches no personal data, the role has no clock, or the clock is there.
    """
    code = DUTIES.get(PartyRole(party.role))
    if code is None or row.personal != Personal.YES:
        return
    try:
        clocks.propose(
            actor,
            tenant_id=party.organisation_id,
            subject=(doors.KIND, row.pk),
            code=code,
            trigger_at=at,
            evidence=evidence or "-----",
        )
    except clocks.OpenAlreadyError:
        return
