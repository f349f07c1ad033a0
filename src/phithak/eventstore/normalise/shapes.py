"""The shape of a JSON event: which of its keys matter, and what the reference would make of them.

Events of one shape are read by one statement. What that statement takes from where is not written down a second
time: the reference itself reads an event of that shape in which each value is a mark, and where the marks come out,
there the columns come from.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from phithak.engines.sigma.normalise import flat_event
from phithak.engines.sigma.normalise.logtypes import read_table
from phithak.engines.sigma.normalise.records import TIME_FIELDS
from phithak.eventstore.normalise.reference import mapping, names_for, text_of
from phithak.eventstore.normalise.times import in_utc

Path = tuple[str, ...]
_DATA: frozenset[Path] = frozenset({
    ("winlog", "event_data"), ("winlog", "user_data"), ("event_data",), ("user_data",),
    ("Event", "EventData"), ("Event", "UserData"), ("Event", "ProcessingErrorData"),
})  # fmt: skip
"""Parts of Windows events whose fields come out without their path."""
_SYSTEM: Path = ("Event", "System")
_ATTRIBUTES = "#attributes"
_SYSTEM_PARTS = ("Provider", "TimeCreated", "Execution", "Security", "Correlation")
_HEADER = frozenset({
    "event_id", "log_name", "source_name", "computer_name", "provider_guid", "record_number", "channel",
    "provider_name", "record_id", "code",
})  # fmt: skip
_LOG = frozenset({"Channel", "EventID", "event_id", "log_name", "channel", "code"})
"""Fields whose values, not names alone, tell the log of a Windows event."""
_PLAIN = frozenset({"VARCHAR", "BIGINT", "UBIGINT", "BOOLEAN"})
_MARK = "\x00"
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True)
class Shape:
    """The keys of an event that matter, in order.

    Attributes:
        leaves: their paths.
        deciding: places among them whose values tell the log.
        maps: paths of maps, also of those without a leaf: that they are there may tell the log.
    """

    leaves: tuple[Path, ...]
    deciding: tuple[int, ...]
    maps: tuple[Path, ...]


@dataclass(frozen=True)
class Term:
    """Where a text comes from: a place in a record, or always the same text.

    Attributes:
        path: of keys, or None.
        text: when there is no path.
    """

    path: Path | None
    text: str = ""


@dataclass(frozen=True)
class Plan:
    """How events of one shape and of the same types become rows.

    Attributes:
        log: name of the log.
        columns: for each column that may have a value the terms of which the first that is not empty counts.
        time: what writes the moment, or None.
        fraction: the moment is a number with a fraction.
        utc: the name of the moment's field says that it is UTC.
    """

    log: str
    columns: tuple[tuple[str, tuple[Term, ...]], ...]
    time: Term | None
    fraction: bool
    utc: bool


@cache
def _kind_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return names of fields that the tables of other JSON logs know, and those whose values decide."""
    names: set[str] = set()
    deciding: set[str] = set()
    for kind in read_table("kinds")["kinds"]:
        choices = kind.get("by", {})
        deciding |= {*choices, *([kind["service_by"]] if "service_by" in kind else [])}
        names |= {*kind["needs"], *deciding}
        for part in (kind, *(choice for by in choices.values() for choice in by.values())):
            for name, others in part.get("aliases", {}).items():
                names |= {name, *others}
    return frozenset(names), frozenset(deciding)


@cache
def _names() -> frozenset[str]:
    """Return every name of a field that the reference may look at."""
    names: set[str] = {*TIME_FIELDS, *_HEADER, *_LOG, *_kind_words()[0]}
    for column in mapping():
        names |= {name for _, name in names_for(column)}
    for block in read_table("windows")["aliases"]:
        for name, others in block["fields"].items():
            names |= {name, *others}
    for name, others in read_table("flat")["header"].items():
        names |= {name, *others}
    return frozenset(names)


@cache
def prefixes() -> tuple[Path, ...]:
    """Return the paths of maps whose keys tell a shape; the first is the record itself."""
    found: set[Path] = {*_DATA, _SYSTEM}
    found |= {(*_SYSTEM, part) for part in _SYSTEM_PARTS}
    found |= {(*_SYSTEM, part, _ATTRIBUTES) for part in _SYSTEM_PARTS}
    for name in _names():
        words = tuple(name.split("."))
        found |= {words[:length] for length in range(1, len(words))}
    for path in list(found):
        found |= {path[:length] for length in range(1, len(path))}
    return ((), *sorted(found))


