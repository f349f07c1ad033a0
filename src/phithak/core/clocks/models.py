"""The table of the clocks room."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.core.accounts.models import TenantOwned


class RunningClock(TenantOwned):
    """One clock of one tenant over one object."""

    object_kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    trigger_at = models.DateTimeField()
    evidence = models.CharField(max_length=1000)
    due_at = models.DateTimeField(null=True, blank=True)
    possible_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12)  # services.State
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_evidence = models.CharField(max_length=1000, blank=True)
    corrects = models.ForeignKey("clocks.RunningClock", null=True, on_delete=models.PROTECT, related_name="+")
    warned_percent = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["object_kind", "object_id"]),
            models.Index(fields=["state", "due_at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "object_kind", "object_id", "code"],
                condition=models.Q(state__in=["proposed", "running"]),
                name="clocks_one_open_per_duty",
            )
        ]
