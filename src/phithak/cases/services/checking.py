"""Independent verification by other organisations, and the report after the incident."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError

from phithak.base import clock
from phithak.base.errors import ForbiddenError, NotFoundError
from phithak.base.text import Text
from phithak.cases.errors import TakenError, TaskStateError
from phithak.cases.events.together import Tag
from phithak.cases.models import Case, PostReport, Verification
from phithak.cases.queries import doors, meeting, reading, working
from phithak.cases.queries.states import Moment
from phithak.cases.services import rows
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.registry.queries import organisations

MOST_ROWS = 500


def ask(
    actor: Actor, case_id: UUID, organisation_id: UUID, *, topic: str, due_on: date | None = None
) -> UUID:
    """Ask an organisation to check something independently; results of one topic are laid side by side.

    Raises:
        TakenError: it was asked already.
        NotFoundError: the organisation is not the actor's to see.
    """
    row = doors.case(actor, case_id, doors.WORK)
    rows.not_closed(row)
    organisations.organisation(actor, organisation_id)
    asked = Verification(
        case=row, organisation_id=organisation_id, topic=rows.words(topic, "topic", 200), due_on=due_on
    )
    try:
        with write("cases.ask_verification"):
            asked.save(force_insert=True)
            rows.touch(row)
            rows.record(actor, Tag.ASKED, row, organisation=str(organisation_id))
    except IntegrityError as error:
        raise TakenError(field="topic") from error
    return asked.pk


def answer(actor: Actor, verification_id: UUID, result: Sequence[tuple[str, str]]) -> None:
    """Give a result, row by row; it is fixed once sent.

    Args:
        actor: of the organisation that was asked; or the desk, that writes down what it was told.
        verification_id: which.
        result: name of a row and what was found there.

    Raises:
        TaskStateError: it was answered already.
        CaseFieldError: no rows, or too many.
    """
    asked = meeting.verification(actor, verification_id)
    lines = [
        [rows.words(name, "result", 200), rows.words(value, "result", 500, needed=False)]
        for name, value in result
    ]
    if not 0 < len(lines) <= MOST_ROWS or len({name for name, _ in lines}) != len(lines):
        raise rows.refuse(
            "result", Text(f"1 ถึง {MOST_ROWS} แถว ชื่อไม่ซ้ำ", f"1 to {MOST_ROWS} rows, each name once")
        )
    with write("cases.answer_verification"):
        waits = Verification.objects.filter(pk=asked.pk, answered_at__isnull=True)
        if not waits.update(result=lines, answered_by=actor.name, answered_at=clock.now()):
            raise TaskStateError
        rows.touch(asked.case)
        rows.record(actor, Tag.VERIFIED, asked.case, count=len(lines))


def make_report(actor: Actor, case_id: UUID, *, impact: str, cost: int | None = None) -> UUID:
    """Make the report after the incident from the case: timeline, cause, impact, cost, lessons.

    Args:
        actor: a person that needs ``cases.work``.
        case_id: which.
        impact: what it did to people and services.
        cost: baht, when it is known.

    Raises:
        ForbiddenError: a process asks.
        CaseFieldError: no impact, or the case holds no cause or no lesson yet.
    """
    row = doors.case(actor, case_id, doors.WORK)
    if actor.user_id is None:
        raise ForbiddenError(permission=doors.WORK)
    body = _body(actor, row, rows.words(impact, "impact", 5000), cost)
    with write("cases.make_report"):
        number = PostReport.objects.filter(case=row.pk).count() + 1
        made = PostReport(case=row, number=number, body=body, made_by_id=actor.user_id)
        made.save(force_insert=True)
        rows.touch(row)
        rows.record(actor, Tag.REPORT_MADE, row, version=number)
    return made.pk


def approve_report(actor: Actor, case_id: UUID, number: int) -> None:
    """Approve a version of the report; never one's own.

    Raises:
        ForbiddenError: the actor made it, or is no person.
        TaskStateError: it is approved already.
        NotFoundError: there is no such version.
    """
    row = doors.case(actor, case_id, doors.WORK)
    made = next((one for one in meeting.reports_of(row) if one.number == number), None)
    if made is None:
        raise NotFoundError
    if actor.user_id is None or made.made_by_id == actor.user_id:
        raise ForbiddenError(permission=doors.WORK)
    with write("cases.approve_report"):
        waits = PostReport.objects.filter(pk=made.pk, approved_at__isnull=True)
        if not waits.update(approved_by_id=actor.user_id, approved_at=clock.now()):
            raise TaskStateError
        rows.touch(row)
        rows.record(actor, Tag.REPORT_APPROVED, row, version=number)


def _body(actor: Actor, row: Case, impact: str, cost: int | None) -> dict[str, object]:
    questions = working.questions_visible_to(actor).filter(case=row.pk, answered_at__isnull=False)
    causes = [[one.text, one.answer] for one in questions.order_by("created_at")]
    lessons = [[one.kind, one.text] for one in working.lessons_of(row)]
    if not causes:
        raise rows.refuse(
            "cause", Text("ยังไม่มีคำตอบเรื่องสาเหตุ", "no question of the root cause is answered yet")
        )
    if not lessons:
        raise rows.refuse("lessons", Text("ยังไม่มีบทเรียน", "no lesson is written yet"))
    timeline = [
        [line.at.isoformat(), line.title.th, line.title.en, line.text]
        for line in reading.timeline(actor, row)
        if not line.struck and line.title != Moment.NOTE.text
    ]
    return {"timeline": timeline, "cause": causes, "impact": impact, "cost": cost, "lessons": lessons}
