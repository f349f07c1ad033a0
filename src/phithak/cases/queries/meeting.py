"""Who sees which meeting, verification and report, and what pages read of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.cases.models import (
    Acknowledgement,
    Case,
    Commitment,
    Decision,
    Invitee,
    Meeting,
    PostReport,
    Verification,
)
from phithak.cases.queries import doors
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.scope import tenants_with
from phithak.core.contrib import WaitingItem
from phithak.core.db.first import first_rows
from phithak.registry.queries import organisations

_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Promise:
    """A commitment with who acknowledged it, and who has not."""

    id: UUID
    text: str
    acknowledged: tuple[tuple[Text, str, datetime], ...]
    missing: tuple[Text, ...]


def meetings_visible_to(actor: Actor, permission: str = doors.VIEW) -> QuerySet[Meeting]:
    """Return the meetings that the actor may see: its centre's, and those to which its organisation is invited."""
    rows = Meeting.objects.select_related("case")
    if actor.kind is ActorKind.SYSTEM:
        return rows
    desk = doors.led_by(actor, permission)
    invited = Invitee.objects.filter(organisation__in=tenants_with(actor, permission)).values("meeting")
    return rows.filter(Q(tenant__in=desk) | Q(pk__in=invited))


def meeting(actor: Actor, meeting_id: UUID, permission: str = doors.VIEW) -> Meeting:
    """Return one meeting.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = meetings_visible_to(actor, permission).filter(pk=meeting_id).first()
    if found is None:
        raise NotFoundError
    return found


def leads(actor: Actor, row: Meeting, permission: str = doors.WORK) -> bool:
    """Tell whether the actor is of the centre that called the meeting."""
    return actor.kind is ActorKind.SYSTEM or row.tenant_id in doors.led_by(actor, permission)


def invitees_of(actor: Actor, row: Meeting) -> list[Invitee]:
    """Return who is invited: everybody for the centre, the own organisation elsewhere."""
    rows = (
        Invitee.objects.filter(meeting=row)
        .select_related("organisation", "contact")
        .order_by("created_at", "pk")
    )
    if not leads(actor, row, doors.VIEW):
        rows = rows.filter(organisation__in=actor.tenant_ids)
    return list(rows)


def own_invitee(actor: Actor, row: Meeting) -> Invitee | None:
    """Return the invitation of the actor's own organisation, if there is one."""
    own = tenants_with(actor, doors.TAKE_PART)
    return Invitee.objects.filter(meeting=row, organisation__in=own).first()


def promises(actor: Actor, row: Meeting) -> list[Promise]:
    """Return the commitments with who stands by them; elsewhere than at the centre, the own side alone."""
    everyone = invitees_of(actor, row)
    names = {one.organisation_id: organisations.name_of(one.organisation) for one in everyone}
    found = []
    for one in Commitment.objects.filter(meeting=row).order_by("created_at", "pk"):
        acks = Acknowledgement.objects.filter(commitment=one, organisation__in=names).order_by("created_at")
        told = tuple((names[ack.organisation_id], ack.by, ack.created_at) for ack in acks)
        there = {ack.organisation_id for ack in acks}
        missing = tuple(name for key, name in names.items() if key not in there)
        found.append(Promise(one.pk, one.text, told, missing))
    return found


def commitment(actor: Actor, commitment_id: UUID) -> Commitment:
    """Return one commitment of a meeting that the actor may see.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    seen = meetings_visible_to(actor, doors.TAKE_PART).order_by().values("pk")
    found = (
        Commitment.objects.filter(pk=commitment_id, meeting__in=seen).select_related("meeting__case").first()
    )
    if found is None:
        raise NotFoundError
    return found


def decisions_of(actor: Actor, row: Meeting) -> list[Decision]:
    """Return what a meeting decided, with the tasks; elsewhere than at the centre, the own organisation's."""
    rows = Decision.objects.filter(meeting=row).select_related("task__organisation").order_by("due_on", "pk")
    if not leads(actor, row, doors.VIEW):
        rows = rows.filter(task__organisation__in=actor.tenant_ids)
    return list(rows)


