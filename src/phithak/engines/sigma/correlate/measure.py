"""Numbers of a window, exact: decimals as they are written, no rounding on the way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import lru_cache

from phithak.engines.sigma.match.numbers import number_of
from phithak.engines.sigma.rules.model import AllOf, AnyOf, CorrelationCondition, Leaf, Negation, Node

_HUNDRED = 100
_WIDTH = 1 << 63
_LARGEST = Fraction(sys.float_info.max)
_COMPARE: dict[str, Callable[[int | Fraction, int | Fraction], bool]] = {
    "lt": lambda given, bound: given < bound,
    "lte": lambda given, bound: given <= bound,
    "gt": lambda given, bound: given > bound,
    "gte": lambda given, bound: given >= bound,
    "eq": lambda given, bound: given == bound,
    "neq": lambda given, bound: given != bound,
}


def exact(text: str) -> Fraction | None:
    """Return the number that a text writes in decimal, exactly, or None."""
    return None if number_of(text) is None else Fraction(text)


def within(measured: int | Fraction, condition: CorrelationCondition) -> bool:
    """Whether a number meets every bound of a condition."""
    return all(_COMPARE[op](measured, _bound(bound)) for op, bound in condition.bounds)


@lru_cache(maxsize=1024)
def _bound(bound: float) -> int | Fraction:
    return bound if isinstance(bound, int) else Fraction(str(bound))


def largest_bound(condition: CorrelationCondition | None) -> int:
    """Return a count from which on no bound of the condition changes its answer any more."""
    bounds = [] if condition is None else [int(bound) for _, bound in condition.bounds]
    return max(bounds, default=0) + 2


def percentile(numbers: Iterable[tuple[Fraction, int]], share: float) -> Fraction:
    """Return the number at ``share`` percent of the sorted numbers, linearly between two neighbours.

    Args:
        numbers: pairs of number and how often it occurs; at least one.
        share: from 0 to 100.
    """
    ordered = sorted(numbers)
    total = sum(count for _, count in ordered)
    place = (total - 1) * Fraction(str(share)) / _HUNDRED
    low = _at(ordered, int(place))
    high = _at(ordered, min(int(place) + 1, total - 1))
    return low + (high - low) * (place - int(place))


def _at(ordered: list[tuple[Fraction, int]], place: int) -> Fraction:
    for number, count in ordered:
        if place < count:
            return number
        place -= count
    raise IndexError(place)


def shown(number: int | Fraction) -> int | float:
    """Return a number for people and JSON: whole where it is and fits, else the nearest that a float can hold."""
    given = Fraction(number)
    if given.denominator == 1 and abs(given) < _WIDTH:
        return int(given)
    return float(max(-_LARGEST, min(given, _LARGEST)))


def holds(node: Node, there: Callable[[str], bool], absent: Callable[[str], bool]) -> bool:
    """Evaluate an expression over rules.

    Args:
        node: the expression; the field of a leaf is a rule.
        there: whether a rule counts as there where the expression asks for it.
        absent: whether a rule counts as absent where it is negated.
    """
    return _holds(node, there, absent, wanted=True)


def _holds(node: Node, there: Callable[[str], bool], absent: Callable[[str], bool], *, wanted: bool) -> bool:
    if isinstance(node, Leaf):
        return there(node.field) if wanted else absent(node.field)
    if isinstance(node, Negation):
        return _holds(node.item, there, absent, wanted=not wanted)
    if isinstance(node, AllOf | AnyOf):
        answers = [_holds(item, there, absent, wanted=wanted) for item in node.items]
        return all(answers) if isinstance(node, AllOf) is wanted else any(answers)
    return node.value is wanted
