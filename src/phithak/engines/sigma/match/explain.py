"""Why a rule holds for an event, or why not: which tests are true, of which value, and where in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import msgspec
import re2

from phithak.engines.sigma.match.confirm import Confirm, confirm_of, linear_regex, without_surrogates
from phithak.engines.sigma.match.numbers import moment_of, part_of
from phithak.engines.sigma.match.text import fold, texts_of
from phithak.engines.sigma.rules.model import (
    ANY_MANY,
    AllOf,
    AnyOf,
    Constant,
    ExistsTest,
    Leaf,
    Negation,
    Node,
    NullTest,
    ReferenceTest,
    RegexTest,
    StringTest,
    Test,
    TimeTest,
)

_LONGEST_SHOWN = 1024
Fields = Mapping[str, Any]


class Matched(msgspec.Struct, frozen=True):
    """One test that is true.

    Attributes:
        field: as the rule names it; for a keyword the field in which it stands.
        value: the text of the value, cut at 1,024 characters.
        modifier: as the rule writes it, "" for equality.
        pattern: what was looked for.
    """

    field: str
    value: str
    modifier: str
    pattern: str


@lru_cache(maxsize=65_536)
def _confirm(test: Test) -> Confirm:
    return confirm_of(test)


def answer(leaf: Leaf, fields: Fields) -> bool:
    """Whether one test holds for a flat event."""
    return witness(leaf, fields) is not None


def witness(leaf: Leaf, fields: Fields) -> tuple[str, str] | None:
    """Return (field, text) of the first value of which the test is true, or None."""
    if leaf.field:
        return _witness_in(leaf.field, leaf.test, fields)
    for name in fields:
        if name[:1] not in "_@":
            found = _witness_in(name, leaf.test, fields)
            if found is not None:
                return found
    return None


def _witness_in(name: str, test: Test, fields: Fields) -> tuple[str, str] | None:
    texts = texts_of(fields.get(name))
    if isinstance(test, NullTest | ExistsTest):
        wanted = isinstance(test, ExistsTest) and test.wanted
        return (name, next(iter(texts), "")) if bool(texts) is wanted else None
    return next(((name, text) for text in texts if _true_of(test, text, fields)), None)


def _true_of(test: Test, text: str, fields: Fields) -> bool:
    if isinstance(test, ReferenceTest):
        return any(_refers(test, fold(text), fold(other)) for other in texts_of(fields.get(test.field)))
    if isinstance(test, TimeTest):
        moment = moment_of(text)
        return moment is not None and part_of(moment, test.part) == test.number
    return _confirm(test)(text, fold(text))


def _refers(test: ReferenceTest, text: str, other: str) -> bool:
    if test.starts and test.ends:
        return other in text
    if test.starts:
        return text.startswith(other)
    return text.endswith(other) if test.ends else text == other


def matched(condition: Node, fields: Fields) -> tuple[Matched, ...]:
    """Return the true tests that make a condition hold; tests under ``not`` are not among them."""
    found: dict[Matched, None] = {}
    _collect(condition, fields, found)
    return tuple(found)


def _collect(node: Node, fields: Fields, found: dict[Matched, None]) -> bool:
    if isinstance(node, Leaf):
        seen = witness(node, fields)
        if seen is None:
            return False
        found[Matched(seen[0], seen[1][:_LONGEST_SHOWN], node.modifier, node.pattern)] = None
        return True
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Negation):
        return not _collect(node.item, fields, {})
    below: dict[Matched, None] = {}
    # every true branch of an or is told, so all of them are asked
    answers = [_collect(item, fields, below) for item in node.items]
    holds = all(answers) if isinstance(node, AllOf) else any(answers)
    if holds:
        found.update(below)
    return holds


def true_leaves(condition: Node, is_true: Callable[[Leaf], bool]) -> tuple[Leaf, ...]:
    """Return the leaves that :func:`matched` tells, in its order, where it is known which are true."""
    found: list[Leaf] = []
    _collect_leaves(condition, is_true, found)
    return tuple(found)


def _collect_leaves(node: Node, is_true: Callable[[Leaf], bool], found: list[Leaf]) -> bool:
    if isinstance(node, Leaf):
        if is_true(node):
            found.append(node)
            return True
        return False
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Negation):
        return not _collect_leaves(node.item, is_true, [])
    below: list[Leaf] = []
    answers = [_collect_leaves(item, is_true, below) for item in node.items]
    holds = all(answers) if isinstance(node, AllOf) else any(answers)
    if holds:
        found += below
    return holds


def matched_by(leaves: Iterable[Leaf], fields: Fields) -> tuple[Matched, ...]:
    """Return what :func:`matched` does, for the leaves that are true."""
    found: dict[Matched, None] = {}
    for leaf in leaves:
        seen = witness(leaf, fields)
        if seen is not None:
            found[Matched(seen[0], seen[1][:_LONGEST_SHOWN], leaf.modifier, leaf.pattern)] = None
    return tuple(found)


class Told(msgspec.Struct, frozen=True):
    """One test of a rule and how an event answers it.

    Attributes:
        negated: it stands under an odd number of ``not``: a filter.
        span: start and end of what matched, in characters of the value; None where the whole counts.
    """

    field: str
    modifier: str
    pattern: str
    negated: bool
    true: bool
    value: str
    span: tuple[int, int] | None


def told(condition: Node, fields: Fields) -> list[Told]:
    """Return every test of a rule with its answer, filters as well: why it holds, or why not."""
    found: list[Told] = []
    stack: list[tuple[Node, bool]] = [(condition, False)]
    while stack:
        node, negated = stack.pop()
        if isinstance(node, Negation):
            stack.append((node.item, not negated))
        elif isinstance(node, AllOf | AnyOf):
            stack.extend((item, negated) for item in reversed(node.items))
        elif isinstance(node, Leaf):
            seen = witness(node, fields)
            shown = "" if seen is None else seen[1]
            if seen is None and node.field:
                shown = next(iter(texts_of(fields.get(node.field))), "")
            span = None if seen is None else span_of(node.test, seen[1])
            found.append(
                Told(
                    seen[0] if seen else node.field,
                    node.modifier,
                    node.pattern,
                    negated,
                    seen is not None,
                    shown[:_LONGEST_SHOWN],
                    span,
                )
            )
    return found


def span_of(test: Test, text: str) -> tuple[int, int] | None:
    """Return where in ``text`` a true string or regex test matched, stars at the ends left out."""
    if isinstance(test, RegexTest):
        found = linear_regex(test).search(without_surrogates(text))
        return None if found is None else (int(found.start()), int(found.end()))
    if not isinstance(test, StringTest):
        return None
    parts = (
        test.parts
        if test.cased
        else tuple(fold(part) if isinstance(part, str) else part for part in test.parts)
    )
    inner = list(parts)
    at_start = inner[0] != ANY_MANY
    at_end = inner[-1] != ANY_MANY
    inner = [part for place, part in enumerate(inner) if part != ANY_MANY or 0 < place < len(parts) - 1]
    written = "".join(
        re2.escape(part) if isinstance(part, str) else "(?s:.*?)" if part == ANY_MANY else "(?s:.)"
        for part in inner
    )
    head, tail = (r"\A" if at_start else ""), (r"\z" if at_end else "")
    pattern = re2.compile(head + written + tail)
    found = pattern.search(without_surrogates(text if test.cased else fold(text)))
    return None if found is None else (int(found.start()), int(found.end()))
