"""Names of months and weekdays, the two year counts, and the fiscal year.

Sources: domain D3 (Year, Months, Fiscal year); month lengths by the Gregorian rule that Thailand uses.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

from phithak.engines.thai.errors import Code, ThaiFormatError

BE_OFFSET = 543

MONTHS_TH = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)
MONTHS_TH_SHORT = (
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
)
MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS_TH = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
WEEKDAYS_TH_SHORT = ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา.")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# misprints and everyday short forms that people really type, beside the official names
_MONTH_VARIANTS = {
    "กรกฏาคม": 7,
    "พฤษจิกายน": 11,
    "พฤศจิการยน": 11,
    "กุมภาพันธ": 2,
    "มกรา": 1,
    "กุมภา": 2,
    "มีนา": 3,
    "เมษา": 4,
    "พฤษภา": 5,
    "มิถุนา": 6,
    "กรกฎา": 7,
    "สิงหา": 8,
    "กันยา": 9,
    "ตุลา": 10,
    "พฤศจิกา": 11,
    "ธันวา": 12,
    "sept": 9,
}
_WEEKDAY_VARIANTS = {"พฤหัส": 3, "พฤหัสฯ": 3, "เสาร": 5, "thur": 3, "thurs": 3, "tues": 1}

_NOISE = re.compile(r"[.\s]")


def _key(word: str) -> str:
    return _NOISE.sub("", word).casefold()


def _month_table() -> dict[str, int]:
    table = dict(_MONTH_VARIANTS)
    for names in (MONTHS_TH, MONTHS_TH_SHORT, MONTHS_EN, tuple(name[:3] for name in MONTHS_EN)):
        table.update((_key(name), number) for number, name in enumerate(names, start=1))
    return table


def _weekday_table() -> dict[str, int]:
    table = dict(_WEEKDAY_VARIANTS)
    for names in (WEEKDAYS_TH, WEEKDAYS_TH_SHORT, WEEKDAYS_EN, tuple(name[:3] for name in WEEKDAYS_EN)):
        table.update((_key(name), number) for number, name in enumerate(names))
    return table


_MONTHS = _month_table()
_WEEKDAYS = _weekday_table()


def _alternation(words: set[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


def _dotted(short: tuple[str, ...]) -> str:
    """Return a pattern of the dotted short forms in which dots and spaces between may be missing."""
    forms = sorted(short, key=len, reverse=True)
    return "|".join(r"\.?\s?".join(re.escape(part) for part in form.split(".") if part) for form in forms)


_SHORT_KEYS = {_key(name) for name in MONTHS_TH_SHORT}
MONTH_PATTERN = rf"(?:{_alternation(set(_MONTHS) - _SHORT_KEYS)}|{_dotted(MONTHS_TH_SHORT)})\.?"
"""Regular expression of any month name in a case-folded text; ``month_number`` reads what it finds."""

_SHORT_DAY_KEYS = {_key(name) for name in WEEKDAYS_TH_SHORT}
WEEKDAY_PATTERN = (
    rf"(?:{_alternation(set(_WEEKDAYS) - _SHORT_DAY_KEYS)}|{_alternation(set(WEEKDAYS_TH_SHORT))})\.?"
)
"""Regular expression of any weekday name in a case-folded text; Thai short forms need their dot."""


def month_number(word: str) -> int:
    """Return 1-12 for a month name that ``MONTH_PATTERN`` found."""
    return _MONTHS[_key(word)]


def weekday_number(word: str) -> int:
    """Return 0 (Monday) to 6 (Sunday) for a weekday name that ``WEEKDAY_PATTERN`` found."""
    return _WEEKDAYS[_key(word)]


def to_be(ce_year: int) -> int:
    """Return the Buddhist Era year of a Common Era year (CE + 543, domain D3)."""
    return ce_year + BE_OFFSET


def to_ce(be_year: int) -> int:
    """Return the Common Era year of a Buddhist Era year (BE - 543, domain D3)."""
    return be_year - BE_OFFSET


def real_date(year: int, month: int, day: int) -> date:
    """Return the date of a CE year, month and day.

    Raises:
        ThaiFormatError: DATE_MONTH or DATE_DAY, with the length of that month in the text.
    """
    if not 1 <= month <= len(MONTHS_TH):
        raise ThaiFormatError(Code.DATE_MONTH, {"month": month})
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        facts = {
            "day": day,
            "days": days,
            "month_th": MONTHS_TH[month - 1],
            "month_en": MONTHS_EN[month - 1],
            "year_be": to_be(year),
            "year_ce": year,
        }
        raise ThaiFormatError(Code.DATE_DAY, facts)
    return date(year, month, day)


_FISCAL_FIRST_MONTH = 10


def fiscal_year(day: date) -> int:
    """Return the Thai fiscal year (BE) of a day: 1 October to 30 September, named by its end (D3)."""
    return to_be(day.year + (day.month >= _FISCAL_FIRST_MONTH))


def fiscal_year_span(be_year: int) -> tuple[date, date]:
    """Return the first and last day of a Thai fiscal year given in BE."""
    end = to_ce(be_year)
    return date(end - 1, 10, 1), date(end, 9, 30)
