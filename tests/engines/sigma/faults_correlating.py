"""Faults in how events are correlated: spans, groups, values, orders, numbers, rest."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import msgspec
import pytest

from phithak.engines.sigma.correlate import books, chains, frames, measure, plan, slides
from phithak.engines.sigma.rules import loader
from tests.engines.sigma.planting import Garden, everywhere

GARDEN = Garden()
fault = GARDEN.fault
Patch = pytest.MonkeyPatch


def _prunes_early(patch: Patch, kind: type[Any]) -> None:
    whole = kind.prune
    patch.setattr(kind, "prune", lambda self, begin: whole(self, begin + 1))


@fault("a count leaves out the event at the very start of its timespan")
def _(patch: Patch) -> None:
    _prunes_early(patch, slides.Count)


@fault("values at the very start of a timespan do not count")
def _(patch: Patch) -> None:
    _prunes_early(patch, slides.Latest)


@fault("numbers at the very start of a timespan are not added")
def _(patch: Patch) -> None:
    _prunes_early(patch, slides.Sum)


@fault("an order may not last the whole timespan")
def _(patch: Patch) -> None:
    _prunes_early(patch, chains.Chains)


@fault("a timespan is a second too long")
def _(patch: Patch) -> None:
    whole = plan._node

    def node(item: Any, *given: Any) -> Any:
        return whole(msgspec.structs.replace(item, timespan=item.timespan + 1), *given)

    patch.setattr(plan, "_node", node)


@fault("settled windows stand on a grid")
def _(patch: Patch) -> None:
    whole = frames.Frame
    patch.setattr(
        books,
        "Frame",
        lambda item, now, held=None: whole(item, now - now % (item.timespan * 1_000_000), held),
    )


@fault("an alert is followed by no rest")
def _(patch: Patch) -> None:
    class Restless(books._Group):
        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, -1 if name == "quiet" else value)

    patch.setattr(books, "_Group", Restless)


@fault("of several fields to group by one counts")
def _(patch: Patch) -> None:
    whole = books._combined
    patch.setattr(books, "_combined", lambda event, names, stats: whole(event, names[:1] * len(names), stats))


@fault("events without a value to group by are one group")
def _(patch: Patch) -> None:
    whole = books._combined

    def combined(event: Any, names: Any, stats: Any) -> Any:
        filled = {name: event.fields.get(name) or ("",) for name in names}
        return whole(msgspec.structs.replace(event, fields=filled), names, stats)

    patch.setattr(books, "_combined", combined)


@fault("of a list of groups the first counts")
def _(patch: Patch) -> None:
    whole = books.groups_of
    patch.setattr(books, "groups_of", lambda *given: whole(*given)[:1])


@fault("groups and values are compared as written")
def _(patch: Patch) -> None:
    patch.setattr(books, "fold", str)


@fault("equal values are counted again")
def _(patch: Patch) -> None:
    whole = slides.Latest.take

    def take(self: Any, parts: Any) -> None:
        for part in parts:
            values = tuple(f"{value} {part.entry.index}" for value in part.values)
            whole(self, [slides.Part(part.entry, part.places, values)])

    patch.setattr(slides.Latest, "take", take)


@fault("a value keeps the moment at which it was first seen")
def _(patch: Patch) -> None:
    whole = slides.Latest.take

    def take(self: Any, parts: Any) -> None:
        first = dict(self._last)
        whole(self, parts)
        self._last = {**first, **{label: one for label, one in self._last.items() if label not in first}}

    patch.setattr(slides.Latest, "take", take)


@fault("events of one moment follow each other as they came")
def _(patch: Patch) -> None:
    everywhere(
        patch, slides.by_place, lambda parts: [(place, part) for part in parts for place in part.places]
    )


@fault("rules of an order may come in any order")
def _(patch: Patch) -> None:
    def add(self: Any, entry: Any, place: int) -> None:
        bit = 1 << place
        self.seen |= bit
        longer = {mask | bit: (*run, entry) for mask, run in self.runs.items() if not mask & bit}
        self.runs |= {**longer, bit: (entry,)}

    patch.setattr(chains.Chains, "add", add)


@fault("an order goes on from its first run")
def _(patch: Patch) -> None:
    whole = chains.Chains.add

    def add(self: Any, entry: Any, place: int) -> None:
        former = dict(self.runs)
        whole(self, entry, place)
        self.runs |= former

    patch.setattr(chains.Chains, "add", add)


@fault("rules that an alias names are asked for the alias")
def _(patch: Patch) -> None:
    whole = loader.correlation_of
    patch.setattr(loader, "correlation_of", lambda *given: msgspec.structs.replace(whole(*given), aliases={}))


@fault("not of a rule counts as the rule")
def _(patch: Patch) -> None:
    whole = measure.holds
    everywhere(patch, whole, lambda node, there, _absent: whole(node, there, there))


@fault("one bound of a range is enough")
def _(patch: Patch) -> None:
    def within(measured: Any, condition: Any) -> bool:
        return any(measure._COMPARE[op](measured, bound) for op, bound in condition.bounds)

    everywhere(patch, measure.within, within)


def _compared(patch: Patch, former: str, latter: str) -> None:
    patch.setitem(measure._COMPARE, former, measure._COMPARE[latter])


@fault("a number must lie above gte")
def _(patch: Patch) -> None:
    _compared(patch, "gte", "gt")


@fault("a number may reach lt")
def _(patch: Patch) -> None:
    _compared(patch, "lt", "lte")


@fault("neq is eq")
def _(patch: Patch) -> None:
    _compared(patch, "neq", "eq")


@fault("decimals are rounded to floats")
def _(patch: Patch) -> None:
    whole = measure.exact

    def exact(text: str) -> Fraction | None:
        number = whole(text)
        return None if number is None else Fraction(float(number))

    everywhere(patch, whole, exact)


@fault("what is no number is 0")
def _(patch: Patch) -> None:
    whole = measure.exact
    everywhere(patch, whole, lambda text: whole(text) or Fraction(0))


@fault("what left the window stays in the sum")
def _(patch: Patch) -> None:
    def drop(self: Any, count: int) -> None:
        del self._entries[:count], self._numbers[:count]

    patch.setattr(slides.Sum, "_drop", drop)


@fault("a percentile is the number below it")
def _(patch: Patch) -> None:
    def percentile(numbers: Any, share: float) -> Fraction:
        ordered = sorted(number for number, count in numbers for _ in range(count))
        return Fraction(ordered[int((len(ordered) - 1) * share / 100)])

    everywhere(patch, measure.percentile, percentile)


@fault("shares are whole percents")
def _(patch: Patch) -> None:
    whole = frames.Shares._shares
    patch.setattr(
        frames.Shares,
        "_shares",
        lambda self: {value: Fraction(int(share)) for value, share in whole(self).items()},
    )
