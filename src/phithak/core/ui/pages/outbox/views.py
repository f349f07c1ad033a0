"""The outbox pages: all messages, the unknown ones, dead letters, one message, the stop button."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.outbox import queries, services
from phithak.core.outbox.states import Channel, State
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages.outbox.forms import DecisionForm, ReasonForm
from phithak.core.ui.pages.outbox.tables import badge, table
from phithak.core.ui.pages_kit import Request, page

_LIST = Text("ข้อความขาออก", "Outbox")
_UNKNOWN = Text("ไม่ทราบผลการส่ง", "Unknown outcome")
_DEAD = Text("ส่งไม่สำเร็จ รอตัดสิน", "Dead letters")
_STOP = Text("หยุดการส่งทั้งหมด", "Stop all sending")
_RELEASE = Text("ปล่อยให้ส่งต่อ", "Let sending go on")
_MESSAGE = Text("ข้อความ", "Message")
_DECIDE = Text("ตัดสินข้อความ", "Decide about a message")
NO_MESSAGES = Text(
    "ยังไม่มีข้อความ ข้อความจะมาจากห้องต่าง ๆ เช่น การแจ้งผู้เสียหาย",
    "No messages yet. Rooms such as notices queue them.",
)
NOTHING_UNKNOWN = Text("ไม่มีข้อความที่ไม่ทราบผล", "The outcome of every message is known.")
NOTHING_DEAD = Text("ไม่มีข้อความที่ส่งไม่สำเร็จค้างอยู่", "No undeliverable message waits.")
STOPPED = Text("หยุดแล้ว ไม่มีข้อความใดออกไปอีก", "Stopped. No message leaves any more.")
RELEASED = Text("ปล่อยแล้ว การส่งเดินต่อ", "Released. Sending goes on.")
DECIDED = Text("บันทึกการตัดสินแล้ว", "The decision is recorded.")


@page("outbox.view", title=_LIST)
def messages_list(request: Request) -> HttpResponseBase:
    """Show every message that the actor may see, and whether sending runs."""
    shown = replace(table(request.actor, empty=NO_MESSAGES), template="outbox/list.html")
    actions = [(_UNKNOWN, reverse("outbox:unknown")), (_DEAD, reverse("outbox:dead"))]
    return shown.respond(
        request,
        rows=queries.visible_to(request.actor),
        title=_LIST,
        actions=actions,
        context=_switch(request),
    )


@page("outbox.view", title=_UNKNOWN)
def unknown(request: Request) -> HttpResponseBase:
    """Show the messages of which nobody knows whether they were sent."""
    intro = Text(
        "ผู้ให้บริการรับคำขอแล้วคำตอบไม่มาถึง ระบบจะไม่ส่งซ้ำเอง เปิดทีละรายการแล้วตัดสิน",
        "A provider may have taken these, but its answer never came. They are never sent again by themselves: "
        "open each one and decide.",
    )
    return table(request.actor, name="unknown", empty=NOTHING_UNKNOWN, states=False).respond(
        request,
        rows=queries.unknown_to(request.actor),
        title=_UNKNOWN,
        intro=intro,
        actions=[(_LIST, reverse("outbox:list"))],
    )


@page("outbox.view", title=_DEAD)
def dead(request: Request) -> HttpResponseBase:
    """Show the messages that no provider took."""
    return table(request.actor, name="dead", empty=NOTHING_DEAD, states=False).respond(
        request,
        rows=queries.dead_letters_to(request.actor),
        title=_DEAD,
        actions=[(_LIST, reverse("outbox:list"))],
    )


@page("outbox.view", title=_MESSAGE)
def message(request: Request, message_id: UUID) -> HttpResponse:
    """Show one message: facts, history, what may be decided."""
    row = queries.message(request.actor, message_id)
    state = State(row.state)
    open_to_decide = state is State.UNKNOWN or (state is State.FAILED and row.decided_at is None)
    may = open_to_decide and permissions.has(request.actor, "outbox.manage")
    shown = {
        "message": row,
        "state": badge(row.state),
        "channel": Channel(row.channel).text,
        "recipient": queries.recipients(request.actor, [row]).get(row.pk, queries.NOBODY),
        "history": queries.history(row),
        "form": DecisionForm(state=state) if may else None,
    }
    return render(request, "outbox/message.html", shown)


@page("outbox.manage", title=_DECIDE, methods=("GET", "POST"))
def decide(request: Request, message_id: UUID) -> HttpResponse:
    """Decide about an unknown or failed message."""
    row = queries.message(request.actor, message_id)
    form = DecisionForm(request.POST or None, state=State(row.state))

    def act(data: dict[str, Any]) -> None:
        services.decide(request.actor, message_id, data["decision"], reason=data["reason"])

    if form.submit(act):
        messages.success(request, str(DECIDED))
        return redirect("outbox:message", message_id=message_id)
    return show_form(request, form, context={"submit": _DECIDE})


@page("outbox.stop", title=_STOP, methods=("GET", "POST"))
def stop(request: Request) -> HttpResponse:
    """Ask why, then stop all sending."""
    form = ReasonForm(request.POST or None)
    if form.submit(lambda data: services.stop_all(request.actor, reason=data["reason"])):
        messages.success(request, str(STOPPED))
        return redirect("outbox:list")
    intro = Text(
        "มีผลภายในหนึ่งวินาที รวมถึงชุดที่กำลังส่งอยู่ ข้อความที่ยังไม่ออกจะรอจนกว่าจะปล่อย",
        "Effective within a second, also for a batch under way. What has not left waits until it is released.",
    )
    return show_form(request, form, context={"submit": _STOP, "intro": intro})


@page("outbox.release", title=_RELEASE, methods=("GET", "POST"))
def release(request: Request) -> HttpResponse:
    """Ask why, then let sending go on."""
    form = ReasonForm(request.POST or None)
    if form.submit(lambda data: services.release(request.actor, reason=data["reason"])):
        messages.success(request, str(RELEASED))
        return redirect("outbox:list")
    intro = Text(
        "ตรวจก่อนว่าข้อความที่รออยู่ยังควรออก หลังการกู้คืน ข้อความเก่าจะถูกถามผู้ให้บริการหรือขึ้นว่าไม่ทราบผล",
        "First make sure that what waits should still leave. After a restore older messages are asked about at the "
        "provider, or become unknown.",
    )
    return show_form(request, form, context={"submit": _RELEASE, "intro": intro})


def _switch(request: Request) -> dict[str, Any]:
    may_release = permissions.get("outbox.release").roles
    return {
        "stopped": queries.stopped(),
        "may_stop": permissions.has(request.actor, "outbox.stop"),
        "may_release": bool(request.actor.roles & may_release),
    }
