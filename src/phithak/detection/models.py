"""Tables of the detection room; no decisions here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Position(Row):
    """How far the detector has come on the bus; one row.

    ``fence`` rises with each start. Correlations stand as they were after ``remembered``, which never lies behind
    ``offset``.
    """

    name = models.CharField(max_length=40, unique=True)
    fence = models.PositiveBigIntegerField(default=0)
    offset = models.PositiveBigIntegerField(default=0)
    remembered = models.PositiveBigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)


class Memory(TenantOwned):
    """The open windows of a tenant's correlations, as the engine packs them."""

    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant"], name="detection_one_memory")]


class Alert(TenantOwned):
    """A rule that holds, on one host within an hour, or a correlation that holds for one group and window.

    ``first_at`` and ``last_at`` are times of events, ``found_at`` and ``seen_at`` the centre's clock. ``batch`` and
    ``place`` say where the first event lies; ``counted`` is the last batch that was counted.
    """

    key = models.CharField(max_length=32, unique=True)  # blake2b(tenant, rule, group, window)
    rule = models.CharField(max_length=200)
    title = models.CharField(max_length=500)
    level = models.CharField(max_length=20)
    tags = models.JSONField(default=list)
    group = models.CharField(max_length=500, blank=True)
    correlated = models.BooleanField(default=False)
    count = models.PositiveBigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    source = models.UUIDField(null=True)
    batch = models.PositiveBigIntegerField()
    place = models.PositiveIntegerField()
    counted = models.PositiveBigIntegerField()
    matched = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-found_at"], name="detection_newest"),
            models.Index(fields=["tenant", "-found_at"], name="detection_newest_of_tenant"),
        ]
