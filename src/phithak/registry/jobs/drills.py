"""Jobs of contact drills."""

from __future__ import annotations

from uuid import UUID

from phithak.base.text import Text
from phithak.core.jobs.registry import job
from phithak.core.jobs.services import Run
from phithak.core.schedule import every
from phithak.registry.services import drills


@job(
    "registry.drill",
    text=Text("ซ้อมติดต่อผู้ประสานงาน", "Run a contact drill"),
    attempts=100,
    timeout=6 * 3600,
)
def drill_job(run: Run, drill: str) -> None:
    """Take up the contacts of a drill and ask them."""
    drills.run(run, UUID(drill))


@every(
    "registry.drill_monthly",
    cron="0 9 5 * *",
    text=Text("เริ่มการซ้อมติดต่อประจำเดือน", "Start the monthly contact drill"),
)
def monthly(run: Run, due: str) -> None:  # noqa: ARG001 - a schedule's body takes both
    """Start this month's drill of each centre."""
    drills.monthly()


@every(
    "registry.contacts_stale",
    cron="30 5 * * *",
    text=Text("ทำเครื่องหมายผู้ประสานงานที่ไม่ตอบนานเกินกำหนด", "Flag contacts that have not answered for too long"),
)
def stale(run: Run, due: str) -> None:  # noqa: ARG001 - same
    """Flag stale contacts."""
    drills.flag_stale(run)
