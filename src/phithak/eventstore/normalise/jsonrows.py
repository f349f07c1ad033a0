"""Rows of JSON events: sorted by the keys they have and the types of their values, one statement for each kind."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from phithak.eventstore.duck import quoted
from phithak.eventstore.normalise import shapes
from phithak.eventstore.normalise.shapes import Path, Plan, Shape
from phithak.eventstore.normalise.statements import statement

_MOST_KNOWN = 20_000
Keys = tuple[tuple[str, ...] | None, ...]


@dataclass
class _Members:
    """The events of one shape: how many, and under which names in which tables."""

    number: int = 0
    parts: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class _Plans:
    """The events of one plan: pairs of the shape's place and the name of its types."""

    places: list[int] = field(default_factory=list)
    types: list[int] = field(default_factory=list)


class JsonRows:
    """Inserts rows of JSON events; keeps what it has learnt of shapes, which is the same for all senders.

    Args:
        few: kinds of fewer events than this are left out.

    Attributes:
        secret: a name of keys or types is a hash of 64 bits with this in it, so that no sender can make two alike.
    """

    def __init__(self, few: int) -> None:
        self._few = few
        self.secret = os.urandom(16).hex()
        self._keys: dict[int, Keys] = {}
        self._plans: dict[tuple[Shape, int], Plan | None] = {}

    def insert(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Insert what can be read surely of the rows of ``lines`` that have a name (of their keys)."""
        members: dict[Shape, _Members] = {}
        inner: dict[tuple[Path, ...], list[int]] = {}
        for name, number, keys in self._named(connection, "lines", ((),)):
            below = shapes.below(keys[0] or ())
            if below:
                inner.setdefault(below, []).append(name)
            else:
                _count(members, "lines", name, number, shapes.shape_of({(): keys[0]}))
        for place, (below, names) in enumerate(inner.items()):
            table = f"nested{place}"
            connection.execute(
                f"CREATE OR REPLACE TABLE {table} AS SELECT b, n, raw,"  # noqa: S608 - own names
                f" hash(concat($1, name, json_keys(raw, {_pointers(below)})::VARCHAR)) AS name FROM lines"
                " WHERE name IN (SELECT unnest($2))",
                [self.secret, names],
            )
            whole = ((), *below)
            for name, number, keys in self._named(connection, table, whole):
                _count(members, table, name, number, shapes.shape_of(dict(zip(whole, keys, strict=True))))
        plans: dict[Plan, _Plans] = {}
        connection.execute(
            "CREATE OR REPLACE TABLE typed(b INTEGER, n INTEGER, raw VARCHAR, shape INTEGER, types UBIGINT)"
        )
        for place, (shape, found) in enumerate(members.items()):
            if found.number >= self._few:
                self._typed(connection, place, shape, found, plans)
        for place in range(len(inner)):
            connection.execute(f"DROP TABLE nested{place}")
        for plan in sorted(plans, key=lambda one: one.log):
            connection.execute(statement(plan), [plans[plan].places, plans[plan].types])
        connection.execute("DROP TABLE typed")

    def _named(
        self, connection: duckdb.DuckDBPyConnection, table: str, paths: Sequence[Path]
    ) -> list[tuple[int, int, Keys]]:
        """Return for each name in a table how many events have it, and the keys at ``paths``."""
        counted = connection.execute(
            f"SELECT name, count(*), min(rowid) FROM {table} WHERE name IS NOT NULL GROUP BY name"  # noqa: S608
        ).fetchall()
        if len(self._keys) + len(counted) > _MOST_KNOWN:
            self._keys.clear()
        unknown = [row for name, _, row in counted if name not in self._keys]
        if unknown:
            found = connection.execute(
                f"SELECT name, json_keys(raw, {_pointers(paths)}) FROM {table} WHERE rowid IN (SELECT unnest($1))",  # noqa: S608
                [unknown],
            ).fetchall()
            for name, keys in found:
                self._keys[name] = tuple(tuple(one) if one else None for one in keys)
        return [(name, number, self._keys[name]) for name, number, _ in counted]

    def _typed(
        self, connection: duckdb.DuckDBPyConnection, place: int, shape: Shape, found: _Members,
        plans: dict[Plan, _Plans],
    ) -> None:  # fmt: skip
        """Tell the events of a shape apart by the types of their values, and find the plan for each."""
        deciding = [shape.leaves[one] for one in shape.deciding]
        types = f"json_type(raw, {_pointers(shape.leaves)})" if shape.leaves else "[]::VARCHAR[]"
        values = f"json_extract(raw, {_pointers(deciding)})::VARCHAR[]" if deciding else "[]::VARCHAR[]"
        tables: dict[str, list[int]] = {}
        for table, name in found.parts:
            tables.setdefault(table, []).append(name)
        for table, names in tables.items():
            connection.execute(
                f"INSERT INTO typed SELECT b, n, raw, $1, hash(concat($2, {types}::VARCHAR, {values}::VARCHAR))"  # noqa: S608
                f" FROM {table} WHERE name IN (SELECT unnest($3))",
                [place, self.secret, names],
            )
        counted = connection.execute(
            "SELECT types, min(rowid) FROM typed WHERE shape = $1 GROUP BY types HAVING count(*) >= $2",
            [place, self._few],
        ).fetchall()
        if len(self._plans) + len(counted) > _MOST_KNOWN:
            self._plans.clear()
        unknown = [row for name, row in counted if (shape, name) not in self._plans]
        if unknown:
            told = connection.execute(
                f"SELECT types, {types}, {values} FROM typed WHERE rowid IN (SELECT unnest($1))",  # noqa: S608
                [unknown],
            ).fetchall()
            for name, kinds, texts in told:
                self._plans[shape, name] = shapes.plan_of(shape, kinds, texts)
        for name, _ in counted:
            plan = self._plans[shape, name]
            if plan is not None:
                chosen = plans.setdefault(plan, _Plans())
                chosen.places.append(place)
                chosen.types.append(name)


def _count(members: dict[Shape, _Members], table: str, name: int, number: int, shape: Shape | None) -> None:
    if shape is not None:
        found = members.setdefault(shape, _Members())
        found.number += number
        found.parts.append((table, name))


def _pointers(paths: Sequence[Path]) -> str:
    return "[" + ", ".join(quoted(shapes.pointer(path)) for path in paths) + "]"
