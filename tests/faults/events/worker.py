"""The ingest application that dies by SIGKILL at a crash point, the n-th time that it is reached."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from phithak.eventstore import points, store
from phithak.eventstore.points import Point
from phithak.ingest.worker import application as application  # noqa: PLC0414 - handed on to granian

if asked := os.environ.get("FAULT_POINT"):
    wanted, left = Point(asked), [int(os.environ.get("FAULT_AFTER", "3"))]
    trace = Path(os.environ["FAULT_TRACES"]) / f"killed.{wanted.value}"

    def die(point: Point) -> None:
        """Die once in the life of the trace file: the next process goes on."""
        if point is not wanted or trace.exists():
            return
        left[0] -= 1
        if left[0] <= 0:
            trace.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)

    points.listeners.append(die)

if os.environ.get("FAULT_EARLY"):
    # the seeded fault: a batch is answered as stored at once, and stored only when the next one comes
    _submit = store.Store.submit
    _held: list[store.Pending] = []

    def submit(self: store.Store, pending: store.Pending) -> None:
        """Answer first."""
        pending.answer("stored")
        _held.append(store.Pending(**{**vars(pending), "answer": lambda _: None}))
        if len(_held) > 1:
            _submit(self, _held.pop(0))

    store.Store.submit = submit  # type: ignore[method-assign]
