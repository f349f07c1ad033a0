"""Tests, levels, bounds, timespans and moments in Thai and English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from phithak.base.text import Text
from phithak.engines.sigma.correlate.model import datetime_of
from phithak.engines.thai import BANGKOK, DateStyle, english_date, thai_date

_SHOWN = 80
_LEVELS = {
    "critical": Text("วิกฤต", "critical"),
    "high": Text("สูง", "high"),
    "medium": Text("ปานกลาง", "medium"),
    "low": Text("ต่ำ", "low"),
    "informational": Text("ข้อมูล", "informational"),
    "": Text("ไม่ระบุ", "no level given"),
}
_UNITS = (
    (86_400, Text("วัน", "day")),
    (3_600, Text("ชั่วโมง", "hour")),
    (60, Text("นาที", "minute")),
    (1, Text("วินาที", "second")),
)
_BOUNDS = {
    "gte": Text("อย่างน้อย {n}", "at least {n}"),
    "gt": Text("มากกว่า {n}", "more than {n}"),
    "lte": Text("ไม่เกิน {n}", "at most {n}"),
    "lt": Text("น้อยกว่า {n}", "less than {n}"),
    "eq": Text("เท่ากับ {n}", "exactly {n}"),
    "neq": Text("ไม่ใช่ {n}", "anything but {n}"),
}
_PARTS = {
    "minute": Text("นาที", "minute"),
    "hour": Text("ชั่วโมง (UTC)", "hour (UTC)"),
    "day": Text("วันที่", "day of the month"),
    "week": Text("สัปดาห์ที่", "week"),
    "month": Text("เดือนที่", "month"),
    "year": Text("ปี ค.ศ.", "year"),
}
# how a test reads where it is true, and where it is not
_VERBS: dict[str, tuple[Text, Text]] = {
    "": (Text("คือ {p}", "is {p}"), Text("ไม่ใช่ {p}", "is not {p}")),
    "contains": (Text("มี {p}", "contains {p}"), Text("ไม่มี {p}", "does not contain {p}")),
    "startswith": (Text("ขึ้นต้นด้วย {p}", "begins with {p}"), Text("ไม่ขึ้นต้นด้วย {p}", "does not begin with {p}")),
    "endswith": (Text("ลงท้ายด้วย {p}", "ends with {p}"), Text("ไม่ลงท้ายด้วย {p}", "does not end with {p}")),
    "re": (Text("เข้ากับรูปแบบ {p}", "fits {p}"), Text("ไม่เข้ากับรูปแบบ {p}", "does not fit {p}")),
    "cidr": (Text("อยู่ในเครือข่าย {p}", "lies in {p}"), Text("ไม่อยู่ในเครือข่าย {p}", "does not lie in {p}")),
    "lt": (Text("น้อยกว่า {p}", "is below {p}"), Text("ไม่น้อยกว่า {p}", "is not below {p}")),
    "lte": (Text("ไม่เกิน {p}", "is at most {p}"), Text("เกิน {p}", "is above {p}")),
    "gt": (Text("มากกว่า {p}", "is above {p}"), Text("ไม่มากกว่า {p}", "is not above {p}")),
    "gte": (Text("อย่างน้อย {p}", "is at least {p}"), Text("ต่ำกว่า {p}", "is below {p}")),
    "fieldref": (
        Text("ตรงกับค่าของ {p}", "matches the field {p}"),
        Text("ไม่ตรงกับค่าของ {p}", "does not match the field {p}"),
    ),
}
_PRESENT, _ABSENT = Text("มีค่า", "is there"), Text("ไม่มีค่า", "is not there")
_ANY = Text("ค่าใดค่าหนึ่งในเหตุการณ์", "some value of the event")
_NONE = Text("ไม่มีค่าใดในเหตุการณ์ที่", "no value of the event")


def level(name: str) -> Text:
    """Return a level, as it is written where it is none of Sigma's."""
    return _LEVELS.get(name, Text(name, name))


def quoted(text: str) -> str:
    """Return what a stranger wrote, in quotation marks, without control characters, at most eighty long."""
    plain = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return f"“{plain[:_SHOWN]}…”" if len(plain) > _SHOWN else f"“{plain}”"


def joined(parts: Sequence[Text], last: Text) -> Text:
    """Return parts with commas, and ``last`` (and, or, then) before the last one."""
    if len(parts) == 1:
        return parts[0]
    return Text(
        f"{' '.join(part.th for part in parts[:-1])} {last.th} {parts[-1].th}",
        f"{', '.join(part.en for part in parts[:-1])} {last.en} {parts[-1].en}",
    )


def and_more(said: Text, count: int) -> Text:
    """Return a text with how many more there are, if there are."""
    return Text(f"{said.th} และอีก {count} ข้อ", f"{said.en}, and {count} more") if count else said


def outcome(field: str, modifier: str, pattern: str, *, true: bool, keyword: bool = False) -> Text:
    """Return one test as it turned out: ``CommandLine contains “whoami”``; a keyword stands anywhere in a value."""
    if keyword and not modifier:
        modifier = "contains"
    # of a keyword that was not found: no value has it
    name = Text(field, field) if field else _ANY if true else _NONE
    verb = _verb(modifier, pattern, true=true or not field)
    return Text(f"{name.th} {verb.th}", f"{name.en} {verb.en}")


def _verb(modifier: str, pattern: str, *, true: bool) -> Text:
    words = modifier.split("|")
    if "exists" in words:
        return _PRESENT if (pattern == "true") is true else _ABSENT
    if not modifier and pattern == "null":
        return _ABSENT if true else _PRESENT
    for part in words:
        if part in _PARTS:
            return Text(
                f"{'มี' if true else 'ไม่มี'}{_PARTS[part].th} {pattern}",
                f"{'has' if true else 'has not'} {_PARTS[part].en} {pattern}",
            )
    kind = next((word for word in ("fieldref", "re", *_VERBS) if word and word in words), "")
    return _VERBS[kind][0 if true else 1].format(p=quoted(pattern))


def bounds(given: Iterable[tuple[str, int | float]]) -> Text:
    """Return the bounds of a condition."""
    return joined([_BOUNDS[op].format(n=f"{number:,}") for op, number in given], Text("และ", "and"))


def timespan(seconds: int) -> Text:
    """Return a timespan in the largest unit that measures it: 90 minutes, 1 day."""
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    count = seconds // size
    return Text(f"{count:,} {unit.th}", f"{count:,} {unit.en}{'' if count == 1 else 's'}")


def moment(when: int) -> Text:
    """Return a moment in Bangkok time, with seconds."""
    local = _local(when)
    if local is None:
        return Text(str(when), str(when))
    return Text(
        f"{thai_date(local.date(), DateStyle.SHORT)} {local:%H:%M:%S} น.",
        f"{english_date(local.date(), short=True)} {local:%H:%M:%S} (Bangkok)",
    )


def between(begin: int, end: int) -> Text:
    """Return two moments; the day is said once where it is the same."""
    first, last = _local(begin), _local(end)
    if first is None or last is None or first.date() != last.date():
        one, other = moment(begin), moment(end)
        return Text(f"{one.th} ถึง {other.th}", f"{one.en} to {other.en}")
    return Text(
        f"{thai_date(first.date(), DateStyle.SHORT)} {first:%H:%M:%S} ถึง {last:%H:%M:%S} น.",
        f"{english_date(first.date(), short=True)} {first:%H:%M:%S} to {last:%H:%M:%S} (Bangkok)",
    )


def _local(when: int) -> datetime | None:
    try:
        return datetime_of(when).astimezone(BANGKOK)
    except OverflowError:
        return None
