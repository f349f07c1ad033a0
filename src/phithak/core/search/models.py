"""The table of the search room."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Document(models.Model):
    """The search keys of one thing; the number key is what the FTS5 table refers to (:func:`keys.numbers_of`)."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    exact = models.TextField()
    loose = models.TextField()
    sort_key = models.BinaryField(
        default=b""
    )  # what a list of these things is sorted by, when its room said so

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="search_one_document_per_object")
        ]
