"""All reads of the room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.schedule import registry
from phithak.core.schedule.models import Schedule

LATE_SECONDS = 300


@dataclass(frozen=True)
class ScheduleRow:
    """A schedule for people; times in UTC. ``known`` is False when no room registers it any more."""

    id: UUID
    name: str
    text: Text
    cron: str
    zone: str
    next_due: datetime | None
    last_due: datetime | None
    last_job_id: UUID | None
    paused_at: datetime | None
    known: bool


def visible_to(actor: Actor) -> QuerySet[Schedule]:
    """Return the schedules that the actor may see: they belong to the instance, so all or none."""
    rows = Schedule.objects.all()
    return rows if permissions.has(actor, "schedule.view") else rows.none()


def listed(actor: Actor) -> list[ScheduleRow]:
    """Return every schedule that the actor may see, by name."""
    return [_row(row) for row in visible_to(actor).order_by("name")]


def one(actor: Actor, schedule_id: UUID) -> ScheduleRow:
    """Return one schedule.

    Raises:
        NotFoundError: no such schedule, or not the actor's to see.
    """
    row = visible_to(actor).filter(pk=schedule_id).first()
    if row is None:
        raise NotFoundError
    return _row(row)


def stored() -> dict[str, Schedule]:
    """Return every row by name."""
    return {row.name: row for row in Schedule.objects.all()}


def due(now: datetime) -> list[Schedule]:
    """Return the registered rows that are due and do not rest, longest due first."""
    known = [schedule.name for schedule in registry.all_schedules()]
    rows = Schedule.objects.filter(name__in=known, next_due__lte=now, paused_at=None)
    return list(rows.order_by("next_due"))


def late(now: datetime | None = None) -> list[Schedule]:
    """Return the rows that have been due for more than five minutes: the worker's loops are not running."""
    moment = now or clock.now()
    return [row for row in due(moment) if (moment - row.next_due).total_seconds() > LATE_SECONDS]


def _row(row: Schedule) -> ScheduleRow:
    known = registry.get(row.name)
    return ScheduleRow(
        id=row.pk,
        name=row.name,
        text=known.text if known else Text(row.name, row.name),
        cron=row.cron,
        zone=row.zone,
        next_due=row.next_due if known and row.paused_at is None else None,
        last_due=row.last_due,
        last_job_id=row.last_job_id,
        paused_at=row.paused_at,
        known=known is not None,
    )
