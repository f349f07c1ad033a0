"""Queueing a job in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from phithak.base import clock
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.db import transactions
from phithak.core.jobs import guard, queries, registry
from phithak.core.jobs.errors import UnknownJobError
from phithak.core.jobs.events import Tag
from phithak.core.jobs.models import Job
from phithak.core.jobs.points import Point, reach
from phithak.core.jobs.registry import JobType, Lane


def enqueue(
    job: JobType | str,
    args: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    lane: Lane | str | None = None,
    unique: str = "",
    run_at: datetime | None = None,
    tenant_id: UUID | None = None,
    priority: int = 0,
) -> UUID:
    """Queue a job in the open write transaction (or one of its own): no commit, no job.

    Args:
        job: a registered job or its name.
        args: keyword arguments of its body: plain JSON, at most 4 KiB, no personal data; ids as text.
        actor: who asks; a person's act is journalled.
        lane: queue, when not the job's own.
        unique: while a job of the same name and key is queued or running, its id is returned instead.
        run_at: not before this moment (aware); now when None.
        tenant_id: whose job it is; None for the instance itself.
        priority: higher goes first within the lane.

    Returns:
        The job's id.

    Raises:
        UnknownJobError: no room registered that name.
        ArgumentsError: arguments or key cannot be stored.
    """
    kind = job if isinstance(job, JobType) else registry.get(job)
    if kind is None:
        raise UnknownJobError(name=job)
    stored = guard.checked(args or {})
    guard.checked_value(unique, "unique")
    with transactions.write("jobs.enqueue"):
        if unique and (living := queries.living_of_key(kind.name, unique)):
            return living
        row = Job(
            tenant_id=tenant_id,
            by_user_id=actor.user_id,
            by_process="" if actor.user_id else actor.name,
            name=kind.name,
            args=stored,
            lane=Lane(lane or kind.lane),
            priority=priority,
            unique_key=unique,
            run_at=run_at or clock.now(),
            state=queries.State.QUEUED,
            max_attempts=kind.attempts,
            timeout=kind.timeout,
        )
        try:
            with transactions.write("jobs.enqueue"):
                row.save(force_insert=True)
        except IntegrityError:
            # PostgreSQL: another transaction queued the same key between the look and the insert
            if unique and (living := queries.living_of_key(kind.name, unique)):
                return living
            raise
        reach(Point.ENQUEUE_INSERTED)
        if actor.user_id is not None:
            contrib.record(
                actor,
                Tag.ENQUEUED,
                ("jobs.job", row.pk),
                tenant_id=tenant_id,
                facts={"job": kind.name, "lane": row.lane},
            )
        return row.pk
