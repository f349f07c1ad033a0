"""Tables of the outbox; no decisions here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.base import clock
from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Message(TenantOwned):
    """One message to one recipient. ``holder`` is fresh with each claim; only its holder may move the row on."""

    channel = models.CharField(max_length=10)  # states.Channel
    recipient_kind = models.CharField(max_length=6)  # states.Recipient
    recipient_id = models.UUIDField(null=True)
    renderer = models.CharField(max_length=100)
    params = models.JSONField(default=dict)
    campaign = models.UUIDField(null=True)
    idempotency_key = models.CharField(max_length=120)
    urgent = models.BooleanField(default=False)
    day_only = models.BooleanField(default=False)
    by_user = models.UUIDField(null=True)
    by_process = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, default="queued")  # states.State
    next_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)  # times that it was given to a provider
    failures = models.PositiveSmallIntegerField(default=0)  # definite ones in a row, which lengthen the rest
    round = models.PositiveSmallIntegerField(default=1)  # part of our reference; a person's resend raises it
    fence = models.PositiveIntegerField(default=0)  # claims so far
    holder = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    adapter = models.CharField(max_length=20, blank=True)
    mode = models.CharField(max_length=10, blank=True)  # states.Mode, as it was when sending began
    provider_id = models.CharField(max_length=200, blank=True)
    body_hash = models.BinaryField(max_length=32, null=True)
    error = models.CharField(max_length=60, blank=True)  # a code; never words of a provider
    sending_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # delivered, failed, unknown or cancelled
    decided_at = models.DateTimeField(null=True)
    vetted_at = models.DateTimeField(null=True)  # a person or the provider said that it may be sent

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "idempotency_key"], name="outbox_queued_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "state", "day_only", "-urgent", "next_at", "id"], name="outbox_claim"
            ),
            models.Index(fields=["campaign", "state"], name="outbox_of_campaign"),
            models.Index(
                fields=["lease_until"], condition=models.Q(lease_until__isnull=False), name="outbox_lease"
            ),
            models.Index(
                fields=["provider_id"], condition=~models.Q(provider_id=""), name="outbox_by_provider_id"
            ),
            models.Index(fields=["state", "ended_at"], name="outbox_ended"),
            # the tenant lies in it too, so that a list walks to any page without reading rows
            models.Index(fields=["created_at", "id", "tenant"], name="outbox_by_age"),
        ]


class Note(Row):
    """Something that happened to a message which its columns do not tell; ``created_at`` says when."""

    message = models.ForeignKey("outbox.Message", on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=20)  # queries.WHAT
    code = models.CharField(max_length=60, blank=True)
    by = models.CharField(max_length=250, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["message", "created_at"], name="outbox_notes")]


class Campaign(TenantOwned):
    """A batch that was held, released or cancelled; its id is the caller's. A batch without a row runs."""

    state = models.CharField(max_length=10)  # running | held | cancelled
    sweeping = models.BooleanField(default=True)  # rows of it still have to follow


class Gate(models.Model):
    """``all``: the stop button. A channel's name: its token bucket."""

    name = models.CharField(max_length=10, primary_key=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=250, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    restored_at = models.DateTimeField(null=True)  # what is older may have been sent after the backup
    tokens = models.FloatField(default=0)
    filled_at = models.DateTimeField(null=True)
