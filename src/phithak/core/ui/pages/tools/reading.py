"""How a date was understood, for the page and the API alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from phithak.base.text import Text
from phithak.core.i18n import show
from phithak.engines.thai import dates
from phithak.engines.thai.months import WEEKDAYS_EN, WEEKDAYS_TH


@dataclass(frozen=True)
class Reading:
    """A date that was read: ISO 8601, written back in several forms, the weekday, what to look at again."""

    iso: str
    precision: str
    written: Text
    short: Text
    weekday: Text
    warnings: tuple[tuple[str, Text], ...]


def read(text: str) -> Reading:
    """Read a date.

    Raises:
        ThaiFormatError: the text is no date in any known form.
    """
    found = dates.parse_date(text)
    value = found.value
    short = (
        Text(show.moment(value, "th"), show.moment(value, "en"))
        if isinstance(value, datetime)
        else Text(show.day(value, "th"), show.day(value, "en"))
    )
    return Reading(
        iso=value.isoformat(),
        precision=found.precision.value,
        written=Text(show.long(value, "th"), show.long(value, "en")),
        short=short,
        weekday=Text(f"วัน{WEEKDAYS_TH[found.day.weekday()]}", WEEKDAYS_EN[found.day.weekday()]),
        warnings=tuple((warning.value, Text(warning.th, warning.en)) for warning in found.warnings),
    )
