"""Who takes part in a case, in what role, and whether its people see it."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError

from phithak.cases.errors import PartyTakenError
from phithak.cases.events.core import Tag
from phithak.cases.models import CaseBody, Party
from phithak.cases.queries import doors
from phithak.cases.queries.states import PartyRole
from phithak.cases.services import rows
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.registry.queries import organisations


def add(
    actor: Actor, case_id: UUID, organisation_id: UUID, *, role: PartyRole | str, sees: bool = True
) -> UUID:
    """Let an organisation into a case.

    Args:
        actor: needs ``cases.work``.
        case_id: which.
        organisation_id: one that the actor sees.
        role: what it is in the case.
        sees: whether its people see what is shared.

    Raises:
        PartyTakenError: it takes part already.
        NotFoundError: it is not the actor's to see.
    """
    row = doors.case(actor, case_id, doors.WORK)
    rows.not_closed(row)
    organisations.organisation(actor, organisation_id)
    found = PartyRole(rows.one_of(str(role), PartyRole, "role"))
    party = Party(case=row, organisation_id=organisation_id, role=found.value, sees=sees)
    try:
        with write("cases.add_party"):
            party.save(force_insert=True)
            rows.touch(row)
            summary = CaseBody.objects.values_list("summary", flat=True).get(case=row.pk)
            parties = Party.objects.filter(case=row.pk).select_related("organisation")
            names = [organisations.name_of(one.organisation) for one in parties]
            rows.index(row, summary, *(word for one in names for word in (one.th, one.en)))
            rows.record(actor, Tag.PARTY_ADDED, row, role=found.value, organisation=str(organisation_id))
    except IntegrityError as error:
        raise PartyTakenError(field="organisation_id") from error
    return party.pk


def change(actor: Actor, party_id: UUID, *, role: PartyRole | str, sees: bool) -> None:
    """Change what an organisation is in a case, and whether its people see it."""
    party = doors.party(actor, party_id, doors.WORK)
    rows.not_closed(party.case)
    found = PartyRole(rows.one_of(str(role), PartyRole, "role"))
    with write("cases.change_party"):
        Party.objects.filter(pk=party.pk).update(role=found.value, sees=sees)
        rows.touch(party.case)
        rows.record(actor, Tag.PARTY_CHANGED, party.case, role=found.value, sees=sees)
