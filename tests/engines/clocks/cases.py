"""Hand-checked cases: what the law's text gives for a trigger, worked out with a wall calendar.

They stand in ``cases.txt``. Each group names clock, section and the rule in words; each row is
``trigger > end``. Times are Bangkok
(UTC+7, no daylight saving), years CE. An end with a time is that instant; an end that is a day is the last
instant of that day; ``-`` means no end, with the group's or the row's state.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_TABLE = Path(__file__).with_name("cases.txt")


@dataclass(frozen=True)
class Case:
    """One row: clock, section, state, trigger and end as written (``-``: none), and the rule in words."""

    code: str
    section: str
    state: str
    trigger: str
    end: str
    rule: str


def read() -> list[Case]:
    """Return all rows of the table."""
    found: list[Case] = []
    code = section = state = rule = ""
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("##"):
            rule = line[2:].strip()
        elif line.startswith("#"):
            code, section, state = (part.strip() for part in line[1:].split("|"))
        elif line:
            trigger, _, end = line.partition(" > ")
            end, _, own = end.partition("- ") if end.startswith("- ") else (end, "", "")
            found.append(Case(code, section, own or state, trigger, end or "-", rule))
    return found
