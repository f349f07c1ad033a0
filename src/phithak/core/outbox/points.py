"""Named crash points: the moments before and after every durable step and every call of a provider.

In the product nothing listens. The fault tests put a function into :data:`listeners` that kills the process
at a named point; a test lists the points and fails when one is never reached or never killed at.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Every moment at which a kill must lose nothing and send nothing twice."""

    QUEUE_INSERTED = "queue.inserted"
    QUEUE_COMMITTED = "queue.committed"
    CHUNK_INSERTED = "chunk.inserted"
    CHUNK_COMMITTED = "chunk.committed"
    CLAIM_SELECTED = "claim.selected"
    CLAIM_UPDATED = "claim.updated"
    CLAIM_COMMITTED = "claim.committed"
    RENDERED = "render.done"
    SENDING_UPDATED = "sending.updated"
    SENDING_COMMITTED = "sending.committed"
    CALL_BEFORE = "call.before"
    CALL_CONNECTED = "call.connected"
    CALL_AFTER = "call.after"
    SETTLE_UPDATED = "settle.updated"
    SETTLE_COMMITTED = "settle.committed"
    LOOKUP_BEFORE = "lookup.before"
    LOOKUP_AFTER = "lookup.after"
    RECOVER_UPDATED = "recover.updated"
    RECOVER_COMMITTED = "recover.committed"
    RECEIPT_UPDATED = "receipt.updated"
    RECEIPT_COMMITTED = "receipt.committed"
    DECIDE_UPDATED = "decide.updated"
    DECIDE_COMMITTED = "decide.committed"
    STOP_UPDATED = "stop.updated"
    STOP_COMMITTED = "stop.committed"
    SWEEP_UPDATED = "sweep.updated"
    SWEEP_COMMITTED = "sweep.committed"


listeners: list[Callable[[Point], None]] = []


def reach(point: Point) -> None:
    """Tell the listeners that the process stands at ``point``."""
    for listener in listeners:
        listener(point)
