"""Tables of the monitoring room; no decisions here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Sender(TenantOwned):
    """A machine that may send events; known by its tokens alone."""

    name = models.CharField(max_length=100)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                condition=models.Q(revoked_at__isnull=True),
                name="monitoring_one_sender_of_a_name",
            )
        ]


class Token(Row):
    """A bearer token of a sender; only its SHA-256 is kept (256 random bits)."""

    sender = models.ForeignKey("monitoring.Sender", on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    ended_at = models.DateTimeField(null=True, blank=True)


class Source(TenantOwned):
    """One kind of log of a sender, with its privacy profile."""

    sender = models.ForeignKey("monitoring.Sender", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    profile = models.JSONField(default=dict)
    active = models.BooleanField(default=True)
    zone_minutes = models.SmallIntegerField(default=420)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sender", "label"], name="monitoring_one_source_of_a_label")
        ]
