"""Searches Parquet files and what does not lie in them yet: rows, counts over time, most frequent values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from phithak.eventstore.compactor.side import marks_of, may_hold
from phithak.eventstore.duck import connect, quoted
from phithak.eventstore.errors import DamagedError
from phithak.eventstore.layout import Layout
from phithak.eventstore.manifest import File, path_of, reached_files
from phithak.eventstore.normalise.reference import mapping
from phithak.eventstore.normalise.statements import macros
from phithak.eventstore.queries import fresh
from phithak.eventstore.queries.tree import COLUMNS, AllOf, Where, needed, to_sql

MAX_ROWS = 10_000
MEMORY_MB = 768
MANY_FILES = 16
"""Of more files than this whole events are read only where the wanted ones can be."""


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
class _Span:
    """Which events a question is about: whose, from when to when, and what must hold of them."""

    tenants: tuple[UUID, ...]
    since: int | None
    until: int | None
    where: Where


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
    most = max(1, min(limit, MAX_ROWS))
    span = _Span(tuple(tenants), since, until, where)
    if len(reached_files(layout, tenants, since=since, until=until)[1]) > MANY_FILES:
        # first the moments alone, which cost little: then whole events of that part of time
        since, until = _narrowed(layout, span, most, newest_first=newest_first)
        span = _Span(tuple(tenants), since, until, where)
    condition, values = _condition(since, until, where)
    named = ", ".join(f'"{name}"' for name in mapping())
    order = "DESC" if newest_first else "ASC"
    rows = _ask(
        layout,
        span,
        f'SELECT tenant, "offset", n, epoch_us(time), epoch_us(received), log, flag, {named},'  # noqa: S608 - own names
        f" raw_of(short, raw, hashes, src_ip, dst_ip) FROM {{0}} WHERE {condition}"
        f' ORDER BY time {order}, "offset" {order}, n {order} LIMIT ?',
        [*values, most],
    )
    names = ("log", "flag", *mapping())
    return [
        Found(
            UUID(row[0]), row[1], row[2], row[3], row[4],
            {name: value for name, value in zip(names, row[5:-1], strict=True) if value}, bytes(row[-1]),
        )
        for row in rows
    ]  # fmt: skip


def _narrowed(layout: Layout, span: _Span, most: int, *, newest_first: bool) -> tuple[int | None, int | None]:
    """Return bounds of time outside of which lies none of the ``most`` newest (or oldest) events."""
    condition, values = _condition(span.since, span.until, span.where)
    order = "DESC" if newest_first else "ASC"
    rows = _ask(
        layout,
        span,
        f"SELECT epoch_us(time) FROM {{0}} WHERE {condition} ORDER BY time {order} LIMIT ?",  # noqa: S608 - own words
        [*values, most],
    )
    if len(rows) < most:
        # all that there are: their span
        moments = [row[0] for row in rows]
        return (min(moments), max(moments) + 1) if moments else (span.since, span.until)
    return (rows[-1][0], span.until) if newest_first else (span.since, rows[-1][0] + 1)


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
    rows = _ask(
        layout,
        _Span(tuple(tenants), since, until, where),
        f"SELECT (epoch_us(time) - ?) // ? AS step, count(*) FROM {{0}} WHERE {condition}"  # noqa: S608 - own words
        " GROUP BY step ORDER BY step",
        [since, step, *values],
    )
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
    if column not in COLUMNS:
        return []
    rows = _ask(
        layout,
        _Span(tuple(tenants), since, until, where),
        f'SELECT "{column}", count(*) AS times FROM {{0}} WHERE {condition} AND "{column}" IS NOT NULL'  # noqa: S608
        " GROUP BY 1 ORDER BY times DESC, 1 LIMIT ?",
        [*values, max(1, min(limit, MAX_ROWS))],
    )
    return [(str(value), int(times)) for value, times in rows]


def _condition(since: int | None, until: int | None, where: Where) -> tuple[str, list[object]]:
    parts: list[str] = []
    values: list[object] = []
    for moment, sign in ((since, ">="), (until, "<")):
        if moment is not None:
            parts.append(f"time {sign} make_timestamp(?)")
            values.append(moment)
    parts.append(to_sql(where, values))
    return " AND ".join(parts), values


def _ask(layout: Layout, span: _Span, sql: str, values: list[object]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement; ``{0}`` in it stands for the events."""
    try:
        return _asked(layout, span, sql, values)
    except DamagedError:
        # the compactor has moved what was just looked for; if it is damage, the second look tells
        return _asked(layout, span, sql, values)


def _asked(layout: Layout, span: _Span, sql: str, values: list[object]) -> list[tuple[Any, ...]]:
    reached, files = reached_files(layout, span.tenants, since=span.since, until=span.until)
    waiting = fresh.batches(layout, span.tenants, reached) if span.tenants else []
    wanted = needed(span.where)
    if wanted is not None:
        marks = marks_of(wanted)
        # a file whose side index has none of what every match must have is not opened
        files = [file for file in files if may_hold(path_of(layout, file), marks)]
    if not files and not waiting:
        return []
    with (
        fresh.scratch() as scratch,
        connect([layout.parquet, scratch], threads=2, memory_mb=MEMORY_MB) as connection,
    ):
        for statement in macros():
            connection.execute(statement)
        # bytes that are no UTF-8 are shown as their hexadecimal digits, so a search never fails on them
        connection.execute("CREATE MACRO decode_lossy(b) AS coalesce(try(decode(b)), b::VARCHAR)")
        parts = []
        if files:
            parts.append(_in_parquet(layout, files))
        if waiting:
            fresh.normaliser().make(connection, waiting, scratch)
            connection.execute(
                "CREATE TABLE whose AS SELECT unnest($1) AS batch, unnest($2) AS tenant",
                [list(range(len(waiting))), [one.envelope.tenant.hex for one in waiting]],
            )
            parts.append(f"SELECT tenant, {_columns()} FROM rows JOIN whose USING (batch)")  # noqa: S608 - own names
        # told by str.replace: values of the statement may hold braces
        source = "(" + " UNION ALL ".join(parts) + ")"
        found: list[tuple[Any, ...]] = connection.execute(sql.replace("{0}", source, 1), values).fetchall()
        return found


def _columns() -> str:
    named = ", ".join(f'"{name}"' for name in mapping())
    return f'"offset", n, source, sender, log, time, flag, received, {named}, short, raw'


def _in_parquet(layout: Layout, files: Sequence[File]) -> str:
    names = ", ".join(quoted(str(path_of(layout, file))) for file in files)
    # the first folder below that of all files is the tenant's
    place = len(str(layout.parquet)) + 2
    return f"SELECT substr(filename, {place}, 32) AS tenant, {_columns()} FROM read_parquet([{names}], filename=true)"  # noqa: S608
