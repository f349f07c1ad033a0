"""Days, holidays and office hours in Bangkok, and the arithmetic on them.

Bangkok is UTC+7 without daylight saving, so a day has 24 hours always. Day counting follows the Civil and
Commercial Code, title on periods of time (sections 193/1 to 193/8); our reading, confidence K, to be
confirmed by a lawyer:

* hours and minutes run from the very instant (193/3 first paragraph), holidays or not;
* days: the day of the event is not counted (193/3 second paragraph); the period ends with the last day,
  so 7 days from Tuesday 24 November end with Tuesday 1 December;
* the exception of 193/3 for an event at the opening of business is not used: a date without a time
  comes as midnight and must not lose its first day;
* months and years go by the calendar; where the last month lacks the day, its last day holds (193/5).
  Where 193/5 would give a later day (from the last day of a shorter month), the earlier one is kept;
* 193/8 may move the end past a holiday. That is shown as a remark, never used: whoever acts by the
  earlier day is safe under both readings.

Ends are closed: the end is the last instant that is still in time, for days 23:59:59.999999 in Bangkok,
so that every way of showing it shows the right day.
"""

from __future__ import annotations

import calendar as months
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from phithak.base.text import Text
from phithak.engines.clocks.errors import ClockDataError, ClockError

BANGKOK = ZoneInfo("Asia/Bangkok")
END_OF_DAY = time(23, 59, 59, 999_999)
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_MONTHS = 12


