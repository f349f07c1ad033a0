"""The moment of an event, in the many ways in which logs write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from phithak.engines.sigma.correlate.model import moment_from
from phithak.engines.sigma.match.numbers import moment_of
from phithak.engines.sigma.normalise.records import time_of
from phithak.engines.thai import BANGKOK

_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
)}  # fmt: skip
_ACCESS = re.compile(r"(\d\d)/([A-Za-z]{3})/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})", re.ASCII)
_SYSLOG = re.compile(r"([A-Za-z]{3}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d)", re.ASCII)
# text logs of servers: without a zone they write the clock on the wall, as the rules of working hours take them
_ON_THE_WALL = frozenset({"database", "syslog"})
_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+", re.ASCII)
_DAY = timedelta(days=1)


def moment_in(fields: Mapping[str, Any], now: datetime | None) -> int | None:
    """Return the moment of a flat event in microseconds since 1970, or None where it does not say.

    A text without a zone is UTC; in the text logs of databases and in syslog it is the time in Bangkok.

    Args:
        fields: the event.
        now: for logs without a year: the year is taken in which the moment is the last before tomorrow. Without
            it such an event does not say when it was.
    """
    text = time_of(fields)
    if not text:
        return None
    when = moment_of(text)
    if when is not None and fields.get("log_kind") in _ON_THE_WALL and _WITHOUT_ZONE.fullmatch(text):
        when = when.replace(tzinfo=BANGKOK)
    if when is None:
        try:
            when = _other(text, now)
        except (ValueError, OverflowError, KeyError):
            return None
    return None if when is None else moment_from(when)


def _other(text: str, now: datetime | None) -> datetime | None:
    found = _ACCESS.fullmatch(text)
    if found is not None:
        day, month, year, clock, zone = found.groups()
        number = _MONTHS[month.lower()]
        return datetime.fromisoformat(f"{year}-{number:02}-{day}T{clock}{zone[:3]}:{zone[3:]}").astimezone(
            UTC
        )
    found = _SYSLOG.fullmatch(text)
    if found is None or now is None:
        return None
    number = _MONTHS[found[1].lower()]
    return _last_before(f"{number:02}-{int(found[2]):02}T{found[3]}", now + _DAY)


def _last_before(text: str, end: datetime) -> datetime | None:
    # a leap day can be eight years ago
    for year in range(end.year, end.year - 9, -1):
        try:
            when = datetime.fromisoformat(f"{year}-{text}").replace(tzinfo=BANGKOK)
        except ValueError:
            continue
        if when <= end:
            return when
    return None
