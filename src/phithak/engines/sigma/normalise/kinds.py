"""JSON records that are no Windows events: known by their keys, as ``data/kinds.toml`` says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from phithak.engines.sigma.normalise.event import Fields, LogType, Shaped
from phithak.engines.sigma.normalise.logtypes import read_table

_MOST_MADE = 4096
_made: dict[tuple[str, tuple[str, ...]], LogType] = {}


def find_kind(record: Fields) -> Shaped:
    """Return a record with the log type that its keys tell; ``json`` where they tell nothing."""
    for kind in _kinds():
        if all(_get(record, name) is not None for name in kind["needs"]):
            return Shaped(record, _log_type(kind, record))
    return Shaped(record, LogType("json"))


@cache
def _kinds() -> tuple[dict[str, Any], ...]:
    return tuple(read_table("kinds")["kinds"])


def _get(record: Mapping[str, Any], name: str) -> Any:
    """Return a field by its dotted name, written flat or nested."""
    if name in record:
        return record[name]
    head, _, tail = name.partition(".")
    inner = record.get(head)
    return _get(inner, tail) if tail and isinstance(inner, dict) else None


def _picked(record: Mapping[str, Any], name: str) -> Iterator[str]:
    value = _get(record, name)
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item


def _log_type(kind: Mapping[str, Any], record: Mapping[str, Any]) -> LogType:
    service = next(_picked(record, kind["service_by"]), "") if "service_by" in kind else ""
    parts = [
        (name, value, choices[value])
        for name, choices in kind.get("by", {}).items()
        for value in _picked(record, name)
        if value in choices
    ]
    key = (kind["key"], (service, *(f"{name}={value}" for name, value, _ in parts)))
    found = _made.get(key)
    if found is None:
        if len(_made) >= _MOST_MADE:
            # names come from strangers: start anew before they fill the memory
            _made.clear()
        found = _made[key] = _make(kind, service, key, [part for _, _, part in parts])
    return found


def _make(
    kind: Mapping[str, Any], service: str, key: tuple[str, tuple[str, ...]], parts: list[Mapping[str, Any]]
) -> LogType:
    sources = [kind, *parts]
    aliases = {name: tuple(others) for part in sources for name, others in part.get("aliases", {}).items()}
    services = {name for part in sources for name in part.get("services", ())}
    return LogType(
        key="/".join([key[0], *(word for word in key[1] if word)]),
        categories=frozenset(name for part in sources for name in part.get("categories", ())),
        products=frozenset(name for part in sources for name in part.get("products", ())),
        services=frozenset(services | ({service.lower()} if service else set())),
        aliases=aliases,
    )
