"""Windows that are judged when they are over: a frame begins with an event and measures to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from phithak.engines.sigma.correlate.chains import Chains
from phithak.engines.sigma.correlate.measure import exact, holds, largest_bound, percentile, within
from phithak.engines.sigma.correlate.model import Entry, Texts
from phithak.engines.sigma.correlate.slides import Found, Held, Part, by_place
from phithak.engines.sigma.rules.model import Correlation, CorrelationCondition

SHOWN = 50
MOST_CARRIED = 64
_HUNDRED = 100
_MEDIAN = 50


class Gauge(Protocol):
    """What a frame measures."""

    @property
    def weight(self) -> int:
        """Number of values held."""

    def take(self, parts: Sequence[Part]) -> None:
        """Add the events of one moment."""

    def measured(self, count: int) -> int | Fraction | None:
        """Return the number that is compared; None for an expression."""

    def answer(self, count: int) -> tuple[int | Fraction | None, Sequence[Entry], Texts] | None:
        """Return number, entries and values that the window is about if its condition holds, else None."""

    def held(self) -> Held:
        """Return the state as plain values."""


class Frame:
    """The window of one group.

    Attributes:
        begin: moment of its first event.
        count: events so far; ``first`` and ``last`` are up to fifty of them.
        carried: values that its alert would carry.
        spoilt: it held too much to be judged.
        cut: values that it does not carry because there are too many.
    """

    def __init__(self, correlation: Correlation, begin: int, held: Held | None = None) -> None:
        self.begin = begin
        self.count = 0
        self.first: list[Entry] = []
        self.last: list[Entry] = []
        self.carried: dict[str, dict[str, None]] = {}
        self.spoilt = False
        self.cut = 0
        self.gauge = make_gauge(correlation, held or [])

    @property
    def weight(self) -> int:
        """Number of entries and values held."""
        return len(self.first) + len(self.last) + self.gauge.weight

    def take(self, parts: Sequence[Part], most: int) -> None:
        """Add the events of one moment; over ``most`` values the frame is given up."""
        for part in parts:
            self.count += 1
            if len(self.first) < SHOWN:
                self.first.append(part.entry)
            else:
                self.last.append(part.entry)
                del self.last[:-SHOWN]
            for name, texts in part.entry.carried.items():
                known = self.carried.setdefault(name, {})
                for text in texts:
                    if len(known) < MOST_CARRIED:
                        known[text] = None
                    elif text not in known:
                        self.cut += 1
        if not self.spoilt:
            self.gauge.take(parts)
            if self.gauge.weight > most:
                self.spoilt = True

    def found(self) -> Found | None:
        """Return the window if its condition holds."""
        answer = None if self.spoilt else self.gauge.answer(self.count)
        if answer is None:
            return None
        measured, entries, values = answer
        return Found(measured, self.count, entries or (*self.first, *self.last), values)


class Tally:
    """event_count."""

    weight = 0

    def __init__(self, condition: CorrelationCondition) -> None:
        self._condition = condition

    def take(self, parts: Sequence[Part]) -> None:
        """Keep nothing: the frame counts its events."""
        del parts

    def measured(self, count: int) -> int:
        """Return the number of events."""
        return count

    def answer(self, count: int) -> tuple[int, tuple[()], Texts] | None:
        """Return the number of events."""
        return (count, (), ()) if within(count, self._condition) else None

    def held(self) -> Held:
        """Return no values: none are held."""
        return []


class Distinct:
    """value_count; beyond every bound no more values are remembered."""

    def __init__(self, condition: CorrelationCondition, held: Held) -> None:
        self._condition = condition
        self._values = {label: None for label, _, _ in held}
        self._most = largest_bound(condition)

    @property
    def weight(self) -> int:
        """Number of values held."""
        return len(self._values)

    def take(self, parts: Sequence[Part]) -> None:
        """Add the values of one moment."""
        for part in parts:
            for value in part.values:
                if len(self._values) < self._most:
                    self._values[value] = None

    def measured(self, count: int) -> int:
        """Return the number of values."""
        del count
        return len(self._values)

    def answer(self, count: int) -> tuple[int, tuple[()], Texts] | None:
        """Return the number of values."""
        return (len(self._values), (), ()) if count and within(len(self._values), self._condition) else None

    def held(self) -> Held:
        """Return the values."""
        return [(value, 0, []) for value in self._values]


class Numbers:
    """value_sum, value_avg, value_median, value_percentile: each number and how often it came."""

    def __init__(self, correlation: Correlation, condition: CorrelationCondition, held: Held) -> None:
        self._kind = correlation.kind
        self._condition = condition
        self._counts: Counter[Fraction] = Counter({Fraction(label): count for label, count, _ in held})

    @property
    def weight(self) -> int:
        """Number of values held."""
        return len(self._counts)

    def take(self, parts: Sequence[Part]) -> None:
        """Add the numbers of one moment."""
        for part in parts:
            for text in part.values:
                number = exact(text)
                if number is not None:
                    self._counts[number] += 1
        if self._kind in ("value_sum", "value_avg") and len(self._counts) > SHOWN:
            self._fold()

    def _fold(self) -> None:
        """Keep only the sum and how many terms it has: the sum once, and zeros for the other terms."""
        terms = self._counts.total()
        total = sum((number * count for number, count in self._counts.items()), Fraction(0))
        self._counts = Counter({total: 1}) + Counter({Fraction(0): terms - 1})

    def answer(self, count: int) -> tuple[Fraction, tuple[()], Texts] | None:
        """Return the number that the kind asks for."""
        measured = self.measured(count)
        return (measured, (), ()) if measured is not None and within(measured, self._condition) else None

    def measured(self, count: int) -> Fraction | None:
        """Return sum, average, median or percentile."""
        if not count or not self._counts:
            return None
        if self._kind in ("value_sum", "value_avg"):
            total = sum((number * count for number, count in self._counts.items()), Fraction(0))
            return total if self._kind == "value_sum" else total / self._counts.total()
        share = _MEDIAN if self._kind == "value_median" else self._condition.percentile
        return percentile(self._counts.items(), share or 0)

    def held(self) -> Held:
        """Return numbers and how often they came."""
        return [(str(number), count, []) for number, count in self._counts.items()]


class Shares:
    """value_percentile without a percentile: the share that each value has of all."""

    def __init__(self, condition: CorrelationCondition, held: Held) -> None:
        self._condition = condition
        self._values = {label: (count, entries[0]) for label, count, entries in held}

    @property
    def weight(self) -> int:
        """Number of values held."""
        return len(self._values)

    def take(self, parts: Sequence[Part]) -> None:
        """Add the values of one moment."""
        for part in parts:
            for value in part.values:
                self._values[value] = (self._values.get(value, (0, None))[0] + 1, part.entry)

    def _shares(self) -> dict[str, Fraction]:
        total = sum(times for times, _ in self._values.values())
        return {value: Fraction(_HUNDRED * times, total) for value, (times, _) in self._values.items()}

    def measured(self, count: int) -> Fraction | None:
        """Return the least share."""
        return min(self._shares().values(), default=None) if count else None

    def answer(self, count: int) -> tuple[Fraction, Sequence[Entry], Texts] | None:
        """Return the least share of a value that meets the condition, and the last event of each such value."""
        shares = self._shares()
        meant = sorted(value for value, share in shares.items() if within(share, self._condition))
        if not count or not meant:
            return None
        entries = sorted((self._values[value][1] for value in meant), key=lambda entry: entry.key)
        return min(shares[value] for value in meant), entries[-SHOWN:], tuple(meant[:SHOWN])

    def held(self) -> Held:
        """Return values, how often they came, and the last event of each."""
        return [(value, count, [entry]) for value, (count, entry) in self._values.items()]


class Kinds:
    """temporal and temporal_ordered: which rules there are, and their runs in order."""

    def __init__(self, correlation: Correlation, held: Held) -> None:
        self._correlation = correlation
        self._ordered = correlation.kind == "temporal_ordered"
        runs = {mask: tuple(entries) for _, mask, entries in held if entries}
        self._chains = Chains(runs, next((mask for _, mask, entries in held if not entries), 0))

    @property
    def weight(self) -> int:
        """Number of entries held."""
        return self._chains.weight

    def take(self, parts: Sequence[Part]) -> None:
        """Add the events of one moment."""
        for place, part in by_place(parts):
            if self._ordered:
                self._chains.add(part.entry, place)
            else:
                self._chains.seen |= 1 << place

    def measured(self, count: int) -> int | None:
        """Return the number of rules; in the longest run, for an order."""
        del count
        if self._correlation.condition is None:
            return None
        return self._chains.longest() if self._ordered else self._chains.seen.bit_count()

    def answer(self, count: int) -> tuple[int | None, Sequence[Entry], Texts] | None:
        """Return the number of rules, and for an order its run."""
        condition, expression = self._correlation.condition, self._correlation.expression
        if self._ordered:
            best = self._chains.best(self._correlation)
            return None if best is None else (None if condition is None else best[0], best[1], ())
        seen = self._chains.seen
        if condition is not None:
            number = seen.bit_count()
            return (number, (), ()) if count and within(number, condition) else None
        places = {rule: 1 << place for place, rule in enumerate(self._correlation.rules)}
        answer = expression is not None and holds(
            expression, lambda rule: bool(seen & places[rule]), lambda rule: not seen & places[rule]
        )
        return (None, (), ()) if answer else None

    def held(self) -> Held:
        """Return the runs, and the rules seen as bits."""
        runs: Held = [("", mask, list(run)) for mask, run in self._chains.runs.items()]
        return [("", self._chains.seen, []), *runs]


def make_gauge(correlation: Correlation, held: Held) -> Gauge:
    """Return what a correlation measures, with the state that ``held`` gave before."""
    condition = correlation.condition
    if condition is None or correlation.kind in ("temporal", "temporal_ordered"):
        return Kinds(correlation, held)
    if correlation.kind == "event_count":
        return Tally(condition)
    if correlation.kind == "value_count":
        return Distinct(condition, held)
    if correlation.kind == "value_percentile" and condition.percentile is None:
        return Shares(condition, held)
    return Numbers(correlation, condition, held)
