"""The moment of an event from what its record writes, and how sure it is.

Never rewritten, only read: the raw event keeps what the sender wrote. What cannot be read, or lies outside of
1990 to a day after it was received, gives the moment of receipt and is flagged.
"""

from __future__ import annotations

import calendar
import re
from functools import lru_cache
from typing import Literal

Flag = Literal["", "zone", "year", "buddhist", "missing", "odd"]
"""How a moment was found: as written; with the sender's assumed zone; with a year that was not written; from a year
of the Buddhist era; none written; unreadable or out of bounds (the last two: the moment of receipt)."""

SECOND = 1_000_000
EARLIEST = 631_152_000 * SECOND  # 1990-01-01
AHEAD = 86_400 * SECOND
_BUDDHIST = 543
_EPOCH = re.compile(r"(\d{9,10})(?:\.(\d{1,9}))?")
_EPOCH_LONG = re.compile(r"\d{13}|\d{16}|\d{19}")
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?"
)
_ACCESS = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})")
_SYSLOG = re.compile(r"([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)")
_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}
_UTC_FIELDS = frozenset({"UtcTime", "utc_time"})


def moment(text: str, *, received: int, zone: int, utc: bool = False) -> tuple[int, Flag]:
    """Return the moment in microseconds since 1970, UTC, and its flag.

    Args:
        text: what the record writes; "" for nothing.
        received: when the batch came, µs.
        zone: minutes east of UTC that a time without a zone is in.
        utc: the field itself says that it is UTC.
    """
    if not text:
        return received, "missing"
    found = _read(text, received, zone, utc=utc)
    if found is None or not EARLIEST <= found[0] <= received + AHEAD:
        return received, "odd"
    return found


def in_utc(field: str) -> bool:
    """Whether a field's name says that its time is UTC."""
    return field in _UTC_FIELDS


def _read(text: str, received: int, zone: int, *, utc: bool) -> tuple[int, Flag] | None:
    iso = _ISO.fullmatch(text)
    if iso is not None:
        year, month, day, hour, minute, second, fraction, offset = iso.groups()
        told = _offset(offset)
        flag: Flag = "" if told is not None or utc else "zone"
        minutes = told if told is not None else 0 if utc else zone
        if int(year) >= 2400:  # noqa: PLR2004 - no Gregorian year of ours, 2400 BE was 1857
            year, flag = str(int(year) - _BUDDHIST), "buddhist"
        base = _seconds(int(year), int(month), int(day), int(hour), int(minute), int(second))
        return None if base is None else ((base - minutes * 60) * SECOND + _micros(fraction), flag)
    if epoch := _EPOCH.fullmatch(text):
        return int(epoch[1]) * SECOND + _micros(epoch[2]), ""
    if _EPOCH_LONG.fullmatch(text):
        return int(text[:16].ljust(16, "0")), ""
    if access := _ACCESS.fullmatch(text):
        day, name, year, hour, minute, second, offset = access.groups()
        base = _seconds(int(year), _MONTHS.get(name, 0), int(day), int(hour), int(minute), int(second))
        return None if base is None else ((base - (_offset(offset) or 0) * 60) * SECOND, "")
    if syslog := _SYSLOG.fullmatch(text):
        return _without_year(syslog, received, zone)
    return None


def _without_year(found: re.Match[str], received: int, zone: int) -> tuple[int, Flag] | None:
    """Take the year that puts the moment nearest to its receipt: right across New Year."""
    name, day, hour, minute, second = found.groups()
    year = _year(received)
    best: int | None = None
    for one in (year - 1, year, year + 1):
        base = _seconds(one, _MONTHS.get(name, 0), int(day), int(hour), int(minute), int(second))
        if base is None:
            continue
        at = (base - zone * 60) * SECOND
        if best is None or abs(at - received) < abs(best - received):
            best = at
    return None if best is None else (best, "year")


@lru_cache(maxsize=512)
def _day(year: int, month: int, day: int) -> int | None:
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:  # noqa: PLR2004 - months
        return None
    return calendar.timegm((year, month, day, 0, 0, 0))


def _seconds(  # noqa: PLR0917 - the six parts of a moment, in their order
    year: int, month: int, day: int, hour: int, minute: int, second: int
) -> int | None:
    if not 1 <= year <= 9998 or hour > 23 or minute > 59 or second > 60:  # noqa: PLR2004 - the clock's own
        return None
    start = _day(year, month, day)
    return None if start is None else start + hour * 3600 + minute * 60 + second


def _year(moment_: int) -> int:
    # a year has 31,556,952 seconds on average; an error of a day does not change the nearest of three
    return 1970 + moment_ // (31_556_952 * SECOND)


def _micros(fraction: str | None) -> int:
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


def _offset(told: str | None) -> int | None:
    if told is None:
        return None
    if told[0] not in "+-":
        return 0
    digits = told[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return -minutes if told[0] == "-" else minutes
