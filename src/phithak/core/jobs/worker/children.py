"""What a forked child does: work a lane, or run the loops."""

from __future__ import annotations

import logging
import os
import socket
import threading

from django.conf import settings
from django.db import DatabaseError, connections

from phithak.base.errors import BusyError
from phithak.core import contrib
from phithak.core.contrib import Loop
from phithak.core.jobs.registry import Lane
from phithak.core.jobs.services import lease, work_once
from phithak.core.jobs.services.execute import describe
from phithak.core.jobs.services.run import Stop
from phithak.core.jobs.worker import processes
from phithak.core.jobs.worker.heart import Heart

_log = logging.getLogger("phithak.jobs")
IDLE_SECONDS = {Lane.URGENT: 0.2, Lane.NORMAL: 0.5, Lane.HEAVY: 1.0}
MOST_REST = 30.0
LOOP_MOST_REST = 300.0
KEEP_OPEN_SECONDS = 30.0


def work_lane(lane: Lane, parent: int, stop: Stop) -> None:
    """Work the lane until ``stop``: claim, run, rest when there is nothing."""
    if lane is Lane.HEAVY:
        processes.limit_heavy(settings.CONFIG.worker_heavy_memory_mb)
    worker = f"{socket.gethostname()}:{os.getpid()}:{lane}"
    heart = Heart(worker, lane, parent)
    heart.start()
    rest = IDLE_SECONDS[lane]
    try:
        while not stop.is_set():
            try:
                busy = work_once(lane, worker, watcher=heart, stop=stop)
            except (DatabaseError, BusyError) as error:
                _log.warning("lane %s: database: %s", lane, type(error).__name__)
                connections.close_all()
                rest = min(rest * 2, MOST_REST)
                stop.wait(rest)
                continue
            rest = IDLE_SECONDS[lane]
            if not busy:
                stop.wait(rest)
    finally:
        heart.stop()
        _leave(worker)
        connections.close_all()


def run_loops(stop: Stop) -> None:
    """Run every registered loop at its interval, each in a thread of its own, until ``stop``.

    A loop that fails rests longer each time; one that hangs holds up no other.
    """
    threads = [
        threading.Thread(target=_run_loop, args=(loop, stop), name=loop.name, daemon=True)
        for loop in contrib.loops
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(3600):
        pass
    for thread in threads:
        thread.join(timeout=5)


def _run_loop(loop: Loop, stop: Stop) -> None:
    failures = 0
    delay = 0.0
    while not stop.wait(delay):
        try:
            loop.tick()
        except Exception as error:  # noqa: BLE001 - one loop's failure is its own
            failures += 1
            delay = min(loop.seconds * 2.0 ** min(failures, 20), max(LOOP_MOST_REST, loop.seconds))
            _log.warning("loop %s failed %d times: %s", loop.name, failures, describe(error))
            connections.close_all()
        else:
            failures = 0
            delay = loop.seconds
            if loop.seconds >= KEEP_OPEN_SECONDS:
                connections.close_all()
    connections.close_all()


def _leave(worker: str) -> None:
    try:
        lease.leave(worker)
    except (DatabaseError, BusyError) as error:
        _log.warning("%s left without saying so: %s", worker, type(error).__name__)
