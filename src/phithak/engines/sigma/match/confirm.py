"""Exact answers for one test and one text; both scanners confirm their candidates here."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any, cast

import re2

from phithak.engines.sigma.match.numbers import number_of
from phithak.engines.sigma.match.text import fold
from phithak.engines.sigma.rules.model import (
    ANY_MANY,
    CompareTest,
    NetworkTest,
    RegexTest,
    StringTest,
    Test,
)
from phithak.engines.sigma.rules.regex import translate

Confirm = Callable[[str, str], bool]
_RE2_MEMORY = 64 << 20


def confirm_of(test: Test) -> Confirm:
    """Return a function of (text, folded text) that says whether the test holds."""
    if isinstance(test, StringTest):
        return _string(test)
    if isinstance(test, RegexTest):
        return _regex(test)
    if isinstance(test, CompareTest):
        return _compare(test)
    if isinstance(test, NetworkTest):
        return _network(test)
    raise TypeError(test)


def is_exact(test: StringTest) -> bool:
    """Whether the pattern has no wildcard."""
    return len(test.parts) == 1 and isinstance(test.parts[0], str)


def _string(test: StringTest) -> Confirm:
    parts = (
        test.parts
        if test.cased
        else tuple(fold(part) if isinstance(part, str) else part for part in test.parts)
    )
    words = [part for part in parts if isinstance(part, str)]
    if len(words) + parts.count(ANY_MANY) == len(parts) and len(words) <= 1:
        simple = _simple(parts, words[0] if words else "")
        return simple[0] if test.cased else simple[1]
    found = _wildcard(parts)
    if test.cased:
        return lambda text, _: found(text)
    return lambda _, folded: found(folded)


def _simple(parts: tuple[str | int, ...], word: str) -> tuple[Confirm, Confirm]:
    """Return the tests of the text and of the folded text for one word with stars around it, or none."""
    if not word:
        whole = ANY_MANY in parts
        return (lambda text, _: whole or not text), (lambda text, _: whole or not text)
    if ANY_MANY not in parts:
        return (lambda text, _: text == word), (lambda _, folded: folded == word)
    if parts[0] == parts[-1]:
        return (lambda text, _: word in text), (lambda _, folded: word in folded)
    if parts[0] == ANY_MANY:
        return (lambda text, _: text.endswith(word)), (lambda _, folded: folded.endswith(word))
    return (lambda text, _: text.startswith(word)), (lambda _, folded: folded.startswith(word))


def _wildcard(parts: tuple[str | int, ...]) -> Callable[[str], bool]:
    """Match the pieces between stars from left to right: never more than length times pieces."""
    pieces: list[list[str | int]] = [[]]
    for part in parts:
        if part == ANY_MANY:
            pieces.append([])
        else:
            pieces[-1].append(part)
    compiled = [_piece(piece) for piece in pieces]
    head, middle, tail = compiled[0], [piece for piece in compiled[1:-1] if piece[1]], compiled[-1]

    def matches(text: str) -> bool:
        if len(compiled) == 1:
            return head[0].fullmatch(text) is not None
        if not head[0].match(text):
            return False
        at = head[1]
        for pattern, _ in middle:
            found = pattern.search(text, at)
            if found is None:
                return False
            at = found.end()
        start = len(text) - tail[1]
        return start >= at and tail[0].match(text, start) is not None

    return matches


def _piece(piece: list[str | int]) -> tuple[re.Pattern[str], int]:
    written = "".join(re.escape(part) if isinstance(part, str) else "." for part in piece)
    return re.compile(written, re.DOTALL), sum(len(part) if isinstance(part, str) else 1 for part in piece)


def linear_regex(test: RegexTest) -> Any:
    """Return the compiled RE2 expression of a test that the reader has accepted."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _RE2_MEMORY
    return re2.compile(cast("str", translate(test.pattern, test.flags)), options)


def without_surrogates(text: str) -> str:
    """Return text that UTF-8 can carry: half a surrogate pair becomes the replacement character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _regex(test: RegexTest) -> Confirm:
    compiled = linear_regex(test)

    def matches(text: str, _: str) -> bool:
        try:
            return compiled.search(text) is not None
        except UnicodeEncodeError:
            return compiled.search(without_surrogates(text)) is not None

    return matches


def _compare(test: CompareTest) -> Confirm:
    number = test.number
    compare: dict[str, Callable[[float], bool]] = {
        "lt": lambda given: given < number,
        "lte": lambda given: given <= number,
        "gt": lambda given: given > number,
        "gte": lambda given: given >= number,
    }
    holds = compare[test.op]

    def matches(text: str, _: str) -> bool:
        given = number_of(text)
        return given is not None and holds(given)

    return matches


def _network(test: NetworkTest) -> Confirm:
    network = ipaddress.ip_network(test.cidr)

    def matches(text: str, _: str) -> bool:
        address = address_of(text)
        return address is not None and address.version == network.version and address in network

    return matches


def address_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the IP address that ``text`` writes, its zone left off, or None."""
    if not text or len(text) > 100 or (text[0] not in "0123456789abcdefABCDEF:"):  # noqa: PLR2004 the longest address with a zone
        return None
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
