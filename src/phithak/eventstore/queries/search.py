"""Searches Parquet files: rows, counts over time, most frequent values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from phithak.eventstore.compactor.side import may_hold
from phithak.eventstore.duck import connect, quoted
from phithak.eventstore.layout import Layout
from phithak.eventstore.manifest import File, living_files, path_of
from phithak.eventstore.normalise.reference import mapping
from phithak.eventstore.normalise.statements import macros
from phithak.eventstore.queries.tree import COLUMNS, AllOf, Where, needed, to_sql

MAX_ROWS = 10_000
MEMORY_MB = 768
_SHOWN = ("offset", "n", "source", "sender", "log", "flag")


@dataclass(frozen=True)
class Found:
    """One event that was found.

    Attributes:
        tenant: whose it is.
        offset, number: its batch on the bus and its place in that batch: together the event's own name.
        time, received: µs, UTC.
        columns: what was normalised, with ``log`` and ``flag``.
        raw: the event, bit for bit.
    """

    tenant: UUID
    offset: int
    number: int
    time: int
    received: int
    columns: Mapping[str, str]
    raw: bytes


@dataclass(frozen=True)
class Histogram:
    """Counts of events: the start of each step (µs, UTC) and how many there were."""

    steps: tuple[tuple[int, int], ...]

    @property
    def total(self) -> int:
        """All events."""
        return sum(count for _, count in self.steps)


def query(
    layout: Layout,
    *,
    tenants: Sequence[UUID],
    since: int | None = None,
    until: int | None = None,
    where: Where = AllOf(()),  # noqa: B008 - frozen
    limit: int = 100,
    newest_first: bool = True,
) -> list[Found]:
    """Return events of ``tenants`` that fulfil ``where``.

    Args:
        layout: the store.
        tenants: whose events may be seen; none gives none.
        since: from this moment on (event time, µs).
        until: before this moment.
        where: conditions.
        limit: at most so many, 1 to 10,000.
        newest_first: order of time.

    Raises:
        InvalidInputError: the conditions are of the wrong form.
    """
    condition, values = _condition(since, until, where)
    files = _files(layout, tenants, since, until, where)
    if not files:
        return []
    named = ", ".join(f'"{name}"' for name in mapping())
    order = "DESC" if newest_first else "ASC"
    sql = (
        f'SELECT filename, "offset", n, epoch_us(time), epoch_us(received), log, flag, {named},'  # noqa: S608 - own names
        " raw_of(short, raw, hashes, src_ip, dst_ip)"
        f' FROM {_source(layout, files)} WHERE {condition} ORDER BY time {order}, "offset" {order}, n {order} LIMIT ?'
    )
    rows = _ask(layout, sql, [*values, max(1, min(limit, MAX_ROWS))])
    tenant_of = {str(path_of(layout, file)): file.tenant for file in files}
    names = ("log", "flag", *mapping())
    return [
        Found(
            tenant_of[row[0]], row[1], row[2], row[3], row[4],
            {name: value for name, value in zip(names, row[5:-1], strict=True) if value}, bytes(row[-1]),
        )
        for row in rows
    ]  # fmt: skip


def histogram(
    layout: Layout,
    *,
    tenants: Sequence[UUID],
    since: int,
    until: int,
    step: int,
    where: Where = AllOf(()),  # noqa: B008
) -> Histogram:
    """Return counts over time, for each ``step`` (µs) of the span that has events; else as :func:`query`."""
    condition, values = _condition(since, until, where)
    files = _files(layout, tenants, since, until, where)
    if not files:
        return Histogram(())
    sql = (
        f"SELECT (epoch_us(time) - ?) // ? AS step, count(*) FROM {_source(layout, files)} WHERE {condition}"  # noqa: S608
        " GROUP BY step ORDER BY step"
    )
    rows = _ask(layout, sql, [since, step, *values])
    return Histogram(tuple((since + int(number) * step, int(count)) for number, count in rows))


def top(
    layout: Layout,
    *,
    tenants: Sequence[UUID],
    column: str,
    since: int | None = None,
    until: int | None = None,
    where: Where = AllOf(()),  # noqa: B008 - frozen
    limit: int = 20,
) -> list[tuple[str, int]]:
    """Return the most frequent values of a column and how often they are; else as :func:`query`."""
    condition, values = _condition(since, until, where)
    files = _files(layout, tenants, since, until, where)
    if column not in COLUMNS or not files:
        return []
    sql = (
        f'SELECT "{column}", count(*) AS times FROM {_source(layout, files)} WHERE {condition}'  # noqa: S608 - own names
        f' AND "{column}" IS NOT NULL GROUP BY 1 ORDER BY times DESC, 1 LIMIT ?'
    )
    return [
        (str(value), int(times))
        for value, times in _ask(layout, sql, [*values, max(1, min(limit, MAX_ROWS))])
    ]


def _condition(since: int | None, until: int | None, where: Where) -> tuple[str, list[object]]:
    parts: list[str] = []
    values: list[object] = []
    for moment, sign in ((since, ">="), (until, "<")):
        if moment is not None:
            parts.append(f"time {sign} make_timestamp(?)")
            values.append(moment)
    parts.append(to_sql(where, values))
    return " AND ".join(parts), values


def _files(
    layout: Layout, tenants: Sequence[UUID], since: int | None, until: int | None, where: Where
) -> list[File]:
    """Return the files that may hold a match: by tenant, time and side index."""
    files = living_files(layout, tenants, since=since, until=until)
    wanted = needed(where)
    if wanted is None:
        return files
    return [file for file in files if may_hold(path_of(layout, file), wanted)]


def _source(layout: Layout, files: Sequence[File]) -> str:
    names = ", ".join(quoted(str(path_of(layout, file))) for file in files)
    return f"read_parquet([{names}], filename=true)"


def _ask(layout: Layout, sql: str, values: list[object]) -> list[tuple[Any, ...]]:
    with connect([layout.parquet], threads=2, memory_mb=MEMORY_MB) as connection:
        for statement in macros():
            connection.execute(statement)
        # bytes that are no UTF-8 are shown as their hexadecimal digits, so a search never fails on them
        connection.execute("CREATE MACRO decode_lossy(b) AS coalesce(try(decode(b)), b::VARCHAR)")
        found: list[tuple[Any, ...]] = connection.execute(sql, values).fetchall()
        return found
