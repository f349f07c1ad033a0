"""Moments around each durable step of the event store, at which tests kill the process."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Every moment at which a kill must lose nothing that was acknowledged and double nothing."""

    SEGMENT_OPEN = "segment.before_open"
    SEGMENT_OPENED = "segment.opened"
    SEGMENT_WRITE = "segment.before_write"
    SEGMENT_WRITTEN = "segment.written"
    SEGMENT_SYNCED = "segment.synced"
    LEDGER_INSERTED = "ledger.inserted"
    LEDGER_COMMITTED = "ledger.committed"
    ANSWER = "answer.before"
    ANSWERED = "answer.sent"
    PARQUET_WRITTEN = "parquet.written"
    PARQUET_SYNCED = "parquet.synced"
    PARQUET_NAMED = "parquet.named"
    MANIFEST_COMMITTED = "manifest.committed"
    REMOVE = "remove.before"
    REMOVED = "remove.done"


listeners: list[Callable[[Point], None]] = []
"""Called at each point; empty outside of tests."""


def reach(point: Point) -> None:
    """Tell the listeners that ``point`` is reached."""
    for listener in listeners:
        listener(point)
