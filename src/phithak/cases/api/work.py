"""Work on a case over the API: playbooks, tasks, findings, attack path, questions, outages, lessons, experts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field
from pydantic import AwareDatetime

from phithak.cases import queries
from phithak.cases.api.core import Made
from phithak.cases.models import Task
from phithak.cases.playbooks import playbooks
from phithak.cases.queries import working
from phithak.cases.queries.workstates import Basis, FindingState, LessonKind, TaskState
from phithak.cases.services import analysis, parts, tasks
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, paginate
from phithak.registry.api.calls import Calls, filled, pair

router = Router()
calls = Calls(router, view=queries.VIEW, manage=queries.WORK)


class PlaybookIn(Schema):
    """Which playbook."""

    code: str = Field(min_length=1, max_length=40)


class StepOut(Schema):
    """A step of a playbook; one that is unsafe for clinical systems needs an approver of the hospital."""

    code: str
    text_th: str
    text_en: str
    side: str
    policy: str
    safe: bool


class PlaybookOut(Schema):
    """A playbook."""

    code: str
    text_th: str
    text_en: str
    steps: list[StepOut]


class TaskIn(Schema):
    """A task by hand; without an organisation it is the centre's."""

    title: str = Field(min_length=1, max_length=300)
    organisation_id: UUID | None = None
    due_at: AwareDatetime | None = None
    safe: bool = True


class TaskMoveIn(Schema):
    """How a task goes."""

    state: TaskState
    note: str = Field("", max_length=1000)


class ApproveIn(Schema):
    """Who of the hospital approves; an administrator of the hospital approves by the own login."""

    contact_id: UUID | None = None
    note: str = Field("", max_length=1000)


class TaskOut(Schema):
    """A task."""

    id: UUID
    case_id: UUID
    organisation_id: UUID | None
    step: str
    title_th: str
    title_en: str
    policy: str
    safe: bool
    state: str
    due_at: datetime | None
    approver: str
    approved_at: datetime | None
    note: str


class TermIn(Schema):
    """A policy term; open tasks keep theirs."""

    minutes: int = Field(ge=1, le=527_040)
    reason: str = Field(min_length=1, max_length=300)


class TermOut(Schema):
    """A policy term as it holds now; version 0 is the shipped one."""

    code: str
    text_th: str
    text_en: str
    minutes: int
    version: int


class FindingIn(Schema):
    """What is said of a system, by whom."""

    system: str = Field(min_length=1, max_length=200)
    state: FindingState
    basis: Basis
    organisation_id: UUID | None = None
    method: str = Field("", max_length=300)
    evidence: str = Field("", max_length=1000)


class TechniqueIn(Schema):
    """A technique of ATT&CK."""

    code: str = Field(min_length=1, max_length=12)
    note: str = Field("", max_length=500)


class WordsIn(Schema):
    """A question or its answer."""

    text: str = Field(min_length=1, max_length=2000)


class OutageIn(Schema):
    """A service that is down."""

    service: str = Field(min_length=1, max_length=200)
    since: AwareDatetime
    care: bool = False
    workaround: str = Field("", max_length=500)
    organisation_id: UUID | None = None


class BackIn(Schema):
    """When it came back."""

    until: AwareDatetime


class LessonIn(Schema):
    """What was learnt."""

    kind: LessonKind
    text: str = Field(min_length=1, max_length=1000)


class GuestIn(Schema):
    """An external expert, until a moment."""

    user_id: UUID
    until: AwareDatetime
    reason: str = Field(min_length=1, max_length=300)


def _out(row: Task) -> TaskOut:
    return filled(TaskOut, row)


def _task(request: Request, task_id: UUID) -> TaskOut:
    return _out(working.task(request.actor, task_id))


@calls.shown("/playbooks", list[PlaybookOut], "คู่มือทั้งหมด", "All playbooks")
def all_playbooks(request: Request) -> list[PlaybookOut]:  # noqa: ARG001 - every operation takes the request
    """Show the playbooks with their steps."""
    return [
        PlaybookOut(
            code=one.code,
            **pair("text", one.text),
            steps=[filled(StepOut, step, **pair("text", step.text)) for step in one.steps],
        )
        for one in playbooks().values()
    ]


@calls.added("/cases/{uuid:case_id}/playbook", list[UUID], "ใช้คู่มือกับเคส", "Apply a playbook to a case")
def apply_playbook(request: Request, case_id: UUID, sent: PlaybookIn) -> list[UUID]:
    """Open its tasks for both sides."""
    return tasks.apply_playbook(request.actor, case_id, sent.code)


@calls.shown("/cases/{uuid:case_id}/tasks", Page[TaskOut], "งานของเคส", "Tasks of a case")
def case_tasks(request: Request, case_id: UUID, paging: Query[Paging]) -> Page[TaskOut]:
    """List the tasks of a case."""
    row = queries.case(request.actor, case_id)
    return paginate(working.tasks_visible_to(request.actor).filter(case=row.pk), paging, _out)


