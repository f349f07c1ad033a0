"""What the sensor itself takes from the machine: processor, memory; and how it is held below its cap."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path

from phithak.sensor import moments

_LONGEST_REST = 1.0
_NICE = 10


class Load:
    """Measures this process and gives the time that its threads must rest: one cap for all of them together."""

    def __init__(self) -> None:
        self._last = (moments.steady(), time.process_time())
        self.percent = 0.0
        self._lock = threading.Lock()
        self._at, self._used = self._last
        self._debt = 0.0

    def rest(self, cap: float) -> float:
        """Return seconds to rest, so that this process stays below ``cap`` percent of a core; for any thread.

        What all threads used since the last call becomes a debt, which time pays back at the cap's rate. A rest of
        one thread is never longer than a second, so that it hears of an end; what is left is told by the next call.

        Args:
            cap: percent.
        """
        with self._lock:
            now, used = moments.steady(), time.process_time()
            paid = (now - self._at) * cap / 100
            self._debt = max(self._debt + used - self._used - paid, 0.0)
            self._at, self._used = now, used
            return min(self._debt * 100 / cap, _LONGEST_REST)

    def measure(self) -> float:
        """Return the share of one core since the last call, in percent."""
        now = (moments.steady(), time.process_time())
        passed = now[0] - self._last[0]
        if passed > 0:
            self.percent = round(100 * (now[1] - self._last[1]) / passed, 2)
        self._last = now
        return self.percent


def resident() -> int:
    """Return the bytes of memory that this process holds; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def be_modest() -> None:
    """Give way to everything else on the machine: whatever cares for patients goes first."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(_NICE)
