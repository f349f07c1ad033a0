"""The picture of linked systems: boxes in columns by steps, lines with heads that show which way data flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from phithak.base.text import Text
from phithak.engines.thai.text import clusters
from phithak.registry.queries.assets.kinds import Direction
from phithak.registry.queries.assets.linked import Linked, Node

MOST = 12
"""Boxes in a column; the table below names the rest."""
_WIDE, _HIGH, _GAP, _BETWEEN = 250, 58, 14, 90
_HEAD, _LETTERS = 9, 26


@dataclass(frozen=True)
class Box:
    """A system as it is drawn; ``url`` is empty for what the actor does not see."""

    x: int
    y: int
    name: str
    owner: str
    label: Text
    url: str
    care: bool

    def port(self, lines: Sequence[Linked], one: Linked) -> int:
        """Return the height at which one of the lines on a side meets it."""
        return self.y + _HIGH * (lines.index(one) + 1) // (len(lines) + 1)


@dataclass(frozen=True)
class Line:
    """A link as it is drawn: from the left box to the right one; heads are polygons at the ends data flows to."""

    x1: int
    y1: int
    x2: int
    y2: int
    heads: tuple[str, ...]
    on: bool


@dataclass(frozen=True)
class Heading:
    """The words over a column."""

    x: int
    text: Text


@dataclass(frozen=True)
class Picture:
    """Everything that the template draws."""

    width: int
    height: int
    headings: tuple[Heading, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    left_out: int
    wide: int = _WIDE
    high: int = _HIGH


_COLUMNS = (
    Text("จุดเริ่ม", "Start"),
    Text("ห่างหนึ่งขั้น", "One step away"),
    Text("ห่างสองขั้น", "Two steps away"),
)


def draw(found: Sequence[Linked]) -> Picture | None:
    """Return the picture of what is linked; None when nothing is."""
    if not found:
        return None
    columns: list[list[Node]] = [[], [], []]
    for one in found:
        if one.steps < len(columns) and len(columns[one.steps]) < MOST:
            columns[one.steps].append(one.node)
    kept = {node.key for column in columns for node in column}
    drawn = [one for one in found if one.node.key in kept and _near(one).key in _starts(found) | kept]
    for one in drawn:
        if one.steps == 1 and _near(one) not in columns[0] and len(columns[0]) < MOST:
            columns[0].append(_near(one))
    boxes = {
        node.key: _box(node, column, row)
        for column, nodes in enumerate(columns)
        for row, node in enumerate(nodes)
    }
    lines = _lines([one for one in drawn if {_near(one).key, one.node.key} <= boxes.keys()], boxes)
    tallest = max(map(len, columns))
    used = [column for column, nodes in enumerate(columns) if nodes]
    return Picture(
        width=(max(used) + 1) * (_WIDE + _BETWEEN) - _BETWEEN + 2,
        height=30 + tallest * (_HIGH + _GAP),
        headings=tuple(Heading(_x(column), _COLUMNS[column]) for column in used),
        boxes=tuple(boxes.values()),
        lines=tuple(lines),
        left_out=len(found) - len([one for one in found if one.node.key in boxes]),
    )


def _starts(found: Sequence[Linked]) -> set[UUID]:
    return {one.path[0].key for one in found}


def _near(one: Linked) -> Node:
    return one.path[-2]


def _x(column: int) -> int:
    return 1 + column * (_WIDE + _BETWEEN)


def _box(node: Node, column: int, row: int) -> Box:
    owner = str(node.organisation)
    url = reverse("registry:system", args=[node.system_id]) if node.system_id is not None else ""
    label = Text(f"{node.name.th} ของ {node.organisation.th}", f"{node.name.en} of {node.organisation.en}")
    return Box(
        _x(column),
        30 + row * (_HIGH + _GAP),
        _cut(str(node.name)),
        _cut(owner),
        label,
        url,
        node.care_critical,
    )


def _lines(drawn: Sequence[Linked], boxes: dict[UUID, Box]) -> list[Line]:
    """Draw the lines; those that meet at a box stand apart, so that each head belongs to one line."""
    leaving: dict[UUID, list[Linked]] = {}
    arriving: dict[UUID, list[Linked]] = {}
    for one in drawn:
        leaving.setdefault(_near(one).key, []).append(one)
        arriving.setdefault(one.node.key, []).append(one)
    for ones in leaving.values():
        ones.sort(key=lambda one: boxes[one.node.key].y)
    for ones in arriving.values():
        ones.sort(key=lambda one: boxes[_near(one).key].y)
    found = []
    for one in drawn:
        left, right = boxes[_near(one).key], boxes[one.node.key]
        y1, y2 = left.port(leaving[_near(one).key], one), right.port(arriving[one.node.key], one)
        found.append(_line(left.x + _WIDE, y1, right.x, y2, one))
    return found


def _line(x1: int, y1: int, x2: int, y2: int, one: Linked) -> Line:
    hop = one.hops[-1]
    both = one.steps == 1 and one.direction is Direction.BOTH
    heads = []
    if hop.target == one.node.key or both:
        heads.append(_head(x2, y2, -1))
    if hop.source == one.node.key or both:
        heads.append(_head(x1, y1, 1))
    return Line(x1, y1, x2, y2, tuple(heads), hop.on)


def _head(x: int, y: int, way: int) -> str:
    return f"{x},{y} {x + way * _HEAD},{y - 5} {x + way * _HEAD},{y + 5}"


def _cut(words: str) -> str:
    pieces = clusters(words)
    return words if len(pieces) <= _LETTERS else "".join(pieces[: _LETTERS - 1]) + "…"
