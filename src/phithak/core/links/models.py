"""The table of the links room."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.core.accounts.models import TenantOwned


class Link(TenantOwned):
    """One question to one recipient."""

    purpose = models.CharField(max_length=60)
    object_id = models.UUIDField()
    recipient = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["purpose", "object_id", "recipient", "version"], name="links_one_per_version"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["purpose", "object_id"])]