class HolidayState(StrEnum):
    """``set``: a fixed day of the standing list; ``check``: substitute or lunar day, to be confirmed."""

    SET = "set"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day on which government offices are closed."""

    day: date
    title: Text
    state: HolidayState


@dataclass(frozen=True, slots=True)
class Calendar:
    """Office hours and holidays; ``covers`` are the first and last CE year that the table knows."""

    holidays: Mapping[date, Holiday] = field(default_factory=dict)
    covers: tuple[int, int] = (date.min.year, date.max.year)
    opens: time = time(8, 30)
    closes: time = time(16, 30)

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ClockError(
                "clocks.office_hours",
                th="เวลาเปิดต้องมาก่อนเวลาปิด",
                en="The office must open before it closes.",
                field="opens",
            )

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices are open on ``day``."""
        return day.weekday() < _SATURDAY and day not in self.holidays

    def next_working_day(self, day: date) -> date:
        """Return ``day`` itself if offices are open, else the first day after it on which they are."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """Count ``count`` (may be negative) working days from ``day``, which itself is not counted."""
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def add_office_hours(self, start: datetime, amount: timedelta) -> datetime:
        """Let ``amount`` of office time pass from ``start`` (aware); the answer is in UTC.

        Outside of office hours nothing passes. A length that is used up exactly at closing time ends then.
        """
        local = start.astimezone(BANGKOK)
        day, left = local.date(), amount
        begin = max(local, _at(day, self.opens))
        while True:
            if self.is_working_day(day):
                end = _at(day, self.closes)
                if begin < end:
                    if left <= end - begin:
                        return (begin + left).astimezone(UTC)
                    left -= end - begin
            day += _ONE_DAY
            begin = _at(day, self.opens)

    def unsure(self, first: date, last: date) -> list[Holiday]:
        """Return the holidays between two days (both inside) that still have to be confirmed."""
        found = (item for item in self.holidays.values() if item.state is HolidayState.CHECK)
        return sorted((item for item in found if first <= item.day <= last), key=lambda item: item.day)

    def covered(self, day: date) -> bool:
        """Tell whether the holiday table knows the year of ``day``."""
        return self.covers[0] <= day.year <= self.covers[1]


def end_of(day: date) -> datetime:
    """Return the last instant of ``day`` in Bangkok, in UTC."""
    return datetime.combine(day, END_OF_DAY, BANGKOK).astimezone(UTC)


def bangkok_day(moment: datetime) -> date:
    """Return the day in Bangkok of an aware moment.

    Raises:
        ClockError: the moment has no time zone.
    """
    return aware(moment).astimezone(BANGKOK).date()


def aware(moment: datetime) -> datetime:
    """Return ``moment`` in UTC.

    Raises:
        ClockError: it has no time zone.
    """
    if moment.utcoffset() is None:
        raise ClockError(
            "clocks.naive", th="เวลาต้องมีเขตเวลา", en="The moment needs a time zone.", field="trigger_at"
        )
    return moment.astimezone(UTC)


def add_months(day: date, count: int) -> date:
    """Go ``count`` months on (or back); a day that the month lacks becomes its last day."""
    index = day.year * _MONTHS + day.month - 1 + count
    year, month = divmod(index, _MONTHS)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def load_calendar(path: Path | None = None, override: Path | None = None) -> Calendar:
    """Read the holiday table of the package (or of ``path``), then the operator's changes.

    Both are TOML: ``covers = [2020, 2027]`` and ``[[holiday]]`` with ``day``, ``th``, ``en``, ``state``; the
    operator's file may also have ``[[working_day]]`` with ``day`` to open offices on a listed holiday, and
    ``opens`` / ``closes`` as times.

    Raises:
        ClockDataError: naming file, entry and field.
    """
    if path is None:
        text = resources.files(__package__).joinpath("data/holidays.toml").read_text(encoding="utf-8")
        name = "holidays.toml"
    else:
        text, name = _read(path), str(path)
    document = _toml(text, name)
    holidays = {item.day: item for item in _holidays(document, name)}
    covers = _covers(document, name)
    hours: dict[str, time] = {}
    if override is not None:
        name = str(override)
        document = _toml(_read(override), name)
        holidays.update({item.day: item for item in _holidays(document, name)})
        for number, entry in enumerate(document.get("working_day", [])):
            holidays.pop(_day(entry, name, f"working_day[{number}]"), None)
        hours = {key: document[key] for key in ("opens", "closes") if key in document}
        for key, value in hours.items():
            if not isinstance(value, time):
                raise ClockDataError(
                    th="ต้องเป็นเวลา เช่น 08:30:00", en="want a time, like 08:30:00", file=name, field=key
                )
        covers = _covers(document, name) if "covers" in document else covers
    return Calendar(holidays=holidays, covers=covers, **hours)


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, BANGKOK)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ClockDataError(th="เปิดอ่านไม่ได้", en=f"cannot be read: {error}", file=str(path)) from error


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ClockDataError(th=f"ไม่ใช่ TOML: {error}", en=f"not TOML: {error}", file=name) from error


def _covers(document: dict[str, Any], name: str) -> tuple[int, int]:
    value = document.get("covers")
    if not (
        isinstance(value, list) and [type(year) for year in value] == [int, int] and value[0] <= value[1]
    ):
        raise ClockDataError(
            th="ต้องเป็นปี ค.ศ. แรกและสุดท้าย", en="want the first and the last CE year", file=name, field="covers"
        )
    return value[0], value[1]


def _holidays(document: dict[str, Any], name: str) -> Iterable[Holiday]:
    seen: set[date] = set()
    for number, entry in enumerate(document.get("holiday", [])):
        where = f"holiday[{number}]"
        day = _day(entry, name, where)
        th, en, state = entry.get("th"), entry.get("en"), entry.get("state")
        if not (isinstance(th, str) and isinstance(en, str) and th and en):
            raise ClockDataError(
                th="ต้องมีชื่อสองภาษา", en="want a title in th and en", file=name, entry=where, field="th"
            )
        if state not in set(HolidayState):
            raise ClockDataError(
                th="ต้องเป็น set หรือ check", en="want set or check", file=name, entry=where, field="state"
            )
        if day in seen:
            raise ClockDataError(th="วันซ้ำ", en="the day stands twice", file=name, entry=where, field="day")
        seen.add(day)
        yield Holiday(day, Text(th, en), HolidayState(state))


def _day(entry: object, name: str, where: str) -> date:
    value = entry.get("day") if isinstance(entry, dict) else None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ClockDataError(
            th="ต้องเป็นวันที่ ค.ศ. เช่น 2026-01-01",
            en="want a CE date, like 2026-01-01",
            file=name,
            entry=where,
            field="day",
        )
    return value
