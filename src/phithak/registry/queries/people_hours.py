"""Duty hours of contacts: spans of local wall-clock time on weekdays, in the contact's own zone.

A span that ends at or before its start runs over midnight into the next day. No span at all means round the
clock. On public holidays of Thailand nobody whose zone is Bangkok is on duty, unless ``on_holidays`` says so; of
other countries no holidays are known. Plain functions: the moment is an argument, nothing is read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.core.clocks.queries import calendar
from phithak.engines.thai import to_arabic

Span = tuple[int, str, str]
"""Weekday (0 = Monday), start and end as "HH:MM" in local time; the end may be "24:00"."""

BANGKOK = "Asia/Bangkok"
ALWAYS = "always"
"""The key of the pattern of those who are reached round the clock."""

DAY_MINUTES = 24 * 60
MOST_SPANS = 42
_WEEK = 7
_LOOK_AHEAD = 15
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")
DAYS = (
    Text("จันทร์", "Mon"),
    Text("อังคาร", "Tue"),
    Text("พุธ", "Wed"),
    Text("พฤหัสบดี", "Thu"),
    Text("ศุกร์", "Fri"),
    Text("เสาร์", "Sat"),
    Text("อาทิตย์", "Sun"),
)
_SHORT = ("จ", "อ", "พ", "พฤ", "ศ", "ส", "อา")
_NAMES = {
    **{name.th: number for number, name in enumerate(DAYS)},
    **{name.en.casefold(): number for number, name in enumerate(DAYS)},
    **{short: number for number, short in enumerate(_SHORT)},
    "พฤหัส": 3,
    **{
        name: number
        for number, name in enumerate(
            ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        )
    },
}


class HoursError(InvalidInputError):
    """Duty hours cannot be read."""

    code = "registry.contact_hours"
    text = Text(
        "อ่านเวลาเวรไม่ได้: {reason_th} เขียนเช่น จ-ศ 08:30-16:30; ส 22:00-06:00",
        "The duty hours cannot be read: {reason_en}. Write for example Mon-Fri 08:30-16:30; Sat 22:00-06:00",
    )


class ZoneError(InvalidInputError):
    """There is no such time zone."""

    code = "registry.time_zone"
    text = Text(
        "ไม่รู้จักเขตเวลา {zone} เขียนเช่น Asia/Bangkok",
        "There is no time zone {zone}. Write for example Asia/Bangkok.",
    )


@dataclass(frozen=True)
class Pattern:
    """Hours that several contacts may share.

    Attributes:
        time_zone: IANA name.
        hours: spans in order; none = round the clock.
        on_holidays: on duty on public holidays too.
    """

    time_zone: str
    hours: tuple[Span, ...]
    on_holidays: bool

    @property
    def key(self) -> str:
        """The key that contacts with these hours share."""
        return duty_key(self.time_zone, self.hours, on_holidays=self.on_holidays)


def duty_key(time_zone: str, hours: Sequence[Span], *, on_holidays: bool) -> str:
    """Return the key of a pattern: the same for the same hours, :data:`ALWAYS` for round the clock."""
    if not hours:
        return ALWAYS
    plain = json.dumps([time_zone, [list(span) for span in hours], on_holidays])
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


@cache
def zone(name: str) -> ZoneInfo:
    """Return the time zone of that name.

    Raises:
        ZoneError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ZoneError(field="time_zone", zone=name[:40]) from error


def cleaned(hours: Sequence[Sequence[object]]) -> tuple[Span, ...]:
    """Return spans checked and in order, each once.

    Raises:
        HoursError: no weekday, no time, an empty span, or too many.
    """
    if len(hours) > MOST_SPANS:
        raise _error(f"มีได้ไม่เกิน {MOST_SPANS} ช่วง", f"there can be at most {MOST_SPANS} spans")
    found = set()
    for span in hours:
        if len(span) != 3 or span[0] not in range(_WEEK):  # noqa: PLR2004 - weekday, start, end
            raise _error("แต่ละช่วงมี วัน เวลาเริ่ม เวลาสิ้นสุด", "each span has a weekday, a start and an end")
        first, last = minutes(str(span[1])), minutes(str(span[2]))
        if first in {DAY_MINUTES, last}:
            raise _error("เวลาเริ่มกับสิ้นสุดต้องต่างกัน", "start and end must differ")
        found.add((int(str(span[0])), _shown(first), _shown(last)))
    return tuple(sorted(found))


def minutes(text: str) -> int:
    """Return minutes from midnight of "08:30"; "24:00" is the end of the day.

    Raises:
        HoursError: it is no time of a day.
    """
    found = _TIME.fullmatch(to_arabic(text).strip())
    if found:
        total = int(found[1]) * 60 + int(found[2])
        if int(found[2]) < 60 and total <= DAY_MINUTES:  # noqa: PLR2004 - minutes of an hour
            return total
    raise _error(f"ไม่มีเวลา {text[:20]}", f"there is no time {text[:20]}")


