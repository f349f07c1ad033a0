"""Named crash points of putting a file away: before and after every durable step.

In the product nothing listens; fault tests put a function into :data:`listeners` that kills the process.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Every moment at which a kill must neither lose a file that was answered for nor leave one readable."""

    CREATED = "put.created"
    WRITTEN = "put.written"
    SYNCED = "put.synced"
    STORED = "put.stored"
    BEFORE_COMMIT = "put.before_commit"
    COMMITTED = "put.committed"
    SWEEP_BEFORE_REMOVE = "sweep.before_remove"
    SWEEP_REMOVED = "sweep.removed"


listeners: list[Callable[[Point], None]] = []


def reach(point: Point) -> None:
    """Tell the listeners that the process stands at ``point``."""
    for listener in listeners:
        listener(point)
