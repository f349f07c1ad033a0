"""Jobs over the API: list, detail, cancel, retry."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from phithak.core.jobs import queries, services
from phithak.core.jobs.models import Job
from phithak.core.jobs.queries import JobDetail, State
from phithak.core.jobs.registry import Lane
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, operation, paginate

router = Router()


class JobOut(Schema):
    """A job in a list; ``total`` null = unknown."""

    id: UUID
    name: str
    tenant_id: UUID | None
    lane: Lane
    state: State
    attempts: int
    max_attempts: int
    done: int
    total: int | None
    created_at: datetime
    run_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class AttemptOut(Schema):
    """An attempt that did not finish its job."""

    number: int
    outcome: str
    started_at: datetime | None
    ended_at: datetime
    error: str


class JobDetailOut(JobOut):
    """A job with what went wrong so far."""

    text_th: str
    text_en: str
    note_th: str
    note_en: str
    by: str
    cancel_asked_at: datetime | None
    error: str
    failed: list[AttemptOut]


class JobFilter(Paging):
    """Query parameters of the list."""

    lane: Lane | None = None
    state: State | None = None


def _out(row: Job) -> JobOut:
    return JobOut(
        id=row.pk,
        name=row.name,
        tenant_id=row.tenant_id,
        lane=Lane(row.lane),
        state=State(row.state),
        attempts=row.attempts,
        max_attempts=row.max_attempts,
        done=row.done,
        total=row.total,
        created_at=row.created_at,
        run_at=row.run_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def _detail(found: JobDetail) -> JobDetailOut:
    return JobDetailOut(
        id=found.id,
        name=found.name,
        tenant_id=found.tenant_id,
        lane=found.lane,
        state=found.progress.state,
        attempts=found.attempts,
        max_attempts=found.max_attempts,
        done=found.progress.done,
        total=found.progress.total,
        created_at=found.created_at,
        run_at=found.run_at,
        started_at=found.started_at,
        finished_at=found.finished_at,
        text_th=found.text.th,
        text_en=found.text.en,
        note_th=found.progress.note.th,
        note_en=found.progress.note.en,
        by=found.by,
        cancel_asked_at=found.cancel_asked_at,
        error=found.error,
        failed=[
            AttemptOut(
                number=a.number,
                outcome=a.outcome.value,
                started_at=a.started_at,
                ended_at=a.ended_at,
                error=a.error,
            )
            for a in found.failed
        ],
    )


@operation(
    router.get,
    "",
    permission="jobs.view",
    response=Page[JobOut],
    th="งานที่ผู้เรียกมองเห็น",
    en="Jobs that the caller may see",
)
def jobs(request: Request, asked: Query[JobFilter]) -> Page[JobOut]:
    """Return a page of jobs, newest first."""
    rows = queries.visible_to(request.actor)
    if asked.lane is not None:
        rows = queries.of_lane(rows, asked.lane)
    if asked.state is not None:
        rows = queries.of_states(rows, asked.state)
    return paginate(rows, asked, _out)


@operation(
    router.get,
    "/{job_id}",
    permission="jobs.view",
    response=JobDetailOut,
    th="งานหนึ่งงานกับครั้งที่ล้มเหลว",
    en="One job, with its failed attempts",
)
def job(request: Request, job_id: UUID) -> JobDetailOut:
    """Return one job."""
    return _detail(queries.detail(request.actor, job_id))


@operation(
    router.post,
    "/{job_id}/cancel",
    permission="jobs.manage",
    response=JobDetailOut,
    th="ยกเลิกงาน หรือทิ้งงานที่ล้มเหลว",
    en="Cancel a job, or drop a dead letter",
)
def cancel(request: Request, job_id: UUID) -> JobDetailOut:
    """Cancel and return the job; a running one ends at its next checkpoint."""
    services.cancel(request.actor, job_id)
    return _detail(queries.detail(request.actor, job_id))


@operation(
    router.post,
    "/{job_id}/retry",
    permission="jobs.manage",
    response=JobDetailOut,
    th="ทำงานที่ล้มเหลวหรือยกเลิกใหม่",
    en="Queue a dead or cancelled job again",
)
def retry(request: Request, job_id: UUID) -> JobDetailOut:
    """Queue again and return the job."""
    services.retry(request.actor, job_id)
    return _detail(queries.detail(request.actor, job_id))
