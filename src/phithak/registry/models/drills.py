"""Contact drills: does the contact answer?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Drill(TenantOwned):
    """One round of contact checks; the tenant is the centre that asks."""

    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="planned")  # planned | running | closed
    due_minutes = models.PositiveSmallIntegerField(default=60)
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cursor = models.UUIDField(null=True, blank=True)  # the last contact that was taken up
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")


class DrillCheck(Row):
    """What one contact was asked and answered; a person is asked once in a drill, whatever breaks."""

    drill = models.ForeignKey("registry.Drill", on_delete=models.PROTECT, related_name="checks")
    contact = models.ForeignKey("registry.ContactPoint", on_delete=models.PROTECT, related_name="+")
    escalates = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=10, blank=True)  # mail | sms | none
    state = models.CharField(
        max_length=12, default="waiting"
    )  # waiting | asked | answered | late | escalated | missed
    asked_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=12, blank=True)  # link | code | call_back | backup
    link_id = models.UUIDField(null=True, blank=True)
    code_hash = models.CharField(
        max_length=64, blank=True
    )  # keyed hash of the code that is said on the call back
    message_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "due_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["drill", "contact"], name="registry_one_check_per_contact")
        ]
