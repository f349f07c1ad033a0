"""All reads of the room. ``visible_to`` is the only door to rows for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.core.jobs import registry
from phithak.core.jobs.models import Attempt, Job, WorkerBeat
from phithak.core.jobs.registry import Lane


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"

    @property
    def text(self) -> Text:
        """The state's name in both languages."""
        return _STATES[self]


_STATES = {
    State.QUEUED: Text("รอคิว", "Queued"),
    State.RUNNING: Text("กำลังทำ", "Running"),
    State.DONE: Text("เสร็จแล้ว", "Done"),
    State.DEAD: Text("ล้มเหลว รอผู้ดูแล", "Dead letter"),
    State.CANCELLED: Text("ยกเลิกแล้ว", "Cancelled"),
}


class Outcome(StrEnum):
    """How an attempt ended that did not finish its job."""

    FAILED = "failed"
    LOST = "lost"  # the lease ran out: the worker died or hung
    TIMEOUT = "timeout"

    @property
    def text(self) -> Text:
        """The outcome's name in both languages."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.FAILED: Text("ผิดพลาด", "Failed"),
    Outcome.LOST: Text("ตัวทำงานหายไป", "Worker lost"),
    Outcome.TIMEOUT: Text("เกินเวลา", "Timed out"),
}


@dataclass(frozen=True)
class AttemptRow:
    """One attempt that did not finish its job; times in UTC."""

    number: int
    worker: str
    started_at: datetime | None
    ended_at: datetime
    outcome: Outcome
    error: str


@dataclass(frozen=True)
class Progress:
    """How far a job is: ``total`` None = unknown; ``note`` is what it does at the moment."""

    state: State
    done: int
    total: int | None
    note: Text


@dataclass(frozen=True)
class JobDetail:
    """A job with what went wrong so far; times in UTC."""

    id: UUID
    name: str
    text: Text
    tenant_id: UUID | None
    by: str
    args: dict[str, Any]
    lane: Lane
    priority: int
    progress: Progress
    attempts: int
    max_attempts: int
    worker: str
    created_at: datetime
    run_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_asked_at: datetime | None
    error: str
    failed: Sequence[AttemptRow]
    may_cancel: bool
    may_retry: bool


@dataclass(frozen=True)
class LaneHealth:
    """One lane now: processes seen lately, jobs due and running, and since when the oldest due one waits."""

    lane: Lane
    workers: int
    due: int
    running: int
    oldest_due: datetime | None


ALIVE = timedelta(seconds=60)


def visible_to(actor: Actor) -> QuerySet[Job]:
    """Return the jobs that the actor may see: its tenants', those it oversees, and the instance's own."""
    return rows_visible_to(
        Job.objects.all(),
        actor,
        permission="jobs.view",
        through=frozenset({Reason.CONSTITUENCY}),
        shared=Q(tenant__isnull=True),
    )


def visible_or_own(actor: Actor) -> QuerySet[Job]:
    """Return the jobs that the actor may see, and those that it queued itself."""
    rows = visible_to(actor)
    return rows | Job.objects.filter(by_user_id=actor.user_id) if actor.user_id else rows


def listed(actor: Actor) -> QuerySet[Job]:
    """Return the visible jobs for a list page."""
    return visible_to(actor).select_related("by_user")


def of_states(rows: QuerySet[Job], *states: State) -> QuerySet[Job]:
    """Return those of ``rows`` in one of the states."""
    return rows.filter(state__in=states)


def of_lane(rows: QuerySet[Job], lane: str) -> QuerySet[Job]:
    """Return those of ``rows`` in the lane."""
    return rows.filter(lane=lane)


def matching(rows: QuerySet[Job], words: str) -> QuerySet[Job]:
    """Return those of ``rows`` whose job name, or its text in either language, holds ``words``."""
    low = words.casefold()
    names = [
        kind.name
        for kind in registry.all_jobs()
        if low in kind.text.th.casefold() or low in kind.text.en.casefold()
    ]
    return rows.filter(Q(name__icontains=words) | Q(name__in=names))


def detail(actor: Actor, job_id: UUID) -> JobDetail:
    """Return one job.

    Raises:
        NotFoundError: no such job, or not the actor's to see.
    """
    row = listed(actor).filter(pk=job_id).first()
    if row is None:
        raise NotFoundError
    return _detail(row)


def running(actor: Actor, limit: int = 20) -> list[JobDetail]:
    """Return the running jobs that the actor may see, longest running first."""
    rows = of_states(listed(actor), State.RUNNING).order_by("started_at")
    return [_detail(row) for row in rows[:limit]]


def progress(job_id: UUID) -> Progress | None:
    """Return how far a job is, for a room that has checked its own object first; None = no such job."""
    row = Job.objects.filter(pk=job_id).first()
    return _progress(row) if row else None


def dead_letters(actor: Actor) -> tuple[int, datetime | None]:
    """Return how many dead letters the actor sees, and since when the oldest waits."""
    found = of_states(visible_to(actor), State.DEAD).aggregate(n=Count("pk"), since=Min("finished_at"))
    return found["n"], found["since"]


def lanes(now: datetime | None = None) -> list[LaneHealth]:
    """Return the health of every lane."""
    now = now or clock.now()
    alive = WorkerBeat.objects.filter(seen_at__gte=now - ALIVE)
    found = []
    for lane in Lane:
        jobs = Job.objects.filter(lane=lane)
        due = jobs.filter(state=State.QUEUED, run_at__lte=now).aggregate(n=Count("pk"), oldest=Min("run_at"))
        found.append(
            LaneHealth(
                lane=lane,
                workers=alive.filter(lane=lane).count(),
                due=due["n"],
                running=jobs.filter(state=State.RUNNING).count(),
                oldest_due=due["oldest"],
            )
        )
    return found


def claimable(lane: str, now: datetime, limit: int = 4) -> list[Job]:
    """Return jobs that a worker of the lane may claim now: those whose lease ran out, then those due."""
    rows = Job.objects.filter(lane=lane)
    left = list(rows.filter(state=State.RUNNING, lease_until__lt=now).order_by("lease_until")[:limit])
    due = rows.filter(state=State.QUEUED, run_at__lte=now).order_by("-priority", "run_at", "id")
    return left + list(due[:limit])


def control(job_id: UUID) -> tuple[int, str, datetime | None]:
    """Return a job's fence, state and the moment at which a person asked to cancel it."""
    found = Job.objects.filter(pk=job_id).values_list("fence", "state", "cancel_asked_at").first()
    return found or (-1, "", None)


