"""The list of running clocks."""

from __future__ import annotations

from django.urls import reverse

from phithak.base.text import Text
from phithak.core.clocks import queries
from phithak.core.clocks.models import RunningClock
from phithak.core.clocks.services import State as ClockState
from phithak.core.ui.states import State
from phithak.core.ui.tables import Column, Filter, Table
from phithak.engines.clocks import Level

_STATES = {
    ClockState.PROPOSED: State("proposed", Text("เสนอ รอยืนยัน", "Proposed"), "warn"),
    ClockState.RUNNING: State("running", Text("กำลังเดิน", "Running"), "info"),
    ClockState.MET: State("met", Text("ทำแล้ว", "Met"), "good"),
    ClockState.VOIDED: State("voided", Text("ไม่เข้าข่าย", "Voided"), "neutral"),
    ClockState.CORRECTED: State("corrected", Text("แก้แล้ว มีฉบับใหม่", "Corrected"), "neutral"),
}
_LEVELS = {
    Level.NO_TIME: State("no_time", Text("ไม่มีตัวเลข", "No number"), "unknown"),
    Level.ON_TIME: State("on_time", Text("อยู่ในเวลา", "In time"), "good"),
    Level.WARNING: State("warning", Text("ใกล้ครบเวลา", "Time is short"), "warn"),
    Level.OVERDUE: State("overdue", Text("เกินเวลา", "Overdue"), "bad"),
}


def badge(state: str) -> State:
    """Return a clock's state as pages show it."""
    return _STATES[ClockState(state)]


def level(row: RunningClock) -> State | str:
    """Return how an open clock stands now."""
    return _LEVELS[queries.view_of(row).remaining.level] if row.state in queries.OPEN_STATES else ""


def _source(row: RunningClock) -> str:
    due = queries.view_of(row).due
    return f"{due.law} {due.section} ({row.code} v{row.version})"


CLOCKS = Table(
    name="clocks",
    columns=[
        Column(
            "title",
            Text("หน้าที่", "Duty"),
            value=lambda row: str(queries.view_of(row).due.title),
            link=lambda row: reverse("clocks:clock", args=[row.pk]),
        ),
        Column("law", Text("กฎหมาย", "Law"), value=_source),
        Column("trigger_at", Text("เริ่ม", "Began"), value="trigger_at", sort="trigger_at", kind="datetime"),
        Column("due_at", Text("ครบกำหนด", "Ends"), value="due_at", sort="due_at", kind="datetime"),
        Column("level", Text("เวลา", "Time"), value=level, kind="state"),
        Column("state", Text("สถานะ", "State"), value=lambda row: badge(row.state), kind="state"),
    ],
    filters=[
        Filter(
            "state",
            Text("สถานะ", "State"),
            options=[(state.code, state.text) for state in _STATES.values()],
            apply=lambda rows, value: rows.filter(state=value),
        )
    ],
    default_sort="due_at",
    empty=Text(
        "ยังไม่มีนาฬิกา นาฬิกาเริ่มเมื่อเรื่องใดเข้าข่ายหน้าที่ตามกฎหมาย",
        "No clocks yet. One begins when a matter meets a legal duty.",
    ),
)
