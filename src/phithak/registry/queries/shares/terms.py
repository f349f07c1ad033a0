"""How long a link may reasonably run: data in ``terms.toml``, a warning and no refusal."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from phithak.base.text import Text


@dataclass(frozen=True)
class Terms:
    """The table: days by kind of data, days for all others, and its version."""

    version: str
    most_days: dict[str, int]
    others: int


@cache
def terms() -> Terms:
    """Return the table as the file says it."""
    raw = tomllib.loads(resources.files(__package__).joinpath("terms.toml").read_text(encoding="utf-8"))
    return Terms(raw["version"], dict(raw["most_days"]), int(raw["others"]))


def most_days(fields: Iterable[str]) -> int:
    """Return the longest reasonable term of a link with these kinds of data, in days."""
    table = terms()
    return min((table.most_days.get(kind, table.others) for kind in fields), default=table.others)


def warning(fields: Iterable[str], since: date, until: date) -> Text | None:
    """Return the warning that a term is long for what it carries, or None."""
    most, days = most_days(fields), (until - since).days
    if days <= most:
        return None
    return Text(
        f"ระยะเวลา {days} วัน ยาวกว่าที่ควรสำหรับข้อมูลชนิดนี้ ({most} วัน) โปรดทบทวนก่อนต่ออายุ",
        f"A term of {days} days is long for these kinds of data (at most {most} days is usual). Review it.",
    )
