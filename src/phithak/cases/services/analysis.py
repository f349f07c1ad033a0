"""What is known of a case: findings, attack path, questions, outages, lessons."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.cases.errors import TakenError, TaskStateError
from phithak.cases.events.work import Tag
from phithak.cases.models import Case, Finding, Lesson, Outage, Party, Question, Technique
from phithak.cases.queries import doors, working
from phithak.cases.queries.workstates import TECHNIQUES, Basis, FindingState, LessonKind
from phithak.cases.services import rows
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write

BEFORE = Text("ก่อนเวลาที่หยุด", "before it went down")


def find(
    actor: Actor,
    case_id: UUID,
    *,
    system: str,
    state: FindingState | str,
    basis: Basis | str,
    organisation_id: UUID | None = None,
    method: str = "",
    evidence: str = "",
) -> UUID:
    """Write down what is said of a system; "not compromised" needs its evidence.

    Raises:
        CaseFieldError: a field cannot be used, or the evidence is missing.
        NotFoundError: the organisation does not take part in the case.
    """
    row = _open(actor, case_id)
    found = FindingState(rows.one_of(str(state), FindingState, "state"))
    needed = found is FindingState.NOT_COMPROMISED
    _takes_part(row, organisation_id)
    finding = Finding(
        case=row,
        organisation_id=organisation_id,
        system=rows.words(system, "system", 200),
        state=found.value,
        basis=rows.one_of(str(basis), Basis, "basis"),
        method=rows.words(method, "method", 300, needed=False),
        evidence=rows.words(evidence, "evidence", 1000, needed=needed),
        by=actor.name,
    )
    with write("cases.find"):
        finding.save(force_insert=True)
        rows.touch(row)
        rows.record(actor, Tag.FOUND, row, state=found.value)
    return finding.pk


def add_technique(actor: Actor, case_id: UUID, code: str, *, note: str = "") -> UUID:
    """Add a step to the attack path.

    Raises:
        CaseFieldError: the technique is not on the list.
        TakenError: it is in the path.
    """
    row = _open(actor, case_id)
    rows.one_of(code, TECHNIQUES, "code")
    step = Technique(case=row, code=code, note=rows.words(note, "note", 500, needed=False))
    try:
        with write("cases.add_technique"):
            step.save(force_insert=True)
            rows.touch(row)
            rows.record(actor, Tag.TECHNIQUE, row, code=code)
    except IntegrityError as error:
        raise TakenError(field="code") from error
    return step.pk


def ask(actor: Actor, case_id: UUID, text: str) -> UUID:
    """Ask a question of the root cause; an open one stands against closing."""
    row = _open(actor, case_id)
    question = Question(case=row, text=rows.words(text, "text", 500))
    with write("cases.ask"):
        question.save(force_insert=True)
        rows.touch(row)
        rows.record(actor, Tag.ASKED, row)
    return question.pk


def answer(actor: Actor, question_id: UUID, text: str) -> None:
    """Answer a question of the root cause.

    Raises:
        TaskStateError: it was answered meanwhile.
    """
    question = working.question(actor, question_id)
    rows.not_closed(question.case)
    said = rows.words(text, "text", 2000)
    with write("cases.answer"):
        asked = Question.objects.filter(pk=question.pk, answered_at__isnull=True)
        if not asked.update(answer=said, answered_by=actor.name, answered_at=clock.now()):
            raise TaskStateError
        rows.touch(question.case)
        rows.record(actor, Tag.ANSWERED, question.case)


def begin_outage(
    actor: Actor,
    case_id: UUID,
    *,
    service: str,
    since: datetime,
    care: bool = False,
    workaround: str = "",
    organisation_id: UUID | None = None,
) -> UUID:
    """Note a service that is down; one on which care depends lifts the case in the queue.

    Raises:
        CaseFieldError: a field cannot be used.
        NotFoundError: the organisation does not take part in the case.
    """
    row = _open(actor, case_id)
    _takes_part(row, organisation_id)
    outage = Outage(
        case=row,
        organisation_id=organisation_id,
        service=rows.words(service, "service", 200),
        care=care,
        since=rows.not_to_come(since, "since"),
        workaround=rows.words(workaround, "workaround", 500, needed=care),
    )
    with write("cases.begin_outage"):
        outage.save(force_insert=True)
        _weigh(row)
        rows.record(actor, Tag.OUTAGE, row)
    return outage.pk


def end_outage(actor: Actor, outage_id: UUID, until: datetime) -> None:
    """Note that a service is back.

    Raises:
        CaseFieldError: before it went down, or to come.
        TaskStateError: it was ended meanwhile.
    """
    outage = working.outage(actor, outage_id)
    rows.not_closed(outage.case)
    if rows.not_to_come(until, "until") < outage.since:
        raise rows.refuse("until", BEFORE)
    with write("cases.end_outage"):
        if not Outage.objects.filter(pk=outage.pk, until__isnull=True).update(until=until):
            raise TaskStateError
        _weigh(outage.case)
        rows.record(actor, Tag.RECOVERED, outage.case)


def learn(actor: Actor, case_id: UUID, *, kind: LessonKind | str, text: str) -> UUID:
    """Write down what was learnt, and what it becomes."""
    row = _open(actor, case_id)
    lesson = Lesson(
        case=row,
        kind=rows.one_of(str(kind), LessonKind, "kind"),
        text=rows.words(text, "text", 1000),
        by=actor.name,
    )
    with write("cases.learn"):
        lesson.save(force_insert=True)
        rows.touch(row)
        rows.record(actor, Tag.LEARNT, row)
    return lesson.pk


def _open(actor: Actor, case_id: UUID) -> Case:
    row = doors.case(actor, case_id, doors.WORK)
    rows.not_closed(row)
    return row


def _takes_part(row: Case, organisation_id: UUID | None) -> None:
    if organisation_id and not Party.objects.filter(case=row.pk, organisation=organisation_id).exists():
        raise NotFoundError


def _weigh(row: Case) -> None:
    """Set the place in the queue anew, in the open transaction."""
    now = rows.reread(row.pk)
    down = Outage.objects.filter(case=row.pk, care=True, until__isnull=True).exists()
    suffers = now.patient_safety or down
    rows.touch(row, priority=rows.priority(now.severity, patient_safety=suffers))
