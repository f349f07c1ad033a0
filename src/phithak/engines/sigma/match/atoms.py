"""Every distinct test of a field gets one number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from phithak.engines.sigma.rules.model import (
    ANY_MANY,
    ExistsTest,
    Leaf,
    NullTest,
    ReferenceTest,
    RegexTest,
    Rule,
    StringTest,
    Test,
    TimeTest,
)
from phithak.engines.sigma.rules.trees import leaves_of

_COMMON = 1000.0


class AtomTable:
    """Numbers of (field, test); tests that are asked of each event have none."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._numbers: dict[tuple[str, Test], int] = {}
        self._keys: list[tuple[str, Test]] = []
        self.by_field: dict[str, list[tuple[int, Test]]] = defaultdict(list)
        for rule in rules:
            for leaf in leaves_of(rule.condition):
                key = (leaf.field, leaf.test)
                if key not in self._numbers and not isinstance(leaf.test, ReferenceTest | TimeTest):
                    number = self._numbers[key] = len(self._keys)
                    self._keys.append(key)
                    self.by_field[leaf.field].append((number, leaf.test))
        self._costs = [_cost(field, test) for field, test in self._keys]

    def __len__(self) -> int:
        return len(self._keys)

    def number(self, field: str, test: Test) -> int:
        """Return the number of a test that a rule of the set makes."""
        return self._numbers[field, test]

    def find(self, leaf: Leaf) -> int | None:
        """Return the number of what a leaf tests; None if it is asked of each event."""
        return self._numbers.get((leaf.field, leaf.test))

    def field_of(self, number: int) -> str:
        """Return the field of an atom; "" is every value."""
        return self._keys[number][0]

    def test_of(self, number: int) -> Test:
        """Return the test of an atom."""
        return self._keys[number][1]

    def cost(self, number: int) -> float:
        """Return how often an atom may be true, as a rough guess: which part of a rule should wake it."""
        return self._costs[number]


def _cost(field: str, test: Test) -> float:
    if isinstance(test, NullTest | ExistsTest) or field in ("EventID", "Channel", "Provider_Name"):
        return _COMMON
    if isinstance(test, StringTest):
        longest = max((len(part) for part in test.parts if isinstance(part, str)), default=0)
        whole = ANY_MANY not in test.parts
        return (0.5 if whole else 1.0) * 100.0 / (1 + longest * longest)
    return 20.0 if isinstance(test, RegexTest) else 50.0
