"""Named crash points of keys and sealed bulk files: before and after every durable step.

In the product nothing listens; fault tests put a function into :data:`listeners` that kills the process.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Every moment at which a kill must lose no key and bring none back."""

    ROTATE_NEW_WRITTEN = "rotate.new_written"
    ROTATE_TARGET_SET = "rotate.target_set"
    ROTATE_CHUNK_BEFORE = "rotate.chunk_before"
    ROTATE_CHUNK_COMMITTED = "rotate.chunk_committed"
    ROTATE_BEFORE_PROMOTE = "rotate.before_promote"
    ROTATE_PROMOTED = "rotate.promoted"
    DESTROY_CONFIRMED = "destroy.confirmed"
    DESTROY_TOMBSTONED = "destroy.tombstoned"
    DESTROY_DELETED = "destroy.deleted"
    DESTROY_EXPORTED = "destroy.exported"
    EXPORT_WRITTEN = "export.written"
    EXPORT_RENAMED = "export.renamed"
    PERSONS_WRITTEN = "persons.written"
    PERSONS_RENAMED = "persons.renamed"


listeners: list[Callable[[Point], None]] = []


def reach(point: Point) -> None:
    """Tell the listeners that the process stands at ``point``."""
    for listener in listeners:
        listener(point)
