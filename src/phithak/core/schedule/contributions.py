"""What this room shows elsewhere: menu line, check of ``doctor``, its loop."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.contrib import Check, CheckResult, Loop, NavItem
from phithak.core.schedule import queries, services

SYSTEM = Text("ระบบ", "System")
TICK_SECONDS = 5.0


def register() -> None:
    """Add this room's contributions."""
    contrib.nav.register(
        NavItem(
            "schedule.list",
            Text("ตารางเวลา", "Schedules"),
            "schedule:list",
            "schedule.view",
            SYSTEM,
            810,
            "clock",
        )
    )
    contrib.doctor.register(
        Check("schedule.late", Text("ตารางเวลาเดินตรงเวลา", "Schedules run on time"), _on_time)
    )
    contrib.loops.register(Loop("schedule.tick", TICK_SECONDS, _tick))


def _tick() -> None:
    services.tick()


def _on_time() -> CheckResult:
    late = queries.late()
    if not late:
        return CheckResult("ok", Text("ทุกตารางเวลาตรงเวลา", "Every schedule is on time"))
    names = ", ".join(row.name for row in late)
    return CheckResult(
        "error",
        Text(
            f"เลยกำหนดแล้วยังไม่เริ่ม: {names} โปรดเปิด phithak up หรือ phithak worker",
            f"Due but not started: {names}. Start phithak up or phithak worker.",
        ),
    )
