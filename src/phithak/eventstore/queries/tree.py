"""The tree of conditions, and what it is in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from phithak.base.errors import InvalidInputError
from phithak.eventstore.compactor.side import SideKind
from phithak.eventstore.normalise.reference import mapping

MAX_VALUES = 20_000
MAX_DEPTH = 12
_FIXED = ("log", "flag", "source", "sender")
_SIDE: dict[str, SideKind] = {
    "src_ip": "ip", "dst_ip": "ip", "domain": "domain", "host": "domain", "hashes": "hash", "user": "user",
}  # fmt: skip


def _columns() -> frozenset[str]:
    return frozenset((*_FIXED, *mapping()))


COLUMNS = _columns()
"""Names that conditions may use; ``raw`` is searched by :class:`Contains` alone."""


@dataclass(frozen=True)
class Equals:
    """A column is one of some values, whatever their case."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Contains:
    """A column, or the raw event, holds a text, whatever its case."""

    column: str
    text: str


@dataclass(frozen=True)
class StartsWith:
    """A column begins with a text, whatever its case."""

    column: str
    text: str


@dataclass(frozen=True)
class Is:
    """A column has a value (``present``) or has none."""

    column: str
    present: bool = True


@dataclass(frozen=True)
class Not:
    """The opposite; true also where the column has no value."""

    part: Where


@dataclass(frozen=True)
class AllOf:
    """All parts hold; none means everything."""

    parts: tuple[Where, ...]


@dataclass(frozen=True)
class AnyOf:
    """One part holds; none means nothing."""

    parts: tuple[Where, ...]


Where = Equals | Contains | StartsWith | Is | Not | AllOf | AnyOf


def to_sql(where: Where, values: list[object], depth: int = 0) -> str:
    """Return a condition of SQL; its values are appended to ``values`` in order.

    Raises:
        InvalidInputError: an unknown column, too many values, or a tree too deep.
    """
    if depth > MAX_DEPTH:
        raise _wrong("เงื่อนไขซ้อนลึกเกินไป", "the conditions are nested too deeply")
    if isinstance(where, Not):
        return f"NOT coalesce(({to_sql(where.part, values, depth + 1)}), false)"
    if isinstance(where, AllOf | AnyOf):
        word, empty = (" AND ", "true") if isinstance(where, AllOf) else (" OR ", "false")
        return "(" + (word.join(to_sql(part, values, depth + 1) for part in where.parts) or empty) + ")"
    if isinstance(where, Contains) and where.column == "raw":
        # bytes, so that it also finds what is no UTF-8
        values.append(where.text)
        return "contains(lower(decode_lossy(raw_of(short, raw, hashes, src_ip, dst_ip))), lower(?))"
    column = _name(where.column)
    if isinstance(where, Is):
        return f"{column} IS {'NOT ' if where.present else ''}NULL"
    if isinstance(where, Equals):
        if len(where.values) > MAX_VALUES:
            raise _wrong("ค่าที่ค้นมากเกินไป", "too many values")
        values.append([value.lower() for value in where.values])
        return f"list_contains(?::VARCHAR[], lower({column}))"
    values.append(where.text)
    function = "contains" if isinstance(where, Contains) else "starts_with"
    return f"{function}(lower({column}), lower(?))"


def _name(column: str) -> str:
    if column not in COLUMNS:
        raise _wrong(f"ไม่มีคอลัมน์ {column}", f"no column {column}")
    return f'"{column}"'


def _wrong(thai: str, english: str) -> InvalidInputError:
    return InvalidInputError(reason_th=thai, reason_en=english)


def needed(where: Where) -> dict[SideKind, frozenset[str]] | None:
    """Return values of side indexes one of which every match must have; None when the tree asks for no such thing.

    A file whose side index has none of them is passed over without being opened.
    """
    if isinstance(where, Equals) and where.column in _SIDE and where.column != "hashes":
        return {_SIDE[where.column]: frozenset(value.lower() for value in where.values)}
    if isinstance(where, AllOf):
        return next((found for found in map(needed, where.parts) if found is not None), None)
    if isinstance(where, AnyOf) and where.parts:
        return _united(list(map(needed, where.parts)))
    return None


def _united(parts: list[dict[SideKind, frozenset[str]] | None]) -> dict[SideKind, frozenset[str]] | None:
    found: dict[SideKind, frozenset[str]] = {}
    for part in parts:
        if part is None:
            return None
        for kind, values in part.items():
            found[kind] = found.get(kind, frozenset()) | values
    return found


def columns_of(where: Where) -> Iterator[str]:
    """Yield every column that a tree names."""
    if isinstance(where, Not):
        yield from columns_of(where.part)
    elif isinstance(where, AllOf | AnyOf):
        for part in where.parts:
            yield from columns_of(part)
    else:
        yield where.column
