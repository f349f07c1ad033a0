"""Figures over all organisations in which nobody can be recognised: for academia, international bodies and everybody.

One table for each dimension, over the living organisations of the whole instance, never narrowed by anything that the
asker chooses: two narrowed tables could be held against each other. A number under five is left out; when what
is left out could be worked out from the total, the next smallest numbers are left out too, and at last the total.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db import remember
from phithak.engines.thai import PROVINCES
from phithak.registry.models import Organisation, Sector
from phithak.registry.packs import Size
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.organisations import FIGURES, State

LEAST = 5
"""The smallest number that is shown."""

_HIDDEN_TOGETHER = 2 * LEAST
"""What is left out has to be at least this much together, else the parts could be guessed."""

_LIVE = (State.PENDING, State.REGISTERED, State.LAPSED)
_UNKNOWN = Text("ไม่ระบุ", "Not told")


class Dimension(StrEnum):
    """What organisations are counted by."""

    SECTOR = "sector"
    SIZE = "size"
    PROVINCE = "province"
    KIND = "kind"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _DIMENSIONS[self]


_FIELDS = tuple(Dimension)
_DIMENSIONS = {
    Dimension.SECTOR: Text("ภาคส่วน", "Sector"),
    Dimension.SIZE: Text("ขนาด", "Size"),
    Dimension.PROVINCE: Text("จังหวัด", "Province"),
    Dimension.KIND: Text("ประเภท", "Kind"),
}


@dataclass(frozen=True)
class Cell:
    """One line of a table; ``count`` is None where it is left out."""

    key: str
    text: Text
    count: int | None


@dataclass(frozen=True)
class FigureTable:
    """Counts by one dimension; ``total`` is None where it would give a line away."""

    dimension: Dimension
    cells: tuple[Cell, ...]
    total: int | None


def figures(actor: Actor, dimension: Dimension | str) -> FigureTable:
    """Return the counts by one dimension.

    Args:
        actor: needs ``registry.figures.view``.
        dimension: ``sector``, ``size``, ``province`` or ``kind``.

    Raises:
        ForbiddenError: the actor may not see figures.
        ValueError: an unknown dimension.
    """
    permissions.require(actor, FIGURES)
    asked = Dimension(dimension)
    counts = _counts(asked)
    shown, total = suppressed(counts)
    names = _names(asked)
    cells = [Cell(key, names.get(key, Text(key, key) if key else _UNKNOWN), shown[key]) for key in counts]
    return FigureTable(asked, tuple(sorted(cells, key=lambda one: (one.key == "", one.text.th))), total)


def all_figures(actor: Actor) -> list[FigureTable]:
    """Return the tables of every dimension."""
    return [figures(actor, dimension) for dimension in Dimension]


def suppressed(counts: dict[str, int]) -> tuple[dict[str, int | None], int | None]:
    """Return the counts without those that could tell of somebody, and the total where it tells nothing.

    Args:
        counts: each line's number; a line of 0 is no line.

    Returns:
        Each line's number or None, and the total or None.
    """
    total = sum(counts.values())
    ranked = sorted(counts, key=lambda key: (counts[key], key))
    hidden = [key for key in ranked if counts[key] < LEAST]
    rest = ranked[len(hidden) :]
    while hidden and rest and (len(hidden) == 1 or _sum(counts, hidden) < _HIDDEN_TOGETHER):
        hidden.append(rest.pop(0))
    exposed = bool(hidden) and (len(hidden) == 1 or _sum(counts, hidden) < _HIDDEN_TOGETHER)
    shown = {key: None if key in hidden else count for key, count in counts.items()}
    return shown, None if exposed or total < LEAST else total


def _sum(counts: dict[str, int], keys: list[str]) -> int:
    return sum(counts[key] for key in keys)


def _counts(dimension: Dimension) -> dict[str, int]:
    codes = dict(Sector.objects.values_list("pk", "code")) if dimension is Dimension.SECTOR else {}
    found: dict[str, int] = {}
    for line in _cells():
        key = line[_FIELDS.index(dimension)]
        # by whole sectors alone: a part held against its sector would tell of the rest
        name = codes.get(key, "").split(".")[0] if dimension is Dimension.SECTOR else key
        found[name] = found.get(name, 0) + line[-1]
    return found


def _cells() -> list[Any]:
    """Return sector, size, province and kind with the number of organisations that have them all."""
    rows = Organisation.objects.filter(state__in=_LIVE)
    told = rows.order_by().values_list(*_FIELDS).annotate(number=Count("pk"))
    return remember.figure(rows, "figures", lambda: list(told))


def _names(dimension: Dimension) -> dict[str, Text]:
    if dimension is Dimension.SIZE:
        return {str(size): size.text for size in Size}
    if dimension is Dimension.KIND:
        return {str(kind): kind.text for kind in Kind}
    if dimension is Dimension.PROVINCE:
        return {one.code: Text(one.th, one.en) for one in PROVINCES}
    rows = Sector.objects.filter(parent__isnull=True).values_list("code", "name_th", "name_en")
    return {code: Text(th, en) for code, th, en in rows}


def registered_count() -> int:
    """Return how many organisations are registered (the public figure); 0 while there are fewer than five."""
    found = Organisation.objects.filter(state=State.REGISTERED).count()
    return found if found >= LEAST else 0
