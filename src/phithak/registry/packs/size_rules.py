"""Size classes by rules that are data: which figures make an organisation large, medium or small.

A rule is a list of conditions, each on one figure; the largest class of which one condition holds is the size.
A figure that is not told leaves the class open ("unknown") unless the others settle it: the revenue of one
service is never more than that of all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files

from phithak.base.text import Text
from phithak.registry.packs.reading import Table, read_toml

FIGURES = ("service_revenue_thb", "revenue_thb", "users_per_month")
_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")
_WHO = ("any", "juristic", "person")


class Size(StrEnum):
    """Size class of an organisation."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    UNKNOWN = "unknown"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _TEXTS[self]


_TEXTS = {
    Size.LARGE: Text("ขนาดใหญ่", "Large"),
    Size.MEDIUM: Text("ขนาดกลาง", "Medium"),
    Size.SMALL: Text("ขนาดเล็ก", "Small"),
    Size.UNKNOWN: Text("ยังไม่ทราบขนาด", "Size unknown"),
}


@dataclass(frozen=True)
class Figures:
    """What a size is decided by; None = not told."""

    is_juristic: bool
    revenue_thb: int | None = None
    service_revenue_thb: int | None = None
    users_per_month: int | None = None

    def bounds(self, figure: str) -> tuple[int, int | None]:
        """Return the least that a figure can be, and the most (None = no limit)."""
        told: int | None = getattr(self, figure)
        if told is not None:
            return told, told
        if figure == "service_revenue_thb":
            return 0, self.revenue_thb
        if figure == "revenue_thb" and self.service_revenue_thb is not None:
            return self.service_revenue_thb, None
        return 0, None


@dataclass(frozen=True)
class Condition:
    """One reason for a class: ``figure`` above ``limit``, or at it too when ``inclusive``."""

    size: Size
    figure: str
    limit: int
    inclusive: bool = False
    who: str = "any"

    def holds(self, figures: Figures) -> bool | None:
        """Tell whether it holds; None when what is told does not settle it."""
        least, most = figures.bounds(self.figure)
        if self._reached(least):
            return True
        return False if most is not None and not self._reached(most) else None

    def concerns(self, figures: Figures) -> bool:
        """Tell whether it is meant for an organisation of that nature."""
        return self.who == "any" or (self.who == "juristic") is figures.is_juristic

    def _reached(self, value: int) -> bool:
        return value >= self.limit if self.inclusive else value > self.limit


@dataclass(frozen=True)
class SizeRule:
    """A rule for some kinds of organisations, with the law that it follows."""

    code: str
    version: int
    kinds: tuple[str, ...]
    law: Text
    checked_on: date
    conditions: tuple[Condition, ...]

    @property
    def name(self) -> str:
        """What is kept beside the size that it gave: code and version."""
        return f"{self.code}@{self.version}"


@dataclass(frozen=True)
class Decision:
    """What a rule says of an organisation.

    Attributes:
        size: the class.
        rule: code and version of the rule; "" when there is none for the kind.
        because: the conditions that hold for that class; none for small and unknown.
        missing: figures that have to be told before the size is known.
    """

    size: Size
    rule: str = ""
    because: tuple[Condition, ...] = ()
    missing: tuple[str, ...] = ()


def decide(rule: SizeRule | None, figures: Figures) -> Decision:
    """Return the size by a rule; unknown without one."""
    if rule is None:
        return Decision(Size.UNKNOWN)
    for size in (Size.LARGE, Size.MEDIUM):
        asked = [one for one in rule.conditions if one.size is size and one.concerns(figures)]
        answers = [(one, one.holds(figures)) for one in asked]
        because = tuple(one for one, holds in answers if holds)
        if because:
            return Decision(size, rule.name, because)
        open_ones = tuple(dict.fromkeys(one.figure for one, holds in answers if holds is None))
        if open_ones:
            return Decision(Size.UNKNOWN, rule.name, missing=open_ones)
    return Decision(Size.SMALL, rule.name)


def read_rules(file: str, content: bytes) -> tuple[SizeRule, ...]:
    """Return the rules of a file.

    Raises:
        PackFileError: file and field are named.
    """
    outer = read_toml(file, content)
    outer.only("format", "rule")
    if outer.number("format") != 1:
        raise outer.wrong("format", "รุ่นของรูปแบบต้องเป็น 1", "the format must be 1")
    rules: list[SizeRule] = []
    taken: set[str] = set()
    for table in outer.tables("rule"):
        rule = _rule(table)
        twice = sorted(taken & set(rule.kinds))
        if twice:
            raise table.wrong("kinds", f"{twice[0]} มีกฎแล้ว", f"{twice[0]} has a rule already")
        taken |= set(rule.kinds)
        rules.append(rule)
    return tuple(rules)


def _rule(table: Table) -> SizeRule:
    table.only("code", "version", "kinds", "law", "checked_on", "condition")
    code = table.string("code", most=40)
    if not _CODE.fullmatch(code):
        raise table.wrong("code", "ใช้ a-z 0-9 และ -", "want a-z, 0-9 and -")
    kinds = table.strings("kinds")
    if not kinds:
        raise table.wrong("kinds", "ต้องมีประเภทอย่างน้อยหนึ่ง", "at least one kind is needed")
    checked_on = table.raw.get("checked_on")
    if not isinstance(checked_on, date) or isinstance(checked_on, datetime):
        raise table.wrong("checked_on", "ต้องเป็นวันที่ ค.ศ.", "a CE date is needed")
    conditions = tuple(_condition(one) for one in table.tables("condition"))
    return SizeRule(code, table.number("version"), kinds, table.pair("law"), checked_on, conditions)


def _condition(table: Table) -> Condition:
    table.only("size", "figure", "more_than", "at_least", "who")
    size, figure, who = table.string("size"), table.string("figure"), table.raw.get("who", "any")
    if size not in {Size.LARGE, Size.MEDIUM}:
        raise table.wrong("size", "ต้องเป็น large หรือ medium", "want large or medium")
    if figure not in FIGURES:
        raise table.wrong("figure", "ต้องเป็นหนึ่งใน " + ", ".join(FIGURES), "want one of " + ", ".join(FIGURES))
    if who not in _WHO:
        raise table.wrong("who", "ต้องเป็นหนึ่งใน " + ", ".join(_WHO), "want one of " + ", ".join(_WHO))
    if ("more_than" in table.raw) is ("at_least" in table.raw):
        raise table.wrong("more_than", "ต้องมี more_than หรือ at_least", "want either more_than or at_least")
    inclusive = "at_least" in table.raw
    return Condition(
        Size(size), figure, table.number("at_least" if inclusive else "more_than"), inclusive, who
    )


@cache
def ready_rules() -> tuple[SizeRule, ...]:
    """Return the rules that ship with the product."""
    file = files("phithak.registry.packs") / "data" / "sizes.toml"
    return read_rules(file.name, file.read_bytes())
