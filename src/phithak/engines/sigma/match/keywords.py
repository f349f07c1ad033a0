"""Which raw lines may hold an unbound keyword: one linear pass over a whole chunk of JSON lines.

A keyword is looked for in every value of an event. Values of ordinary events are nearly always new, so they
are not scanned one by one: a line without any literal of a keyword cannot hold it. A literal here is a run of
characters that JSON writes as they are; lines with ``\\u`` escapes, or with the two letters that fold to an
ASCII one, count as possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import re2

from phithak.engines.sigma.match.text import fold
from phithak.engines.sigma.rules.model import RegexTest, StringTest, Test
from phithak.engines.sigma.rules.regex import literal_of

_PLAIN = re.compile(r"[ !#-.0-\[\]-~]+")
_SHORTEST = 3
_ALWAYS_POSSIBLE = r"\\u|\xe2\x84\xaa|\xc5\xbf"


class KeywordFilter:
    """Finds the lines of a chunk that may hold a keyword.

    Attributes:
        everything: some keyword has no literal, so every line is possible.
    """

    def __init__(self, tests: Iterable[Test]) -> None:
        literals = {_literal(test) for test in tests}
        self.everything = any(len(literal) < _SHORTEST for literal in literals)
        words = "|".join(_escaped(literal) for literal in sorted(_least(literals)))
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.case_sensitive = False
        options.never_capture = True
        written = f"{words}|{_ALWAYS_POSSIBLE}" if words else _ALWAYS_POSSIBLE
        self._pattern = re2.compile(written.encode("ascii"), options)

    def possible(self, chunk: bytes) -> frozenset[int]:
        """Return the numbers, from 0, of the lines of ``chunk`` that may hold a keyword."""
        found = set()
        line, at = 0, 0
        while (match := self._pattern.search(chunk, at)) is not None:
            line += chunk.count(b"\n", at, match.start())
            found.add(line)
            end = chunk.find(b"\n", match.start())
            if end < 0:
                break
            line += 1
            at = end + 1
        return frozenset(found)

    def may_hold(self, line: bytes) -> bool:
        """Whether one line may hold a keyword."""
        return self.everything or self._pattern.search(line) is not None


def _literal(test: Test) -> str:
    if isinstance(test, RegexTest):
        parts = [fold(literal_of(test.pattern, test.flags))]
    elif isinstance(test, StringTest):
        parts = [fold(part) for part in test.parts if isinstance(part, str)]
    else:
        parts = []
    return max((run for part in parts for run in _PLAIN.findall(part)), key=len, default="")


def _least(literals: set[str]) -> set[str]:
    """Leave out literals that hold a shorter one."""
    return {word for word in literals if word and not any(other in word for other in literals if other and other != word)}


def _escaped(literal: str) -> str:
    return "".join(f"\\x{ord(letter):02x}" for letter in literal)
