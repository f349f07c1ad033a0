"""Contact drills: does the contact answer?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Drill(TenantOwned):
    """One round of contact checks; the tenant is the centre that asks."""

    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="planned")  # planned | running | closed | stopped
    kinds = models.JSONField(default=list)  # queries.kinds.ContactKind; [] = every kind
    sectors = models.JSONField(default=list)  # codes of sectors with all below them; [] = every sector
    countries = models.JSONField(default=list)  # ISO 3166-1; [] = every country
    due_minutes = models.PositiveSmallIntegerField(default=60)
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cursor = models.UUIDField(null=True, blank=True)  # the last contact that was taken up
    gathered_at = models.DateTimeField(null=True, blank=True)  # every contact of the drill was taken up
    asked_all_at = models.DateTimeField(null=True, blank=True)  # every person of it was asked
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)  # its claims are gone
    reason = models.CharField(max_length=300, blank=True)  # why it was stopped

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state"])]


class DrillCheck(Row):
    """What one contact was asked and answered; a person is asked once in a drill, whatever breaks."""

    drill = models.ForeignKey("registry.Drill", on_delete=models.PROTECT, related_name="checks")
    contact = models.ForeignKey("registry.ContactPoint", on_delete=models.PROTECT, related_name="+")
    # the check that asks the same person; its answer is this one's too
    asked_with = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # the check of the backup that was asked when this one stayed silent
    backup = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    as_backup = models.BooleanField(default=False)  # is in the drill only because another stayed silent
    channel = models.CharField(max_length=10, blank=True)  # mail | sms | none
    address_id = models.UUIDField(null=True, blank=True)  # vault handle of what was used
    state = models.CharField(
        max_length=12, default="waiting"
    )  # waiting | asked | answered | late | escalated | missed | void
    asked_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=12, blank=True)  # link | code | call_back | backup
    says_changed = models.BooleanField(default=False)  # "my data changed"
    link_id = models.UUIDField(null=True, blank=True)
    code_hash = models.CharField(
        max_length=64, blank=True
    )  # keyed hash of the code that is said on the call back
    message_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["drill", "state"]),
            models.Index(
                fields=["link_id"], condition=models.Q(link_id__isnull=False), name="registry_check_of_link"
            ),
            models.Index(
                fields=["message_id"],
                condition=models.Q(message_id__isnull=False),
                name="registry_check_of_message",
            ),
            models.Index(
                fields=["code_hash"], condition=~models.Q(code_hash=""), name="registry_check_of_code"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["drill", "contact"], name="registry_one_check_per_contact")
        ]


class DrillClaim(Row):
    """A lock, not a record: while drills run, this person or address belongs to the person of one check.

    ``key`` names a person's row or the keyed tag of an address. ``used`` ones are exclusive: the person, and the
    address by which they are asked. The others are addresses that the person has besides, such as a switchboard.
    Goes when the last drill that needs it ends.
    """

    key = models.CharField(max_length=60)
    used = models.BooleanField()
    check_row = models.ForeignKey("registry.DrillCheck", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["check_row"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(used=True), name="registry_claim_of_one_check"
            ),
            models.UniqueConstraint(fields=["key", "check_row", "used"], name="registry_claim_once"),
        ]
