"""Layered layout of a small directed graph: columns from left to right, the same picture for the same graph.

Plain functions on ids; no database, no clock. Circles are broken at the edge that closes them, in the order of
the given nodes. Sizes are in the units of the picture.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

N = TypeVar("N", bound=Hashable)
WIDTH, LEAST_HEIGHT, PORT = 200, 56, 26
COLUMN, ROW, EDGE = 220, 18, 16
STRAIGHT = 110  # the last piece of an edge, on which its sign and word stand
_SWEEPS = 4


@dataclass(frozen=True)
class Place(Generic[N]):
    """Where a node lies: its corner, width and height, and its column from 0."""

    node: N
    column: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Line(Generic[N]):
    """An edge: where it leaves, where it arrives; ``back`` when it closes a circle."""

    start: N
    end: N
    x1: int
    y1: int
    x2: int
    y2: int
    back: bool

    @property
    def path(self) -> str:
        """The curve, as the ``d`` of an SVG path."""
        if self.back:
            below = max(self.y1, self.y2) + 40
            return f"M{self.x1} {self.y1} C{self.x1 + 60} {below} {self.x2 - 60} {below} {self.x2} {self.y2}"
        end = self.x2 - STRAIGHT
        bend = (self.x1 + end) // 2
        return f"M{self.x1} {self.y1} C{bend} {self.y1} {bend} {self.y2} {end} {self.y2} H{self.x2}"


@dataclass(frozen=True)
class Picture(Generic[N]):
    """The whole: size, nodes by column, edges in their order."""

    width: int
    height: int
    places: dict[N, Place[N]]
    lines: list[Line[N]]


def lay(nodes: Sequence[N], edges: Iterable[tuple[N, N]]) -> Picture[N]:
    """Return where everything lies.

    Args:
        nodes: all nodes, each once; their order decides wherever the graph does not.
        edges: pairs of nodes (from, to); a pair twice or a node to itself counts once, or not at all.
    """
    rank = {node: number for number, node in enumerate(nodes)}
    kept = sorted(
        {edge for edge in edges if edge[0] != edge[1]}, key=lambda edge: (rank[edge[0]], rank[edge[1]])
    )
    back = _closing(nodes, kept)
    forward = [edge for edge in kept if edge not in back]
    columns = _ordered(nodes, forward, _columns(nodes, forward))
    arriving: dict[N, list[tuple[N, N]]] = {node: [] for node in nodes}
    for edge in kept:
        arriving[edge[1]].append(edge)
    heights = {node: max(LEAST_HEIGHT, PORT * len(arriving[node])) for node in nodes}
    tallest = max((_stack(column, heights) for column in columns), default=0)
    places: dict[N, Place[N]] = {}
    for number, column in enumerate(columns):
        y = EDGE + (tallest - _stack(column, heights)) // 2
        for node in column:
            x = EDGE + number * (WIDTH + COLUMN)
            places[node] = Place(node, number, x, y, WIDTH, heights[node])
            y += heights[node] + ROW
    lines = _lines(kept, back, places, arriving)
    width = 2 * EDGE + len(columns) * (WIDTH + COLUMN) - COLUMN if columns else 2 * EDGE
    lowest = max((max(line.y2, line.y1) for line in lines if line.back), default=0)
    return Picture(width, max(tallest + 2 * EDGE, lowest + 50 if lowest else 0), places, lines)


def _closing(nodes: Sequence[N], edges: Sequence[tuple[N, N]]) -> set[tuple[N, N]]:
    """Return the edges that close a circle, found by walking from the nodes in order, without recursion."""
    after: dict[N, list[N]] = {node: [] for node in nodes}
    incoming = dict.fromkeys(nodes, 0)
    for start, end in edges:
        after[start].append(end)
        incoming[end] += 1
    found: set[tuple[N, N]] = set()
    state = dict.fromkeys(nodes, 0)  # 0 = not met, 1 = on the way, 2 = done
    # from where nothing arrives first, so that a circle is cut where it comes back to its beginning
    for root in sorted(nodes, key=lambda node: incoming[node] > 0):
        stack = [(root, iter(after[root]))] if state[root] == 0 else []
        state[root] = max(state[root], 1)
        while stack:
            node, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                state[node] = 2
                stack.pop()
            elif state[following] == 1:
                found.add((node, following))
            elif state[following] == 0:
                state[following] = 1
                stack.append((following, iter(after[following])))
    return found


def _columns(nodes: Sequence[N], edges: Sequence[tuple[N, N]]) -> dict[N, int]:
    """Return the column of each node: one right of the farthest that gives to it."""
    after: dict[N, list[N]] = {node: [] for node in nodes}
    open_edges = dict.fromkeys(nodes, 0)
    for start, end in edges:
        after[start].append(end)
        open_edges[end] += 1
    column = dict.fromkeys(nodes, 0)
    ready = [node for node in nodes if not open_edges[node]]
    for node in ready:
        for end in after[node]:
            column[end] = max(column[end], column[node] + 1)
            open_edges[end] -= 1
            if not open_edges[end]:
                ready.append(end)
    return column


def _ordered(nodes: Sequence[N], edges: Sequence[tuple[N, N]], column: dict[N, int]) -> list[list[N]]:
    """Return the columns, each ordered so that edges cross little: by the mean place of neighbours, to and fro."""
    columns: list[list[N]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for node in nodes:
        columns[column[node]].append(node)
    before: dict[N, list[N]] = {node: [] for node in nodes}
    after: dict[N, list[N]] = {node: [] for node in nodes}
    for start, end in edges:
        before[end].append(start)
        after[start].append(end)
    for sweep in range(_SWEEPS):
        beside = after if sweep % 2 else before
        place = {node: number for nodes_of in columns for number, node in enumerate(nodes_of)}
        for nodes_of in columns:
            mean = {
                node: sum(place[other] for other in beside[node]) / len(beside[node])
                if beside[node]
                else float(place[node])
                for node in nodes_of
            }
            nodes_of.sort(key=mean.__getitem__)
            place |= {node: number for number, node in enumerate(nodes_of)}
    return columns


def _stack(column: Sequence[N], heights: dict[N, int]) -> int:
    return sum(heights[node] for node in column) + ROW * (len(column) - 1)


def _lines(
    edges: Sequence[tuple[N, N]],
    back: set[tuple[N, N]],
    places: dict[N, Place[N]],
    arriving: dict[N, list[tuple[N, N]]],
) -> list[Line[N]]:
    ports: dict[tuple[N, N], int] = {}
    for node, own in arriving.items():
        place = places[node]
        for number, edge in enumerate(sorted(own, key=lambda one: places[one[0]].y)):
            ports[edge] = place.y + place.height * (2 * number + 1) // (2 * len(own))
    found = []
    for start, end in edges:
        one, other = places[start], places[end]
        found.append(
            Line(
                start,
                end,
                one.x + one.width,
                one.y + one.height // 2,
                other.x,
                ports[start, end],
                back=(start, end) in back,
            )
        )
    return found
