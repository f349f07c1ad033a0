"""Named crash points: the moments before and after every durable step.

In the product nothing listens. The fault tests put a function into :data:`listeners` that kills the process
at a named point; a test lists the points and fails when one is never reached or never killed at.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Every moment at which a kill must lose nothing and double nothing."""

    ENQUEUE_INSERTED = "enqueue.inserted"
    CLAIM_SELECTED = "claim.selected"
    CLAIM_UPDATED = "claim.updated"
    CLAIM_COMMITTED = "claim.committed"
    HEART_BEFORE = "heart.before"
    HEART_COMMITTED = "heart.committed"
    CHUNK_UPDATED = "chunk.updated"
    CHUNK_BEFORE_COMMIT = "chunk.before_commit"
    CHUNK_COMMITTED = "chunk.committed"
    FINISH_BEFORE = "finish.before"
    FINISH_UPDATED = "finish.updated"
    FINISH_BEFORE_COMMIT = "finish.before_commit"
    FINISH_COMMITTED = "finish.committed"
    FAIL_UPDATED = "fail.updated"
    FAIL_COMMITTED = "fail.committed"


listeners: list[Callable[[Point], None]] = []


def reach(point: Point) -> None:
    """Tell the listeners that the process stands at ``point``."""
    for listener in listeners:
        listener(point)
