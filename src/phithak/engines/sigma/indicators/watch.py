"""Indicators beside the rules: which fields are looked at, quick answers for the engine, exact ones for people."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from phithak.engines.sigma.indicators.model import Indicator, Sighting
from phithak.engines.sigma.indicators.normal import network_key, value_of
from phithak.engines.sigma.indicators.observe import Found, observables, of_urls, of_word, words_of
from phithak.engines.sigma.indicators.table import Table
from phithak.engines.sigma.normalise.event import Event, Fields, LogType

_MOST_KEPT = 50_000
_MOST_WORDS = 100_000
_LONGEST_KEPT = 128
_LONGEST_SHOWN = 1024
_SHORTEST_HASH = 32
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
Names = tuple[str, ...]


@cache
def _table() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("data", "fields.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _windows() -> dict[tuple[str, str], Names]:
    found = {}
    for block in _table()["windows"]:
        for service in block["services"]:
            for event_id, names in block["events"].items():
                found[service, event_id] = tuple(names)
            for event_id in block.get("nothing", ()):
                found[service, str(event_id)] = ()
    return found


def watched_names(log: LogType, event_id: str) -> Names | None:
    """Return the fields of an event that are looked at; None means all but those of ``skipped``.

    Args:
        log: what log the event comes from.
        event_id: number of a Windows event of a known channel, "" for every other event.
    """
    if not event_id:
        return None
    table = _windows()
    for service in log.services:
        names = table.get((service, event_id))
        if names is not None:
            return names
    return tuple(_table()["windows_other"])


def _may_be(text: str) -> bool:
    """Whether any word of a text can have the shape of an indicator; a moment has not."""
    if len(text) < _SHORTEST_HASH and "." not in text and ":" not in text:
        return False
    return text[4:5] != "-" or _MOMENT.fullmatch(text) is None


class Watch:
    """A table of indicators made ready for the engine.

    Attributes:
        table: the indicators.
        names: every field of a Windows event in which they may be looked for.
    """

    def __init__(self, table: Table) -> None:
        """Prepare a frozen table."""
        self.table = table
        self.names = frozenset(name for names in _windows().values() for name in names) | frozenset(
            _table()["windows_other"]
        )
        self._skipped = frozenset(_table()["skipped"])
        self._clean: set[bytes] = set()
        self._young: dict[str, bool] = {}
        self._old: dict[str, bool] = {}
        self._pairs: dict[str, Names] = {}

    def holds(self, text: str) -> bool:
        """Whether an indicator, expired or not, may stand in a text; false only where none does.

        Words without one are remembered, so the next text is searched for its new words alone.
        """
        if not _may_be(text):
            return False
        data = text.lower().encode("utf-8", "replace")
        if b"://" in data and any(self._met(*of_urls(data))):
            return True
        clean = self._clean
        fresh = set(words_of(data)) - clean
        if not fresh:
            return False
        endings = self.table.endings
        for word in fresh:
            if any(self._met(*of_word(word, endings))):
                return True
        if len(clean) > _MOST_WORDS:
            clean.clear()
        clean.update(word for word in fresh if len(word) <= _LONGEST_KEPT)
        return False

    def may_hold(self, log: LogType, fields: Fields) -> bool:
        """Whether any field of an event of which all are looked at holds an indicator."""
        young, skipped = self._young, self._skipped
        for name, value in fields.items():
            kind = value.__class__
            if kind is str:
                found = young.get(value)
                if found is None:
                    if name in skipped:
                        continue
                    found = self._look(value)
                if found and name not in skipped:
                    return True
            elif (kind is dict or kind is list) and name not in skipped and self._deep(value):
                return True
        pair = self._pair(log)
        return bool(pair) and any(map(self._look, _joined(pair, lambda name: _nested(fields, name))))

    def _deep(self, value: Any) -> bool:
        stack = [value]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                if self._look(item):
                    return True
            elif isinstance(item, dict):
                stack.extend(item.values())
            elif isinstance(item, list):
                stack.extend(item)
        return False

    def _look(self, text: str) -> bool:
        found = self._young.get(text)
        if found is not None:
            return found
        if not _may_be(text):
            return False
        found = self._old.get(text)
        if found is None:
            found = self.holds(text)
        if len(text) <= _LONGEST_KEPT:
            if len(self._young) >= _MOST_KEPT:
                self._old, self._young = self._young, {}
            self._young[text] = found
        return found

    def sightings(self, event: Event, names: Names | None, at: float) -> list[Sighting]:
        """Return the indicators in an event that count at a moment, in the order of its fields.

        Args:
            event: the full flat event.
            names: as :func:`watched_names` gives them.
            at: seconds since 1970.
        """
        seen: dict[Indicator, dict[str, tuple[str, str, str]]] = {}
        for name, text in self._texts(event, names):
            for place, met in self._places(text):
                for indicator in self.table.at(place):
                    if indicator.counts_at(at):
                        seen.setdefault(indicator, {}).setdefault(name, (name, text[:_LONGEST_SHOWN], met))
        return [Sighting(indicator, tuple(where.values())) for indicator, where in seen.items()]

    def _texts(self, event: Event, names: Names | None) -> Iterator[tuple[str, str]]:
        fields = event.fields
        for name, value in fields.items():
            if (name in names) if names is not None else (name.split(".", 1)[0] not in self._skipped):
                for text in _plain(value):
                    yield name, text
        if names is None and (pair := self._pair(event.log)):
            for text in _joined(pair, fields.get):
                yield pair[1], text

    def _places(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield where the indicators lie that stand in a text, and what in it met them."""
        yield from self._met(*observables(text, self.table.endings))

    def _met(self, keys: Found, addresses: Found) -> Iterator[tuple[int, str]]:
        find = self.table.find
        for key in keys:
            letter, rest = key[:1], key
            while True:
                place = find(rest)
                if place:
                    yield place, key[1:].hex() if letter in b"msh" else key[1:].decode("utf-8", "replace")
                if letter != b"d":
                    break
                parent = rest.partition(b".")[2]
                if b"." not in parent:
                    break
                rest = b"d" + parent
        for packed in addresses:
            for key in self.table.networks(packed):
                place = find(key)
                if place:
                    yield place, _address(packed)

    def _pair(self, log: LogType) -> Names:
        pair = self._pairs.get(log.key)
        if pair is None:
            pair = next(
                (
                    (block["host"], block["path"])
                    for block in _table()["joined"]
                    if log.key.startswith(block["log"])
                ),
                (),
            )
            if len(self._pairs) < _LONGEST_KEPT:
                self._pairs[log.key] = pair
        return pair


def _address(packed: bytes) -> str:
    return value_of(network_key(packed, len(packed) * 8))[1]


def _plain(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _plain(item)


def _joined(pair: Names, get: Any) -> Iterator[str]:
    """Yield the URL that stands in an event in two fields, if its path is one."""
    host, path = get(pair[0]), get(pair[1])
    if isinstance(host, str) and isinstance(path, str) and path.startswith("/"):
        yield f"http://{host}{path}"


def _nested(record: Mapping[str, Any], name: str) -> Any:
    if name in record:
        return record[name]
    head, _, tail = name.partition(".")
    inner = record.get(head)
    return _nested(inner, tail) if tail and isinstance(inner, dict) else None
