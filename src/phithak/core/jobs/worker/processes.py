"""Small parts about processes: stopping, limits, memory."""

from __future__ import annotations

import os
import resource
import select
import signal
from pathlib import Path


def limit_heavy(megabytes: int) -> None:
    """Make this process nice and cap its private memory (0 = no cap)."""
    os.nice(2)
    if megabytes:
        size = megabytes * 1024 * 1024
        # data, not address space: mapped files and reserved but untouched arenas are not memory in use
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def proportional_kib(pid: int) -> int:
    """Return the PSS of a process in KiB; 0 when it is gone or the system does not tell."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    for line in text.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


class Stop:
    """Says that this process stops; safe to set in a signal handler, and wakes every thread that waits.

    ``threading.Event`` is not: a handler that interrupts the thread inside ``wait`` would wait for its lock.
    """

    def __init__(self) -> None:
        self._set = False
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)

    def set(self) -> None:
        """Ask for the stop."""
        self._set = True
        os.write(self._write, b".")

    def is_set(self) -> bool:
        """Tell whether the stop was asked for."""
        return self._set

    def wait(self, timeout: float) -> bool:
        """Rest up to ``timeout`` seconds; True as soon as the stop was asked for."""
        if self._set:
            return True
        poll = select.poll()
        poll.register(self._read, select.POLLIN)
        poll.poll(max(0, int(timeout * 1000)))
        return self._set

    def on_signals(self, *numbers: signal.Signals) -> None:
        """Set the stop when one of the signals arrives; main thread only."""
        for number in numbers:
            signal.signal(number, lambda _number, _frame: self.set())
