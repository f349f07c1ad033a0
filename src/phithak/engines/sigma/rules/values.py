"""pySigma's values, modifiers applied, to tests of ours (section "Value Modifiers" and its appendix)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sigma.types import (
    CompareOperators,
    Placeholder,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    SpecialChars,
)

from phithak.engines.sigma.rules.model import (
    ANY_MANY,
    ANY_ONE,
    CompareTest,
    ExistsTest,
    NetworkTest,
    NullTest,
    ReferenceTest,
    RegexTest,
    StringTest,
    Test,
    TimeTest,
    UnknownTest,
)
from phithak.engines.sigma.rules.regex import InvalidRegexError, translate

_NO_PART = 1 << 31
Placeholders = Mapping[str, tuple[str, ...]]

_OPERATORS = {
    CompareOperators.LT: "lt",
    CompareOperators.LTE: "lte",
    CompareOperators.GT: "gt",
    CompareOperators.GTE: "gte",
}
_FLAGS = (
    (SigmaRegularExpressionFlag.IGNORECASE, "i"),
    (SigmaRegularExpressionFlag.MULTILINE, "m"),
    (SigmaRegularExpressionFlag.DOTALL, "s"),
)


def number_text(number: float) -> str:
    """Return the text that a number is compared by: 5, 5.0 and "5" are one value."""
    return str(int(number)) if isinstance(number, int) or number.is_integer() else repr(number)


def tests_of(value: SigmaType, placeholders: Placeholders, *, keyword: bool) -> Iterator[Test]:
    """Yield the tests that ``value`` stands for, joined by or.

    Args:
        value: a value after its modifiers.
        placeholders: name -> values for the modifier ``expand``.
        keyword: the value is bound to no field, so it is looked for anywhere inside.
    """
    if isinstance(value, SigmaExpansion):
        for part in value.values:
            yield from tests_of(part, placeholders, keyword=keyword)
    elif isinstance(value, SigmaString):
        yield from _strings(value, placeholders, keyword=keyword)
    elif isinstance(value, SigmaRegularExpression):
        yield from _regexes(value, placeholders)
    else:
        yield _plain(value, keyword=keyword)


def _plain(value: SigmaType, *, keyword: bool) -> Test:
    if isinstance(value, SigmaTimestampPart):
        # no part of a moment is so large, and what lies in the cache has a width
        number = max(-_NO_PART, min(int(value.number), _NO_PART))
        return TimeTest(value.timestamp_part.name.lower(), number)
    if isinstance(value, SigmaNumber):
        return _text(number_text(value.number), keyword=keyword)
    if isinstance(value, SigmaBool):
        return _text("true" if value.boolean else "false", keyword=keyword)
    if isinstance(value, SigmaNull):
        return UnknownTest("modifier", "null without a field") if keyword else NullTest()
    return _special(value)


def _special(value: SigmaType) -> Test:
    if isinstance(value, SigmaExists):
        return ExistsTest(bool(value))
    if isinstance(value, SigmaCompareExpression) and value.op in _OPERATORS:
        return CompareTest(_OPERATORS[value.op], value.number.number)
    if isinstance(value, SigmaCIDRExpression):
        return NetworkTest(str(value.network))
    if isinstance(value, SigmaFieldReference):
        return ReferenceTest(value.field, starts=value.starts_with, ends=value.ends_with)
    return UnknownTest("modifier", type(value).__name__)


def _text(text: str, *, keyword: bool) -> StringTest:
    return StringTest((ANY_MANY, text, ANY_MANY) if keyword else (text,))


def _strings(value: SigmaString, placeholders: Placeholders, *, keyword: bool) -> Iterator[Test]:
    cased = isinstance(value, SigmaCasedString)
    for filled in _filled(list(value.s), placeholders):
        if isinstance(filled, UnknownTest):
            yield filled
            continue
        parts = [ANY_MANY, *filled, ANY_MANY] if keyword else filled
        yield StringTest(_joined(parts), cased)


def _filled(parts: list[Any], placeholders: Placeholders) -> Iterator[list[str | int] | UnknownTest]:
    """Put values for placeholders; each value is literal text with the wildcards of a rule."""
    done: list[str | int] = []
    for index, part in enumerate(parts):
        if isinstance(part, Placeholder):
            values = placeholders.get(part.name)
            if not values:
                yield UnknownTest("placeholder", part.name)
                return
            for value in values:
                for rest in _filled(parts[index + 1 :], placeholders):
                    middle = [_special_character(item) for item in SigmaString(value).s]
                    yield rest if isinstance(rest, UnknownTest) else [*done, *middle, *rest]
            return
        done.append(_special_character(part))
    yield done


def _special_character(part: Any) -> str | int:
    if part is SpecialChars.WILDCARD_MULTI:
        return ANY_MANY
    if part is SpecialChars.WILDCARD_SINGLE:
        return ANY_ONE
    return str(part)


def _joined(parts: list[str | int]) -> tuple[str | int, ...]:
    joined: list[str | int] = []
    for part in parts:
        if part == "":
            continue
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif not (part == ANY_MANY and joined and joined[-1] == ANY_MANY):
            joined.append(part)
    return tuple(joined) or ("",)


def _regexes(value: SigmaRegularExpression, placeholders: Placeholders) -> Iterator[Test]:
    flags = "".join(letter for flag, letter in _FLAGS if flag in value.flags)
    for filled in _filled_regex(list(value.regexp.s), placeholders):
        yield filled if isinstance(filled, UnknownTest) else _checked_regex(filled, flags)


def _filled_regex(parts: list[Any], placeholders: Placeholders) -> Iterator[str | UnknownTest]:
    head = ""
    for index, part in enumerate(parts):
        if isinstance(part, Placeholder):
            values = placeholders.get(part.name)
            if not values:
                yield UnknownTest("placeholder", part.name)
                return
            for value in values:
                for rest in _filled_regex(parts[index + 1 :], placeholders):
                    yield rest if isinstance(rest, UnknownTest) else head + value + rest
            return
        special = {SpecialChars.WILDCARD_MULTI: "*", SpecialChars.WILDCARD_SINGLE: "?"}
        head += special[part] if isinstance(part, SpecialChars) else str(part)
    yield head


def _checked_regex(pattern: str, flags: str) -> Test:
    try:
        linear = translate(pattern, flags)
    except InvalidRegexError as error:
        return UnknownTest("regex.invalid", str(error))
    return UnknownTest("regex.backtrack", pattern[:200]) if linear is None else RegexTest(pattern, flags)
