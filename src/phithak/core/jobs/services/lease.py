"""The lease: claiming, keeping and giving up a job.

Every write of a holder is conditional on ``(id, fence, running)``. The claim is conditional on all that was
read: of several workers that read the same row, exactly one changes it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from phithak.base import clock, ids
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.db import transactions
from phithak.core.jobs import backoff, queries, registry
from phithak.core.jobs.errors import LeaseLostError
from phithak.core.jobs.events import Tag
from phithak.core.jobs.models import Attempt, Job, WorkerBeat
from phithak.core.jobs.points import Point, reach
from phithak.core.jobs.queries import Outcome, State


@dataclass(frozen=True)
class Claim:
    """A job as its holder got it: what to run, and the fence that every write must show."""

    job_id: UUID
    fence: int
    name: str
    args: dict[str, Any]
    tenant_id: UUID | None
    worker: str
    attempt: int
    max_attempts: int
    timeout: int
    cursor: dict[str, Any]
    done: int
    total: int | None
    started_at: datetime


def length() -> timedelta:
    """Return how long a lease lasts unless the heart renews it."""
    return timedelta(seconds=settings.CONFIG.worker_lease_seconds)


def claim(lane: str, worker: str) -> Claim | None:
    """Claim the next job of the lane; None when there is none.

    A job whose lease ran out and whose attempts are used up becomes a dead letter here, one that a person
    asked to cancel becomes cancelled.
    """
    now = clock.now()
    for row in queries.claimable(lane, now):
        reach(Point.CLAIM_SELECTED)
        with transactions.write("jobs.claim"):
            claimed = _claim(row, worker, now)
            reach(Point.CLAIM_UPDATED)
        reach(Point.CLAIM_COMMITTED)
        if claimed is not None:
            return claimed
    return None


def unchanged(row: Job) -> QuerySet[Job]:
    """Return the row if nobody changed it since it was read: the condition of the claim."""
    return Job.objects.filter(pk=row.pk, fence=row.fence, state=row.state, lease_until=row.lease_until)


def held(claim: Claim) -> QuerySet[Job]:
    """Return the job if the claim still holds it: the condition of everything that a holder writes."""
    return Job.objects.filter(pk=claim.job_id, fence=claim.fence, state=State.RUNNING)


def _claim(row: Job, worker: str, now: datetime) -> Claim | None:
    left = row.state == State.RUNNING
    if left and (row.cancel_asked_at is not None or row.attempts >= row.max_attempts):
        _bury(row, now)
        return None
    changed = unchanged(row).update(
        state=State.RUNNING,
        fence=row.fence + 1,
        attempts=row.attempts + 1,
        lease_until=now + length(),
        worker=worker,
        started_at=now,
    )
    if not changed:
        return None
    if left:
        _note_lost(row)
    return Claim(
        job_id=row.pk,
        fence=row.fence + 1,
        name=row.name,
        args=row.args,
        tenant_id=row.tenant_id,
        worker=worker,
        attempt=row.attempts + 1,
        max_attempts=row.max_attempts,
        timeout=row.timeout,
        cursor=row.cursor or {},
        done=row.done,
        total=row.total,
        started_at=now,
    )


def _bury(row: Job, now: datetime) -> None:
    state = State.CANCELLED if row.cancel_asked_at is not None else State.DEAD
    changed = unchanged(row).update(
        state=state, fence=row.fence + 1, lease_until=None, finished_at=now, error=Outcome.LOST.value
    )
    if not changed:
        return
    _note_lost(row)
    if state is State.DEAD:
        _record_death(row.pk, row.tenant_id, row.name, row.attempts)


def touch(claim: Claim, **values: Any) -> None:
    """Renew the lease, and set further columns, in the open transaction.

    Raises:
        LeaseLostError: somebody else holds the job, or it was ended; nothing of the transaction may stay.
    """
    if not held(claim).update(lease_until=clock.now() + length(), **values):
        raise LeaseLostError


def beat(worker: str, lane: str, started_at: datetime, claim: Claim | None) -> bool:
    """Note that a lane process lives and renew the lease of its job; False when the lease is lost."""
    reach(Point.HEART_BEFORE)
    kept = True
    with transactions.write("jobs.heart"):
        now = clock.now()
        if not WorkerBeat.objects.filter(worker=worker).update(seen_at=now):
            WorkerBeat.objects.create(worker=worker, lane=lane, started_at=started_at, seen_at=now)
        if claim is not None:
            kept = bool(held(claim).update(lease_until=now + length()))
    reach(Point.HEART_COMMITTED)
    return kept


def warm_up() -> None:
    """Touch the tables once without changing a row.

    What the database layer loads and compiles at first use is then there before the lanes are forked: they
    share it, and no first write holds the lock while modules are read.
    """
    nobody, now = ids.uuid7(), clock.now()
    for lane in registry.Lane:
        queries.claimable(lane, now)
    queries.control(nobody)
    with transactions.write("jobs.warm_up"):
        Job.objects.filter(pk=nobody, fence=0, state=State.RUNNING, lease_until=None).update(
            state=State.RUNNING, fence=1, attempts=1, lease_until=now, worker="", started_at=now, cursor=None
        )
        WorkerBeat.objects.filter(worker="").update(seen_at=now)


def leave(worker: str) -> None:
    """Forget a lane process that stops in good order."""
    with transactions.write("jobs.leave"):
        WorkerBeat.objects.filter(worker=worker).delete()


def finish(claim: Claim, **values: Any) -> None:
    """Mark the job done in the open transaction of its own rows.

    Raises:
        LeaseLostError: somebody else holds the job; the transaction's rows must go.
    """
    changed = held(claim).update(
        state=State.DONE, lease_until=None, finished_at=clock.now(), error="", **values
    )
    if not changed:
        raise LeaseLostError


def fail(
    claim: Claim,
    error: str,
    *,
    chance: random.Random,
    final: bool = False,
    outcome: Outcome = Outcome.FAILED,
) -> bool:
    """Give a failed job its rest, or make it a dead letter when its attempts are used up or ``final``.

    Returns:
        False when the claim no longer held the job (then nothing was changed).
    """
    now = clock.now()
    dead = final or claim.attempt >= claim.max_attempts
    if dead:
        values: dict[str, Any] = {"state": State.DEAD, "finished_at": now}
    else:
        values = {"state": State.QUEUED, "run_at": now + backoff.rest(claim.attempt, chance)}
    with transactions.write("jobs.fail"):
        if not held(claim).update(lease_until=None, error=error, **values):
            return False
        reach(Point.FAIL_UPDATED)
        _note_attempt(claim, outcome, error)
        if dead:
            _record_death(claim.job_id, claim.tenant_id, claim.name, claim.attempt)
    reach(Point.FAIL_COMMITTED)
    return True


def give_back(claim: Claim, *, after: timedelta = timedelta(0)) -> bool:
    """Queue the job again without counting the attempt: the worker stops, or the body asked for later."""
    with transactions.write("jobs.give_back"):
        changed = held(claim).update(
            state=State.QUEUED, run_at=clock.now() + after, attempts=claim.attempt - 1, lease_until=None
        )
    return bool(changed)


def cancelled(claim: Claim) -> bool:
    """End a running job that a person asked to cancel."""
    with transactions.write("jobs.cancelled"):
        changed = held(claim).update(state=State.CANCELLED, lease_until=None, finished_at=clock.now())
    return bool(changed)


def _note_attempt(claim: Claim, outcome: Outcome, error: str) -> None:
    Attempt.objects.create(
        job_id=claim.job_id,
        number=claim.attempt,
        worker=claim.worker,
        started_at=claim.started_at,
        outcome=outcome,
        error=error,
    )


def _note_lost(row: Job) -> None:
    Attempt.objects.create(
        job_id=row.pk,
        number=row.attempts,
        worker=row.worker,
        started_at=row.started_at,
        outcome=Outcome.LOST,
    )


def _record_death(job_id: UUID, tenant_id: UUID | None, name: str, attempts: int) -> None:
    contrib.record(
        actors.system("jobs"),
        Tag.DEAD,
        ("jobs.job", job_id),
        tenant_id=tenant_id,
        facts={"job": name, "attempts": attempts},
    )
