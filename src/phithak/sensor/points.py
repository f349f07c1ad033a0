"""Named crash points: the moments before and after every durable step of a sensor.

In the product nothing listens; fault tests put a function into :data:`listeners` that kills the process.
"""

from __future__ import annotations

from enum import Enum
from typing import Callable


class Point(str, Enum):
    """Every moment at which a kill must neither lose an event that was answered for nor send one twice."""

    JOURNAL_BEFORE = "journal.before"
    JOURNAL_WRITTEN = "journal.written"
    JOURNAL_SYNCED = "journal.synced"
    SEAL_BEFORE = "seal.before"
    SEAL_WRITTEN = "seal.written"
    SEAL_SYNCED = "seal.synced"
    SEAL_BEFORE_COMMIT = "seal.before_commit"
    SEAL_COMMITTED = "seal.committed"
    SEAL_TURNED = "seal.turned"
    SEND_BEFORE = "send.before"
    SEND_ANSWERED = "send.answered"
    FORGET_BEFORE_COMMIT = "forget.before_commit"
    FORGET_COMMITTED = "forget.committed"
    FORGET_REMOVED = "forget.removed"


listeners: list[Callable[[Point], None]] = []


def reach(point: Point) -> None:
    """Tell the listeners that the process stands at ``point``."""
    for listener in listeners:
        listener(point)
