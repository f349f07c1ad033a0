"""Read dates in every form that Thai letters, news and systems use.

Sources: domain D3 (Year, Two-digit year, Old dates, Months, Time, Zone), requirements S2-1, S3-1, S4-43. Years
from 2400 on are Buddhist Era unless the text says ค.ศ.; no clock is asked, so nothing depends on today.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from zoneinfo import ZoneInfo

from phithak.engines.thai.digits import to_arabic
from phithak.engines.thai.errors import Code, ThaiFormatError
from phithak.engines.thai.months import (
    MONTH_PATTERN,
    WEEKDAY_PATTERN,
    month_number,
    real_date,
    to_ce,
    weekday_number,
)
from phithak.engines.thai.text import is_thai, one_field
from phithak.engines.thai.times import ParsedTime, TimeWarning, parse_time

BANGKOK = ZoneInfo("Asia/Bangkok")
"""UTC+7, no daylight saving (domain D3, Zone)."""


class Precision(StrEnum):
    """How much of the date the text gave; a value of MONTH or YEAR is the first day of it."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


class DateWarning(StrEnum):
    """What a reader of a date should look at again; nothing flagged was changed."""

    WEEKDAY_MISMATCH = "date.weekday_mismatch"
    OLD_CALENDAR = "date.old_calendar"
    TWO_DIGIT_YEAR = "date.two_digit_year"
    CE_YEAR = "date.ce_year"
    BE_YEAR = "date.be_year"
    DAY_FIRST = "date.day_first"

    @property
    def th(self) -> str:
        """The warning in Thai."""
        return _TEXTS[self][0]

    @property
    def en(self) -> str:
        """The warning in English."""
        return _TEXTS[self][1]


_TEXTS = {
    DateWarning.WEEKDAY_MISMATCH: (
        "ชื่อวันไม่ตรงกับวันที่ กรุณาตรวจวันที่",
        "The weekday does not fit the date; please check the date.",
    ),
    DateWarning.OLD_CALENDAR: (
        "ก่อน 1 มกราคม 2484 ปีไทยเริ่ม 1 เมษายน ปีนี้อาจคลาดไปหนึ่งปี",
        "Before 1 January 1941 the Thai year began on 1 April; this year may be off by one.",
    ),
    DateWarning.TWO_DIGIT_YEAR: (
        "ปีสองหลักอ่านเป็น พ.ศ. 25xx กรุณาตรวจปี",
        "The two-digit year was read as BE 25xx; please check the year.",
    ),
    DateWarning.CE_YEAR: ("อ่านปีนี้เป็น ค.ศ. กรุณาตรวจปี", "The year was read as CE; please check it."),
    DateWarning.BE_YEAR: ("อ่านปีนี้เป็น พ.ศ. กรุณาตรวจปี", "The year was read as BE; please check it."),
    DateWarning.DAY_FIRST: (
        "อ่านเป็นวัน/เดือน/ปี กรุณาตรวจว่าไม่ใช่เดือน/วัน",
        "Read as day/month/year; please check that it is not month/day.",
    ),
}


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """What the text says.

    Attributes:
        value: a ``date``, or an aware ``datetime`` in Asia/Bangkok when a time was given.
        precision: how much was given.
        warnings: what to look at again, in a fixed order, each once.
    """

    value: date | datetime
    precision: Precision
    warnings: tuple[DateWarning | TimeWarning, ...]

    @property
    def day(self) -> date:
        """The calendar day in Bangkok."""
        return self.value.date() if isinstance(self.value, datetime) else self.value


@dataclass(frozen=True, slots=True)
class _Read:
    """A day with its precision and warnings, before the time is joined."""

    day: date
    precision: Precision
    warnings: tuple[DateWarning, ...]


_OLD_CALENDAR_END = date(1941, 1, 1)
_FIRST_YEAR, _LAST_YEAR, _FIRST_BE = 1700, 2399, 2400
_FULL_YEAR, _SHORT_YEAR = 4, 2

