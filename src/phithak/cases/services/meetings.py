"""Meetings: called from a case in one act, answered, minuted; commitments acknowledged; decisions become tasks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import IntegrityError

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.cases.errors import TakenError
from phithak.cases.events.together import Tag
from phithak.cases.models import Acknowledgement, Commitment, Decision, Invitee, Meeting, Party, Task
from phithak.cases.queries import doors, meeting
from phithak.cases.queries.meetstates import REMIND_DAYS, Answer, within
from phithak.cases.services import rows
from phithak.core.accounts import actors, permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.registry.queries import organisations
from phithak.registry.queries import people as contacts

MOST_INVITED = 500
_MOST_DAYS = 366
_END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True)
class MeetingFacts:
    """What an invitation says; times are aware, the place is where people go, in Bangkok time."""

    title: str
    begins_at: datetime
    ends_at: datetime
    place: str
    agenda: str = ""


def call(actor: Actor, case_id: UUID, facts: MeetingFacts, organisation_ids: Collection[UUID]) -> UUID:
    """Call a meeting and invite organisations, each once, by the contact that is called first.

    Args:
        actor: needs ``cases.work``.
        case_id: what it is about.
        facts: when, where, what.
        organisation_ids: whom to invite; all that the actor sees.

    Raises:
        CaseFieldError: it ends before it begins, or nobody or too many are invited.
        NotFoundError: an organisation is not the actor's to see.
    """
    row = doors.case(actor, case_id, doors.WORK)
    rows.not_closed(row)
    if facts.ends_at <= facts.begins_at:
        raise rows.refuse("ends_at", Text("เวลาจบอยู่ก่อนเวลาเริ่ม", "it ends before it begins"))
    wanted = list(dict.fromkeys(organisation_ids))
    if not 0 < len(wanted) <= MOST_INVITED:
        raise rows.refuse("invited", Text(f"เชิญ 1 ถึง {MOST_INVITED} หน่วยงาน", f"invite 1 to {MOST_INVITED}"))
    if organisations.visible_to(actor).filter(pk__in=wanted).count() != len(wanted):
        raise NotFoundError
    called = Meeting(
        tenant_id=row.tenant_id,
        case=row,
        title=rows.words(facts.title, "title", 200),
        begins_at=rows.sensible(facts.begins_at, "begins_at"),
        ends_at=rows.sensible(facts.ends_at, "ends_at"),
        place=rows.words(facts.place, "place", 300),
        agenda=rows.words(facts.agenda, "agenda", 10_000, needed=False),
    )
    first: dict[UUID, UUID] = {}
    seen = contacts.contacts_visible_to(actor).filter(tenant__in=wanted, ended_at__isnull=True)
    for tenant_id, contact_id in seen.order_by("rank", "pk").values_list("tenant_id", "pk"):
        first.setdefault(tenant_id, contact_id)
    with write("cases.call_meeting"):
        called.save(force_insert=True)
        Invitee.objects.bulk_create(
            Invitee(meeting=called, organisation_id=one, contact_id=first.get(one)) for one in wanted
        )
        rows.touch(row)
        rows.record(actor, Tag.CALLED, row, count=len(wanted))
        rows.step(actor, row, Text(f"นัดประชุม {called.title}", f"Meeting called: {called.title}"))
    return called.pk


def parties_of(case_id: UUID) -> list[UUID]:
    """Return the organisations of a case, as those who are invited when nobody else is named."""
    return list(
        Party.objects.filter(case=case_id).order_by("created_at").values_list("organisation_id", flat=True)
    )


def answer(
    actor: Actor, meeting_id: UUID, answer: Answer | str, *, organisation_id: UUID | None = None
) -> None:
    """Answer an invitation: an organisation for itself, the centre for one that told it by telephone.

    Raises:
        NotFoundError: the organisation is not invited, or it is not the actor's to answer for.
    """
    row = meeting.meeting(actor, meeting_id, doors.TAKE_PART)
    found = Answer(rows.one_of(str(answer), (Answer.ACCEPTED.value, Answer.DECLINED.value), "answer"))
    invitee = _for(actor, row, organisation_id)
    with write("cases.answer_invitation"):
        Invitee.objects.filter(pk=invitee.pk).update(
            answer=found.value, answered_by=actor.name, answered_at=clock.now()
        )
        rows.record(
            actor, Tag.ANSWERED, row.case, answer=found.value, organisation=str(invitee.organisation_id)
        )


def write_minutes(actor: Actor, meeting_id: UUID, text: str) -> None:
    """Write the minutes of a meeting."""
    row = _led(actor, meeting_id)
    said = rows.words(text, "text", 50_000)
    with write("cases.write_minutes"):
        Meeting.objects.filter(pk=row.pk).update(minutes=said, minutes_by=actor.name)
        rows.touch(row.case)
        rows.record(actor, Tag.MINUTED, row.case)


def agree(actor: Actor, meeting_id: UUID, text: str) -> UUID:
    """Write down what the invited agreed on."""
    row = _led(actor, meeting_id)
    made = Commitment(meeting=row, text=rows.words(text, "text", 1000))
    with write("cases.agree"):
        made.save(force_insert=True)
        rows.record(actor, Tag.AGREED, row.case)
    return made.pk


def acknowledge(actor: Actor, commitment_id: UUID, *, organisation_id: UUID | None = None) -> None:
    """Let an organisation stand by a commitment; who and when is kept.

    Raises:
        TakenError: it has done so already.
        NotFoundError: it is not invited, or not the actor's to speak for.
    """
    made = meeting.commitment(actor, commitment_id)
    invitee = _for(actor, made.meeting, organisation_id)
    ack = Acknowledgement(commitment=made, organisation_id=invitee.organisation_id, by=actor.name)
    try:
        with write("cases.acknowledge"):
            ack.save(force_insert=True)
            rows.record(actor, Tag.ACKNOWLEDGED, made.meeting.case, organisation=str(invitee.organisation_id))
    except IntegrityError as error:
        raise TakenError from error


def decide(
    actor: Actor,
    meeting_id: UUID,
    text: str,
    *,
    organisation_id: UUID | None = None,
    due_on: date | None = None,
    within_days: int | None = None,
) -> UUID:
    """Write down a decision; it becomes a task with an owner and a day, and is reminded the day before.

    Args:
        actor: needs ``cases.work`` at the centre that called the meeting.
        meeting_id: which.
        text: what was decided.
        organisation_id: the owner, one of the invited; the centre when None.
        due_on: the day; or
        within_days: so many days from the day of the meeting in Bangkok.

    Raises:
        CaseFieldError: neither or both of day and days, or a day before the meeting.
    """
    row = _led(actor, meeting_id)
    held_on = row.begins_at.astimezone(clock.BANGKOK).date()
    if (due_on is None) == (within_days is None):
        raise rows.refuse(
            "due_on", Text("ระบุวันครบกำหนด หรือจำนวนวัน อย่างใดอย่างหนึ่ง", "give a day, or a number of days")
        )
    if within_days is not None and not 0 < within_days <= _MOST_DAYS:
        raise rows.refuse("within_days", Text("1 ถึง 366 วัน", "1 to 366 days"))
    day = due_on or within(within_days or 0, held_on)
    if not held_on <= day <= within(_MOST_DAYS * 10, held_on):
        raise rows.refuse(
            "due_on", Text("ก่อนวันประชุม หรือไกลเกินสิบปี", "before the meeting, or over ten years after it")
        )
    if organisation_id and not Invitee.objects.filter(meeting=row, organisation=organisation_id).exists():
        raise NotFoundError
    said = rows.words(text, "text", 300)
    with write("cases.decide"):
        task = Task(
            case=row.case,
            organisation_id=organisation_id,
            step="meeting",
            title_th=said,
            due_at=datetime.combine(day, _END_OF_DAY, tzinfo=clock.BANGKOK),
        )
        task.save(force_insert=True)
        remind_on = max(held_on, within(-REMIND_DAYS, day))
        made = Decision(meeting=row, text=said, due_on=day, remind_on=remind_on, task=task)
        made.save(force_insert=True)
        rows.touch(row.case)
        rows.record(actor, Tag.DECIDED, row.case, due=day.isoformat())
    return made.pk


def remind() -> None:
    """Remind of decisions whose day is near, once each; the worker calls this."""
    system = actors.system("cases")
    for one in meeting.to_remind(clock.today()):
        with write("cases.remind"):
            first = Decision.objects.filter(pk=one.pk, reminded_at__isnull=True).update(
                reminded_at=clock.now()
            )
            if first and one.task.state in ("open", "doing"):
                rows.record(system, Tag.REMINDED, one.meeting.case, due=one.due_on.isoformat())
                rows.step(
                    system,
                    one.meeting.case,
                    Text(f"ใกล้ครบกำหนด: {one.text}", f"Due soon: {one.text}"),
                    shared=True,
                )


def _led(actor: Actor, meeting_id: UUID) -> Meeting:
    permissions.require(actor, doors.WORK)
    row = meeting.meeting(actor, meeting_id)
    if not meeting.leads(actor, row):
        raise NotFoundError
    return row


def _for(actor: Actor, row: Meeting, organisation_id: UUID | None) -> Invitee:
    """Return the invitation that the actor may answer."""
    if meeting.leads(actor, row):
        found = (
            Invitee.objects.filter(meeting=row, organisation=organisation_id).first()
            if organisation_id
            else None
        )
    else:
        found = meeting.own_invitee(actor, row)
    if found is None:
        raise NotFoundError
    return found
