"""Reading clocks from data files, and choosing the version that holds for a case.

Versions of a code follow each other by ``in_force_from``. ``get`` with a day answers the version in force
then; a case stores code **and** version and asks with both ever after, so a later change never moves an
old case.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from phithak.base.text import Text
from phithak.engines.clocks.calendar import bangkok_day
from phithak.engines.clocks.errors import ClockDataError, ClockError
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
class ClockTable:
    """All versions of all clocks, and the warning thresholds (percent of the time used)."""

    clocks: tuple[Clock, ...]
    warn_at: tuple[int, ...]

    def __iter__(self) -> Iterator[Clock]:
        return iter(self.clocks)

    def versions(self, code: str) -> Sequence[Clock]:
        """Return all versions of ``code``, oldest first.

        Raises:
            ClockError: there is no such clock.
        """
        found = sorted(
            (clock for clock in self.clocks if clock.code == code), key=lambda clock: clock.version
        )
        if not found:
            known = ", ".join(sorted({clock.code for clock in self.clocks}))
            raise ClockError(
                "clocks.unknown",
                th=f"ไม่มีนาฬิกาชื่อ {code} ที่มีคือ {known}",
                en=f"There is no clock {code}; there are {known}.",
                field="code",
            )
        return found

    def get(self, code: str, at: datetime | None = None, version: int | None = None) -> Clock:
        """Return one version of a clock.

        Args:
            code: name of the clock.
            at: aware moment of the trigger. The version in force on that day in Bangkok is chosen; before
                the first one that first one, between two the older: ``due`` then says "not in force".
            version: exactly this version, whatever the day: how an old case keeps its own.

        With neither, the newest version.

        Raises:
            ClockError: no such clock or version, or ``at`` without a time zone.
        """
        found = self.versions(code)
        if version is not None:
            for clock in found:
                if clock.version == version:
                    return clock
            raise ClockError(
                "clocks.version",
                th=f"{code} ไม่มีรุ่น {version}",
                en=f"{code} has no version {version}.",
                field="version",
            )
        if at is None:
            return found[-1]
        day = bangkok_day(at)
        begun = [clock for clock in found if not clock.not_yet(day)]
        return begun[-1] if begun else found[0]


def load(path: Path | None = None, extra: Iterable[Path] = ()) -> ClockTable:
    """Read the clocks of the package (or of ``path``), then files with further versions or clocks.

    Raises:
        ClockDataError: naming file, entry and field.
    """
    if path is None:
        text = resources.files(__package__).joinpath("data/clocks.toml").read_text(encoding="utf-8")
        sources = [("clocks.toml", text)]
    else:
        sources = [(str(path), _read(path))]
    sources += [(str(item), _read(item)) for item in extra]
    clocks: dict[tuple[str, int], Clock] = {}
    warn_at: tuple[int, ...] = ()
    for name, text in sources:
        document = _parse(name, text)
        warn_at = _warnings(name, document["warn_at"]) if "warn_at" in document else warn_at
        for number, raw in enumerate(document.get("clock", [])):
            entry = _Entry(name, f"clock[{number}] {raw.get('code', '')}".strip(), raw)
            clock = entry.clock()
            if (clock.code, clock.version) in clocks:
                raise entry.wrong("version", "รุ่นนี้มีอยู่แล้ว ให้เพิ่มรุ่นใหม่", "this version exists; add a new one")
            clocks[clock.code, clock.version] = clock
    if not warn_at:
        raise ClockDataError(th="ต้องมีรายการ", en="want a list", file=sources[0][0], field="warn_at")
    _check_together(sources[-1][0], clocks.values())
    return ClockTable(tuple(sorted(clocks.values(), key=lambda clock: (clock.code, clock.version))), warn_at)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One ``[[clock]]`` of a file while it is read."""

    file: str
    name: str
    raw: dict[str, Any]

    def clock(self) -> Clock:
        unknown = set(self.raw) - _FIELDS
        if unknown:
            raise self.wrong(min(unknown), "ไม่รู้จักช่องนี้", "unknown field")
        code = self.string("code")
        if not _CODE.match(code):
            raise self.wrong("code", "ใช้ a-z 0-9 _ ยาว 3-40", "want 3 to 40 of a-z, 0-9, _")
        length, counting = self.length(), self.one_of("calendar", Counting)
        if counting not in COUNTING_OF[length.unit]:
            raise self.wrong("calendar", f"หน่วย {length.unit} ใช้ปฏิทินนี้ไม่ได้", f"{length.unit} cannot run by it")
        role, limit_of = self.one_of("role", Role), self.raw.get("limit_of", "")
        if (role is Role.LATE_LIMIT) is not bool(limit_of):
            raise self.wrong(
                "limit_of", "ใช้กับ late_limit เท่านั้น", "belongs to role late_limit, and only there"
            )
        state = self.one_of("state", State)
        if (length.unit is Unit.UNSET) is not (state is State.OPEN):
            raise self.wrong("state", "open คู่กับ unset", "a clock without a number is open, and only that one")
        since, until = self.day("in_force_from", needed=False), self.day("in_force_to", needed=False)
        if since and until and until < since:
            raise self.wrong("in_force_to", "ต้องไม่ก่อน in_force_from", "must not lie before in_force_from")
        return Clock(
            code=code,
            version=self.version(),
            title=self.words("title"),
            trigger=self.one_of("trigger", Trigger),
            length=length,
            direction=self.one_of("direction", Direction),
            counting=counting,
            role=role,
            limit_of=limit_of,
            applies_to=self.words("applies_to"),
            reports_to=tuple(self.raw.get("reports_to", [])),
            law=self.words("law"),
            section=self.string("section"),
            paraphrase=self.words("text"),
            in_force_from=since,
            in_force_to=until,
            state=state,
            confidence=self.one_of("confidence", Confidence),
            checked_on=self.day("checked_on") or date.min,
            settable=self.raw.get("settable", False) is True,
        )

    def wrong(self, field: str, th: str, en: str) -> ClockDataError:
        return ClockDataError(th=th, en=en + ".", file=self.file, entry=self.name, field=field)

    def string(self, field: str) -> str:
        value = self.raw.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(field, "ต้องเป็นข้อความไม่ว่าง", "want a text that is not empty")
        return value

    def words(self, field: str) -> Text:
        value = self.raw.get(field)
        if not (isinstance(value, dict) and set(value) == {"th", "en"}):
            raise self.wrong(field, "ต้องมี th และ en", "want th and en")
        for language in ("th", "en"):
            if not isinstance(value[language], str) or not value[language].strip():
                raise self.wrong(f"{field}.{language}", "ต้องเป็นข้อความไม่ว่าง", "want a text that is not empty")
        return Text(value["th"], value["en"])

    def one_of(self, field: str, kinds: type[_KINDS]) -> _KINDS:
        value = self.raw.get(field)
        if value not in set(kinds):
            allowed = ", ".join(kinds)
            raise self.wrong(field, f"ต้องเป็นหนึ่งใน {allowed}", f"want one of {allowed}")
        return kinds(value)

    def version(self) -> int:
        value = self.raw.get("version")
        if type(value) is not int or value < 1:
            raise self.wrong("version", "ต้องเป็นจำนวนเต็มตั้งแต่ 1", "want a whole number from 1")
        return value

    def day(self, field: str, *, needed: bool = True) -> date | None:
        value = self.raw.get(field)
        if value is None and not needed:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(field, "ต้องเป็นวันที่ ค.ศ.", "want a CE date")
        return value

    def length(self) -> Length:
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


