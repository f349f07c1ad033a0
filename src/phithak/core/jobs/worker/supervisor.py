"""The supervisor of the lanes: forks, watches, forks again, stops in good order."""

from __future__ import annotations

import gc
import logging
import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from django.db import DatabaseError, connections

from phithak.base import process
from phithak.base.errors import BusyError
from phithak.core.jobs.registry import Lane
from phithak.core.jobs.services import lease
from phithak.core.jobs.services.execute import describe
from phithak.core.jobs.worker import children
from phithak.core.jobs.worker.processes import Stop

_log = logging.getLogger("phithak.jobs")
LOOPS = "loops"
WATCH_SECONDS = 0.25
FIRST_REST = 0.25
STEADY_SECONDS = 30.0


@dataclass
class _Child:
    """A role and the process that plays it now."""

    role: str
    body: Callable[[Stop], None]
    pid: int = 0
    born: float = 0.0
    rest: float = FIRST_REST
    due: float = field(default=0.0)


def run_worker(
    stop: Stop | None = None,
    *,
    lanes: Iterable[Lane] = tuple(Lane),
    loops: bool = True,
    grace: float = 20.0,
    most_rest: float = 30.0,
) -> int:
    """Work until ``stop`` is set or SIGTERM or SIGINT arrives; must run in the main thread.

    Args:
        stop: set it to stop; made here when None.
        lanes: lanes to work; one process each.
        loops: also run the registered loops, in one more process.
        grace: seconds that children get to finish or release their job before they are killed.
        most_rest: longest rest before a child that keeps dying is forked again.

    Returns:
        0 when all children left in good order, 1 when one had to be killed.
    """
    stop = stop or Stop()
    former = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    stop.on_signals(*former)
    parent = os.getpid()
    family = [_Child(lane.value, _lane_body(lane, parent)) for lane in lanes]
    if loops:
        family.append(_Child(LOOPS, children.run_loops))
    _warm_up()
    gc.collect()
    gc.freeze()
    try:
        while not stop.is_set():
            for child in family:
                _look_after(child, parent, most_rest)
            stop.wait(WATCH_SECONDS)
        return _end(family, grace)
    finally:
        gc.unfreeze()
        for number, handler in former.items():
            signal.signal(number, handler)


def _warm_up() -> None:
    try:
        lease.warm_up()
    except (DatabaseError, BusyError) as error:
        # the lanes wait for the database by themselves
        _log.warning("the database does not answer yet: %s", type(error).__name__)
    # a connection must never be shared over a fork
    connections.close_all()


def _lane_body(lane: Lane, parent: int) -> Callable[[Stop], None]:
    return lambda stop: children.work_lane(lane, parent, stop)


def _look_after(child: _Child, parent: int, most_rest: float) -> None:
    now = time.monotonic()
    if child.pid and (status := _status_if_gone(child.pid)) is not None:
        _log.warning("worker %s (pid %d) ended with %d", child.role, child.pid, status)
        child.rest = FIRST_REST if now - child.born > STEADY_SECONDS else min(child.rest * 2, most_rest)
        child.pid = 0
        child.due = now + child.rest
    if not child.pid and now >= child.due:
        child.pid = _fork(child, parent)
        child.born = now


def _fork(child: _Child, parent: int) -> int:
    pid = os.fork()
    if not pid:
        _live(child, parent)
    return pid


def _live(child: _Child, parent: int) -> NoReturn:
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        process.die_with_parent(parent)
        stop = Stop()
        stop.on_signals(signal.SIGTERM)
        # Ctrl-C reaches the whole group; the supervisor alone decides
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        child.body(stop)
        code = 0
    except BaseException as error:  # noqa: BLE001 - a forked child must never run its parent's code
        _log.error("worker %s: %s", child.role, describe(error))
    finally:
        logging.shutdown()
        os._exit(code)


def _status_if_gone(pid: int) -> int | None:
    try:
        gone, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return os.waitstatus_to_exitcode(status) if gone else None


def _end(family: list[_Child], grace: float) -> int:
    living = [child for child in family if child.pid]
    for child in living:
        os.kill(child.pid, signal.SIGTERM)
    until = time.monotonic() + grace
    while living and time.monotonic() < until:
        living = [child for child in living if _status_if_gone(child.pid) is None]
        if living:
            time.sleep(0.05)
    for child in living:
        _log.warning("worker %s (pid %d) did not stop in time: killed", child.role, child.pid)
        os.kill(child.pid, signal.SIGKILL)
        os.waitpid(child.pid, 0)
    return 1 if living else 0
