"""The timeline: adding moments and notes, striking what is wrong; nothing is rewritten."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.cases.errors import StruckError
from phithak.cases.events.core import Tag
from phithak.cases.models import Entry, Party
from phithak.cases.queries import doors
from phithak.cases.queries.states import WRITTEN, Moment
from phithak.cases.services import duties, rows
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.db.transactions import write


def add(
    actor: Actor,
    case_id: UUID,
    *,
    kind: Moment | str = Moment.NOTE,
    text: str,
    at: datetime | None = None,
    organisation_id: UUID | None = None,
    evidence: str = "",
    shared: bool = False,
) -> UUID:
    """Add an entry.

    Args:
        actor: needs ``cases.take_part``; who is not at the desk writes for its own organisation, and what it
            writes is seen by all who take part.
        case_id: which.
        kind: what it is; that a party became aware needs the party, and evidence.
        text: what happened.
        at: when; now when None.
        organisation_id: the party that it concerns.
        evidence: by what it is known.
        shared: whether the parties see it.

    Returns:
        The entry's id.

    Raises:
        CaseFieldError: a field cannot be used.
        NotFoundError: the case or party is not the actor's to see.
    """
    row = doors.case(actor, case_id, doors.TAKE_PART)
    rows.not_closed(row)
    found = Moment(rows.one_of(str(kind), tuple(one.value for one in WRITTEN), "kind"))
    said = rows.words(text, "text", 10_000)
    moment = rows.not_to_come(at or clock.now(), "at")
    if not doors.at_desk(actor, row):
        own = sorted(tenants_with(actor, doors.TAKE_PART))
        mine = Party.objects.filter(case=row.pk, organisation__in=own)
        organisation_id = mine.values_list("organisation_id", flat=True).first()
        shared = True
    party = _party(row.pk, organisation_id)
    if found is Moment.AWARE:
        if party is None:
            raise rows.refuse(
                "organisation", Text("เลือกหน่วยงานที่ทราบเหตุ", "choose which organisation became aware")
            )
        rows.words(evidence, "evidence", 500)
    entry = Entry(
        case=row,
        kind=found.value,
        at=moment,
        text=said,
        organisation_id=organisation_id,
        evidence=rows.words(evidence, "evidence", 500, needed=False),
        shared=shared,
        by=actor.name,
    )
    with write("cases.add_entry"):
        entry.save(force_insert=True)
        rows.touch(row)
        rows.record(actor, Tag.ENTRY_ADDED, row, kind=found.value)
    if found is Moment.AWARE and party is not None:
        duties.propose(actor, rows.reread(row.pk), party, at=moment, evidence=entry.evidence)
    return entry.pk


def strike(actor: Actor, entry_id: UUID, *, reason: str) -> None:
    """Strike an entry; it stays readable, with the reason.

    Raises:
        StruckError: it was struck already.
        CaseFieldError: no reason.
    """
    entry = doors.entry(actor, entry_id, doors.WORK)
    why = rows.words(reason, "reason", 300)
    with write("cases.strike"):
        struck = Entry.objects.filter(pk=entry.pk, struck_at__isnull=True).exclude(kind=Moment.STEP)
        if not struck.update(struck_at=clock.now(), struck_why=why):
            raise StruckError
        rows.touch(entry.case)
        rows.record(actor, Tag.ENTRY_STRUCK, entry.case, reason=why)


def _party(case_id: UUID, organisation_id: UUID | None) -> Party | None:
    if organisation_id is None:
        return None
    found = Party.objects.filter(case=case_id, organisation=organisation_id).first()
    if found is None:
        raise NotFoundError
    return found
