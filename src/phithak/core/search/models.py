"""The tables of the search room."""

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


class Chart(models.Model):
    """Regions of the order of a kind's list, each of some hundred documents, and where each of them begins."""

    kind = models.CharField(max_length=60, primary_key=True)
    version = models.IntegerField()
    starts = models.BinaryField()  # the first sort key of each region, see charts.packed
    total = models.IntegerField()  # documents when it was drawn
    added = models.IntegerField(default=0)  # documents told since


class ChartPiece(models.Model):
    """In which regions a piece of two or three letters may stand: never fewer than it does, but for changes."""

    kind = models.CharField(max_length=60)
    version = models.IntegerField()
    piece = models.CharField(max_length=3)
    regions = models.BinaryField()  # a bit for each region, the first region's in the first byte's lowest

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "version", "piece"], name="search_one_row_per_charted_piece"
            )
        ]


class Change(models.Model):
    """A document that was written after its chart was; kept for a while after the chart was told."""

    kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    charted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "object_id"], name="search_change_of_kind")]
