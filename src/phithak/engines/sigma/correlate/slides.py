"""Windows that slide: what must be remembered of the last timespan of one group, and no more."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from phithak.engines.sigma.correlate.chains import Chains
from phithak.engines.sigma.correlate.measure import exact, holds, largest_bound, within
from phithak.engines.sigma.correlate.model import Entry
from phithak.engines.sigma.rules.model import Correlation

Held = list[tuple[str, int, list[Entry]]]


@dataclass(frozen=True)
class Part:
    """An event as one group of one correlation sees it.

    Attributes:
        places: of the rules that brought it, in the correlation's list.
        values: texts of the condition's fields, where it has some.
    """

    entry: Entry
    places: tuple[int, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A window in which the condition holds; ``entries`` are those that count, in time."""

    measured: int | Fraction | None
    count: int
    entries: Sequence[Entry]
    values: tuple[str, ...] = ()


class Slide(Protocol):
    """The window of one group."""

    @property
    def weight(self) -> int:
        """Number of entries held."""

    def take(self, parts: Sequence[Part]) -> None:
        """Add the events of one moment, in order."""

    def prune(self, begin: int) -> None:
        """Forget what lies before ``begin``."""

    def trim(self, most: int) -> int:
        """Forget the oldest over ``most``; return how many."""

    def measured(self) -> int | Fraction | None:
        """Return the number that is compared; None for an expression."""

    def found(self) -> Found | None:
        """Return the window if the condition holds in it."""

    def held(self) -> Held:
        """Return the state as plain values."""


class Count:
    """event_count: every event of the window."""

    def __init__(self, correlation: Correlation, held: Held) -> None:
        self._correlation = correlation
        self._entries = [entry for _, _, entries in held for entry in entries]

    @property
    def weight(self) -> int:
        """Number of entries held."""
        return len(self._entries)

    def take(self, parts: Sequence[Part]) -> None:
        """Add the events of one moment."""
        self._entries.extend(part.entry for part in parts)

    def prune(self, begin: int) -> None:
        """Forget what lies before ``begin``."""
        if self._entries and self._entries[0].time < begin:
            del self._entries[: bisect_left(self._entries, begin, key=_time)]

    def trim(self, most: int) -> int:
        """Forget the oldest, but never so many that the condition could not be met any more."""
        if len(self._entries) <= most:
            return 0
        over = max(len(self._entries) - max(most, largest_bound(self._correlation.condition)), 0)
        del self._entries[:over]
        return over

    def measured(self) -> int:
        """Return the number of events."""
        return len(self._entries)

    def found(self) -> Found | None:
        """Return the window if there are enough."""
        condition = self._correlation.condition
        if condition is None or not within(len(self._entries), condition):
            return None
        return Found(len(self._entries), len(self._entries), tuple(self._entries))

    def held(self) -> Held:
        """Return the state as plain values."""
        return [("", 0, self._entries)] if self._entries else []


class Latest:
    """value_count and temporal: of each value, or rule, the last event; earlier ones change nothing."""

    def __init__(self, correlation: Correlation, held: Held) -> None:
        self._correlation = correlation
        self._by_rule = correlation.kind == "temporal"
        self._last = {label: entry for label, _, entries in held for entry in entries}

    @property
    def weight(self) -> int:
        """Number of entries held."""
        return len(self._last)

    def take(self, parts: Sequence[Part]) -> None:
        """Let each value, or rule, have its last event; the map stays in the order of time."""
        for part in parts:
            labels = (
                [self._correlation.rules[place] for place in part.places] if self._by_rule else part.values
            )
            for label in labels:
                self._last.pop(label, None)
                self._last[label] = part.entry

    def prune(self, begin: int) -> None:
        """Forget what lies before ``begin``."""
        gone = []
        for label, entry in self._last.items():
            if entry.time >= begin:
                break
            gone.append(label)
        for label in gone:
            del self._last[label]

    def trim(self, most: int) -> int:
        """Forget the oldest, but never so many that the condition could not be met any more."""
        if len(self._last) <= most:
            return 0
        over = max(len(self._last) - max(most, largest_bound(self._correlation.condition)), 0)
        for label in list(self._last)[:over]:
            del self._last[label]
        return over

    def measured(self) -> int:
        """Return the number of values, or rules."""
        return len(self._last)

    def found(self) -> Found | None:
        """Return the window if the condition holds."""
        condition, expression = self._correlation.condition, self._correlation.expression
        if condition is not None:
            answer = within(len(self._last), condition)
        else:
            there = self._last.__contains__
            answer = expression is not None and holds(expression, there, lambda rule: rule not in self._last)
        if not answer:
            return None
        entries = distinct(self._last.values())
        return Found(None if condition is None else len(self._last), len(entries), entries)

    def held(self) -> Held:
        """Return the state as plain values."""
        return [(label, 0, [entry]) for label, entry in self._last.items()]


