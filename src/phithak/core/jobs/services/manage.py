"""Acts of persons on jobs, and the clearing of old rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db import transactions
from phithak.core.jobs import queries
from phithak.core.jobs.errors import JobStateError
from phithak.core.jobs.events import Tag
from phithak.core.jobs.models import Job, WorkerBeat
from phithak.core.jobs.queries import State

_OVER = (State.DONE, State.CANCELLED)


def cancel(actor: Actor, job_id: UUID) -> State:
    """Cancel a queued job at once, ask a running one to stop, or drop a dead letter.

    Persons may cancel what they queued themselves; anything else needs ``jobs.manage``.

    Returns:
        The job's state after it; RUNNING when it has yet to notice.

    Raises:
        NotFoundError: no such job, or not the actor's to see.
        ForbiddenError: the actor may see it, but not cancel it.
        JobStateError: it is over.
    """
    now = clock.now()
    with transactions.write("jobs.cancel"):
        row = _row(actor, job_id)
        if actor.user_id is None or row.by_user_id != actor.user_id:
            permissions.require(actor, "jobs.manage")
        state = State(row.state)
        if state in _OVER:
            raise _refused(state)
        values: dict[str, Any]
        if state is State.RUNNING:
            values = {"cancel_asked_at": row.cancel_asked_at or now}
        else:
            values = {"state": State.CANCELLED, "finished_at": now, "cancel_asked_at": now}
            state = State.CANCELLED
        changed = Job.objects.filter(pk=row.pk, fence=row.fence, state=row.state).update(**values)
        if not changed:
            raise _refused(State(queries.control(job_id)[1]))
        contrib.record(
            actor, Tag.CANCELLED, ("jobs.job", job_id), tenant_id=row.tenant_id, facts={"job": row.name}
        )
    return state


def retry(actor: Actor, job_id: UUID) -> None:
    """Queue a dead letter or a cancelled job again, with all its attempts; its cursor stays.

    Raises:
        NotFoundError: no such job, or not the actor's to see.
        ForbiddenError: the actor does not hold ``jobs.manage``.
        JobStateError: it is not dead or cancelled, or another job of its unique key is under way.
    """
    with transactions.write("jobs.retry"):
        row = _row(actor, job_id)
        permissions.require(actor, "jobs.manage")
        if row.state not in {State.DEAD, State.CANCELLED}:
            raise _refused(State(row.state))
        if row.unique_key and queries.living_of_key(row.name, row.unique_key):
            raise _refused(State.QUEUED)
        changed = Job.objects.filter(pk=row.pk, fence=row.fence, state=row.state).update(
            state=State.QUEUED,
            attempts=0,
            run_at=clock.now(),
            finished_at=None,
            cancel_asked_at=None,
            lease_until=None,
        )
        if not changed:
            raise _refused(State(queries.control(job_id)[1]))
        contrib.record(
            actor, Tag.RETRIED, ("jobs.job", job_id), tenant_id=row.tenant_id, facts={"job": row.name}
        )


def housekeeping() -> int:
    """Delete done and cancelled jobs older than the setting ``jobs_keep_days``; return how many.

    Dead letters stay until a person decides. At most 500 rows per transaction and 20 transactions per call.
    """
    now = clock.now()
    before = now - timedelta(days=settings.CONFIG.jobs_keep_days)
    gone = 0
    for _ in range(20):
        old = queries.finished_before(before, transactions.CHUNK_ROWS)
        if not old:
            break
        with transactions.write("jobs.housekeeping"):
            Job.objects.filter(pk__in=old, state__in=_OVER).delete()
        gone += len(old)
    with transactions.write("jobs.housekeeping"):
        WorkerBeat.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    return gone


def _row(actor: Actor, job_id: UUID) -> Job:
    row = queries.visible_or_own(actor).filter(pk=job_id).first()
    if row is None:
        raise NotFoundError
    return row


def _refused(state: State) -> JobStateError:
    return JobStateError(state_th=state.text.th, state_en=state.text.en)
