"""Abstract bases for the rooms' tables."""

from __future__ import annotations

from django.db import models

from phithak.base import clock, ids


class Row(models.Model):
    """A row with a UUIDv7 key and the moment of its making (UTC)."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True
