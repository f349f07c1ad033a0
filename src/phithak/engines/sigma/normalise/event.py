"""The forms in which an event goes through the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Fields = dict[str, Any]
_PLAIN = frozenset({str, int, float, bool})
Aliases = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class LogType:
    """What log an event comes from, in the three words of Sigma's log source, and its other field names.

    Attributes:
        key: a short stable name, such as ``windows/security/4688``.
        aliases: field as rules name it -> names in the event, the first that is there counts. The name on
            the left never means a field of the same name in the event.
    """

    key: str
    categories: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    aliases: Aliases = field(default_factory=dict)

    def takes(self, category: str, product: str, service: str) -> bool:
        """Whether a rule of this log source looks at such events; "" asks for nothing."""
        return (
            (not category or category in self.categories)
            and (not product or product in self.products)
            and (not service or service in self.services)
        )

    def words(self) -> dict[str, frozenset[str]]:
        """Return the three sets by the names that rules use."""
        return {"category": self.categories, "product": self.products, "service": self.services}


@dataclass(frozen=True)
class Shaped:
    """A record as its shape gives it at little cost: nested parts may still be nested, aliases not yet applied."""

    fields: Fields
    log: LogType


@dataclass(frozen=True)
class Event:
    """A full flat event.

    Attributes:
        fields: name -> text, number, bool or a list of them; never null, never a map.
        log: where it comes from.
        time: the moment as the record writes it, or "".
        paths: field -> path of keys in the record.
    """

    fields: Fields
    log: LogType
    time: str
    paths: Mapping[str, tuple[str, ...]]


def flatten(record: Mapping[str, Any]) -> tuple[Fields, dict[str, tuple[str, ...]]]:
    """Return fields with dotted names, and for each the path of keys; null and empty parts are left out.

    A list stays a list; maps inside a list give a list per field of theirs. Where two parts of a record
    give one name, the later counts.
    """
    fields: Fields = {}
    paths: dict[str, tuple[str, ...]] = {}
    for path, value in _walk(record, ()):
        name = ".".join(path)
        if isinstance(value, _Many):
            if name in fields and isinstance(fields[name], list) and paths.get(name) == path:
                fields[name].append(value.item)
                continue
            fields[name] = [value.item]
        else:
            fields[name] = value
        paths[name] = path
    return fields, paths


def flat_fields(record: Mapping[str, Any]) -> Fields:
    """Return the fields that :func:`flatten` gives, at a tenth of its price where no part is nested."""
    fields: Fields = {}
    for name, value in record.items():
        kind = value.__class__
        if kind is dict or (kind is list and not _PLAIN.issuperset([item.__class__ for item in value])):
            return flatten(record)[0]
        if value is not None and (kind is not list or value):
            fields[name] = value
    return fields


@dataclass(frozen=True)
class _Many:
    item: Any


def _walk(record: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    stack: list[tuple[tuple[str, ...], Any, bool]] = [
        ((*path, key), value, False) for key, value in reversed(list(record.items()))
    ]
    while stack:
        here, value, many = stack.pop()
        if isinstance(value, dict):
            stack.extend(((*here, key), inner, many) for key, inner in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend((here, item, True) for item in reversed(value))
        elif value is not None:
            yield here, _Many(value) if many else value
