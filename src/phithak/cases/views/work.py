"""Pages of work on a case: the board of tasks, playbooks and terms, what is known, restricted parts, experts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.cases import queries
from phithak.cases.forms.work import (
    ApproveForm,
    GrantForm,
    NewTaskForm,
    PartForm,
    PlaybookForm,
    QuestionForm,
    TaskForm,
    TermForm,
)
from phithak.cases.models import Case, Task
from phithak.cases.playbooks import playbooks, terms
from phithak.cases.queries import reading, working
from phithak.cases.queries.states import Phase
from phithak.cases.queries.workstates import UNDONE, TaskState
from phithak.cases.services import parts, tasks
from phithak.cases.views.acts import SAVED, act, posted, title_of
from phithak.core.accounts.actors import Actor
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import Column, Filter, State, Table
from phithak.registry.queries import organisations
from phithak.registry.queries import people as contacts

_BOTH = ("GET", "POST")
_BOARD = Text("งาน", "Tasks")
_PLAYBOOK = Text("ใช้คู่มือ", "Apply a playbook")
_NEW = Text("เพิ่มงาน", "Add a task")
_TASK = Text("งาน", "Task")
_APPROVE = Text("อนุมัติขั้นตอนที่ไม่ปลอดภัย", "Approve an unsafe step")
_TERMS = Text("เวลาของขั้นตอนในคู่มือ", "Terms of playbooks")
_PART = Text("ส่วนจำกัด", "Restricted part")
_PARTS = Text("ส่วนจำกัด", "Restricted parts")
_GUEST = Text("ผู้เชี่ยวชาญภายนอก", "External expert")
_SAFE = State("safe", Text("ปลอดภัย", "Safe"), "good")
_UNSAFE = State("unsafe", Text("ไม่ปลอดภัย รออนุมัติ", "Unsafe: needs approval"), "bad")
_APPROVED = State("approved", Text("ไม่ปลอดภัย อนุมัติแล้ว", "Unsafe, approved"), "warn")


def safety(row: Task) -> State:
    """Return whether a step is safe for clinical systems, as a badge."""
    return _SAFE if row.safe else _APPROVED if row.approver else _UNSAFE


def side(row: Task) -> Text:
    """Return whose task it is."""
    return organisations.name_of(row.organisation) if row.organisation else Text("ศูนย์", "The centre")


def parties_of(actor: Actor, row: Case) -> list[tuple[UUID, Text]]:
    """Return the organisations of a case, for a choice."""
    found = queries.parties_visible_to(actor).filter(case=row)
    return [(one.organisation_id, organisations.name_of(one.organisation)) for one in found]


TASKS = Table(
    name="tasks",
    columns=[
        Column("title", Text("งาน", "Task"), value=lambda row: Text(row.title_th, row.title_en or row.title_th),
               link=lambda row: reverse("cases:task", args=[row.pk])),
        Column("case", Text("เคส", "Case"), value="case.number", kind="code"),
        Column("side", Text("ของใคร", "Whose"), value=side),
        Column("safety", Text("ระบบคลินิก", "Clinical systems"), value=safety, kind="state"),
        Column("state", Text("สถานะ", "State"), value=lambda row: TaskState(row.state).state, kind="state"),
        Column("due", Text("กำหนด", "Due"), value="due_at", sort="due_at", kind="datetime"),
    ],
    filters=[
        Filter("state", Text("สถานะ", "State"),
               [("undone", Text("ยังไม่เสร็จ", "Undone")), *((one.value, one.text) for one in TaskState)],
               lambda rows, value: rows.filter(state__in=UNDONE) if value == "undone" else rows.filter(state=value),
               default="undone"),
        Filter("safety", Text("ระบบคลินิก", "Clinical systems"), [("unsafe", _UNSAFE.text)],
               lambda rows, _: rows.filter(safe=False)),
    ],
    default_sort="due_at",
    empty=Text("ไม่มีงานค้าง", "No tasks are left"),
)  # fmt: skip


@page(queries.VIEW, title=_BOARD)
def board(request: Request) -> HttpResponseBase:
    """List the tasks of all open cases that the actor may see."""
    rows = working.tasks_visible_to(request.actor).exclude(case__phase=Phase.CLOSED)
    return TASKS.respond(request, rows=rows, title=_BOARD)


@page(queries.VIEW, title=_BOARD)
def case_tasks(request: Request, case_id: UUID) -> HttpResponseBase:
    """List the tasks of a case."""
    row = queries.case(request.actor, case_id)
    actions = [(Text("กลับไปที่เคส", "Back to the case"), reverse("cases:case", args=[row.pk]))]
    if queries.led_by(request.actor, queries.WORK):
        actions = [
            (_PLAYBOOK, reverse("cases:playbook", args=[row.pk])),
            (_NEW, reverse("cases:new_task", args=[row.pk])),
            *actions,
        ]
    rows = working.tasks_visible_to(request.actor).filter(case=row.pk)
    return TASKS.respond(request, rows=rows, title=title_of(row, _BOARD), actions=actions)


@page(queries.WORK, title=_PLAYBOOK, methods=_BOTH)
def playbook(request: Request, case_id: UUID) -> HttpResponseBase:
    """Open the tasks of a playbook for both sides in one act."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = PlaybookForm(posted(request), initial={"code": row.kind})
    shown = [
        (one.text, [(step.text, step.safe) for step in one.steps])
        for one in playbooks().values()
        if one.code == row.kind
    ]
    return act(
        request,
        row,
        form,
        lambda data: tasks.apply_playbook(request.actor, case_id, data["code"]),
        title=_PLAYBOOK,
        template="cases/playbook.html",
        shown={"playbooks": shown},
    )  # fmt: skip


