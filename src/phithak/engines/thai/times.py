"""Times of day as they are written and spoken: "18:15น.", "18.15 น.", "4 ทุ่ม", "บ่าย 2 โมง", "ตีสาม".

Source: domain D3, Time. A spoken hour that two people may read differently is read in the usual way and
flagged; 24:00 and 6 ทุ่ม are the first moment of the next day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from enum import StrEnum

from phithak.engines.thai.counting import parse_number
from phithak.engines.thai.digits import to_arabic
from phithak.engines.thai.errors import Code, ThaiFormatError
from phithak.engines.thai.text import one_field


class TimeWarning(StrEnum):
    """What a reader of a time should look at again."""

    NEXT_DAY = "time.next_day"
    MIDNIGHT = "time.midnight"
    SPOKEN_UNCLEAR = "time.spoken_unclear"

    @property
    def th(self) -> str:
        """The warning in Thai."""
        return _TEXTS[self][0]

    @property
    def en(self) -> str:
        """The warning in English."""
        return _TEXTS[self][1]


_TEXTS = {
    TimeWarning.NEXT_DAY: (
        "24:00 น. (6 ทุ่ม) คือ 00:00 น. ของวันถัดไป",
        "24:00 (6 ทุ่ม) is 00:00 of the next day.",
    ),
    TimeWarning.MIDNIGHT: (
        "อ่าน “เที่ยงคืน” เป็น 00:00 น. ของวันที่ระบุ กรุณาตรวจว่าไม่ใช่คืนของวันนั้น",
        "Midnight was read as 00:00 of the day named; please check that its night is not meant.",
    ),
    TimeWarning.SPOKEN_UNCLEAR: (
        "เวลานี้พูดได้สองความหมาย กรุณาตรวจว่าเป็นเช้าหรือเย็น",
        "This spoken time has two readings; please check morning or evening.",
    ),
}


@dataclass(frozen=True, slots=True)
class ParsedTime:
    """A time of day; ``next_day`` says that it belongs to the day after the one named."""

    value: time
    next_day: bool
    has_seconds: bool
    warnings: tuple[TimeWarning, ...]


_DAY_HOURS, _NOON, _HOUR_MINUTES = 24, 12, 60

_CLOCK = re.compile(
    r"(?P<h>\d{1,2})\s?[:.]\s?(?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s*(?P<ap>am|pm|a\.m\.|p\.m\.)?\s*(?:น\.?|hrs?\.?|นาฬิกา)?"
)
_COMPACT = re.compile(r"(?P<h>\d{2})(?P<m>\d{2})\s*(?:น\.?|hrs?\.?)")
_BASIC_ISO = re.compile(r"(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})")
_NALIKA = re.compile(r"(?P<h>\d{1,2})\s*(?:นาฬิกา(?:\s*(?P<m>\d{1,2})\s*นาที)?|น\.?)(?:\s*ตรง)?")
_AM_PM = re.compile(r"(?P<h>\d{1,2})\s*(?P<ap>am|pm|a\.m\.|p\.m\.)")

_HOUR = r"\d{1,2}|สิบเอ็ด|สิบสอง|สิบ|หนึ่ง|นึง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า"
_TAIL = r"\s*(?:(?P<half>ครึ่ง)|(?P<m>\d{1,2}|[ก-ฮะ-์]{2,16})\s*นาที|ตรง)?"
_SPOKEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("thum", re.compile(rf"(?P<n>{_HOUR})?\s*ทุ่ม(?P<after>หนึ่ง|นึง)?{_TAIL}")),
    ("ti", re.compile(rf"ตี\s*(?P<n>{_HOUR}){_TAIL}")),
    ("bai", re.compile(rf"บ่าย\s*(?:(?P<n>{_HOUR})\s*(?:โมง)?|โมง){_TAIL}")),
    ("midnight", re.compile(rf"เที่ยงคืน{_TAIL}")),
    ("noon", re.compile(rf"เที่ยง(?:วัน)?{_TAIL}")),
    ("chao", re.compile(rf"(?P<n>{_HOUR})\s*โมง\s*เช้า{_TAIL}")),
    ("yen", re.compile(rf"(?P<n>{_HOUR})\s*โมง\s*เย็น{_TAIL}")),
    ("yen_half", re.compile(rf"(?P<n>{_HOUR})\s*โมง\s*(?P<half>ครึ่ง)\s*(?P<part>เช้า|เย็น)")),
    ("mong", re.compile(rf"(?P<n>{_HOUR})\s*โมง{_TAIL}")),
)


def _small(word: str | None, absent: int = 0) -> int:
    """Read a small whole number in digits or words."""
    if word is None:
        return absent
    if word == "นึง":
        return 1
    try:
        value = parse_number(word)
    except ThaiFormatError:
        raise ThaiFormatError(Code.TIME_FORM) from None
    return int(min(value, Decimal(10_000)))


# spoken part of the day -> {hour as spoken: (hour of 24, flagged)}; D3: 1-6 ทุ่ม = 19-24, ตี 1-5 = 01-05
_HOURS: dict[str, dict[int, tuple[int, bool]]] = {
    "thum": {n: (18 + n, False) for n in range(1, 7)},
    "ti": {n: (n, False) for n in range(1, 6)},
    "bai": {n: (12 + n, False) for n in range(1, 6)},
    # 6-11 โมงเช้า by the clock; 1-5 โมงเช้า is the old count from six o'clock, so flagged
    "chao": {**{n: (n, False) for n in range(6, 12)}, **{n: (6 + n, True) for n in range(1, 6)}},
    "yen": {n: (12 + n, False) for n in range(3, 7)},
    # without a part of the day: 7-11 can only be morning, 1-5 are usually afternoon, 6 is either
    "mong": {
        **{n: (n, False) for n in range(7, 12)},
        **{n: (12 + n, True) for n in range(1, 6)},
        6: (6, True),
    },
}


def _spoken(field: str) -> ParsedTime | None:
    for kind, pattern in _SPOKEN:
        found = pattern.fullmatch(field)
        if found is None:
            continue
        groups = found.groupdict()
        minute = 30 if groups.get("half") else _small(groups.get("m"))
        if kind == "midnight":
            return _checked(0, minute, warnings=(TimeWarning.MIDNIGHT,))
        if kind == "noon":
            return _checked(_NOON, minute)
        table = {"yen_half": "chao" if groups.get("part") == "เช้า" else "yen"}.get(kind, kind)
        if groups.get("n") and groups.get("after"):
            return None
        hour = _HOURS[table].get(_small(groups.get("n"), absent=1))
        if hour is None:
            raise ThaiFormatError(Code.TIME_RANGE)
        return _checked(hour[0], minute, warnings=(TimeWarning.SPOKEN_UNCLEAR,) if hour[1] else ())
    return None


def _checked(
    hour: int,
    minute: int,
    second: int | None = None,
    *,
    micro: int = 0,
    warnings: tuple[TimeWarning, ...] = (),
) -> ParsedTime:
    """Build the result; refuse what no clock shows."""
    end_of_day = hour == _DAY_HOURS and not (minute or second or micro)
    if hour > _DAY_HOURS or minute >= _HOUR_MINUTES or (second or 0) >= _HOUR_MINUTES:
        raise ThaiFormatError(Code.TIME_RANGE)
    if hour == _DAY_HOURS and not end_of_day:
        raise ThaiFormatError(Code.TIME_RANGE)
    if end_of_day:
        warnings = (*warnings, TimeWarning.NEXT_DAY)
    return ParsedTime(
        time(hour % _DAY_HOURS, minute, second or 0, micro), end_of_day, second is not None, warnings
    )


def _half_day(hour: int, mark: str | None) -> int:
    """Turn a 12-hour reading into 24 hours."""
    if not mark:
        return hour
    if not 1 <= hour <= _NOON:
        raise ThaiFormatError(Code.TIME_RANGE)
    return hour % _NOON + (_NOON if mark.startswith("p") else 0)


def parse_time(text: str) -> ParsedTime:
    """Return the time of day that the text writes or speaks.

    Args:
        text: "18:15น.", "18.15 น.", "๑๘.๑๕ น.", "18:15:30", "6:15 pm", "18 นาฬิกา 15 นาที", "1815 น.",
            "4 ทุ่ม", "สองทุ่มครึ่ง", "ตี 2", "บ่ายโมง", "บ่าย 2 โมง", "4 โมงเย็น", "6 โมงเช้า", "เที่ยง",
            "เที่ยงคืน"; the word เวลา may stand before.

    Raises:
        ThaiFormatError: TIME_FORM, TIME_RANGE, EMPTY, TOO_LONG.
    """
    field = to_arabic(one_field(text)).casefold().removeprefix("เวลา").strip()
    for pattern in (_CLOCK, _COMPACT, _BASIC_ISO, _NALIKA, _AM_PM):
        found = pattern.fullmatch(field)
        if found:
            groups = found.groupdict()
            second = None if groups.get("s") is None else int(groups["s"])
            micro = int((groups.get("f") or "0").ljust(6, "0")[:6])
            hour = _half_day(int(groups["h"]), groups.get("ap"))
            return _checked(hour, int(groups.get("m") or 0), second, micro=micro)
    spoken = _spoken(field)
    if spoken is None:
        raise ThaiFormatError(Code.TIME_FORM)
    return spoken
