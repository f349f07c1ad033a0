"""The compactor process: moves what waits, merges, lets old files and segments go; until told to stop."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable

import duckdb

from phithak.base import clock
from phithak.base.errors import PhithakError
from phithak.eventstore.compactor.run import Compactor
from phithak.eventstore.retention import Rules

log = logging.getLogger(__name__)

PAUSE_SECONDS = 15.0
"""Between two looks at the bus: an event is searchable well within a minute."""
HOUSEKEEPING_ROUNDS = 40


def work(
    compactor: Compactor, stop: threading.Event, *, rules: Callable[[], Rules], pause: float = PAUSE_SECONDS
) -> None:
    """Work until ``stop`` is set; a fault of one round is logged and the next tries again.

    Args:
        compactor: does the work.
        stop: ends it between two runs.
        rules: tells how long events are kept; asked anew each time.
        pause: seconds between two looks.
    """
    rounds = 0
    while not stop.is_set():
        more = False
        try:
            more = compactor.run().more
            if rounds % HOUSEKEEPING_ROUNDS == 0:
                housekeeping(compactor, rules)
        except (PhithakError, OSError, sqlite3.Error, duckdb.Error):
            # a full disk, a damaged record: nothing is lost, the batches lie in their segments
            log.exception("a round of the compactor failed")
        rounds += 1
        if not more:
            stop.wait(pause)


def housekeeping(compactor: Compactor, rules: Callable[[], Rules]) -> None:
    """Merge small files, condemn, spare and remove old ones, remove segments that nobody needs.

    Raises:
        ControlError: how long events are kept cannot be read; nothing went then.
    """
    now = int(clock.now().timestamp() * 1_000_000)
    worked = compactor.tick()
    compactor.merge(now)
    compactor.remove_segments()
    said = rules()
    compactor.spare(clock.today(), now, said)
    compactor.remove(now, worked)
    compactor.condemn(clock.today(), now, said)
