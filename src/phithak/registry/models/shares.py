"""Who below whom holds whose data, and the suspension of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class DataShare(TenantOwned):
    """The tenant (a platform, an operator) gives data to a holder (a merchant, a partner): why, and until when."""

    holder = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    fields = models.JSONField(default=list)  # data kinds
    purpose = models.CharField(max_length=500)
    until = models.DateField()  # the last day
    people = models.PositiveIntegerField(null=True, blank=True)
    agreement = models.ForeignKey(
        "registry.Agreement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    store = models.ForeignKey(
        "registry.DataStore", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, default="proposed")  # proposed | active | suspended | ended
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "state", "until"]),
            models.Index(fields=["holder", "state"]),
            models.Index(fields=["until", "id", "tenant"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(purpose=""), name="registry_share_has_a_purpose"),
            models.CheckConstraint(condition=~Q(holder=F("tenant")), name="registry_share_with_another"),
        ]


class Suspension(Row):
    """A share is suspended from a moment, for a reason."""

    share = models.ForeignKey("registry.DataShare", on_delete=models.PROTECT, related_name="suspensions")
    reason = models.CharField(max_length=1000)
    cause = models.CharField(max_length=10, default="person")  # person | agreement: what it rests on is over
    effective_at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_why = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["share"], condition=Q(lifted_at__isnull=True), name="registry_one_running_suspension"
            )
        ]


class Appeal(Row):
    """The holder asks to lift a suspension."""

    suspension = models.ForeignKey("registry.Suspension", on_delete=models.PROTECT, related_name="appeals")
    words = models.TextField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, default="open")  # open | upheld | refused
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["suspension"], condition=Q(state="open"), name="registry_one_open_appeal"
            )
        ]
