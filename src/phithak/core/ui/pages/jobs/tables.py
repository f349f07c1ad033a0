"""The lists of the jobs pages."""

from __future__ import annotations

from django.urls import reverse

from phithak.base.text import Text
from phithak.core.jobs import queries, registry
from phithak.core.jobs.models import Job
from phithak.core.jobs.queries import State as JobState
from phithak.core.jobs.registry import Lane
from phithak.core.ui.states import State
from phithak.core.ui.tables import Column, Filter, Table

_TONES = {
    JobState.QUEUED: "neutral",
    JobState.RUNNING: "info",
    JobState.DONE: "good",
    JobState.DEAD: "bad",
    JobState.CANCELLED: "warn",
}


def badge(state: JobState) -> State:
    """Return a job's state as a badge."""
    return State(state.value, state.text, _TONES[state])


def progress_text(row: Job) -> str:
    """Return how far a job is: ``120/500``, ``120`` when the total is unknown, "" when it has not said."""
    if row.total:
        return f"{row.done:,}/{row.total:,}"
    return f"{row.done:,}" if row.done else ""


_NAME = Column(
    "job",
    Text("งาน", "Job"),
    value=lambda row: registry.text_of(row.name),
    sort="name",
    link=lambda row: reverse("jobs:detail", args=[row.pk]),
)
_LANE = Column("lane", Text("ช่อง", "Lane"), value=lambda row: Lane(row.lane).text, sort="lane")
_ATTEMPTS = Column(
    "attempts",
    Text("ครั้งที่ลอง", "Attempts"),
    value=lambda row: f"{row.attempts}/{row.max_attempts}",
    sort="attempts",
)
_LANES = Filter(
    "lane",
    Text("ช่อง", "Lane"),
    options=[(lane.value, lane.text) for lane in Lane],
    apply=queries.of_lane,
)

JOBS = Table(
    name="jobs",
    columns=[
        _NAME,
        _LANE,
        Column(
            "state",
            Text("สถานะ", "State"),
            value=lambda row: badge(JobState(row.state)),
            sort="state",
            kind="state",
        ),
        Column("progress", Text("คืบหน้า", "Progress"), value=progress_text),
        _ATTEMPTS,
        Column("by", Text("สั่งโดย", "Queued by"), value=queries.by_text),
        Column(
            "created", Text("เวลาสั่ง", "Queued at"), value="created_at", sort="created_at", kind="datetime"
        ),
        Column(
            "finished", Text("เสร็จเมื่อ", "Ended at"), value="finished_at", sort="finished_at", kind="datetime"
        ),
    ],
    filters=[
        _LANES,
        Filter(
            "state",
            Text("สถานะ", "State"),
            options=[(state.value, state.text) for state in JobState],
            apply=lambda rows, value: queries.of_states(rows, JobState(value)),
        ),
    ],
    search=queries.matching,
    default_sort="-created_at",
    empty=Text(
        "ยังไม่มีงานเบื้องหลัง งานจะขึ้นที่นี่เมื่อมีการนำเข้า ส่งข้อความ หรืองานตามเวลา",
        "No jobs yet. They appear here when something is imported, sent, or due.",
    ),
    template="jobs/list.html",
)

DEAD = Table(
    name="dead",
    columns=[
        _NAME,
        _LANE,
        _ATTEMPTS,
        Column("error", Text("เหตุ", "Error"), value=lambda row: row.error.partition("\n")[0], kind="code"),
        Column(
            "finished",
            Text("ล้มเหลวเมื่อ", "Failed at"),
            value="finished_at",
            sort="finished_at",
            kind="datetime",
        ),
    ],
    filters=[_LANES],
    search=queries.matching,
    default_sort="-finished_at",
    empty=Text("ไม่มีงานล้มเหลวรออยู่", "No dead letters wait"),
)
