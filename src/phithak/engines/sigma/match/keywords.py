"""Which raw JSON lines may hold an unbound keyword: one linear pass, without decoding.

A keyword is looked for in every value of an event. Values of ordinary events are nearly always new, so they
are not scanned one by one: a line without any literal of a keyword cannot hold it. A literal here is a run of
characters that JSON writes as they are; lines that escape ASCII letters, or hold the two letters that fold to
an ASCII one, count as possible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import Any

import re2

from phithak.engines.sigma.match.finders import hyperscan
from phithak.engines.sigma.match.text import fold
from phithak.engines.sigma.rules.model import RegexTest, StringTest, Test
from phithak.engines.sigma.rules.regex import literal_of

_PLAIN = re.compile(r"[ !#-.0-\[\]-~]+")
_SHORTEST = 3
# an ASCII letter, the Kelvin sign or the long s as an escape, or one of the latter two in UTF-8
_ALWAYS_POSSIBLE = (r"\\u(?:00[2-7]|212a|017f)", r"\xe2\x84\xaa", r"\xc5\xbf")
_MOST_GROUPS = 63
_ALL_GROUPS = (1 << 64) - 1
MayHold = Callable[[bytes], bool]


def keyword_filter(tests: Iterable[Test], *, accelerated: bool) -> MayHold:
    """Return a function that says of a raw line whether any of the tests may hold for a value in it."""
    literals = {_literal(test) for test in tests}
    if any(len(literal) < _SHORTEST for literal in literals):
        return lambda _: True
    patterns = [*map(_escaped, sorted(_least(literals))), *_ALWAYS_POSSIBLE]
    if accelerated and hyperscan is not None:
        return _by_hyperscan(patterns)
    return _by_re2(patterns)


def _by_re2(patterns: list[str]) -> MayHold:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.case_sensitive = False
    options.never_capture = True
    search = re2.compile("|".join(patterns).encode("ascii"), options).search
    return lambda line: search(line) is not None


def _by_hyperscan(patterns: list[str]) -> MayHold:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS
    database.compile(
        expressions=[pattern.encode("ascii") for pattern in patterns],
        ids=[0] * len(patterns),
        elements=len(patterns),
        flags=[flags] * len(patterns),
    )
    scan = database.scan
    found: list[int] = []

    def on_match(index: int, *_: Any) -> None:
        found.append(index)

    def may_hold(line: bytes) -> bool:
        scan(line, match_event_handler=on_match)
        if found:
            found.clear()
            return True
        return False

    return may_hold


class KeywordPlaces:
    """Where in many raw lines at once keywords of several groups may stand: one pass by Hyperscan for all.

    A group is what one plan asks for; it has one bit of a mask.
    """

    def __init__(self) -> None:
        self._groups: dict[frozenset[str], int] = {}
        self._masks: list[int] = []
        self._database: Any = None

    def group(self, tests: Iterable[Test]) -> int | None:
        """Return the mask of a group; None if its tests may hold in any line, or there are too many groups."""
        literals = frozenset(map(_literal, tests))
        mask = self._groups.get(literals)
        if mask is None:
            if any(len(literal) < _SHORTEST for literal in literals) or len(self._groups) >= _MOST_GROUPS:
                return None
            mask = self._groups[literals] = 1 << len(self._groups)
            self._compile()
        return mask

    def _compile(self) -> None:
        masks: dict[str, int] = {}
        for literals, mask in self._groups.items():
            for literal in _least(literals):
                masks[_escaped(literal)] = masks.get(_escaped(literal), 0) | mask
        # what makes any keyword possible counts for all groups
        masks |= dict.fromkeys(_ALWAYS_POSSIBLE, _ALL_GROUPS)
        self._masks = list(masks.values())
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[pattern.encode("ascii") for pattern in masks],
            ids=list(range(len(masks))),
            elements=len(masks),
            flags=[hyperscan.HS_FLAG_CASELESS] * len(masks),
        )

    def find(self, lines: bytes) -> list[tuple[int, int]]:
        """Return where a literal ends, and the mask of the groups that hold it, in the order of the places."""
        if self._database is None:
            return []
        found: list[tuple[int, int]] = []
        masks = self._masks
        self._database.scan(
            lines, match_event_handler=lambda index, _start, end, *_: found.append((end, masks[index]))
        )
        found.sort()
        return found


def _literal(test: Test) -> str:
    if isinstance(test, RegexTest):
        parts = [fold(literal_of(test.pattern, test.flags))]
    elif isinstance(test, StringTest):
        parts = [fold(part) for part in test.parts if isinstance(part, str)]
    else:
        parts = []
    return max((run for part in parts for run in _PLAIN.findall(part)), key=len, default="")


def _least(literals: AbstractSet[str]) -> set[str]:
    """Leave out literals that hold a shorter one."""
    return {word for word in literals if not any(other in word for other in literals if other != word)}


def _escaped(literal: str) -> str:
    return "".join(f"\\x{ord(letter):02x}" for letter in literal)
