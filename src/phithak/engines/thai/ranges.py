"""Read spans of days: "19-20 กรกฎาคม 2566", "30 มิ.ย. - 2 ก.ค. 2566", "28 ธ.ค. 2565 ถึง 3 ม.ค. 2566"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from phithak.engines.thai.dates import DateWarning, ParsedDate, Precision, parse_date
from phithak.engines.thai.digits import to_arabic
from phithak.engines.thai.errors import Code, ThaiFormatError
from phithak.engines.thai.months import MONTH_PATTERN, month_number, real_date
from phithak.engines.thai.text import one_field
from phithak.engines.thai.times import TimeWarning

if TYPE_CHECKING:
    from datetime import date

_LEAD = r"(?:(?:ระหว่าง|ตั้งแต่|ใน)\s*)?(?:วัน\s?ที่\s*)?"
_TO = r"\s*(?:-|–|—|ถึง(?:\s*วันที่)?|จนถึง(?:\s*วันที่)?|และ(?:\s*วันที่)?|to)\s*"
_DAY_FIRST = re.compile(
    rf"{_LEAD}(?P<d>\d{{1,2}})(?:\s*(?P<mon>{MONTH_PATTERN}))?{_TO}(?P<end>\d{{1,2}}\D.*)"
)
_WHOLE = re.compile(rf"{_LEAD}(?P<start>.*\d{{4}}){_TO}(?P<end>\S.*)")
# an ISO date holds dashes itself, so between two of them a dash needs spaces around
_SPACED = re.compile(
    rf"{_LEAD}(?P<start>.*\d)(?:\s+[-–—]\s+|\s*(?:จน)?ถึง(?:\s*วันที่)?\s*|\s+to\s+)(?P<end>\S.*)"
)
_OF_THE_END_ONLY = {DateWarning.WEEKDAY_MISMATCH, *TimeWarning}


@dataclass(frozen=True, slots=True)
class DateRange:
    """First and last day, both included; warnings stand in each end."""

    start: ParsedDate
    end: ParsedDate


def _first_day(found: re.Match[str], end: date) -> date:
    """Return the first day: what its text leaves out (month, year) is taken from the end."""
    month = month_number(found["mon"]) if found["mon"] else end.month
    # "28 ธ.ค. - 3 ม.ค. 2566" crosses New Year
    year = end.year - 1 if month > end.month else end.year
    return real_date(year, month, int(found["d"]))


def parse_date_range(text: str) -> DateRange:
    """Return the span of days that the text writes; a single day is a span of one.

    Raises:
        ThaiFormatError: as ``parse_date``, and DATE_ORDER when the end lies before the start.
    """
    field = to_arabic(one_field(text)).casefold()
    short = _DAY_FIRST.fullmatch(field)
    if short:
        try:
            end = parse_date(short["end"])
        except ThaiFormatError:
            short = None
        else:
            shared = tuple(warning for warning in end.warnings if warning not in _OF_THE_END_ONLY)
            return _ordered(ParsedDate(_first_day(short, end.day), Precision.DAY, shared), end)
    whole = _SPACED.fullmatch(field) or _WHOLE.fullmatch(field)
    if whole:
        return _ordered(parse_date(whole["start"]), parse_date(whole["end"]))
    single = parse_date(field)
    return DateRange(single, single)


def _ordered(start: ParsedDate, end: ParsedDate) -> DateRange:
    if end.day < start.day:
        raise ThaiFormatError(Code.DATE_ORDER)
    return DateRange(start, end)
