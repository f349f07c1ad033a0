"""The jobs pages: list, dead letters, one job, cancel, retry, and the fragments that refresh themselves."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.jobs import queries, services
from phithak.core.jobs.queries import State
from phithak.core.ui.pages.jobs.tables import DEAD, JOBS, badge
from phithak.core.ui.pages_kit import Request, page

_JOBS = Text("งานเบื้องหลัง", "Jobs")
_DEAD = Text("งานล้มเหลวที่รอตัดสินใจ", "Dead letters")
_JOB = Text("งาน", "Job")


@page("jobs.view", title=_JOBS)
def jobs(request: Request) -> HttpResponseBase:
    """Show the lanes, what runs now, and every job that the actor may see."""
    actions = [(_DEAD, reverse("jobs:dead"))]
    shown = {"lanes": queries.lanes(), "running": queries.running(request.actor)}
    return JOBS.respond(
        request, rows=queries.listed(request.actor), title=_JOBS, actions=actions, context=shown
    )


@page("jobs.view", title=_JOBS)
def running(request: Request) -> HttpResponseBase:
    """Answer the fragment of the lanes and of what runs now; the list's page asks for it again and again."""
    shown = {"lanes": queries.lanes(), "running": queries.running(request.actor)}
    return render(request, "jobs/_running.html", shown)


@page("jobs.view", title=_DEAD)
def dead(request: Request) -> HttpResponseBase:
    """Show the jobs that used up their attempts."""
    rows = queries.of_states(queries.listed(request.actor), State.DEAD)
    return DEAD.respond(request, rows=rows, title=_DEAD, actions=[(_JOBS, reverse("jobs:list"))])


@page("jobs.view", title=_JOB)
def job(request: Request, job_id: UUID) -> HttpResponseBase:
    """Show one job: progress, attempts, error, what may be done."""
    found = queries.detail(request.actor, job_id)
    shown = {
        "job": found,
        "state": badge(found.progress.state),
        "may_manage": permissions.has(request.actor, "jobs.manage"),
        "title": found.text,
        **_bar(found),
    }
    return render(request, "jobs/detail.html", shown)


@page("jobs.view", title=_JOB)
def progress(request: Request, job_id: UUID) -> HttpResponseBase:
    """Answer the fragment of one job's progress."""
    found = queries.detail(request.actor, job_id)
    return render(request, "ui/_progress.html", _bar(found))


@page("jobs.manage", title=_JOB, methods=("POST",))
def cancel(request: Request, job_id: UUID) -> HttpResponseBase:
    """Cancel a job, or drop a dead letter."""
    if services.cancel(request.actor, job_id) is State.RUNNING:
        told = Text("ขอให้หยุดแล้ว งานจะหยุดที่จุดพักถัดไป", "Asked to stop; the job ends at its next checkpoint.")
    else:
        told = Text("ยกเลิกแล้ว", "Cancelled.")
    messages.success(request, str(told))
    return redirect("jobs:detail", job_id)


@page("jobs.manage", title=_JOB, methods=("POST",))
def retry(request: Request, job_id: UUID) -> HttpResponseBase:
    """Queue a dead letter or a cancelled job again."""
    services.retry(request.actor, job_id)
    messages.success(request, str(Text("เข้าคิวใหม่แล้ว", "Queued again.")))
    return redirect("jobs:detail", job_id)


def _bar(found: queries.JobDetail) -> dict[str, object]:
    return {
        "done": found.progress.done,
        "total": found.progress.total,
        "url": reverse("jobs:progress", args=[found.id]),
        "running": found.progress.state in {State.QUEUED, State.RUNNING},
    }
