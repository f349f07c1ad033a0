"""Named crash points of campaigns: the moments before and after every durable step of gathering and sending.

In the product nothing listens; the fault tests put a function into :data:`listeners` that kills the process. What
happens between a queued message and its provider has the outbox's own points.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Every moment at which a kill must leave nobody out and tell nobody twice."""

    GATHER_INSERTED = "gather.inserted"
    GATHER_COMMITTED = "gather.committed"
    LISTED_UPDATED = "listed.updated"
    LISTED_COMMITTED = "listed.committed"
    LINKS_UPDATED = "links.updated"
    LINKS_COMMITTED = "links.committed"
    MESSAGES_QUEUED = "messages.queued"
    TOLD_UPDATED = "told.updated"
    TOLD_COMMITTED = "told.committed"
    WAVE_UPDATED = "wave.updated"
    WAVE_COMMITTED = "wave.committed"
    STOP_UPDATED = "stop.updated"
    STOP_COMMITTED = "stop.committed"


listeners: list[Callable[[Point], None]] = []


def reach(point: Point) -> None:
    """Tell the listeners that the process stands at ``point``."""
    for listener in listeners:
        listener(point)
