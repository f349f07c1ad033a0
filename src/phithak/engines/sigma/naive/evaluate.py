"""A rule as its YAML says it, asked about one normalised event at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

from phithak.engines.sigma.naive import values

_WORD = re.compile(r"\(|\)|[A-Za-z0-9_*.-]+")
_TIME_PARTS = ("minute", "hour", "day", "week", "month", "year")
Event = Mapping[str, Any]


class UnusableError(ValueError):
    """The oracle cannot evaluate this rule."""


def read_oracles(text: str, placeholders: Mapping[str, tuple[str, ...]] | None = None) -> Iterator[Oracle]:
    """Yield an oracle for each rule in a YAML text; correlations and filters are passed over."""
    common: dict[str, Any] = {}
    for content in yaml.safe_load_all(text):
        if not content or "correlation" in content or "filter" in content:
            continue
        if content.get("action") == "global":
            common = content
            continue
        whole = {**common, **content}
        for key in ("detection", "logsource"):
            whole[key] = {**common.get(key, {}), **content.get(key, {})}
        yield Oracle(whole, placeholders or {})


class Oracle:
    """One rule.

    Attributes:
        rule_id: its id or name.
        logsource: the map of the rule.
    """

    def __init__(self, content: Mapping[str, Any], placeholders: Mapping[str, tuple[str, ...]]) -> None:
        self.rule_id = str(content.get("id") or content.get("name") or "")
        self.logsource: dict[str, str] = {
            key: str(value).lower()
            for key, value in content["logsource"].items()
            if key != "definition" and value
        }
        self._placeholders = placeholders
        self._made: dict[tuple[bool, str, str], list[values.Matcher]] = {}
        self._parts = {key: part for key, part in content["detection"].items() if key != "condition"}
        written = content["detection"]["condition"]
        self._conditions = written if isinstance(written, list) else [written]

    def applies(self, log: Mapping[str, frozenset[str]]) -> bool:
        """Whether the rule's logsource takes an event whose ``log`` names categories, products, services."""
        return all(
            value in log.get(key, frozenset())
            for key, value in self.logsource.items()
            if key in ("category", "product", "service")
        )

    def hits(self, event: Event) -> bool:
        """Whether any condition holds for a flat event.

        Raises:
            UnusableError: a placeholder without values, or a part that the oracle does not know.
        """
        return any(self._condition(str(condition), event) for condition in self._conditions)

    def _condition(self, condition: str, event: Event) -> bool:
        words = _WORD.findall(condition)
        answer, rest = self._or(words, event)
        if rest:
            raise UnusableError(condition)
        return answer

    def _or(self, words: list[str], event: Event) -> tuple[bool, list[str]]:
        answer, words = self._and(words, event)
        while words[:1] == ["or"]:
            other, words = self._and(words[1:], event)
            answer = answer or other
        return answer, words

    def _and(self, words: list[str], event: Event) -> tuple[bool, list[str]]:
        answer, words = self._not(words, event)
        while words[:1] == ["and"]:
            other, words = self._not(words[1:], event)
            answer = answer and other
        return answer, words

    def _not(self, words: list[str], event: Event) -> tuple[bool, list[str]]:
        if words[:1] == ["not"]:
            answer, words = self._not(words[1:], event)
            return not answer, words
        if words[:1] == ["("]:
            answer, words = self._or(words[1:], event)
            if words[:1] != [")"]:
                raise UnusableError("parentheses")
            return answer, words[1:]
        if words[1:2] == ["of"]:
            names = self._names(words[2])
            answers = [self._part(self._parts[name], event) for name in names]
            if not answers:
                raise UnusableError(words[2])
            return (all(answers) if words[0] == "all" else any(answers)), words[3:]
        if not words or words[0] not in self._parts:
            raise UnusableError(" ".join(words))
        return self._part(self._parts[words[0]], event), words[1:]

    def _names(self, pattern: str) -> list[str]:
        names = [name for name in self._parts if not name.startswith("_")]
        if pattern == "them":
            return names
        wanted = re.compile(re.escape(pattern).replace(r"\*", ".*"))
        return [name for name in names if wanted.fullmatch(name)]

    def _part(self, part: Any, event: Event) -> bool:
        if isinstance(part, dict):
            return all(self._item(str(key), value, event) for key, value in part.items())
        if isinstance(part, list) and any(isinstance(item, dict | list) for item in part):
            return any(self._part(item, event) for item in part)
        return self._item("", part, event)

    def _item(self, key: str, wanted: Any, event: Event) -> bool:
        field, *modifiers = key.split("|")
        listed = wanted if isinstance(wanted, list) else [wanted]
        if not listed:
            listed = [None]
        answers = [self._value(field, modifiers, value, event) for value in listed]
        answer = all(answers) if "all" in modifiers else any(answers)
        return not answer if "neq" in modifiers else answer

    def _value(self, field: str, modifiers: list[str], wanted: Any, event: Event) -> bool:
        given = values.texts(event.get(field))
        if not field:
            given = [
                text for name, value in event.items() if name[:1] not in "_@" for text in values.texts(value)
            ]
        if "exists" in modifiers:
            return bool(given) is bool(wanted)
        if wanted is None:
            return not given
        if "fieldref" in modifiers:
            others = values.texts(event.get(str(wanted)))
            return any(_referred(text, other, modifiers) for text in given for other in others)
        return any(any(map(matcher, given)) for matcher in self._matchers(field, modifiers, wanted))

    def _matchers(self, field: str, modifiers: list[str], wanted: Any) -> list[values.Matcher]:
        # by how it is written, for True and 1 are equal and not the same
        key = (bool(field), "|".join(modifiers), repr(wanted))
        if key not in self._made:
            self._made[key] = list(self._new_matchers(field, modifiers, wanted))
        return self._made[key]

    def _new_matchers(self, field: str, modifiers: list[str], wanted: Any) -> Iterator[values.Matcher]:
        special = _special_matcher(modifiers, wanted)
        if special is not None:
            yield special
            return
        text = values.texts(wanted)[0]
        for filled in self._expanded(text) if "expand" in modifiers else [text]:
            if "re" in modifiers:
                yield values.regex_matcher(filled, modifiers)
                continue
            for value in values.encoded(filled, modifiers) if _transforms(modifiers) else [filled]:
                yield _pattern_matcher(field, modifiers, value)

    def _expanded(self, text: str) -> list[str]:
        found = re.search(r"%([^%\\]+)%", text)
        if not found:
            return [text]
        choices = self._placeholders.get(found[1])
        if not choices:
            raise UnusableError(found[0])
        tails = self._expanded(text[found.end() :])
        return [text[: found.start()] + choice + tail for choice in choices for tail in tails]


