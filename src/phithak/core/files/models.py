"""Table of the files room; no decisions here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.core.accounts.models import TenantOwned


class StoredFile(TenantOwned):
    """A sealed file. ``tag`` is a keyed hash of the content, ``about`` the sealed name, type and SHA-256."""

    key_id = models.UUIDField()
    tag = models.BinaryField(max_length=32)
    size = models.BigIntegerField()
    state = models.CharField(max_length=12, default="ok")  # ok | quarantined
    blob = models.CharField(max_length=64)
    header = models.BinaryField(max_length=64)
    about = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["ok", "quarantined"]), name="files_known_state"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "tag"], name="files_by_content"),
            models.Index(fields=["tenant", "-created_at"], name="files_by_tenant"),
            models.Index(fields=["blob"], name="files_by_blob"),
        ]
