"""The schedule pages: list, pause, resume, run now."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.schedule import queries, services
from phithak.core.schedule.queries import ScheduleRow
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.states import State
from phithak.core.ui.tables import Column, Filter, Table

_SCHEDULES = Text("ตารางเวลา", "Schedules")
_SCHEDULE = Text("ตารางเวลา", "Schedule")
_ON = State("on", Text("เดินอยู่", "On"), "good")
_PAUSED = State("paused", Text("พักอยู่", "Paused"), "warn")
_GONE = State("gone", Text("ไม่มีในรุ่นนี้", "Not in this release"), "neutral")
_STATES = (_ON, _PAUSED, _GONE)


def _state(row: ScheduleRow) -> State:
    if not row.known:
        return _GONE
    return _PAUSED if row.paused_at else _ON


def _found(rows: list[ScheduleRow], words: str) -> list[ScheduleRow]:
    low = words.casefold()
    return [row for row in rows if low in f"{row.name} {row.text.th} {row.text.en}".casefold()]


SCHEDULES = Table(
    name="schedules",
    columns=[
        Column(
            "text",
            Text("ทำอะไร", "What"),
            value="text",
            link=lambda row: reverse("schedule:detail", args=[row.id]),
        ),
        Column("cron", Text("เวลา (cron)", "When (cron)"), value="cron", kind="code"),
        Column("zone", Text("เขตเวลา", "Time zone"), value="zone"),
        Column("next", Text("ครั้งถัดไป", "Next"), value="next_due", kind="datetime"),
        Column("last", Text("ครั้งล่าสุด", "Last"), value="last_due", kind="datetime"),
        Column("state", Text("สถานะ", "State"), value=_state, kind="state"),
    ],
    filters=[
        Filter(
            "state",
            Text("สถานะ", "State"),
            options=[(state.code, state.text) for state in _STATES],
            apply=lambda rows, value: [row for row in rows if _state(row).code == value],
        )
    ],
    search=_found,
    empty=Text(
        "ยังไม่มีตารางเวลา จะขึ้นเมื่อตัวทำงานเริ่มครั้งแรก (phithak up)",
        "No schedules yet. They appear when the worker has started once (phithak up).",
    ),
)


@page("schedule.view", title=_SCHEDULES)
def schedules(request: Request) -> HttpResponseBase:
    """Show every schedule."""
    return SCHEDULES.respond(request, rows=queries.listed(request.actor), title=_SCHEDULES)


@page("schedule.view", title=_SCHEDULE)
def schedule(request: Request, schedule_id: UUID) -> HttpResponseBase:
    """Show one schedule and what may be done with it."""
    row = queries.one(request.actor, schedule_id)
    shown = {
        "schedule": row,
        "state": _state(row),
        "title": row.text,
        "may_manage": permissions.has(request.actor, "schedule.manage"),
    }
    return render(request, "schedule/detail.html", shown)


@page("schedule.manage", title=_SCHEDULE, methods=("POST",))
def pause(request: Request, schedule_id: UUID) -> HttpResponseBase:
    """Let a schedule rest."""
    return _act(request, schedule_id, services.pause, Text("พักแล้ว", "Paused."))


@page("schedule.manage", title=_SCHEDULE, methods=("POST",))
def resume(request: Request, schedule_id: UUID) -> HttpResponseBase:
    """Let a schedule go on."""
    return _act(request, schedule_id, services.resume, Text("เดินต่อแล้ว", "Resumed."))


@page("schedule.manage", title=_SCHEDULE, methods=("POST",))
def run_now(request: Request, schedule_id: UUID) -> HttpResponseBase:
    """Queue one run at once."""
    return _act(
        request, schedule_id, services.run_now, Text("เข้าคิวแล้ว ดูผลที่งานเบื้องหลัง", "Queued; see the jobs.")
    )


def _act(request: Request, schedule_id: UUID, act: Callable[..., object], told: Text) -> HttpResponseBase:
    act(request.actor, schedule_id)
    messages.success(request, str(told))
    return redirect("schedule:detail", schedule_id)
