"""Texts as numbers and as moments."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta

_NUMBER = re.compile(r"[+-]?\d{1,400}(?:(\.\d{1,400})?(?:[eE][+-]?\d{1,3})?)", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,400}", re.ASCII)
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?(?:(Z)| ?(UTC|GMT|[+-]\d\d(?::?\d\d)?))?",
    re.ASCII,
)
_HOURS_ONLY = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_BEGIN = 10**8
_SECONDS_END = 10**11


def number_of(text: str) -> float | None:
    """Return the number that ``text`` writes in decimal, or None."""
    if _INTEGER.fullmatch(text):
        return int(text)
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def moment_of(text: str) -> datetime | None:
    """Return a moment in UTC.

    Takes ISO 8601 with date and time, also with a blank before the zone, ``UTC`` or hours alone, as PostgreSQL
    writes them (without a zone: UTC), or a number: seconds since 1970 from 1e8 to 1e11 (a
    smaller number is none),
    else milliseconds below 1e14, else microseconds below 1e17.
    """
    number = number_of(text)
    try:
        if number is not None:
            return _from_epoch(float(number))
        return _from_iso(text)
    except (ValueError, OverflowError):
        return None


def _from_epoch(seconds: float) -> datetime | None:
    if seconds < _SECONDS_BEGIN:
        return None
    for unit in (1, 1000, 1_000_000):
        if seconds < _SECONDS_END * unit:
            return _EPOCH + timedelta(seconds=seconds / unit)
    return None


def _from_iso(text: str) -> datetime | None:
    found = _ISO.fullmatch(text)
    if found is None or (found[4] and not found[3]):
        return None
    zone = found[6] or "+00"
    zone = "+00:00" if zone in ("UTC", "GMT") else zone if len(zone) > _HOURS_ONLY else f"{zone}:00"
    # finer than a microsecond, or a shift over a day, no part of a moment asks for
    moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3] or ':00'}{zone}")
    return moment.astimezone(UTC)


def part_of(moment: datetime, part: str) -> int:
    """Return minute, hour, day (of the month), week (ISO 8601), month or year."""
    return moment.isocalendar().week if part == "week" else int(getattr(moment, part))
