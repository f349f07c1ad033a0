"""What this room shows elsewhere: menu line, what waits, checks of ``doctor``, its loop."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import Check, CheckResult, Loop, NavItem, Waiting, WaitingItem
from phithak.core.jobs import queries
from phithak.core.jobs.services import housekeeping

SYSTEM = Text("ระบบ", "System")
LATE_SECONDS = 600


def register() -> None:
    """Add this room's contributions."""
    contrib.nav.register(
        NavItem("jobs.list", Text("งานเบื้องหลัง", "Jobs"), "jobs:list", "jobs.view", SYSTEM, 800, "list")
    )
    contrib.waiting.register(Waiting("jobs.dead", _waiting))
    contrib.doctor.register(
        Check("jobs.lanes", Text("ตัวทำงานทุกช่องทำงานอยู่", "Every lane has a living worker"), _lanes_alive),
        Check("jobs.queue", Text("งานไม่ค้างคิว", "No job waits too long"), _queue_short),
    )
    contrib.loops.register(Loop("jobs.housekeeping", 3600.0, _tidy))


def _tidy() -> None:
    housekeeping()


def _waiting(actor: Actor) -> Iterable[WaitingItem]:
    if not permissions.has(actor, "jobs.manage"):
        return
    count, since = queries.dead_letters(actor)
    if count:
        yield WaitingItem(
            Text(f"งานล้มเหลว {count} งาน รอตัดสินใจ", f"Failed jobs that wait for a decision: {count}"),
            reverse("jobs:list") + "?state=dead",
            since=since,
            count=count,
        )


def _lanes_alive() -> CheckResult:
    missing = [health.lane for health in queries.lanes() if not health.workers]
    if not missing:
        return CheckResult("ok", Text("ทุกช่องมีตัวทำงาน", "Every lane has a worker"))
    names = ", ".join(missing)
    return CheckResult(
        "error",
        Text(
            f"ช่อง {names} ไม่มีตัวทำงาน โปรดเปิด phithak up หรือ phithak worker",
            f"No worker in lane {names}. Start phithak up or phithak worker.",
        ),
    )


def _queue_short() -> CheckResult:
    now = clock.now()
    late = [
        health
        for health in queries.lanes(now)
        if health.oldest_due and (now - health.oldest_due).total_seconds() > LATE_SECONDS
    ]
    if not late:
        return CheckResult("ok", Text("ไม่มีงานค้างเกิน 10 นาที", "No job has waited more than 10 minutes"))
    told = ", ".join(f"{health.lane} ({health.due})" for health in late)
    return CheckResult(
        "warning",
        Text(
            f"มีงานค้างเกิน 10 นาทีในช่อง {told} โปรดดูหน้างานเบื้องหลัง",
            f"Jobs have waited more than 10 minutes in lane {told}. See the jobs page.",
        ),
    )
