"""Restricted parts, which open to named people alone, and experts who are let into one case until a date."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import ForbiddenError
from phithak.base.text import Text
from phithak.cases.events.work import Tag
from phithak.cases.models import Guest, PartAccess, PartEntry, RestrictedPart
from phithak.cases.queries import doors, reading, working
from phithak.cases.services import rows
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.privacy import services as privacy


def make(actor: Actor, case_id: UUID, title: str) -> UUID:
    """Make a restricted part; whoever makes it is the first who is named for it.

    Raises:
        ForbiddenError: a process asks.
    """
    row = doors.case(actor, case_id, doors.WORK)
    rows.not_closed(row)
    if actor.user_id is None:
        raise ForbiddenError(permission=doors.WORK)
    part = RestrictedPart(case=row, title=rows.words(title, "title", 200), made_by_id=actor.user_id)
    with write("cases.make_part"):
        part.save(force_insert=True)
        PartAccess(part=part, user_id=actor.user_id, reason=part.title).save(force_insert=True)
        rows.touch(row)
        rows.record(actor, Tag.PART_MADE, row, part=str(part.pk))
    return part.pk


def grant(actor: Actor, part_id: UUID, user_id: UUID, *, reason: str, until: datetime | None = None) -> None:
    """Name another person of the centre for a part; only somebody who is named can.

    Raises:
        CaseFieldError: not one of the centre's analysts, or no reason.
    """
    part = working.part(actor, part_id)
    people = dict(reading.assignable(part.case.tenant_id))
    if user_id not in people:
        raise rows.refuse("user_id", Text("ไม่ใช่นักวิเคราะห์ของศูนย์นี้", "not an analyst of this centre"))
    why = rows.words(reason, "reason", 300)
    with write("cases.grant_part"):
        PartAccess.objects.update_or_create(
            part=part, user_id=user_id, defaults={"reason": why, "until": until}
        )
        rows.record(actor, Tag.PART_GRANTED, part.case, name=people[user_id].th, reason=why)


def read(actor: Actor, part_id: UUID) -> list[tuple[str, datetime, str]]:
    """Open a part: who wrote, when, what. The journal names the reader each time.

    Raises:
        NotFoundError: the actor is not named for it.
        KeyDestroyedError, LockedError: the vault cannot be opened.
    """
    part = working.part(actor, part_id)
    with write("cases.open_part"):
        rows.record(actor, Tag.PART_OPENED, part.case, part=str(part.pk))
    return [
        (one.by, one.created_at, privacy.reveal_for_sending(one.sealed)) for one in working.part_entries(part)
    ]


def add_to(actor: Actor, part_id: UUID, text: str) -> UUID:
    """Write into a part; the words lie sealed in the vault."""
    part = working.part(actor, part_id)
    rows.not_closed(part.case)
    said = rows.words(text, "text", 4000)
    sealed = privacy.seal(actor, "other", said, tenant_id=part.case.tenant_id)
    entry = PartEntry(part=part, sealed=sealed, by=actor.name)
    with write("cases.write_part"):
        entry.save(force_insert=True)
        rows.record(actor, Tag.PART_WRITTEN, part.case, part=str(part.pk))
    return entry.pk


def invite(actor: Actor, case_id: UUID, user_id: UUID, *, until: datetime, reason: str) -> UUID:
    """Let an external expert into one case until a moment; after it the case is as if it did not exist.

    Raises:
        CaseFieldError: not an expert of this centre, an end that is past, or no reason.
    """
    row = doors.case(actor, case_id, doors.WORK)
    rows.not_closed(row)
    experts = dict(reading.experts(row.tenant_id))
    if user_id not in experts:
        raise rows.refuse(
            "user_id", Text("ไม่ใช่ผู้เชี่ยวชาญภายนอกของศูนย์", "not an external expert of this centre")
        )
    if rows.sensible(until, "until") <= clock.now():
        raise rows.refuse("until", Text("ต้องเป็นเวลาในอนาคต", "it must be to come"))
    why = rows.words(reason, "reason", 300)
    with write("cases.invite"):
        guest, _ = Guest.objects.update_or_create(
            case=row, user_id=user_id, defaults={"until": until, "reason": why}
        )
        rows.touch(row)
        rows.record(
            actor, Tag.GUEST_ADDED, row, name=experts[user_id].th, until=until.isoformat(), reason=why
        )
    return guest.pk
