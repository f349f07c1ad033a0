"""Named crash points: the moments before and after every durable step of the journal.

In the product nothing listens. The fault tests put a function into :data:`listeners` that kills the process
at a named point; a test lists the points and fails when one is never reached.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Every moment at which a kill must lose nothing, number nothing twice and fork nothing."""

    RECORDED = "record.inserted"
    NUMBER_HASHED = "number.hashed"
    NUMBER_CLAIMED = "number.claimed"
    NUMBER_BEFORE_COMMIT = "number.before_commit"
    NUMBER_COMMITTED = "number.committed"
    SIGNED = "checkpoint.signed"
    ARCHIVE_WRITTEN = "checkpoint.archive_written"
    ARCHIVED = "checkpoint.archived"
    CHECKPOINT_BEFORE_COMMIT = "checkpoint.before_commit"
    CHECKPOINT_COMMITTED = "checkpoint.committed"
    EPOCH_BEFORE_COMMIT = "epoch.before_commit"
    EPOCH_COMMITTED = "epoch.committed"
    WITNESS_BEFORE_COMMIT = "witness.before_commit"
    WITNESS_COMMITTED = "witness.committed"
    ANSWERED = "ask.answered"
    COSIGNED_BEFORE_COMMIT = "ask.before_commit"
    COSIGNED = "ask.committed"


listeners: list[Callable[[Point], None]] = []


def reach(point: Point) -> None:
    """Tell the listeners that the process stands at ``point``."""
    for listener in listeners:
        listener(point)
