"""The provinces as shapes of an inline SVG, from the map that is carried with the product (CC BY 4.0).

The file's paths hold relative moves only (``m dx,dy … z``). They are drawn here on a grid of whole units (about
one pixel), which makes the page a third as large.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from phithak.core.ui import assets
from phithak.engines.thai import find_province

VIEW_BOX = "0 0 560 1025"
AUTHOR = "Tae Noppakun Wongsrinoppakun"
GRID = 1  # steps of the grid in one unit
_PATH = re.compile(r'<path\b[^>]*?\baria-label="([^"]+)"[^>]*?\sd="([^"]+)"', re.DOTALL)
_PAIR = re.compile(r"(-?[\d.]+)[ ,](-?[\d.]+)")
_LAKE = "Lake Songkha"


@dataclass(frozen=True)
class Shape:
    """One province: its code (ISO 3166-2) and the ``d`` of its path; the code of a lake is ""."""

    code: str
    path: str


def shapes() -> tuple[Shape, ...]:
    """Return the shapes of the 77 provinces and of the lake; none when the front end's files are not there."""
    file = assets.folder() / "thailand.svg"
    return _read(file) if file.is_file() else ()


@lru_cache(maxsize=2)
def _read(file: Path) -> tuple[Shape, ...]:
    found = []
    for label, path in _PATH.findall(file.read_text(encoding="utf-8")):
        province = None if label == _LAKE else find_province(label)
        if province is not None or label == _LAKE:
            found.append(Shape(province.code if province else "", coarse(path)))
    return tuple(found)


def coarse(path: str) -> str:
    """Return a path of relative moves on the grid; points that fall together are drawn once."""
    drawn = []
    at = (0.0, 0.0)
    for part in path.lower().split("z"):
        moves = [(float(x), float(y)) for x, y in _PAIR.findall(part)]
        if not moves:
            continue
        points = []
        for dx, dy in moves:
            at = (at[0] + dx, at[1] + dy)
            points.append(at)
        at = points[0]  # a closed path ends where it began
        drawn.append(_on_grid(points))
    return "".join(drawn)


def _on_grid(points: list[tuple[float, float]]) -> str:
    grid = [(round(x * GRID), round(y * GRID)) for x, y in points]
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(grid)]
    text = "".join(f" {_unit(dx)},{_unit(dy)}" for dx, dy in steps if dx or dy)
    # a minus sign divides numbers by itself
    short = text.strip().replace(" -", "-").replace(",-", "-")
    return f"M{_unit(grid[0][0])},{_unit(grid[0][1])}l{short}z" if text else ""


def _unit(steps: int) -> str:
    return f"{steps / GRID:g}"