def lease_until(job_id: UUID) -> datetime | None:
    """Return when a job's lease runs out; None when nobody holds it."""
    return Job.objects.filter(pk=job_id).values_list("lease_until", flat=True).first()


def finished_before(moment: datetime, limit: int) -> list[UUID]:
    """Return ids of done and cancelled jobs that ended before the moment, oldest first."""
    rows = Job.objects.filter(state__in=[State.DONE, State.CANCELLED], finished_at__lt=moment)
    return list(rows.order_by("finished_at").values_list("pk", flat=True)[:limit])


def living_of_key(name: str, unique: str) -> UUID | None:
    """Return the queued or running job of that unique key."""
    rows = Job.objects.filter(name=name, unique_key=unique, state__in=[State.QUEUED, State.RUNNING])
    return rows.values_list("pk", flat=True).first()


def by_text(row: Job) -> str:
    """Return who queued a job: a person's name or a process."""
    if row.by_user is None:
        return row.by_process
    return row.by_user.name_th or row.by_user.email


def _progress(row: Job) -> Progress:
    return Progress(State(row.state), row.done, row.total, Text(row.note_th, row.note_en))


def _detail(row: Job) -> JobDetail:
    failed = [
        AttemptRow(a.number, a.worker, a.started_at, a.created_at, Outcome(a.outcome), a.error)
        for a in Attempt.objects.filter(job_id=row.pk).order_by("created_at", "id")
    ]
    state = State(row.state)
    return JobDetail(
        id=row.pk,
        name=row.name,
        text=registry.text_of(row.name),
        tenant_id=row.tenant_id,
        by=by_text(row),
        args=row.args,
        lane=Lane(row.lane),
        priority=row.priority,
        progress=_progress(row),
        attempts=row.attempts,
        max_attempts=row.max_attempts,
        worker=row.worker,
        created_at=row.created_at,
        run_at=row.run_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        cancel_asked_at=row.cancel_asked_at,
        error=row.error,
        failed=failed,
        may_cancel=state in {State.QUEUED, State.DEAD}
        or (state is State.RUNNING and not row.cancel_asked_at),
        may_retry=state in {State.DEAD, State.CANCELLED},
    )
