"""The compactor process: moves what waits, merges, lets old files and segments go; until told to stop."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable

import duckdb

from phithak.base import clock
from phithak.base.errors import PhithakError
from phithak.eventstore.compactor.run import DAYS_KEPT, Compactor
from phithak.eventstore.manifest import File

log = logging.getLogger(__name__)

PAUSE_SECONDS = 15.0
"""Between two looks at the bus: an event is searchable well within a minute."""
HOUSEKEEPING_ROUNDS = 40


def kept_days(_retention: str) -> int:
    """Return how many full days a retention class is kept when nothing else was set."""
    return DAYS_KEPT


def held_by_none(_file: File) -> bool:
    """Say that nothing holds a file: the holds of investigations are asked by whoever knows them."""
    return False


def work(
    compactor: Compactor,
    stop: threading.Event,
    *,
    days: Callable[[str], int] = kept_days,
    held: Callable[[File], bool] = held_by_none,
    pause: float = PAUSE_SECONDS,
) -> None:
    """Work until ``stop`` is set; a fault of one round is logged and the next tries again.

    Args:
        compactor: does the work.
        stop: ends it between two runs.
        days: full days that a retention class is kept.
        held: whether something keeps a file beyond that.
        pause: seconds between two looks.
    """
    rounds = 0
    while not stop.is_set():
        more = False
        try:
            more = compactor.run().more
            if rounds % HOUSEKEEPING_ROUNDS == 0:
                housekeeping(compactor, days=days, held=held)
        except (PhithakError, OSError, sqlite3.Error, duckdb.Error):
            # a full disk, a damaged record: nothing is lost, the batches lie in their segments
            log.exception("a round of the compactor failed")
        rounds += 1
        if not more:
            stop.wait(pause)


def housekeeping(compactor: Compactor, *, days: Callable[[str], int], held: Callable[[File], bool]) -> None:
    """Merge small files, condemn and remove old ones, remove segments that nobody needs."""
    now = int(clock.now().timestamp() * 1_000_000)
    compactor.merge(now)
    compactor.condemn(clock.today(), now, days=days, held=held)
    compactor.remove(now)
    compactor.remove_segments()
