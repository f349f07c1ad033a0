"""One entry of a clock file: each field read, checked and named when it is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from phithak.base.text import Text
from phithak.engines.clocks.errors import ClockDataError
from phithak.engines.clocks.model import (
    COUNTING_OF,
    Clock,
    Confidence,
    Counting,
    Direction,
    Length,
    Role,
    State,
    Trigger,
    Unit,
)

_CODE = re.compile(r"[a-z][a-z0-9_]{2,39}\Z")
_KINDS = TypeVar("_KINDS", bound=StrEnum)
_LONGEST = {Unit.MINUTES: 100_000, Unit.HOURS: 10_000, Unit.DAYS: 10_000, Unit.MONTHS: 1_200, Unit.YEARS: 100}
_LONGEST |= {Unit.OFFICE_HOURS: 1_000, Unit.WORKING_DAYS: 1_000}
_FIELDS = {
    *(
        "code",
        "version",
        "title",
        "trigger",
        "length",
        "direction",
        "calendar",
        "role",
        "limit_of",
        "applies_to",
    ),
    *("reports_to", "law", "section", "text", "in_force_from", "in_force_to", "state", "confidence"),
    *("checked_on", "settable"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``[[clock]]`` of a file while it is read; ``name`` is how messages call it."""

    file: str
    name: str
    raw: dict[str, Any]

    def clock(self) -> Clock:
        """Return the clock, checked by itself."""
        unknown = set(self.raw) - _FIELDS
        if unknown:
            raise self.wrong(min(unknown), "ไม่รู้จักช่องนี้", "unknown field")
        code = self._string("code")
        if not _CODE.match(code):
            raise self.wrong("code", "ใช้ a-z 0-9 _ ยาว 3-40", "want 3 to 40 of a-z, 0-9, _")
        length, counting = self._length(), self._one_of("calendar", Counting)
        if counting not in COUNTING_OF[length.unit]:
            raise self.wrong("calendar", f"หน่วย {length.unit} ใช้ปฏิทินนี้ไม่ได้", f"{length.unit} cannot run by it")
        role, limit_of = self._one_of("role", Role), self.raw.get("limit_of", "")
        if (role is Role.LATE_LIMIT) is not bool(limit_of):
            raise self.wrong(
                "limit_of", "ใช้กับ late_limit เท่านั้น", "belongs to role late_limit, and only there"
            )
        state = self._one_of("state", State)
        if (length.unit is Unit.UNSET) is not (state is State.OPEN):
            raise self.wrong("state", "open คู่กับ unset", "a clock without a number is open, and only that one")
        since, until = self._day("in_force_from", needed=False), self._day("in_force_to", needed=False)
        if since and until and until < since:
            raise self.wrong("in_force_to", "ต้องไม่ก่อน in_force_from", "must not lie before in_force_from")
        return Clock(
            code=code,
            version=self._version(),
            title=self._words("title"),
            trigger=self._one_of("trigger", Trigger),
            length=length,
            direction=self._one_of("direction", Direction),
            counting=counting,
            role=role,
            limit_of=limit_of,
            applies_to=self._words("applies_to"),
            reports_to=tuple(self.raw.get("reports_to", [])),
            law=self._words("law"),
            section=self._string("section"),
            paraphrase=self._words("text"),
            in_force_from=since,
            in_force_to=until,
            state=state,
            confidence=self._one_of("confidence", Confidence),
            checked_on=self._day("checked_on") or date.min,
            settable=self.raw.get("settable", False) is True,
        )

    def wrong(self, field: str, th: str, en: str) -> ClockDataError:
        """Return the error for one field, to be raised."""
        return ClockDataError(th=th, en=en + ".", file=self.file, entry=self.name, field=field)

    def _string(self, field: str) -> str:
        value = self.raw.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(field, "ต้องเป็นข้อความไม่ว่าง", "want a text that is not empty")
        return value

    def _words(self, field: str) -> Text:
        value = self.raw.get(field)
        if not (isinstance(value, dict) and set(value) == {"th", "en"}):
            raise self.wrong(field, "ต้องมี th และ en", "want th and en")
        for language in ("th", "en"):
            if not isinstance(value[language], str) or not value[language].strip():
                raise self.wrong(f"{field}.{language}", "ต้องเป็นข้อความไม่ว่าง", "want a text that is not empty")
        return Text(value["th"], value["en"])

    def _one_of(self, field: str, kinds: type[_KINDS]) -> _KINDS:
        value = self.raw.get(field)
        if value not in set(kinds):
            allowed = ", ".join(kinds)
            raise self.wrong(field, f"ต้องเป็นหนึ่งใน {allowed}", f"want one of {allowed}")
        return kinds(value)

    def _version(self) -> int:
        value = self.raw.get("version")
        if type(value) is not int or value < 1:
            raise self.wrong("version", "ต้องเป็นจำนวนเต็มตั้งแต่ 1", "want a whole number from 1")
        return value

    def _day(self, field: str, *, needed: bool = True) -> date | None:
        value = self.raw.get(field)
        if value is None and not needed:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(field, "ต้องเป็นวันที่ ค.ศ.", "want a CE date")
        return value

    def _length(self) -> Length:
        value = self.raw.get("length")
        if (
            not isinstance(value, dict)
            or not set(value) <= {"unit", "amount"}
            or value.get("unit") not in set(Unit)
        ):
            raise self.wrong("length", "ต้องมี unit และ amount", "want unit and amount")
        unit, amount = Unit(value["unit"]), value.get("amount")
        if unit not in _LONGEST:
            if amount is not None:
                raise self.wrong("length.amount", f"{unit} ไม่มีตัวเลข", f"{unit} carries no number")
            return Length(unit)
        if type(amount) is not int or not 1 <= amount <= _LONGEST[unit]:
            raise self.wrong("length.amount", f"ต้องเป็น 1-{_LONGEST[unit]}", f"want 1 to {_LONGEST[unit]}")
        return Length(unit, amount)