def read(text: str) -> tuple[Span, ...]:
    """Return the spans that a line says: "จ-ศ 08:30-12:00, 13:00-16:30; ส 22:00-06:00"; nothing = round the clock.

    Days stand as short or long names in Thai or English, alone, as a range, or several with commas; spans are
    divided by commas, days by semicolons or lines. Digits may be Thai.

    Raises:
        HoursError: a day or time cannot be read.
    """
    spans = []
    for part in re.split(r"[;\n]", to_arabic(text)):
        line = re.sub(r"\s*[-–—]\s*", "-", part.strip().replace("น.", ""))
        if not line:
            continue
        found = re.match(r"(?P<days>[^\d]+?)[\s:]*(?P<times>\d.*)$", line)
        if not found:
            raise _error(f"ไม่พบวันและเวลาใน {line[:30]}", f"no day and time in {line[:30]}")
        days = _days(found["days"])
        for piece in re.split(r"[,\s]+", found["times"].strip(" ,")):
            first, dash, last = piece.partition("-")
            if not dash:
                raise _error(f"ช่วงเวลา {piece[:20]} ไม่ครบ", f"the span {piece[:20]} is not whole")
            spans += [(day, first, last) for day in days]
    return cleaned(spans)


def shown(hours: Sequence[Span]) -> Text:
    """Return hours as people read them, days with the same times together; :func:`read` reads it again."""
    if not hours:
        return Text("ตลอด 24 ชั่วโมง", "Round the clock")
    times: dict[int, list[str]] = {}
    for day, first, last in hours:
        times.setdefault(day, []).append(f"{first}-{last}")
    runs: list[tuple[int, int, str]] = []
    for day in sorted(times):
        words = ", ".join(times[day])
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == words:
            runs[-1] = (runs[-1][0], day, words)
        else:
            runs.append((day, day, words))
    return Text(
        "; ".join(_run([*_SHORT], first, last) + f" {words}" for first, last, words in runs),
        "; ".join(_run([day.en for day in DAYS], first, last) + f" {words}" for first, last, words in runs),
    )


def on_duty(pattern: Pattern, at: datetime) -> bool:
    """Tell whether somebody with these hours is on duty at a moment (aware)."""
    if not pattern.hours:
        return True
    local = at.astimezone(zone(pattern.time_zone))
    minute = local.hour * 60 + local.minute
    today, before = local.date(), local.date() - timedelta(days=1)
    for day, start, end in pattern.hours:
        first, last = minutes(start), minutes(end)
        over_midnight = last <= first
        until = DAY_MINUTES if over_midnight else last
        if day == today.weekday() and first <= minute < until and works_on(pattern, today):
            return True
        if over_midnight and day == before.weekday() and minute < last and works_on(pattern, before):
            return True
    return False


def next_duty(pattern: Pattern, at: datetime) -> datetime | None:
    """Return when the next span begins after a moment, in UTC; None when none does within two weeks."""
    if not pattern.hours:
        return at.astimezone(UTC)
    place = zone(pattern.time_zone)
    today = at.astimezone(place).date()
    starts = []
    for ahead in range(_LOOK_AHEAD):
        day = today + timedelta(days=ahead)
        for weekday, start, _ in pattern.hours:
            if weekday == day.weekday() and works_on(pattern, day):
                hour, minute = divmod(minutes(start), 60)
                begins = datetime.combine(day, time(hour, minute), place).astimezone(UTC)
                if begins > at:
                    starts.append(begins)
        if starts:
            return min(starts)
    return None


def works_on(pattern: Pattern, day: date) -> bool:
    """Tell whether a day counts as a working day of the pattern: public holidays do not, unless it says so."""
    return pattern.on_holidays or pattern.time_zone != BANGKOK or day not in calendar().holidays


def _days(words: str) -> list[int]:
    found: list[int] = []
    for piece in re.split(r"[,\s]+", words.strip(" ,:")):
        first, dash, last = piece.partition("-")
        start = _day(first)
        end = _day(last) if dash else start
        count = (end - start) % _WEEK
        found += [(start + step) % _WEEK for step in range(count + 1)]
    return found


def _day(word: str) -> int:
    number = _NAMES.get(word.strip(" .").casefold().removeprefix("วัน"))
    if number is None:
        raise _error(f"ไม่รู้จักวัน {word[:20]}", f"there is no day {word[:20]}")
    return number


def _run(names: Sequence[str], first: int, last: int) -> str:
    return names[first] if first == last else f"{names[first]}-{names[last]}"


def _shown(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _error(th: str, en: str) -> HoursError:
    return HoursError(field="hours", reason_th=th, reason_en=en)
