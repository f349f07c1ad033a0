"""Events side by side in one body, each kept bit for bit.

Two framings. ``lines``: each event is followed by one line feed, none holds one; quick to count and to split.
``lengths``: each event has its length before it as four bytes, little end first; for events that hold line feeds.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Literal

from phithak.base.batch.errors import BatchError

Framing = Literal["lines", "lengths"]
FRAMINGS: tuple[Framing, ...] = ("lines", "lengths")

_LENGTH = struct.Struct("<I")


def framing_for(events: Sequence[bytes]) -> Framing:
    """Return the framing that these events need."""
    return "lengths" if any(b"\n" in event for event in events) else "lines"


def join(events: Sequence[bytes], framing: Framing) -> bytes:
    """Return the body of these events.

    Raises:
        BatchError: ``batch.malformed``, an event with a line feed among ``lines``.
    """
    if framing == "lengths":
        return b"".join(part for event in events for part in (_LENGTH.pack(len(event)), event))
    body = b"".join([event + b"\n" for event in events])
    if body.count(b"\n") != len(events):
        raise BatchError("batch.malformed", "an event holds a line feed")
    return body


def split(body: bytes, framing: Framing, count: int) -> list[bytes]:
    """Return the events of a body, bit for bit.

    Raises:
        BatchError: ``batch.malformed``, the body does not hold exactly ``count`` events.
    """
    if framing == "lines":
        if body.count(b"\n") != count or not body.endswith(b"\n"):
            raise BatchError("batch.malformed", "the lines are not as many as told")
        return body[:-1].split(b"\n")
    events: list[bytes] = []
    place = 0
    while place < len(body):
        start = place + _LENGTH.size
        if start > len(body):
            raise BatchError("batch.malformed", "a length breaks off")
        (length,) = _LENGTH.unpack_from(body, place)
        place = start + length
        if place > len(body) or len(events) == count:
            raise BatchError("batch.malformed", "the events are not as many as told")
        events.append(body[start:place])
    if len(events) != count:
        raise BatchError("batch.malformed", "the events are not as many as told")
    return events
