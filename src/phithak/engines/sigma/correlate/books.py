"""The groups of one correlation: events in, alerts out, moment by moment."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Protocol

import msgspec

from phithak.engines.sigma.correlate.frames import MOST_CARRIED, SHOWN, Frame
from phithak.engines.sigma.correlate.measure import exact, shown
from phithak.engines.sigma.correlate.model import Alert, Entry, Fed, Limits, Stats, Texts
from phithak.engines.sigma.correlate.plan import Node
from phithak.engines.sigma.correlate.slides import Found, Held, Part, Slide, make_slide
from phithak.engines.sigma.match.text import fold

_MOST_GROUPS = 64
Shown = tuple[str, ...]


class Saved(msgspec.Struct, array_like=True):
    """One group as a snapshot holds it; ``begin`` is when it is quiet to for a sliding window."""

    key: Texts
    shown: Shown
    begin: int
    touched: int
    held: Held
    count: int = 0
    first: list[Entry] = []
    last: list[Entry] = []
    carried: dict[str, list[str]] = {}
    spoilt: bool = False


class Book(Protocol):
    """All groups of one correlation."""

    def at(self, now: int, events: Sequence[Fed]) -> list[Alert]:
        """Take the events of one moment, in order, and return the alerts that they cause."""

    def due(self, now: int) -> list[Alert]:
        """Return the alerts of windows that end at ``now``."""

    def oldest(self) -> int | None:
        """Return when the group that waits longest was last touched, or None."""

    def evict(self) -> None:
        """Forget that group."""

    def saved(self) -> list[Saved]:
        """Return the groups for a snapshot."""

    def load(self, groups: Iterable[Saved]) -> None:
        """Take back what ``saved`` gave."""

    def measured(self, key: Texts) -> int | Fraction | None:
        """Return what the window of a group measures so far; None where there is none, or no number."""


@dataclass
class Desk:
    """What the books of one correlator share; ``weight`` is the number of entries and values in all of them."""

    tenant: str
    limits: Limits
    stats: Stats
    begun: Callable[[int], None]
    weight: int = 0


def split(node: Node, events: Sequence[Fed], stats: Stats) -> dict[Texts, tuple[Shown, list[Part]]]:
    """Return for each group of a correlation its part of the events of one moment, in the order of the events."""
    found: dict[Texts, tuple[Shown, list[Part]]] = {}
    for event in events:
        seen: dict[Texts, tuple[Shown, str, list[int], Texts]] = {}
        for place, rule in enumerate(node.correlation.rules):
            if rule not in event.rules:
                continue
            values = values_of(node, rule, event, stats)
            if values is not None and not values:
                stats.valueless += 1
                continue
            groups = groups_of(node, rule, event, stats)
            stats.ungrouped += not groups
            for key, texts in groups:
                if key in seen:
                    seen[key][2].append(place)
                else:
                    seen[key] = (texts, rule, [place], values or ())
        for key, (texts, rule, places, values) in seen.items():
            asked = node.sources[rule].items()
            carried = {name: event.fields.get(source, ()) for name, source in asked}
            entry = Entry(event.moment, event.file, event.index, rule, carried, event.alert)
            found.setdefault(key, (texts, []))[1].append(Part(entry, tuple(places), values))
    return found


def groups_of(node: Node, rule: str, event: Fed, stats: Stats) -> list[tuple[Texts, Shown]]:
    """Return the groups of an event, folded and as written; none where a field of ``group-by`` has no value."""
    groups: dict[Texts, Shown] = {}
    for texts in _combined(event, node.groups[rule], stats):
        groups.setdefault(tuple(map(fold, texts)), texts)
    return list(groups.items())


def _combined(event: Fed, names: Sequence[str], stats: Stats) -> Iterable[Texts]:
    choices = [event.fields.get(name, ()) for name in names]
    stats.cut += prod(map(len, choices)) > _MOST_GROUPS
    return islice(product(*choices), _MOST_GROUPS)


def values_of(node: Node, rule: str, event: Fed, stats: Stats) -> Texts | None:
    """Return the values that the condition measures; None where it measures none."""
    names = node.values[rule]
    if not names:
        return None
    condition = node.correlation.condition
    texts = event.fields.get(names[0], ())
    shares = (
        condition is not None and node.correlation.kind == "value_percentile" and condition.percentile is None
    )
    if node.correlation.kind != "value_count" and not shares:
        return tuple(text for text in texts if exact(text) is not None)
    if len(names) == 1:
        return tuple(dict.fromkeys(map(fold, texts)))
    joined = (msgspec.json.encode(tuple(map(fold, item))).decode() for item in _combined(event, names, stats))
    return tuple(dict.fromkeys(joined))


class _Maker:
    def __init__(self, node: Node, desk: Desk) -> None:
        self.node = node
        self.desk = desk

    def alert(self, key: Texts, texts: Shown, window: tuple[int, int], found: Found) -> Alert:
        item, (begin, end) = self.node.correlation, window
        named = tuple(zip(item.group_by, key, strict=True))
        digest = msgspec.msgpack.encode([self.desk.tenant, item.rule_id, named, str(begin), str(end)])
        entries = found.entries
        events = (*entries[:SHOWN], *entries[max(len(entries) - SHOWN, SHOWN) :])
        self.desk.stats.alerts += 1
        return Alert(
            hashlib.blake2b(digest, digest_size=16).hexdigest(),
            item,
            self.desk.tenant,
            tuple(zip(item.group_by, texts, strict=True)),
            begin,
            end,
            _number(found.measured),
            found.count,
            events,
            found.values,
            self._fields(texts, entries),
        )

    def _fields(self, texts: Shown, entries: Sequence[Entry]) -> dict[str, Texts]:
        known: dict[str, dict[str, None]] = {name: {} for name in self.node.carried}
        for entry in entries:
            for name, values in entry.carried.items():
                for value in values:
                    if len(known[name]) < MOST_CARRIED:
                        known[name][value] = None
                    elif value not in known[name]:
                        self.desk.stats.cut += 1
        for name, text in zip(self.node.correlation.group_by, texts, strict=True):
            if name in known:
                known[name] = {text: None}
        return {name: tuple(values) for name, values in known.items()}


def _number(measured: int | Fraction | None) -> int | float | None:
    return None if measured is None else shown(measured)


@dataclass
class _Group:
    texts: Shown
    quiet: int
    touched: int
    window: Slide


class SlideBook(_Maker):
    """Groups of a correlation whose windows slide; the one touched longest ago stands first."""

    def __init__(self, node: Node, desk: Desk) -> None:
        super().__init__(node, desk)
        self._groups: OrderedDict[Texts, _Group] = OrderedDict()

    def at(self, now: int, events: Sequence[Fed]) -> list[Alert]:
        """Take the events of one moment and return the alerts of groups in which the condition holds."""
        alerts = []
        begin = now - self.node.span
        for key, (texts, parts) in split(self.node, events, self.desk.stats).items():
            group = self._groups.get(key)
            if group is None:
                window = make_slide(self.node.correlation, [])
                group = self._groups[key] = _Group(texts, now - 1, now, window)
                self.desk.weight += 1
            before = group.window.weight
            group.touched = now
            self._groups.move_to_end(key)
            group.window.prune(begin)
            group.window.take(parts)
            self.desk.stats.trimmed += group.window.trim(self.desk.limits.group)
            found = group.window.found() if now > group.quiet else None
            if found is not None:
                alerts.append(self.alert(key, group.texts, (begin, now), found))
                group.window = make_slide(self.node.correlation, [])
                group.quiet = now + self.node.span
            self.desk.weight += group.window.weight - before
        while self._groups and next(iter(self._groups.values())).touched < begin:
            self._forget()
        return alerts

    def due(self, now: int) -> list[Alert]:
        """Return nothing: these windows end with an event."""
        del now
        return []

    def _forget(self) -> int:
        _, group = self._groups.popitem(last=False)
        self.desk.weight -= group.window.weight + 1
        return group.window.weight

    def oldest(self) -> int | None:
        """Return when the first group was last touched."""
        return next(iter(self._groups.values())).touched if self._groups else None

    def evict(self) -> None:
        """Forget the first group."""
        self.desk.stats.evicted_groups += 1
        self.desk.stats.evicted_entries += self._forget()

    def saved(self) -> list[Saved]:
        """Return the groups for a snapshot, in order."""
        return [
            Saved(key, group.texts, group.quiet, group.touched, group.window.held())
            for key, group in self._groups.items()
        ]

    def load(self, groups: Iterable[Saved]) -> None:
        """Take back the groups of a snapshot."""
        for item in groups:
            window = make_slide(self.node.correlation, item.held)
            self._groups[item.key] = _Group(item.shown, item.begin, item.touched, window)
            self.desk.weight += window.weight + 1

    def measured(self, key: Texts) -> int | Fraction | None:
        """Return what the window of a group measures so far; None where there is none, or no number."""
        group = self._groups.get(key)
        return None if group is None else group.window.measured()


class FrameBook(_Maker):
    """Groups of a correlation whose windows are settled; the one that ends first stands first."""

    def __init__(self, node: Node, desk: Desk) -> None:
        super().__init__(node, desk)
        self._frames: OrderedDict[Texts, tuple[Shown, Frame]] = OrderedDict()

    def at(self, now: int, events: Sequence[Fed]) -> list[Alert]:
        """Take the events of one moment; frames begin with the first event of a group."""
        for key, (texts, parts) in split(self.node, events, self.desk.stats).items():
            found = self._frames.get(key)
            if found is None:
                found = self._frames[key] = (texts, Frame(self.node.correlation, now))
                self.desk.weight += 1
                self.desk.begun(now + self.node.span)
            frame = found[1]
            before, was_spoilt, frame.cut = frame.weight, frame.spoilt, 0
            frame.take(parts, self.desk.limits.group)
            self.desk.stats.cut += frame.cut
            self.desk.stats.overfull += frame.spoilt and not was_spoilt
            self.desk.weight += frame.weight - before
        return []

    def due(self, now: int) -> list[Alert]:
        """Return the alerts of the frames that end at ``now``, and forget those."""
        alerts = []
        while self._frames:
            key, (texts, frame) = next(iter(self._frames.items()))
            end = frame.begin + self.node.span
            if end > now:
                break
            self._forget()
            found = frame.found()
            if found is not None:
                made = self.alert(key, texts, (frame.begin, end), found)
                known = {name: tuple(values) for name, values in frame.carried.items()}
                alerts.append(msgspec.structs.replace(made, fields={**known, **self._own(made)}))
        return alerts

    def _own(self, alert: Alert) -> dict[str, Texts]:
        grouped = self.node.correlation.group_by
        return {name: values for name, values in alert.fields.items() if name in grouped}

    def _forget(self) -> int:
        _, (_, frame) = self._frames.popitem(last=False)
        self.desk.weight -= frame.weight + 1
        return frame.weight

    def oldest(self) -> int | None:
        """Return when the first frame began."""
        return next(iter(self._frames.values()))[1].begin if self._frames else None

    def evict(self) -> None:
        """Forget the first frame."""
        self.desk.stats.evicted_groups += 1
        self.desk.stats.evicted_entries += self._forget()

    def saved(self) -> list[Saved]:
        """Return the frames for a snapshot, in order."""
        return [
            Saved(
                key,
                texts,
                frame.begin,
                frame.begin,
                frame.gauge.held(),
                frame.count,
                frame.first,
                frame.last,
                {name: list(values) for name, values in frame.carried.items()},
                frame.spoilt,
            )
            for key, (texts, frame) in self._frames.items()
        ]

    def load(self, groups: Iterable[Saved]) -> None:
        """Take back the frames of a snapshot."""
        for item in groups:
            frame = Frame(self.node.correlation, item.begin, item.held)
            frame.count, frame.spoilt = item.count, item.spoilt
            frame.first, frame.last = list(item.first), list(item.last)
            frame.carried = {name: dict.fromkeys(values) for name, values in item.carried.items()}
            self._frames[item.key] = (item.shown, frame)
            self.desk.weight += frame.weight + 1
            self.desk.begun(item.begin + self.node.span)

    def measured(self, key: Texts) -> int | Fraction | None:
        """Return what the frame of a group measures so far; None where there is none, or no number."""
        found = self._frames.get(key)
        return None if found is None else found[1].gauge.measured(found[1].count)