def pointer(path: Path) -> str:
    """Return a path as JSON pointer (RFC 6901)."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path)


def _section(path: Path) -> bool:
    return path[:-1] in _DATA


@cache
def _first_words() -> frozenset[str]:
    return frozenset(name.split(".", 1)[0] for name in _names())


@cache
def _dotted_prefixes() -> frozenset[str]:
    return frozenset(".".join(path) for path in prefixes())


def _matters(path: Path) -> bool:
    if _section(path):
        # a map among the data may hold anything: whether it is one is told by its type
        return path[1:2] == ("UserData",) or path[-1].replace(" ", "") in _names() | _first_words()
    return (
        ".".join(path) in _names()
        or path[:2] == _SYSTEM
        or ".".join(path) in _dotted_prefixes()
        or (path[0] == "winlog" and path[-1] in _HEADER)
    )


def _decides(path: Path) -> bool:
    last = path[-1].replace(" ", "") if _section(path) else path[-1]
    return last in _LOG or ".".join(path) in _kind_words()[1]


@cache
def _below() -> Mapping[str, tuple[Path, ...]]:
    found: dict[str, list[Path]] = {}
    for path in prefixes()[1:]:
        found.setdefault(path[0], []).append(path)
    return {first: tuple(paths) for first, paths in found.items()}


def below(keys: Sequence[str]) -> tuple[Path, ...]:
    """Return the paths of maps inside a record with these keys that tell its shape."""
    return tuple(path for first in sorted({*keys} & _below().keys()) for path in _below()[first])


def shape_of(keys: Mapping[Path, Sequence[str] | None]) -> Shape | None:
    """Return the shape of an event.

    Args:
        keys: of the map at each of the paths that :func:`below` tells, and of the record itself; None or none where
            there is no map.

    Returns:
        None when a key is there twice: which one counts, the reference says.
    """
    if any(len(set(names)) != len(names) for names in keys.values() if names):
        return None
    leaves = tuple(_leaves((), keys))
    maps = tuple(path for path, names in keys.items() if names and path)
    return Shape(leaves, tuple(place for place, path in enumerate(leaves) if _decides(path)), maps)


def _leaves(path: Path, at: Mapping[Path, Sequence[str] | None]) -> Iterator[Path]:
    for key in at.get(path) or ():
        here = (*path, key)
        if at.get(here):
            yield from _leaves(here, at)
        elif _matters(here):
            yield here


def plan_of(shape: Shape, types: Sequence[str | None], values: Sequence[str]) -> Plan | None:
    """Return how events of a shape are read whose values are of these types.

    Args:
        shape: of the events.
        types: DuckDB's names for the types of the leaves.
        values: of the deciding leaves, as JSON.

    Returns:
        None when only the reference reads them right: lists, numbers with a fraction in a column.
    """
    record: dict[str, Any] = {}
    decided = dict(zip(shape.deciding, values, strict=True))
    for place, (path, kind) in enumerate(zip(shape.leaves, types, strict=True)):
        if _only_reference(path, kind):
            return None
        value: Any = f"{_MARK}{place}"
        if place in decided:
            value = _decode(decided[place])
        elif kind == "NULL":
            value = None
        elif kind == "OBJECT":
            value = {}
        _put(record, path, value)
    for path in shape.maps:
        # behind all leaves: of two fields of one name the later counts
        inner = record
        for key in path:
            inner = inner.setdefault(key, {})
    event = flat_event(record)
    return _traced(event.log.key, event.fields, shape, types)


def _only_reference(path: Path, kind: str | None) -> bool:
    if kind == "ARRAY":
        # maps inside a list give fields of their own
        return ".".join(path) in _dotted_prefixes()
    if kind == "OBJECT" and path not in prefixes():
        # one that is among the prefixes is an empty map
        return (
            _section(path)
            or ".".join(path) in _dotted_prefixes()
            or (path[:2] == _SYSTEM and path[-1] != "EventID")
        )
    if kind == "OBJECT":
        return False
    return kind not in _PLAIN and kind not in {"NULL", "DOUBLE"}


def _put(record: dict[str, Any], path: Path, value: Any) -> None:
    for key in path[:-1]:
        record = record.setdefault(key, {})
    record[path[-1]] = value


def _traced(log: str, fields: Mapping[str, Any], shape: Shape, types: Sequence[str | None]) -> Plan | None:
    columns: list[tuple[str, tuple[Term, ...]]] = []
    for column in mapping():
        terms: list[Term] = []
        for only, name in names_for(column):
            if not log.startswith(only):
                continue
            place = _place(fields.get(name))
            if place is None:
                text = text_of(fields.get(name))
                if text:
                    terms.append(Term(None, text))
                    break
                continue
            if types[place] not in _PLAIN:
                return None
            terms.append(Term(shape.leaves[place]))
            if types[place] != "VARCHAR":
                break
        if terms:
            columns.append((column, tuple(terms)))
    return _timed(log, tuple(columns), fields, shape, types)


def _timed(
    log: str,
    columns: tuple[tuple[str, tuple[Term, ...]], ...],
    fields: Mapping[str, Any],
    shape: Shape,
    types: Sequence[str | None],
) -> Plan | None:
    for name in TIME_FIELDS:
        value = fields.get(name)
        place = _place(value)
        if place is not None:
            if types[place] not in {"VARCHAR", "BIGINT", "UBIGINT", "DOUBLE"}:
                return None
            term = Term(shape.leaves[place])
            return Plan(log, columns, term, types[place] == "DOUBLE", in_utc(name))
        if value is not None:
            return None
    return Plan(log, columns, None, fraction=False, utc=False)


def _place(value: Any) -> int | None:
    return int(value[1:]) if isinstance(value, str) and value[:1] == _MARK else None


def paths_of(plan: Plan) -> tuple[Path, ...]:
    """Return the different paths that a plan reads."""
    terms = itertools.chain([plan.time], *(terms for _, terms in plan.columns))
    return tuple(dict.fromkeys(term.path for term in terms if term is not None and term.path is not None))
