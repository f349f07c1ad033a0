"""Reading clocks from data files, and choosing the version that holds for a case.

Versions of a code follow each other by ``in_force_from``. ``get`` with a day answers the version in force
then; a case stores code **and** version and asks with both ever after, so a later change never moves an
old case.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from phithak.engines.clocks.calendar import bangkok_day
from phithak.engines.clocks.entries import Entry
from phithak.engines.clocks.errors import ClockDataError, ClockError
from phithak.engines.clocks.model import Clock


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
            entry = Entry(name, f"clock[{number}] {raw.get('code', '')}".strip(), raw)
            clock = entry.clock()
            if (clock.code, clock.version) in clocks:
                raise entry.wrong("version", "รุ่นนี้มีอยู่แล้ว ให้เพิ่มรุ่นใหม่", "this version exists; add a new one")
            clocks[clock.code, clock.version] = clock
    if not warn_at:
        raise ClockDataError(th="ต้องมีรายการ", en="want a list", file=sources[0][0], field="warn_at")
    _check_together(sources[-1][0], clocks.values())
    return ClockTable(tuple(sorted(clocks.values(), key=lambda clock: (clock.code, clock.version))), warn_at)


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
