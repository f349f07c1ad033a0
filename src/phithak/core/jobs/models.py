"""Tables of the jobs room; no decisions here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.base import clock
from phithak.core.db.models import Row


class Job(Row):
    """One piece of work. ``fence`` grows with each claim; only the holder of the newest fence may write."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, null=True, related_name="+")
    by_user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    by_process = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=100)
    args = models.JSONField(default=dict)
    lane = models.CharField(max_length=10)
    priority = models.SmallIntegerField(default=0)  # higher goes first within the lane
    unique_key = models.CharField(max_length=200, blank=True)
    run_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, default="queued")  # queries.State
    attempts = models.PositiveSmallIntegerField(default=0)  # claims so far
    max_attempts = models.PositiveSmallIntegerField()
    timeout = models.PositiveIntegerField()
    fence = models.PositiveBigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    note_th = models.CharField(max_length=250, blank=True)
    note_en = models.CharField(max_length=250, blank=True)
    cursor = models.JSONField(null=True)
    error = models.TextField(blank=True)  # class names and places in our code; never a message or value

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "unique_key"],
                condition=models.Q(state__in=["queued", "running"]) & ~models.Q(unique_key=""),
                name="jobs_one_living_of_a_key",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["lane", "state", "-priority", "run_at", "id"], name="jobs_claim"),
            models.Index(fields=["state", "finished_at"], name="jobs_finished"),
        ]


class Attempt(Row):
    """How an attempt ended that did not finish its job; ``created_at`` is the moment of its end."""

    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    worker = models.CharField(max_length=120)
    started_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10)  # queries.Outcome
    error = models.TextField(blank=True)


class WorkerBeat(models.Model):
    """When a lane process was last seen."""

    worker = models.CharField(max_length=120, primary_key=True)
    lane = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
