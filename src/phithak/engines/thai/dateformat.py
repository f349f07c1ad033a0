"""Write dates as Thai pages, letters and data need them (domain D3, Year and Time).

A ``datetime`` is shown in Bangkok time; one without a zone is refused, because nobody can say which day it is.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from phithak.engines.thai.dates import BANGKOK
from phithak.engines.thai.digits import to_thai
from phithak.engines.thai.errors import Code, ThaiFormatError
from phithak.engines.thai.months import (
    MONTHS_EN,
    MONTHS_TH,
    MONTHS_TH_SHORT,
    WEEKDAYS_EN,
    WEEKDAYS_TH,
    WEEKDAYS_TH_SHORT,
    to_be,
)


class DateStyle(StrEnum):
    """LONG: 30 กรกฎาคม 2564; SHORT: 30 ก.ค. 2564; SHORTEST: 30 ก.ค. 64 (for narrow tables only)."""

    LONG = "long"
    SHORT = "short"
    SHORTEST = "shortest"


class TimeStyle(StrEnum):
    """NEWS: ", 18:15น." as in requirement S2-1; LETTER: " เวลา 18.15 น." as in official letters; NONE."""

    NEWS = "news"
    LETTER = "letter"
    NONE = "none"


def _local(value: date | datetime) -> date | datetime:
    if not isinstance(value, datetime):
        return value
    if value.utcoffset() is None:
        raise ThaiFormatError(Code.DATE_NAIVE)
    return value.astimezone(BANGKOK)


def _clock(moment: datetime, style: TimeStyle) -> str:
    if style is TimeStyle.NEWS:
        return f", {moment:%H:%M}น."
    if style is TimeStyle.LETTER:
        return f" เวลา {moment:%H.%M} น."
    return ""


def thai_date(
    value: date | datetime,
    style: DateStyle = DateStyle.LONG,
    *,
    weekday: bool = False,
    time: TimeStyle = TimeStyle.NEWS,
    thai_digits: bool = False,
) -> str:
    """Return the date in Thai with a Buddhist Era year.

    Args:
        value: a date, or an aware datetime of any zone (shown in Bangkok time, minutes, no seconds).
        style: length of month and year.
        weekday: put "วันพุธที่ " before (long) or "พ. " (short).
        time: how a datetime shows its time; without effect on a date.
        thai_digits: write ๐-๙, as official letters may.

    Raises:
        ThaiFormatError: DATE_NAIVE.
    """
    shown = _local(value)
    short = style is not DateStyle.LONG
    month = (MONTHS_TH_SHORT if short else MONTHS_TH)[shown.month - 1]
    year = f"{to_be(shown.year)}"
    text = f"{shown.day} {month} {year[-2:] if style is DateStyle.SHORTEST else year}"
    if weekday:
        name = (WEEKDAYS_TH_SHORT if short else WEEKDAYS_TH)[shown.weekday()]
        text = f"{name} {text}" if short else f"วัน{name}ที่ {text}"
    if isinstance(shown, datetime):
        text += _clock(shown, time)
    return to_thai(text) if thai_digits else text


def english_date(value: date | datetime, *, weekday: bool = False, short: bool = False) -> str:
    """Return the date in English with a Common Era year: "Wednesday 19 July 2023", "30 Jul 2021, 18:15".

    Raises:
        ThaiFormatError: DATE_NAIVE.
    """
    shown = _local(value)
    cut = 3 if short else None
    text = f"{shown.day} {MONTHS_EN[shown.month - 1][:cut]} {shown.year}"
    if weekday:
        text = f"{WEEKDAYS_EN[shown.weekday()][:cut]} {text}"
    return f"{text}, {shown:%H:%M}" if isinstance(shown, datetime) else text


def iso_date(value: date | datetime) -> str:
    """Return ISO 8601: "2021-07-30", or "2021-07-30T18:15:00+07:00" in Bangkok time (requirement S2-1).

    Raises:
        ThaiFormatError: DATE_NAIVE.
    """
    return _local(value).isoformat()


def thai_month(value: date, style: DateStyle = DateStyle.LONG, *, thai_digits: bool = False) -> str:
    """Return month and BE year: "มิถุนายน 2560", for headings and for dates known to the month only."""
    names = MONTHS_TH if style is DateStyle.LONG else MONTHS_TH_SHORT
    text = f"{names[value.month - 1]} {to_be(value.year)}"
    return to_thai(text) if thai_digits else text
