"""All writes of the room: the tick that queues due runs, and acts of persons."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import ConflictError, NotFoundError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import actors, permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db import transactions
from phithak.core.jobs import services as jobs
from phithak.core.schedule import queries, registry
from phithak.core.schedule.events import Tag
from phithak.core.schedule.models import Schedule
from phithak.core.schedule.registry import Every, Missed

PUNCTUAL = timedelta(minutes=5)
"""A run that is queued later than this after its due moment counts as missed."""
_ACTOR = actors.system("schedule")


class ScheduleStateError(ConflictError):
    """The schedule's state does not allow this."""

    code = "schedule.state"
    text = Text(
        "ตารางเวลานี้เปลี่ยนไปแล้วหรือไม่มีในรุ่นนี้ โปรดเปิดหน้าใหม่",
        "The schedule has changed or is not part of this release. Open the page again.",
    )


def tick() -> int:
    """Queue every run that is due, each exactly once; return how many were queued.

    Several workers may tick at once: the row of a schedule moves on by a conditional UPDATE, in the
    transaction that queues its job.
    """
    now = clock.now()
    follow_registry(now)
    queued = 0
    for row in queries.due(now):
        known = registry.get(row.name)
        if known is not None and _queue_due(row, known, now):
            queued += 1
    return queued


def follow_registry(now: datetime) -> None:
    """Give every registered schedule its row, and a changed cron line its new due moment."""
    rows = queries.stored()
    for known in registry.all_schedules():
        row = rows.get(known.name)
        zone = str(known.zone)
        if row is not None and (row.cron, row.zone) == (known.cron, zone):
            continue
        due = known.next_after(now)
        with transactions.write("schedule.follow"):
            if row is None:
                # two workers may start at once: the second finds the row
                Schedule.objects.get_or_create(
                    name=known.name, defaults={"cron": known.cron, "zone": zone, "next_due": due}
                )
            else:
                Schedule.objects.filter(pk=row.pk, fence=row.fence).update(
                    cron=known.cron, zone=zone, next_due=due, fence=row.fence + 1
                )


def _queue_due(row: Schedule, known: Every, now: datetime) -> bool:
    due = known.last_until(now)
    run = known.missed is Missed.ONCE or now - due <= PUNCTUAL
    with transactions.write("schedule.tick"):
        changed = Schedule.objects.filter(pk=row.pk, fence=row.fence, paused_at=None).update(
            fence=row.fence + 1,
            next_due=known.next_after(now),
            last_due=due if run else row.last_due,
        )
        if not changed or not run:
            return False
        job_id = jobs.enqueue(
            known.job,
            {"due": due.isoformat()},
            actor=_ACTOR,
            unique=f"{known.name}@{due.isoformat()}",
        )
        Schedule.objects.filter(pk=row.pk).update(last_job_id=job_id)
    return True


def pause(actor: Actor, schedule_id: UUID) -> None:
    """Let a schedule rest until resumed.

    Raises:
        NotFoundError: no such schedule, or not the actor's to see.
        ForbiddenError: the actor does not hold ``schedule.manage``.
        ScheduleStateError: it rests already.
    """
    now = clock.now()
    with transactions.write("schedule.pause"):
        row = _row(actor, schedule_id)
        if not Schedule.objects.filter(pk=row.pk, paused_at=None).update(paused_at=now, fence=row.fence + 1):
            raise ScheduleStateError
        _record(actor, Tag.PAUSED, row)


def resume(actor: Actor, schedule_id: UUID) -> None:
    """Let a schedule go on with its next due moment from now; runs missed while it rested stay missed.

    Raises:
        NotFoundError: no such schedule, or not the actor's to see.
        ForbiddenError: the actor does not hold ``schedule.manage``.
        ScheduleStateError: it does not rest, or no room registers it any more.
    """
    now = clock.now()
    with transactions.write("schedule.resume"):
        row = _row(actor, schedule_id)
        known = registry.get(row.name)
        if known is None or row.paused_at is None:
            raise ScheduleStateError
        changed = Schedule.objects.filter(pk=row.pk, fence=row.fence).update(
            paused_at=None, next_due=known.next_after(now), fence=row.fence + 1
        )
        if not changed:
            raise ScheduleStateError
        _record(actor, Tag.RESUMED, row)


def run_now(actor: Actor, schedule_id: UUID) -> UUID:
    """Queue one run at once, beside the set times; return the job's id.

    Raises:
        NotFoundError: no such schedule, or not the actor's to see.
        ForbiddenError: the actor does not hold ``schedule.manage``.
        ScheduleStateError: no room registers it any more.
    """
    due = clock.now().isoformat(timespec="seconds")
    with transactions.write("schedule.run_now"):
        row = _row(actor, schedule_id)
        known = registry.get(row.name)
        if known is None:
            raise ScheduleStateError
        # one key for all runs by hand: pressing the button twice makes one job
        job_id = jobs.enqueue(known.job, {"due": due}, actor=actor, unique=f"{known.name}@now")
        Schedule.objects.filter(pk=row.pk).update(last_job_id=job_id)
        _record(actor, Tag.RUN_NOW, row)
    return job_id


def _row(actor: Actor, schedule_id: UUID) -> Schedule:
    row = queries.visible_to(actor).filter(pk=schedule_id).first()
    if row is None:
        raise NotFoundError
    permissions.require(actor, "schedule.manage")
    return row


def _record(actor: Actor, tag: Tag, row: Schedule) -> None:
    contrib.record(actor, tag, ("schedule.schedule", row.pk), facts={"schedule": row.name})
