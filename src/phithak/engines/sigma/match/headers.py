"""Which tests of channel and event id hold where these have one text in every event of a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from phithak.engines.sigma.match.confirm import confirm_of, is_exact
from phithak.engines.sigma.match.text import fold
from phithak.engines.sigma.rules.model import (
    ExistsTest,
    Leaf,
    NullTest,
    ReferenceTest,
    StringTest,
    Test,
    TimeTest,
)

HEADER = frozenset({"Channel", "EventID"})
Answer = bool | None


class HeaderTests:
    """All tests of channel and event id of a set: most name one text, so those that hold are looked up."""

    def __init__(self, leaves: Sequence[Sequence[Leaf]]) -> None:
        """Sort the tests; ``leaves`` are those of each rule, in the order of the rules."""
        self._leaves = leaves
        self._users: dict[tuple[str, Test], set[int]] = defaultdict(set)
        for index, tests in enumerate(leaves):
            for leaf in tests:
                self._users[leaf.field, leaf.test].add(index)
        self._named: dict[tuple[str, str], list[Test]] = defaultdict(list)
        self._others: dict[str, list[Test]] = defaultdict(list)
        for field, test in self._users:
            if isinstance(test, StringTest) and is_exact(test) and not test.cased:
                self._named[field, fold(str(test.parts[0]))].append(test)
            else:
                self._others[field].append(test)
        self._found: dict[tuple[str, str], dict[Test, Answer]] = {}

    def clear(self) -> None:
        """Forget the texts that were asked for."""
        self._found.clear()

    def touched(self, fixed: Mapping[str, str]) -> set[int]:
        """Return the numbers of the rules of which a test is not false where fields have these texts."""
        return {
            index
            for field, text in fixed.items()
            for test in self._not_false(field, text)
            for index in self._users[field, test]
        }

    def answers(self, index: int, fixed: Mapping[str, str]) -> tuple[Answer, ...]:
        """Return the answer of each test of a rule where fields have these texts; None if others decide too."""
        return tuple(
            [
                self._not_false(leaf.field, fixed[leaf.field]).get(leaf.test, False)
                for leaf in self._leaves[index]
            ]
        )

    def _not_false(self, field: str, text: str) -> dict[Test, Answer]:
        found = self._found.get((field, text))
        if found is None:
            found = dict.fromkeys(self._named.get((field, fold(text)), ()), True)
            found |= {test: answer_for(test, text) for test in self._others.get(field, ())}
            found = {test: answer for test, answer in found.items() if answer is not False}
            self._found[field, text] = found
        return found


def answer_for(test: Test, text: str) -> Answer:
    """Return the answer of a test of a field that has ``text`` in every event; None if it depends on others."""
    if isinstance(test, ReferenceTest | TimeTest):
        return None
    if isinstance(test, ExistsTest):
        return test.wanted
    if isinstance(test, NullTest):
        return False
    return confirm_of(test)(text, fold(text))