def _transforms(modifiers: list[str]) -> bool:
    return any(name.startswith(("utf16", "base64")) or name in ("wide", "windash") for name in modifiers)


def _special_matcher(modifiers: list[str], wanted: Any) -> values.Matcher | None:
    if "cidr" in modifiers:
        return values.network_matcher(str(wanted))
    for operator in ("lt", "lte", "gt", "gte"):
        if operator in modifiers:
            return values.compare_matcher(operator, wanted)
    for part in _TIME_PARTS:
        if part in modifiers:
            return values.time_matcher(part, int(wanted))
    return None


def _pattern_matcher(field: str, modifiers: list[str], value: str) -> values.Matcher:
    pattern = values.tokens(value)
    star = [("*", True)]
    if "contains" in modifiers or "endswith" in modifiers or not field:
        pattern = star + pattern
    if "contains" in modifiers or "startswith" in modifiers or not field:
        pattern = pattern + star
    return values.wildcard_matcher(pattern, cased="cased" in modifiers)


def _referred(text: str, other: str, modifiers: list[str]) -> bool:
    text, other = values.fold(text), values.fold(other)
    test: Callable[[str], bool] = text.__eq__
    if "contains" in modifiers:
        test = text.__contains__
    elif "startswith" in modifiers:
        test = text.startswith
    elif "endswith" in modifiers:
        test = text.endswith
    return bool(test(other))
