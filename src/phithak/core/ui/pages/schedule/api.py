"""Schedules over the API: list, pause, resume, run now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from phithak.core.schedule import queries, services
from phithak.core.schedule.queries import ScheduleRow
from phithak.core.ui.api import Request, Router, Schema, operation

router = Router()


class ScheduleOut(Schema):
    """A schedule; ``next_due`` is null while it rests."""

    id: UUID
    name: str
    text_th: str
    text_en: str
    cron: str
    zone: str
    next_due: datetime | None
    last_due: datetime | None
    last_job_id: UUID | None
    paused_at: datetime | None


class RunOut(Schema):
    """The job that was queued."""

    job_id: UUID


def _out(row: ScheduleRow) -> ScheduleOut:
    return ScheduleOut(
        id=row.id,
        name=row.name,
        text_th=row.text.th,
        text_en=row.text.en,
        cron=row.cron,
        zone=row.zone,
        next_due=row.next_due,
        last_due=row.last_due,
        last_job_id=row.last_job_id,
        paused_at=row.paused_at,
    )


@operation(
    router.get,
    "",
    permission="schedule.view",
    response=list[ScheduleOut],
    th="ตารางเวลาทั้งหมด",
    en="Every schedule",
)
def schedules(request: Request) -> list[ScheduleOut]:
    """Return every schedule, by name."""
    return [_out(row) for row in queries.listed(request.actor)]


@operation(
    router.post,
    "/{schedule_id}/pause",
    permission="schedule.manage",
    response=ScheduleOut,
    th="พักตารางเวลา",
    en="Pause a schedule",
)
def pause(request: Request, schedule_id: UUID) -> ScheduleOut:
    """Pause and return the schedule."""
    services.pause(request.actor, schedule_id)
    return _out(queries.one(request.actor, schedule_id))


@operation(
    router.post,
    "/{schedule_id}/resume",
    permission="schedule.manage",
    response=ScheduleOut,
    th="เปิดตารางเวลาต่อ",
    en="Resume a schedule",
)
def resume(request: Request, schedule_id: UUID) -> ScheduleOut:
    """Resume and return the schedule."""
    services.resume(request.actor, schedule_id)
    return _out(queries.one(request.actor, schedule_id))


@operation(
    router.post,
    "/{schedule_id}/run",
    permission="schedule.manage",
    response=RunOut,
    th="สั่งทำทันทีหนึ่งครั้ง",
    en="Run once now",
)
def run_now(request: Request, schedule_id: UUID) -> RunOut:
    """Queue one run and return its job."""
    return RunOut(job_id=services.run_now(request.actor, schedule_id))
