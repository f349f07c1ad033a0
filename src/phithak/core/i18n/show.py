"""How pages show moments, days and numbers: Thai pages in BE and Bangkok time, English pages in CE.

Source: domain D3 (Year, Time, Digits): BE in Thai, CE in English, ISO 8601 in data; default digits 0-9.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from phithak.base.clock import BANGKOK
from phithak.base.text import active_language
from phithak.engines.thai.dateformat import DateStyle, TimeStyle, english_date, thai_date


def day(value: date | datetime | None, language: str | None = None) -> str:
    """Return "30 ก.ค. 2564" or "30 Jul 2021"; a moment is taken at Bangkok; "" for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(BANGKOK).date()
    if (language or active_language()) == "en":
        return english_date(value, short=True)
    return thai_date(value, DateStyle.SHORT, time=TimeStyle.NONE)


def moment(value: datetime | None, language: str | None = None) -> str:
    """Return "30 ก.ค. 2564 18:15 น." or "30 Jul 2021, 18:15" in Bangkok time; "" for None."""
    if value is None:
        return ""
    if (language or active_language()) == "en":
        return english_date(value, short=True)
    return f"{day(value, 'th')} {value.astimezone(BANGKOK):%H:%M} น."


def span(begins: datetime, ends: datetime, language: str | None = None) -> str:
    """Return two moments in Bangkok time; the day is said once when both lie in it: "30 ก.ค. 2564 08:15–20:15 น."."""
    first, last = begins.astimezone(BANGKOK), ends.astimezone(BANGKOK)
    if first.date() != last.date():
        return f"{moment(begins, language)} – {moment(ends, language)}"
    hours = f"{first:%H:%M}–{last:%H:%M}"
    return (
        f"{day(begins, 'en')}, {hours}"
        if (language or active_language()) == "en"
        else f"{day(begins, 'th')} {hours} น."
    )


def long(value: date | datetime, language: str | None = None, *, weekday: bool = False) -> str:
    """Return "30 กรกฎาคม 2564, 18:15น." or "30 July 2021, 18:15"; the form fields read both back."""
    if (language or active_language()) == "en":
        return english_date(value, weekday=weekday)
    return thai_date(value, weekday=weekday)


def number(value: float | Decimal | None) -> str:
    """Return 13,000,000 for 13000000; "" for None."""
    return "" if value is None else f"{value:,}"
