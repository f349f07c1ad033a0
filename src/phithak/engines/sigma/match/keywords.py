"""Which raw JSON lines may hold an unbound keyword: one linear pass, without decoding.

A keyword is looked for in every value of an event. Values of ordinary events are nearly always new, so they
are not scanned one by one: a line without any literal of a keyword cannot hold it. A literal here is a run of
characters that JSON writes as they are; lines that escape ASCII letters, or hold the two letters that fold to
an ASCII one, count as possible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
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
    return {word for word in literals if not any(other in word for other in literals if other != word)}


def _escaped(literal: str) -> str:
    return "".join(f"\\x{ord(letter):02x}" for letter in literal)