_ERA = r"(?P<era>พ\.?\s?ศ\.?|ค\.?\s?ศ\.?|พุทธศักราช|คริสต์ศักราช|b\.?e\.?|c\.?e\.?|a\.?d\.?)"
_YEAR = rf"(?:ปี\s*)?(?:{_ERA}\s*)?['’]?(?P<y>\d{{1,5}})(?!\d)(?:\s*(?P<late>b\.?e\.?|c\.?e\.?|a\.?d\.?)(?![a-z]))?"
_LEAD = (
    r"(?:(?:เมื่อ|ใน|ณ|ลง|ตั้งแต่|ภายใน|จนถึง|ถึง|on)\s*)?"
    rf"(?:(?:วัน)?(?P<wd>{WEEKDAY_PATTERN})\s*(?:ที่)?\s*,?\s*)?(?:วัน\s?ที่\s*)?(?:the\s+)?"
)
_DAY = r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = rf"(?P<mon>{MONTH_PATTERN})"
_DAY_MONTH = re.compile(rf"{_LEAD}{_DAY}\s*[-/]?\s*(?:of\s+)?(?:เดือน\s*)?{_MONTH}\s*,?\s*[-/]?\s*{_YEAR}")
_MONTH_DAY = re.compile(rf"{_LEAD}{_MONTH}\s*{_DAY}\s*,?\s+{_YEAR}")
_NUMERIC = re.compile(
    rf"{_LEAD}(?P<a>\d{{1,5}})(?P<sep>\s?[/.\-]\s?)(?P<b>\d{{1,2}})(?P=sep)(?P<c>\d{{1,5}})(?!\d)"
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<b>\d{2})(?P<d>\d{2})(?!\d)")
_MONTH_ONLY = re.compile(rf"(?:เดือน\s*)?{_MONTH}\s*,?\s*{_YEAR}")
_YEAR_ONLY = re.compile(rf"(?=ปี|{_ERA.replace('?P<era>', '?:')}){_YEAR}")
_JOINT = re.compile(r"[\s,]*(?:เมื่อ)?(?:เวลา|ช่วง|at\b|t)?\s*")
_OFFSET = r"(?P<sign>[+-])(?P<oh>\d{1,2})(?::?(?P<om>\d{2}))?"
_WITH_ZONE = re.compile(rf"(?P<clock>.*?\d)\s*(?:z|(?:utc|gmt)(?:{_OFFSET})?)")
_WITH_OFFSET = re.compile(rf"(?P<clock>.*?\d)\s*{_OFFSET}")
_ISO_START = re.compile(r"\d{4}[-/]?\d{2}[-/]?\d{2}\s*[t ]")


def _year(digits: str, era: str | None, *, thai: bool | None) -> tuple[int, tuple[DateWarning, ...]]:
    """Return the CE year; ``thai`` says if the month was a Thai word, an English one, or a number (None)."""
    buddhist = None if not era else era[0] in "พb"
    if len(digits) == _SHORT_YEAR:
        if not thai or buddhist is False:
            raise ThaiFormatError(Code.DATE_YEAR_UNCLEAR)
        return to_ce(2500 + int(digits)), (DateWarning.TWO_DIGIT_YEAR,)
    if len(digits) != _FULL_YEAR:
        raise ThaiFormatError(Code.DATE_YEAR_UNCLEAR)
    written = int(digits)
    is_be = written >= _FIRST_BE if buddhist is None else buddhist
    year = to_ce(written) if is_be else written
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ThaiFormatError(Code.DATE_YEAR_RANGE)
    if buddhist is None and thai is not None and thai != is_be:
        return year, (DateWarning.BE_YEAR if is_be else DateWarning.CE_YEAR,)
    return year, ()


def _worded(found: re.Match[str], precision: Precision) -> _Read:
    """Read a match that names its month in words (or has no month at all)."""
    groups = found.groupdict()
    word = groups.get("mon")
    thai = True if word is None else is_thai(word)
    # a bare year has no month word to vouch for two digits
    year, warnings = _year(groups["y"], groups.get("era") or groups.get("late"), thai=thai)
    if word is None and len(groups["y"]) == _SHORT_YEAR:
        raise ThaiFormatError(Code.DATE_YEAR_UNCLEAR)
    month = 1 if word is None else month_number(word)
    day = real_date(year, month, int(groups.get("d") or 1))
    return _Read(day, precision, (*_weekday(groups.get("wd"), day), *_old(day), *warnings))


def _numeric(found: re.Match[str]) -> _Read:
    """Read d/m/y or y-m-d; two-digit years are refused because no month word vouches for them."""
    first, middle, last = found["a"], found["b"], found["c"]
    year_first = len(first) == _FULL_YEAR
    if year_first == (len(last) > _SHORT_YEAR):
        raise ThaiFormatError(Code.DATE_YEAR_UNCLEAR if len(last) <= _SHORT_YEAR else Code.DATE_FORM)
    if not year_first and len(first) > _SHORT_YEAR:
        raise ThaiFormatError(Code.DATE_FORM)
    written, written_day = (first, last) if year_first else (last, first)
    year, warnings = _year(written, None, thai=None)
    day = real_date(year, int(middle), int(written_day))
    if year_first and int(written) >= _FIRST_BE:
        warnings = (*warnings, DateWarning.BE_YEAR)
    if not year_first and int(written) < _FIRST_BE and day.day <= 12 and day.day != day.month:  # noqa: PLR2004 months in a year
        warnings = (*warnings, DateWarning.DAY_FIRST)
    return _Read(day, Precision.DAY, (*_weekday(found["wd"], day), *_old(day), *warnings))


