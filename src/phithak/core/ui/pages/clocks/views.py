"""Running legal clocks: list, one clock, confirm, correct, meet, void; and the law's clocks for everyone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.clocks import queries, services
from phithak.core.ui.forms import Form, show_form
from phithak.core.ui.pages.clocks.forms import CorrectForm, MeetForm, VoidForm
from phithak.core.ui.pages.clocks.tables import CLOCKS, badge
from phithak.core.ui.pages_kit import Request, page

_LIST = Text("นาฬิกากฎหมาย", "Legal clocks")
_LAW = Text("ตารางเวลาตามกฎหมาย", "Deadlines in law")
_CLOCK = Text("นาฬิกา", "Clock")
_CONFIRM = Text("ยืนยันเริ่มนาฬิกา", "Confirm the clock")
_CORRECT = Text("แก้เวลาเริ่ม", "Correct the start")
_MEET = Text("ทำตามแล้ว", "The duty is done")
_VOID = Text("ไม่เข้าข่าย", "Does not apply")
SAVED = Text("บันทึกแล้ว", "Saved")


@page("clocks.view", title=_LIST)
def clocks(request: Request) -> HttpResponseBase:
    """List the clocks that the actor may see, the earliest end first."""
    return CLOCKS.respond(
        request,
        rows=queries.visible_to(request.actor),
        title=_LIST,
        actions=[(_LAW, reverse("clocks:law"))],
    )


@page("clocks.view", title=_CLOCK)
def clock(request: Request, clock_id: UUID) -> HttpResponse:
    """Show one clock: the law's words, when it ends, by what it began, what may be done."""
    row = _row(request, clock_id)
    view = queries.view_of(row)
    shown = {
        "clock": view,
        "row": row,
        "title": view.due.title,
        "state": badge(row.state),
        "entry": queries.table().get(row.code, version=row.version),
        "may_manage": permissions.has(request.actor, "clocks.manage"),
        "open": row.state in queries.OPEN_STATES,
    }
    return render(request, "clocks/clock.html", shown)


@page("clocks.manage", title=_CONFIRM, methods=("POST",))
def confirm(request: Request, clock_id: UUID) -> HttpResponse:
    """Let a proposed clock run."""
    services.confirm(request.actor, clock_id)
    messages.success(request, str(SAVED))
    return redirect("clocks:clock", clock_id=clock_id)


@page("clocks.manage", title=_CORRECT, methods=("GET", "POST"))
def correct(request: Request, clock_id: UUID) -> HttpResponse:
    """Put a corrected start in place of the former one."""
    row = _row(request, clock_id)
    form = CorrectForm(request.POST or None, initial={"trigger_at": row.trigger_at})
    made: list[UUID] = []
    if form.submit(lambda data: made.append(services.correct_trigger(request.actor, clock_id, **data))):
        messages.success(request, str(SAVED))
        return redirect("clocks:clock", clock_id=made[0])
    return _ask(request, form, _CORRECT)


@page("clocks.manage", title=_MEET, methods=("GET", "POST"))
def meet(request: Request, clock_id: UUID) -> HttpResponse:
    """Close a clock whose duty was done."""
    _row(request, clock_id)
    form = MeetForm(request.POST or None)
    if form.submit(lambda data: services.meet(request.actor, clock_id, **data)):
        return _done(request, clock_id)
    return _ask(request, form, _MEET)


@page("clocks.manage", title=_VOID, methods=("GET", "POST"))
def void(request: Request, clock_id: UUID) -> HttpResponse:
    """End a clock that never applied."""
    _row(request, clock_id)
    form = VoidForm(request.POST or None)
    if form.submit(lambda data: services.void(request.actor, clock_id, reason=data["reason"])):
        return _done(request, clock_id)
    return _ask(request, form, _VOID)


@page.public(title=_LAW)
def law(request: Request) -> HttpResponse:
    """Show every clock of the table that ships with the product: law, section, version, how sure it is."""
    return render(request, "clocks/law.html", {"entries": queries.table()})


def _row(request: Request, clock_id: UUID) -> Any:
    return queries.one(request.actor, clock_id)


def _ask(request: Request, form: Form, submit: Text) -> HttpResponse:
    return show_form(request, form, context={"submit": submit})


def _done(request: Request, clock_id: UUID) -> HttpResponse:
    messages.success(request, str(SAVED))
    return redirect("clocks:clock", clock_id=clock_id)
