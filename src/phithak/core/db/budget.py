"""How long each write transaction holds the lock: measured, warned of, and failed in a test run."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

WARN_SECONDS = 0.050
FAIL_SECONDS = 0.250

_log = logging.getLogger("phithak.db")


@dataclass(frozen=True)
class Hold:
    """One hold of the write lock: the name given to ``write()`` and its length in seconds."""

    name: str
    seconds: float


recent: deque[Hold] = deque(maxlen=1000)
watchers: list[Callable[[Hold], None]] = []


def note(name: str, seconds: float) -> None:
    """Record one hold; warn when it is over budget and tell the watchers (the test run has one)."""
    hold = Hold(name, seconds)
    recent.append(hold)
    if seconds > WARN_SECONDS:
        _log.warning("write %s held the lock %.0f ms (budget 50 ms)", name, seconds * 1000)
    for watcher in watchers:
        watcher(hold)
