"""Tables of the privacy room; no decisions here. The keys themselves lie in the keyring, not here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class DataKey(Row):
    """What a key of the keyring is for (same id); ``tenant`` is None for the instance's own."""

    kind = models.CharField(max_length=20)  # keyring.Kind
    label = models.CharField(max_length=120)
    tenant = models.ForeignKey("accounts.Tenant", null=True, on_delete=models.PROTECT, related_name="+")
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["label"],
                condition=models.Q(destroyed_at__isnull=True),
                name="privacy_one_living_key_of_a_label",
            )
        ]


class KeyDestruction(Row):
    """A proposal to destroy a key: proposed → confirmed (by another person) → done, or withdrawn."""

    key = models.ForeignKey("privacy.DataKey", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, default="proposed")  # proposed | confirmed | done | withdrawn

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(state__in=["proposed", "confirmed"]),
                name="privacy_one_open_destruction",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True)
                | ~models.Q(confirmed_by=models.F("proposed_by")),
                name="privacy_destruction_by_two",
            ),
        ]


class VaultItem(TenantOwned):
    """One sealed personal value; nothing of it is readable here but its mask."""

    kind = models.CharField(max_length=20)  # masks.Kind
    key_id = models.UUIDField()
    sealed = models.BinaryField()
    masked = models.CharField(max_length=300)
    tag = models.BinaryField(max_length=16)
    tag_key_id = models.UUIDField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tag", "kind"], name="privacy_item_by_tag"),
            models.Index(fields=["tenant", "-created_at"], name="privacy_item_by_tenant"),
            models.Index(fields=["key_id"], name="privacy_item_by_key"),
        ]


class UnmaskBudget(Row):
    """How many items a person opened within one hour."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    hour = models.DateTimeField()
    used = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "hour"], name="privacy_one_budget_an_hour")
        ]


class PersonSet(TenantOwned):
    """A sealed list of persons: an immutable file; its hash (of the sealed bytes) is in the journal."""

    key_id = models.UUIDField()
    rows = models.BigIntegerField()
    size = models.BigIntegerField()
    header = models.BinaryField(max_length=64)
    digest = models.CharField(max_length=64)
    source_id = models.UUIDField(null=True, blank=True)