class Sum:
    """value_sum: every event with its number."""

    def __init__(self, correlation: Correlation, held: Held) -> None:
        self._correlation = correlation
        self._entries = [entry for _, _, entries in held for entry in entries]
        self._numbers = [Fraction(label) for label, _, _ in held]
        self._total = sum(self._numbers, Fraction(0))

    @property
    def weight(self) -> int:
        """Number of entries held."""
        return len(self._entries)

    def take(self, parts: Sequence[Part]) -> None:
        """Add the events of one moment."""
        for part in parts:
            number = sum((exact(text) or Fraction(0) for text in part.values), Fraction(0))
            self._entries.append(part.entry)
            self._numbers.append(number)
            self._total += number

    def prune(self, begin: int) -> None:
        """Forget what lies before ``begin``."""
        if self._entries and self._entries[0].time < begin:
            self._drop(bisect_left(self._entries, begin, key=_time))

    def trim(self, most: int) -> int:
        """Forget the oldest; the sum is that of the others."""
        over = max(len(self._entries) - most, 0)
        if over:
            self._drop(over)
        return over

    def _drop(self, count: int) -> None:
        self._total -= sum(self._numbers[:count], Fraction(0))
        del self._entries[:count], self._numbers[:count]

    def measured(self) -> Fraction:
        """Return the sum."""
        return self._total

    def found(self) -> Found | None:
        """Return the window if the sum meets the condition."""
        condition = self._correlation.condition
        if condition is None or not self._entries or not within(self._total, condition):
            return None
        return Found(self._total, len(self._entries), tuple(self._entries))

    def held(self) -> Held:
        """Return the state as plain values."""
        return [(str(number), 0, [entry]) for number, entry in zip(self._numbers, self._entries, strict=True)]


class Order:
    """temporal_ordered: runs of rules in order."""

    def __init__(self, correlation: Correlation, held: Held) -> None:
        self._correlation = correlation
        self._chains = Chains({mask: tuple(entries) for _, mask, entries in held})

    @property
    def weight(self) -> int:
        """Number of entries held."""
        return self._chains.weight

    def take(self, parts: Sequence[Part]) -> None:
        """Let the runs go on with the events of one moment."""
        for place, part in by_place(parts):
            self._chains.add(part.entry, place)

    def prune(self, begin: int) -> None:
        """Forget runs that begin before ``begin``."""
        self._chains.prune(begin)

    def trim(self, most: int) -> int:
        """Forget nothing: the runs are bounded by the number of rules."""
        del most
        return 0

    def measured(self) -> int:
        """Return the number of rules in the longest run."""
        return self._chains.longest()

    def found(self) -> Found | None:
        """Return the longest run if it meets the condition."""
        best = self._chains.best(self._correlation)
        if best is None:
            return None
        measured = None if self._correlation.condition is None else best[0]
        entries = distinct(best[1])
        return Found(measured, len(entries), entries)

    def held(self) -> Held:
        """Return the state as plain values."""
        return [("", mask, list(run)) for mask, run in self._chains.runs.items()]


def make_slide(correlation: Correlation, held: Held) -> Slide:
    """Return the window that a correlation needs, with the state that ``held`` gave before."""
    kinds: dict[str, type[Count | Latest | Sum | Order]] = {
        "event_count": Count,
        "value_sum": Sum,
        "temporal_ordered": Order,
    }
    return kinds.get(correlation.kind, Latest)(correlation, held)


def by_place(parts: Sequence[Part]) -> list[tuple[int, Part]]:
    """Return the events of one moment once per rule, in the order of the rules."""
    places = [(place, number) for number, part in enumerate(parts) for place in part.places]
    return [(place, parts[number]) for place, number in sorted(places)]


def distinct(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries in time, each event once."""
    found: dict[tuple[int, str, int, str], Entry] = {}
    for entry in entries:
        found.setdefault(entry.key, entry)
    return tuple(found[key] for key in sorted(found))


def _time(entry: Entry) -> int:
    return entry.time