@calls.added("/cases/{uuid:case_id}/tasks", TaskOut, "เพิ่มงาน", "Add a task")
def add_task(request: Request, case_id: UUID, sent: TaskIn) -> TaskOut:
    """Add a task by hand."""
    return _task(request, tasks.add(request.actor, case_id, **sent.dict()))


@calls.shown("/tasks/{uuid:task_id}", TaskOut, "งานหนึ่งงาน", "One task")
def task(request: Request, task_id: UUID) -> TaskOut:
    """Show one."""
    return _task(request, task_id)


@calls.done(
    "/tasks/{uuid:task_id}/move", TaskOut, "ปรับสถานะงาน", "Say how a task goes", permission=queries.TAKE_PART
)
def move_task(request: Request, task_id: UUID, sent: TaskMoveIn) -> TaskOut:
    """Move it."""
    tasks.move(request.actor, task_id, sent.state, note=sent.note)
    return _task(request, task_id)


@calls.done(
    "/tasks/{uuid:task_id}/approve",
    TaskOut,
    "อนุมัติขั้นตอนที่ไม่ปลอดภัยในนามโรงพยาบาล",
    "Approve an unsafe step for the hospital",
    permission=queries.TAKE_PART,
)
def approve_task(request: Request, task_id: UUID, sent: ApproveIn) -> TaskOut:
    """Approve it."""
    tasks.approve(request.actor, task_id, contact_id=sent.contact_id, note=sent.note)
    return _task(request, task_id)


@calls.shown("/terms", list[TermOut], "เวลาของขั้นตอน", "Terms of playbooks", permission=queries.WORK)
def all_terms(request: Request) -> list[TermOut]:  # noqa: ARG001 - every operation takes the request
    """Show the terms that hold now."""
    return [
        TermOut(code=term.code, **pair("text", term.text), minutes=minutes, version=number)
        for term, minutes, number in working.terms_now()
    ]


@calls.done("/terms/{slug:code}", list[TermOut], "กำหนดเวลาของขั้นตอน", "Set a term", permission=tasks.POLICY)
def set_term(request: Request, code: str, sent: TermIn) -> list[TermOut]:
    """Set one; open tasks keep theirs."""
    tasks.set_term(request.actor, code, sent.minutes, reason=sent.reason)
    return all_terms(request)


@calls.added("/cases/{uuid:case_id}/findings", Made, "เพิ่มผลตรวจระบบ", "Add a finding")
def add_finding(request: Request, case_id: UUID, sent: FindingIn) -> Made:
    """Write down what is said of a system."""
    return Made(id=analysis.find(request.actor, case_id, **sent.dict()))


@calls.added("/cases/{uuid:case_id}/techniques", Made, "เพิ่มเทคนิคในเส้นทางโจมตี", "Add to the attack path")
def add_technique(request: Request, case_id: UUID, sent: TechniqueIn) -> Made:
    """Add a technique."""
    return Made(id=analysis.add_technique(request.actor, case_id, sent.code, note=sent.note))


@calls.added("/cases/{uuid:case_id}/questions", Made, "ตั้งคำถามสาเหตุ", "Ask a question of the root cause")
def ask(request: Request, case_id: UUID, sent: WordsIn) -> Made:
    """Ask one."""
    return Made(id=analysis.ask(request.actor, case_id, sent.text))


@calls.noted("/questions/{uuid:question_id}/answer", "ตอบคำถามสาเหตุ", "Answer a question of the root cause")
def answer(request: Request, question_id: UUID, sent: WordsIn) -> None:
    """Answer one."""
    analysis.answer(request.actor, question_id, sent.text)


@calls.added("/cases/{uuid:case_id}/outages", Made, "บันทึกบริการที่หยุด", "Note an outage")
def add_outage(request: Request, case_id: UUID, sent: OutageIn) -> Made:
    """Note one."""
    return Made(id=analysis.begin_outage(request.actor, case_id, **sent.dict()))


@calls.noted("/outages/{uuid:outage_id}/end", "บันทึกว่าบริการกลับมา", "Note that a service is back")
def end_outage(request: Request, outage_id: UUID, sent: BackIn) -> None:
    """End one."""
    analysis.end_outage(request.actor, outage_id, sent.until)


@calls.added("/cases/{uuid:case_id}/lessons", Made, "เพิ่มบทเรียน", "Add a lesson")
def add_lesson(request: Request, case_id: UUID, sent: LessonIn) -> Made:
    """Add one."""
    return Made(id=analysis.learn(request.actor, case_id, **sent.dict()))


@calls.added("/cases/{uuid:case_id}/experts", Made, "ให้ผู้เชี่ยวชาญเข้าเคส", "Let an expert into a case")
def invite(request: Request, case_id: UUID, sent: GuestIn) -> Made:
    """Let one in, until a moment."""
    made = parts.invite(request.actor, case_id, sent.user_id, until=sent.until, reason=sent.reason)
    return Made(id=made)