@page(queries.WORK, title=_NEW, methods=_BOTH)
def new_task(request: Request, case_id: UUID) -> HttpResponseBase:
    """Add a task by hand."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = NewTaskForm(posted(request), parties=parties_of(request.actor, row))
    return act(request, row, form, lambda data: tasks.add(request.actor, case_id, **data), title=_NEW)


@page(queries.VIEW, title=_TASK, methods=_BOTH)
def task(request: Request, task_id: UUID) -> HttpResponseBase:
    """Show a task, and say how it goes."""
    found = working.task(request.actor, task_id)
    row = queries.case(request.actor, found.case_id)
    takes_part = working.tasks_visible_to(request.actor, queries.TAKE_PART).filter(pk=found.pk).exists()
    form = TaskForm(posted(request), initial={"state": found.state, "note": found.note})
    context = {
        "task": found,
        "about": str(Text(found.title_th, found.title_en or found.title_th)),
        "safety": safety(found),
        "side": side(found),
        "state": TaskState(found.state).state,
        "may_write": takes_part and row.phase != Phase.CLOSED,
        "waits": not found.safe and not found.approver,
    }
    return act(
        request,
        row,
        form,
        lambda data: tasks.move(request.actor, task_id, data["state"], note=data["note"]),
        title=_TASK,
        template="cases/task.html",
        shown=context,
    )


@page(queries.TAKE_PART, title=_APPROVE, methods=_BOTH)
def approve(request: Request, task_id: UUID) -> HttpResponseBase:
    """Approve a step that is unsafe for clinical systems, in the hospital's name."""
    found = working.task(request.actor, task_id, queries.TAKE_PART)
    row = queries.case(request.actor, found.case_id)
    seen = contacts.contacts_visible_to(request.actor).filter(
        tenant=found.organisation_id, ended_at__isnull=True
    )
    named = [(one.pk, contacts.label_of(one)) for one in seen.order_by("rank", "pk")[:20]]
    form = ApproveForm(posted(request), contacts=named, itself=working.approves(request.actor, found))
    return act(
        request,
        row,
        form,
        lambda data: tasks.approve(
            request.actor, task_id, contact_id=data.get("contact_id"), note=data["note"]
        ),
        title=_APPROVE,
        shown={"about": str(Text(found.title_th, found.title_en or found.title_th))},
    )


@page(queries.WORK, title=_TERMS)
def policy(request: Request) -> HttpResponseBase:
    """Show the terms that give playbooks their clocks."""
    may_set = bool(queries.led_by(request.actor, tasks.POLICY))
    shown = {"title": _TERMS, "terms": working.terms_now(), "may_set": may_set}
    return render(request, "cases/policy.html", shown)


@page(tasks.POLICY, title=_TERMS, methods=_BOTH)
def set_term(request: Request, code: str) -> HttpResponseBase:
    """Set a term; open tasks keep theirs."""
    if code not in terms():
        raise NotFoundError
    form = TermForm(posted(request), initial={"minutes": working.minutes_of(code)})
    if form.submit(lambda data: tasks.set_term(request.actor, code, data["minutes"], reason=data["reason"])):
        messages.success(request, str(SAVED))
        return redirect("cases:policy")
    return show_form(request, form, context={"title": terms()[code].text})


@page(queries.WORK, title=_PARTS, methods=_BOTH)
def case_parts(request: Request, case_id: UUID) -> HttpResponseBase:
    """List the restricted parts of a case that open to the actor; make another."""
    row = queries.case(request.actor, case_id, queries.WORK)
    found = list(working.parts_visible_to(request.actor).filter(case=row.pk))
    shown = {"parts": found, "hidden": working.parts_of(row) - len(found)}
    form = PartForm(posted(request))
    return act(
        request,
        row,
        form,
        lambda data: parts.make(request.actor, case_id, data["title"]),
        title=_PARTS,
        template="cases/parts.html",
        shown=shown,
    )


@page(queries.WORK, title=_PART, methods=_BOTH)
def part(request: Request, part_id: UUID) -> HttpResponseBase:
    """Open a restricted part; the journal names the reader. Write into it."""
    found = working.part(request.actor, part_id)
    form = QuestionForm(posted(request))
    if form.submit(lambda data: parts.add_to(request.actor, part_id, data["text"])):
        return redirect("cases:part", part_id)
    shown = {
        "title": Text(found.title, found.title),
        "part": found,
        "lines": parts.read(request.actor, part_id),
    }
    answer = show_form(request, form, "cases/part.html", shown)
    answer["Cache-Control"] = "no-store"
    return answer


@page(queries.WORK, title=_PART, methods=_BOTH)
def grant(request: Request, part_id: UUID) -> HttpResponseBase:
    """Name another analyst for a restricted part."""
    found = working.part(request.actor, part_id)
    form = GrantForm(posted(request), people=reading.assignable(found.case.tenant_id))

    def store(data: dict[str, Any]) -> None:
        parts.grant(request.actor, part_id, data["user_id"], reason=data["reason"], until=data["until"])

    if form.submit(store):
        messages.success(request, str(SAVED))
        return redirect("cases:part", part_id)
    return show_form(request, form, context={"title": _PART})


@page(queries.WORK, title=_GUEST, methods=_BOTH)
def invite(request: Request, case_id: UUID) -> HttpResponseBase:
    """Let an external expert into this case until a date."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = GrantForm(posted(request), people=reading.experts(row.tenant_id), ends=True)
    return act(
        request,
        row,
        form,
        lambda data: parts.invite(
            request.actor, case_id, data["user_id"], until=data["until"], reason=data["reason"]
        ),
        title=_GUEST,
    )
