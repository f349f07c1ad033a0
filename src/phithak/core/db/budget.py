"""How long each write transaction holds the lock: measured, warned of, and failed in a test run."""

from __future__ import annotations

import logging
import resource
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

WARN_SECONDS = 0.050
FAIL_SECONDS = 0.250

_log = logging.getLogger("phithak.db")


@dataclass(frozen=True)
class Hold:
    """One hold of the write lock.

    Attributes:
        name: the name given to ``write()``.
        seconds: its length on the wall clock.
        starved: the part of it in which the thread was ready to run and the machine gave it no processor.
    """

    name: str
    seconds: float
    starved: float = 0.0

    @property
    def own_seconds(self) -> float:
        """The length that the code is answerable for."""
        return self.seconds - self.starved


recent: deque[Hold] = deque(maxlen=1000)
watchers: list[Callable[[Hold], None]] = []


@dataclass(frozen=True)
class Usage:
    """What the kernel tells of this thread: seconds waited for a processor, seconds run, times it gave way."""

    waited: float
    ran: float
    gave_way: int


def usage() -> Usage:
    """Return this thread's use of the machine since its start (nothing waited where Linux does not tell)."""
    own = resource.getrusage(resource.RUSAGE_THREAD)
    try:
        with open("/proc/thread-self/schedstat", "rb", buffering=0) as file:  # noqa: PTH123 - the quickest way, twice a write
            waited = int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        waited = 0.0
    return Usage(waited, own.ru_utime + own.ru_stime, own.ru_nvcsw)


def starvation(before: Usage, seconds: float) -> float:
    """Return how much of the last ``seconds`` this thread was ready to run and got no processor.

    Whoever sleeps, waits for a lock, a disk or a network gives way to others. A thread that never did, and
    yet ran for less than the time that passed, was held up by the machine under it.
    """
    after = usage()
    waited = after.waited - before.waited
    if after.gave_way == before.gave_way:
        waited = max(waited, seconds - (after.ran - before.ran))
    return waited


def note(name: str, seconds: float, starved: float = 0.0) -> None:
    """Record one hold; warn when it is over budget and tell the watchers (the test run has one)."""
    hold = Hold(name, seconds, starved)
    recent.append(hold)
    if seconds > WARN_SECONDS:
        why = f", {starved * 1000:.0f} ms of it without a processor" if starved > seconds / 10 else ""
        _log.warning("write %s held the lock %.0f ms (budget 50 ms)%s", name, seconds * 1000, why)
    for watcher in watchers:
        watcher(hold)