def calendar(row: Meeting) -> str:
    """Return a meeting as a calendar file (RFC 5545) in the zone Asia/Bangkok."""
    local = [at.astimezone(clock.BANGKOK).strftime(_STAMP) for at in (row.begins_at, row.ends_at)]
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Phithak//Meetings//TH", "METHOD:REQUEST",
        "BEGIN:VTIMEZONE", "TZID:Asia/Bangkok", "BEGIN:STANDARD", "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0700", "TZOFFSETTO:+0700", "TZNAME:+07", "END:STANDARD", "END:VTIMEZONE",
        "BEGIN:VEVENT", f"UID:{row.pk}@phithak", f"DTSTAMP:{row.created_at.astimezone(UTC).strftime(_STAMP)}Z",
        f"DTSTART;TZID=Asia/Bangkok:{local[0]}", f"DTEND;TZID=Asia/Bangkok:{local[1]}",
        f"SUMMARY:{_escaped(f'[TLP:{row.case.tlp}] {row.title}')}", f"LOCATION:{_escaped(row.place)}",
        "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> Iterable[str]:
    """Yield a line in parts of at most 75 octets, never within a letter (RFC 5545, 3.1)."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > 74:  # noqa: PLR2004 - 75 octets with the blank that leads a part
            yield part
            part = " "
        part += letter
    yield part


def verifications_visible_to(actor: Actor, permission: str = doors.VIEW) -> QuerySet[Verification]:
    """Return requests to check something: all of the desk's cases, the own organisation's elsewhere."""
    rows = Verification.objects.select_related("case", "organisation")
    if actor.kind is ActorKind.SYSTEM:
        return rows
    desk = Q(case__tenant__in=doors.led_by(actor, permission))
    return rows.filter(desk | Q(organisation__in=tenants_with(actor, permission)))


def verification(actor: Actor, verification_id: UUID, permission: str = doors.TAKE_PART) -> Verification:
    """Return one request to check something.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = verifications_visible_to(actor, permission).filter(pk=verification_id).first()
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True)
class Comparison:
    """The results of one topic side by side.

    Attributes:
        heads: who checked.
        lines: name of the row, what each found ("" = nothing said), and whether they differ.
        differing: in how many rows they differ.
    """

    topic: str
    heads: tuple[Text, ...]
    lines: tuple[tuple[str, tuple[str, ...], bool], ...]
    differing: int


def comparisons(actor: Actor, row: Case) -> list[Comparison]:
    """Return the answered results of a case, topic by topic, with the rows in which they differ."""
    answered = verifications_visible_to(actor).filter(case=row.pk, answered_at__isnull=False)
    topics: dict[str, list[Verification]] = {}
    for one in answered.order_by("created_at", "pk"):
        topics.setdefault(one.topic, []).append(one)
    return [_compared(topic, found) for topic, found in topics.items()]


def _compared(topic: str, found: list[Verification]) -> Comparison:
    told = [dict(one.result) for one in found]
    names = list(dict.fromkeys(name for one in told for name in one))
    lines = []
    for name in names:
        values = tuple(str(one.get(name, "")) for one in told)
        lines.append((name, values, len(set(values)) > 1))
    heads = tuple(organisations.name_of(one.organisation) for one in found)
    return Comparison(topic, heads, tuple(lines), sum(differs for _, _, differs in lines))


def reports_of(row: Case) -> list[PostReport]:
    """Return the versions of the report after the incident, newest first, of a case read through its door."""
    return list(
        PostReport.objects.filter(case=row.pk).select_related("made_by", "approved_by").order_by("-number")
    )


def waiting(actor: Actor) -> Iterable[WaitingItem]:
    """Yield invitations without an answer, verifications without a result, and reminders of decisions."""
    own = tenants_with(actor, doors.TAKE_PART) - doors.led_by(actor)
    if own:
        asked = Invitee.objects.filter(organisation__in=own, answer="", meeting__ends_at__gt=clock.now())
        for one in first_rows(asked.select_related("meeting").order_by("meeting__begins_at", "pk"), 3):
            yield WaitingItem(
                Text(f"ตอบคำเชิญประชุม {one.meeting.title}", f"Answer the invitation: {one.meeting.title}"),
                reverse("cases:meeting", args=[one.meeting_id]),
                due=one.meeting.begins_at,
            )
        open_ones = verifications_visible_to(actor).filter(organisation__in=own, answered_at__isnull=True)
        for two in first_rows(open_ones.order_by("created_at", "pk"), 3):
            yield WaitingItem(
                Text(f"ขอให้ตรวจยืนยัน {two.topic}", f"Asked to verify: {two.topic}"),
                reverse("cases:verification", args=[two.pk]),
                since=two.created_at,
            )
    reminded = Decision.objects.filter(
        meeting__in=meetings_visible_to(actor).order_by().values("pk"),
        reminded_at__isnull=False,
        task__state__in=["open", "doing"],
    )
    if own and not doors.led_by(actor):
        reminded = reminded.filter(task__organisation__in=own)
    for three in first_rows(reminded.select_related("task").order_by("due_on", "pk"), 5):
        yield WaitingItem(
            Text(f"ใกล้ครบกำหนด {three.text}", f"Due soon: {three.text}"),
            reverse("cases:task", args=[three.task_id]),
            due=three.task.due_at,
        )


def to_remind(on: date) -> QuerySet[Decision]:
    """Return decisions whose reminder is due, for the service alone."""
    return Decision.objects.filter(remind_on__lte=on, reminded_at__isnull=True).select_related(
        "meeting__case", "task"
    )
