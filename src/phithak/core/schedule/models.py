"""Tables of the schedule room; no decisions here."""

from __future__ import annotations

from django.db import models

from phithak.core.db.models import Row


class Schedule(Row):
    """Where a registered schedule stands. ``fence`` grows with each change of ``next_due``."""

    name = models.CharField(max_length=100, unique=True)
    cron = models.CharField(max_length=100)
    zone = models.CharField(max_length=60)
    fence = models.PositiveBigIntegerField(default=0)
    next_due = models.DateTimeField(db_index=True)
    last_due = models.DateTimeField(null=True)
    last_job_id = models.UUIDField(null=True)
    paused_at = models.DateTimeField(null=True)
