"""What the sensor itself takes from the machine: processor, memory; and how it is held below its cap."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from phithak.sensor import moments

_LONGEST_REST = 1.0
_NICE = 10


class Load:
    """Measures this process and gives the time that it must rest."""

    def __init__(self) -> None:
        self._begun = (moments.steady(), time.process_time())
        self._last = self._begun
        self.percent = 0.0

    def rest_after(self, begun: float, used_before: float, cap: float) -> float:
        """Return seconds to rest, so that the work since ``begun`` stays below ``cap`` percent of a core.

        Args:
            begun: steady clock when the work began.
            used_before: processor seconds of this process then.
            cap: percent.
        """
        used = time.process_time() - used_before
        return min(max(used * 100 / cap - (moments.steady() - begun), 0.0), _LONGEST_REST)

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
