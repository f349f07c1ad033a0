"""Time at a sensor: microseconds since 1970 in UTC for events, a clock that never jumps for waiting."""

from __future__ import annotations

import time

SECOND = 1_000_000


def micros() -> int:
    """Return the present moment in microseconds since 1970, UTC, by this machine's clock."""
    return time.time_ns() // 1_000


def steady() -> float:
    """Return seconds of a clock that never jumps; only differences mean anything."""
    return time.monotonic()


def hour_of_day() -> float:
    """Return the hour of the day at this machine, 0.0 to 24.0; a hospital's night is by its own clock."""
    local = time.localtime()
    return local.tm_hour + local.tm_min / 60


def readable(micros_utc: int) -> str:
    """Return a moment as people read it here: day, month, Buddhist year, hour and minute of this machine's zone."""
    local = time.localtime(micros_utc / SECOND)
    return f"{local.tm_mday}/{local.tm_mon}/{local.tm_year + 543} {local.tm_hour:02}:{local.tm_min:02}"