def _check_together(file: str, clocks: Iterable[Clock]) -> None:
    by_code: dict[str, list[Clock]] = {}
    for clock in clocks:
        by_code.setdefault(clock.code, []).append(clock)
    for code, versions in by_code.items():
        versions.sort(key=lambda clock: clock.version)
        for older, newer in pairwise(versions):
            if (older.in_force_from or date.min) >= (newer.in_force_from or date.min):
                raise ClockDataError(
                    th="รุ่นใหม่ต้องเริ่มใช้หลังรุ่นเก่า",
                    en="a newer version must come into force after the older one.",
                    file=file,
                    entry=f"{code} version {newer.version}",
                    field="in_force_from",
                )
        for clock in versions:
            if clock.limit_of and clock.limit_of not in by_code:
                raise ClockDataError(
                    th=f"ไม่มีนาฬิกา {clock.limit_of}",
                    en=f"there is no clock {clock.limit_of}.",
                    file=file,
                    entry=code,
                    field="limit_of",
                )


def _warnings(file: str, value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or any(type(item) is not int or not 0 < item <= 100 for item in value):  # noqa: PLR2004 percent
        raise ClockDataError(
            th="ต้องเป็นร้อยละ 1-100", en="want percents from 1 to 100.", file=file, field="warn_at"
        )
    return tuple(sorted(set(value)))


def _parse(file: str, text: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ClockDataError(th=f"ไม่ใช่ TOML: {error}", en=f"not TOML: {error}", file=file) from error
    if not all(isinstance(item, dict) for item in document.get("clock", [])):
        raise ClockDataError(
            th="ต้องเป็นรายการ [[clock]]", en="want [[clock]] entries.", file=file, field="clock"
        )
    return document


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ClockDataError(th="เปิดอ่านไม่ได้", en=f"cannot be read: {error}", file=str(path)) from error
