"""How many rows of an import one transaction takes: by what they weigh, and by how long the last ones held the lock."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from phithak.core.db import budget
from phithak.core.db.transactions import PAUSE_SECONDS
from phithak.core.jobs.services import Run
from phithak.registry.services.joining.planning import ADD, CHANGE, Planned

AIM_SECONDS = 0.030
"""What one transaction may hold the lock for; well under what other writers are warned of."""
_HEAVY, _PLAIN, _LIGHT = 12.0, 1.0, 0.2


@dataclass(frozen=True)
class Held:
    """For how many seconds a transaction held the lock, and for how many of them it was not kept from a processor."""

    seconds: float
    worked: float


@contextmanager
def holding() -> Iterator[Callable[[], Held]]:
    """Give what tells, after the block, how long it lasted; to be opened inside of the transaction."""
    began, before = time.perf_counter(), budget.usage()
    told: list[Held] = []
    yield lambda: told[0]
    seconds = time.perf_counter() - began
    told.append(Held(seconds, max(0.0, seconds - budget.starvation(before, seconds))))


def weight_of(one: Planned) -> float:
    """Return what a row costs beside a plain addition: a change goes through everything that a person's does."""
    if one.act == CHANGE or one.heavy:
        return _HEAVY
    return _PLAIN if one.act == ADD else _LIGHT


class Pace:
    """Cuts planned rows into lots.

    Args:
        run: the job, for its rests.
        least: weight that a lot has at least, so that what each transaction costs by itself is not all that is done.
        most: weight that a lot has at most.
    """

    def __init__(self, run: Run, least: float, most: float) -> None:
        self._run = run
        self._least, self._most = least, most
        self._size = float(least)
        self._free_at = 0.0

    def take(self, plans: deque[Planned]) -> list[Planned]:
        """Take the next lot off the front; one row at least."""
        lot = [plans.popleft()]
        weight = weight_of(lot[0])
        while plans and weight + (more := weight_of(plans[0])) <= self._size:
            weight += more
            lot.append(plans.popleft())
        return lot

    def rest(self) -> None:
        """Leave the lock alone for as long as the last lot worked under it; what was prepared since counts.

        A lot that held the lock for long because others had the processors has given way already. Where writers do
        not wait for each other a short rest will do.
        """
        left = self._free_at - self._run.seconds
        if left > 0:
            self._run.pause(left)

    def learn(self, lot: Sequence[Planned], held: Held) -> None:
        """Take in for how long a lot held the lock: the next one is as large as fits."""
        weight = sum(map(weight_of, lot))
        fitting = weight * AIM_SECONDS / max(held.seconds, 1e-6)
        # at most double: one lucky lot (a warm cache) must not make the next one long
        self._size = max(self._least, min(self._most, fitting, 2 * self._size))
        others_wait = connection.vendor == "sqlite"
        self._free_at = self._run.seconds + max(held.worked if others_wait else 0.0, PAUSE_SECONDS)
