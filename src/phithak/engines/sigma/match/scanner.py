"""One field: from a text to the atoms that are true of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from phithak.engines.sigma.match.confirm import Confirm, confirm_of, is_exact
from phithak.engines.sigma.match.finders import (
    ANYWHERE,
    AT_END,
    AT_START,
    Finder,
    Literal,
    PatternStore,
    finder_of,
)
from phithak.engines.sigma.match.networks import Networks
from phithak.engines.sigma.match.text import fold, scalar_text, texts_of
from phithak.engines.sigma.rules.model import (
    ANY_MANY,
    ExistsTest,
    NetworkTest,
    NullTest,
    RegexTest,
    StringTest,
    Test,
)
from phithak.engines.sigma.rules.regex import least_of, literal_of

_SHORT = 1
WATCHED = -1
"""The atom that says: an indicator stands in this text."""
Atoms = frozenset[int]


class FieldScanner:
    """All atoms of one field.

    Attributes:
        absent: the atoms that are true where the field is not there.
        present: those that are true of any value.
        plain_numbers: whether true and 1, false and 0 have the same atoms, so that a memo may mix them up.
    """

    def __init__(
        self,
        tests: Iterable[tuple[int, Test]],
        *,
        accelerated: bool,
        store: PatternStore | None = None,
        watch: Callable[[str], bool] | None = None,
    ) -> None:
        listed = list(tests)
        self._watch = watch
        self.absent: Atoms = frozenset(
            atom
            for atom, test in listed
            if isinstance(test, NullTest) or (isinstance(test, ExistsTest) and not test.wanted)
        )
        self.present: Atoms = frozenset(
            atom for atom, test in listed if isinstance(test, ExistsTest) and test.wanted
        )
        self._equal: dict[str, list[int]] = defaultdict(list)
        self._equal_cased: dict[str, list[int]] = defaultdict(list)
        self._letters: dict[str, list[int]] = defaultdict(list)
        # number, test, a letter without which it cannot hold, and the least length of a text of which it holds
        self._always: list[tuple[int, Confirm, str, int]] = []
        networks = Networks()
        by_literal: dict[Literal, list[tuple[int, Test]]] = defaultdict(list)
        for atom, test in listed:
            if not isinstance(test, NullTest | ExistsTest):
                if isinstance(test, NetworkTest):
                    networks.add(test, atom)
                else:
                    self._sort(atom, test, by_literal)
        self._networks = networks or None
        self._by_literal = list(by_literal.values())
        # most tests are never asked: each is made ready when its literal is first seen
        self._confirms: list[list[tuple[int, Confirm]] | None] = [None] * len(by_literal)
        self._finder: Finder = finder_of(list(by_literal), accelerated=accelerated, store=store)
        self.plain_numbers = all(
            self.true_of(scalar_text(number)) == self.true_of(scalar_text(truth))
            for number, truth in ((1, True), (0, False))
        )

    def _sort(self, atom: int, test: Test, by_literal: dict[Literal, list[tuple[int, Test]]]) -> None:
        if isinstance(test, StringTest) and is_exact(test):
            word = str(test.parts[0])
            (self._equal_cased[word] if test.cased else self._equal[fold(word)]).append(atom)
            return
        letter = _single_letter(test)
        if letter:
            self._letters[letter].append(atom)
            return
        literal = _literal(test)
        if len(literal[0]) > _SHORT:
            by_literal[literal].append((atom, test))
        else:
            least = least_of(test.pattern, test.flags) if isinstance(test, RegexTest) else 0
            self._always.append((atom, confirm_of(test), literal[0], least))

    def true_of(self, text: str) -> Atoms:
        """Return the atoms that are true of one text."""
        folded = fold(text)
        true = [*self.present, *self._equal.get(folded, ()), *self._equal_cased.get(text, ())]
        if self._letters:
            for letter in self._letters.keys() & set(folded):
                true += self._letters[letter]
        length = len(text)
        for atom, confirm, letter, least in self._always:
            if length >= least and letter in folded and confirm(text, folded):
                true.append(atom)
        if self._networks is not None:
            true += self._networks.atoms_of(text)
        confirms = self._confirms
        for index in self._finder.find(folded):
            entries = confirms[index]
            if entries is None:
                entries = confirms[index] = [
                    (atom, confirm_of(test)) for atom, test in self._by_literal[index]
                ]
            true += [atom for atom, confirm in entries if confirm(text, folded)]
        if self._watch is not None and self._watch(text):
            true.append(WATCHED)
        return frozenset(true)

    def true_of_value(self, value: object) -> Atoms:
        """Return the atoms that are true of a value as it stands in an event: of any of its texts."""
        if isinstance(value, str):
            return self.true_of(value)
        texts = texts_of(value)
        if not texts:
            return self.absent
        return frozenset().union(*map(self.true_of, texts))


def _single_letter(test: Test) -> str:
    """Return the letter of a test that asks for one letter anywhere, folded; else ""."""
    if (
        not isinstance(test, StringTest)
        or test.cased
        or test.parts[0] != ANY_MANY
        or test.parts[-1] != ANY_MANY
    ):
        return ""
    words = [part for part in test.parts if isinstance(part, str)]
    return fold(words[0]) if len(test.parts) == 3 and len(words) == 1 and len(words[0]) == 1 else ""  # noqa: PLR2004 star, letter, star


def _literal(test: Test) -> Literal:
    """Return the longest text without which the test cannot hold, folded, and where it must stand."""
    if isinstance(test, RegexTest):
        return fold(literal_of(test.pattern, test.flags)), ANYWHERE
    if not isinstance(test, StringTest):
        return "", ANYWHERE
    best, place = "", ANYWHERE
    last = len(test.parts) - 1
    for index, part in enumerate(test.parts):
        if isinstance(part, str) and len(part) > len(best):
            best = part
            place = AT_START if index == 0 else AT_END if index == last else ANYWHERE
    return fold(best), place