def _compact(found: re.Match[str]) -> _Read:
    """Read yyyymmdd as systems write it."""
    year, _ = _year(found["y"], None, thai=None)
    day = real_date(year, int(found["b"]), int(found["d"]))
    warnings = (DateWarning.BE_YEAR,) if int(found["y"]) >= _FIRST_BE else ()
    return _Read(day, Precision.DAY, (*_old(day), *warnings))


def _weekday(word: str | None, day: date) -> tuple[DateWarning, ...]:
    wrong = word is not None and weekday_number(word) != day.weekday()
    return (DateWarning.WEEKDAY_MISMATCH,) if wrong else ()


def _old(day: date) -> tuple[DateWarning, ...]:
    return (DateWarning.OLD_CALENDAR,) if day < _OLD_CALENDAR_END else ()


def _find_day(field: str) -> tuple[_Read, str]:
    """Read the day at the start of the field; return it and the text of the time (maybe empty)."""
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        found = pattern.match(field)
        if found:
            return _worded(found, Precision.DAY), field[found.end() :]
    found = _NUMERIC.match(field)
    if found:
        return _numeric(found), field[found.end() :]
    found = _COMPACT.match(field)
    if found:
        return _compact(found), field[found.end() :]
    for pattern, precision in ((_MONTH_ONLY, Precision.MONTH), (_YEAR_ONLY, Precision.YEAR)):
        found = pattern.fullmatch(field)
        if found:
            return _worded(found, precision), ""
    # "18.15 น. วันที่ 30 กรกฎาคม 2564": the time stands first
    found = _DAY_MONTH.search(field)
    if found and found.end() == len(field):
        before = field[: found.start()].rstrip(" ,").removesuffix("ของ").rstrip(" ,")
        return _worded(found, Precision.DAY), before
    raise ThaiFormatError(Code.DATE_FORM)


def _zoned(text: str, *, iso: bool) -> tuple[ParsedTime, timezone | None]:
    """Read a time with an optional offset from UTC at its end.

    A bare "-12:00" is an offset behind an ISO date only: elsewhere "08:30-12:00" is a span of hours.
    """
    found = _WITH_ZONE.fullmatch(text) or (_WITH_OFFSET.fullmatch(text) if iso else None)
    if not found:
        return parse_time(text), None
    hours, minutes = int(found["oh"] or 0), int(found["om"] or 0)
    if hours > 14 or minutes > 59:  # noqa: PLR2004 the farthest zone on earth is +14:00
        raise ThaiFormatError(Code.TIME_RANGE)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if found["sign"] == "-" else 1)
    return parse_time(found["clock"]), timezone(offset)


def parse_date(text: str) -> ParsedDate:
    """Return the date, or date and time, that the text writes.

    Args:
        text: "30 กรกฎาคม 2564, 18:15น.", "๒๙ มิถุนายน ๒๕๖๐", "24 พ.ย.2563", "18 เม.ย. 61",
            "วันพุธที่ 19 กรกฎาคม 2566", "30/7/2564", "2021-07-30T18:15:00+07:00", "30 July 2021",
            "July 30, 2021", "20210730", "มิ.ย. 2560", "พ.ศ. 2560"; a time in any form of ``parse_time``
            may follow, or stand before a date in words.

    Returns:
        The value; a time without offset is Bangkok time, one with an offset is converted to it.

    Raises:
        ThaiFormatError: DATE_FORM, DATE_DAY, DATE_MONTH, DATE_YEAR_UNCLEAR, DATE_YEAR_RANGE, TIME_FORM,
            TIME_RANGE, EMPTY, TOO_LONG.
    """
    field = to_arabic(one_field(text)).casefold().strip(" ,;")
    read, rest = _find_day(field)
    clock = _JOINT.sub("", rest, count=1).strip(" ,;)") if rest.strip(" ,;.)") else ""
    if not clock:
        return ParsedDate(read.day, read.precision, read.warnings)
    spoken, zone = _zoned(clock, iso=_ISO_START.match(field) is not None)
    written = datetime.combine(read.day, spoken.value, tzinfo=zone or BANGKOK)
    moment = written + timedelta(days=int(spoken.next_day))
    precision = Precision.SECOND if spoken.has_seconds else Precision.MINUTE
    return ParsedDate(moment.astimezone(BANGKOK), precision, (*read.warnings, *spoken.warnings))
