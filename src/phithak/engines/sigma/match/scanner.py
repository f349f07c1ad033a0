"""One field: from a text to the atoms that are true of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

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
    ANY_ONE,
    ExistsTest,
    NetworkTest,
    NullTest,
    RegexTest,
    StringTest,
    Test,
)
from phithak.engines.sigma.rules.regex import least_of, letters_of, words_of

_SHORT = 1
WATCHED = -1
"""The atom that says: an indicator stands in this text."""
Atoms = frozenset[int]
# what is true where a literal stands, and what must be confirmed
_Ready = tuple[tuple[int, ...], tuple[tuple[int, Confirm], ...]]


class _Always(NamedTuple):
    """A test that no literal announces: letters that a text must hold, how often, and its least length."""

    atom: int
    confirm: Confirm
    letters: tuple[tuple[str, int], ...]
    least: int


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
            atom for atom, test in listed if (isinstance(test, ExistsTest) and test.wanted) or _is_any(test)
        )
        self._equal: dict[str, list[int]] = defaultdict(list)
        self._equal_cased: dict[str, list[int]] = defaultdict(list)
        self._letters: dict[str, list[int]] = defaultdict(list)
        self._always: list[_Always] = []
        networks = Networks()
        by_literal: dict[Literal, list[tuple[int, Test]]] = defaultdict(list)
        for atom, test in listed:
            if isinstance(test, NetworkTest):
                networks.add(test, atom)
            elif not isinstance(test, NullTest | ExistsTest) and not _is_any(test):
                self._sort(atom, test, by_literal)
        self._networks = networks or None
        self._by_literal = list(by_literal.values())
        # most tests are never asked: each is made ready when its literal is first seen
        self._ready: list[_Ready | None] = [None] * len(by_literal)
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
        literals = _literals(test)
        if literals and min(len(text) for text, _ in literals) > _SHORT:
            for literal in literals:
                by_literal[literal].append((atom, test))
        elif isinstance(test, RegexTest):
            letters = tuple(letters_of(test.pattern, test.flags).items())
            least = least_of(test.pattern, test.flags)
            self._always.append(_Always(atom, confirm_of(test), letters, least))
        else:
            letters = tuple((text, 1) for text, _ in literals if text)
            self._always.append(_Always(atom, confirm_of(test), letters, 0))

    def true_of(self, text: str) -> Atoms:
        """Return the atoms that are true of one text."""
        folded = fold(text)
        true = [*self.present, *self._equal.get(folded, ()), *self._equal_cased.get(text, ())]
        if self._letters:
            for letter in self._letters.keys() & set(folded):
                true += self._letters[letter]
        if self._always:
            true += self._unannounced(text, folded)
        if self._networks is not None:
            true += self._networks.atoms_of(text)
        ready = self._ready
        for index in self._finder.find(folded):
            whole, others = ready[index] or self._make_ready(index)
            true += whole
            for atom, confirm in others:
                if confirm(text, folded):
                    true.append(atom)
        if self._watch is not None and self._watch(text):
            true.append(WATCHED)
        return frozenset(true)

    def _unannounced(self, text: str, folded: str) -> list[int]:
        true = []
        length = len(text)
        for atom, confirm, letters, least in self._always:
            if length < least:
                continue
            for letter, count in letters:
                if letter not in folded or (count > 1 and folded.count(letter) < count):
                    break
            else:
                if confirm(text, folded):
                    true.append(atom)
        return true

    def _make_ready(self, index: int) -> _Ready:
        tests = self._by_literal[index]
        whole = tuple(atom for atom, test in tests if _is_literal(test))
        others = tuple((atom, confirm_of(test)) for atom, test in tests if not _is_literal(test))
        self._ready[index] = whole, others
        return whole, others

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


def _is_literal(test: Test) -> bool:
    """Whether a test asks for nothing but its literal at its place, so that it holds where that was found."""
    return (
        isinstance(test, StringTest)
        and not test.cased
        and ANY_ONE not in test.parts
        and sum(isinstance(part, str) for part in test.parts) == 1
    )


def _is_any(test: Test) -> bool:
    """Whether a test holds for every text."""
    return isinstance(test, StringTest) and test.parts == (ANY_MANY,)


def _literals(test: Test) -> list[Literal]:
    """Return texts, folded, of which one must stand at its place for the test to hold: the longest that are known."""
    if isinstance(test, RegexTest):
        # in one order in every process, since what is compiled of them is kept under their order
        return [
            (word, ANYWHERE) for word in sorted({fold(word) for word in words_of(test.pattern, test.flags)})
        ]
    if not isinstance(test, StringTest):
        return []
    best, place = "", ANYWHERE
    last = len(test.parts) - 1
    for index, part in enumerate(test.parts):
        if isinstance(part, str) and len(part) > len(best):
            best = part
            place = AT_START if index == 0 else AT_END if index == last else ANYWHERE
    return [(fold(best), place)]
