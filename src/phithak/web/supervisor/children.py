"""The supervisor's children: started, watched, started again with growing pauses, stopped in order."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

_log = logging.getLogger("phithak.up")

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
"""A child that lived this long starts again without a pause that grew earlier."""


@dataclass
class Child:
    """One process of the instance: its name and its whole command line."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    due_at: float = 0.0
    starts: int = 0
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self.process is not None and self.process.poll() is None


def phithak(*words: str) -> list[str]:
    """Return the command line of one of our own commands, run by this same interpreter."""
    return [sys.executable, "-m", "phithak", *words]


class Children:
    """Keeps a set of children alive until told to stop."""

    def __init__(self, children: Sequence[Child], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._children = list(children)
        self._monotonic = monotonic

    def start(self) -> None:
        """Start every child."""
        for child in self._children:
            self._start(child)

    def watch_once(self) -> None:
        """Start again what has died and whose pause is over."""
        now = self._monotonic()
        for child in self._children:
            if child.alive:
                if now - child.started_at > STEADY_SECONDS:
                    child.pause = FIRST_PAUSE
                continue
            if child.due_at == 0.0:
                code = child.process.returncode if child.process else None
                child.due_at = now + child.pause
                _log.error("%s ended (%s); starts again in %.1f s", child.name, code, child.pause)
                child.pause = min(child.pause * 2, LONGEST_PAUSE)
            elif now >= child.due_at:
                self._start(child)

    def stop(self, seconds: float = 20.0) -> None:
        """Ask the children to end, last started first; kill what is left after ``seconds``."""
        living = [child for child in reversed(self._children) if child.alive]
        for child in living:
            _signal_group(child, signal.SIGTERM)
        end = self._monotonic() + seconds
        for child in living:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, end - self._monotonic()))
            except subprocess.TimeoutExpired:
                _log.error("%s did not end in %.0f s and is killed", child.name, seconds)
                _signal_group(child, signal.SIGKILL)
                child.process.wait()

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(  # noqa: S603 - the command lines are our own
            list(child.command),
            env={**os.environ, **child.environ, "PHITHAK_PARENT_PID": str(os.getpid())},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        child.started_at = self._monotonic()
        child.due_at = 0.0
        child.starts += 1


def _signal_group(child: Child, number: int) -> None:
    if child.process is None:
        return
    try:
        # to the leader alone at first: it stops its own workers in order; SIGKILL goes to the whole group
        if number == signal.SIGKILL:
            os.killpg(child.process.pid, number)
        else:
            child.process.send_signal(number)
    except ProcessLookupError:
        _log.debug("%s was gone already", child.name)
