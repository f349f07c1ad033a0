"""Correlations straight from the specification: all events in a list, every window looked at anew.

Quadratic, without limits, watermark or state. It reads the YAML itself and shares no line with ``correlate``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import yaml

from phithak.engines.sigma.naive import values

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_GROWING = ("event_count", "value_count", "value_sum", "temporal", "temporal_ordered")
_NUMERIC = ("value_sum", "value_avg", "value_median", "value_percentile")
_NUMBER = re.compile(r"[+-]?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": lambda given, wanted: given < wanted,
    "lte": lambda given, wanted: given <= wanted,
    "gt": lambda given, wanted: given > wanted,
    "gte": lambda given, wanted: given >= wanted,
    "eq": lambda given, wanted: given == wanted,
    "neq": lambda given, wanted: given != wanted,
}


@dataclass(frozen=True)
class Happening:
    """An event, or the alert of a correlation, as something that feeds correlations.

    Attributes:
        time: microseconds since 1970.
        place: what orders happenings of one moment.
        hits: ids and names of the rules that it hits.
        texts: returns the texts of a field.
    """

    time: int
    place: tuple[str, int, str]
    hits: frozenset[str]
    texts: Callable[[str], list[str]] = field(compare=False)


Window = tuple[str, tuple[str, ...], int, int]


@dataclass(frozen=True)
class _Member:
    what: Happening
    rules: tuple[str, ...]
    measured: tuple[Any, ...]


def windows(text: str, happenings: Iterable[Happening]) -> list[Window]:
    """Return (rule id, folded group, begin, end) of every window in which a correlation of a YAML text holds."""
    documents = [content for content in yaml.safe_load_all(text) if content]
    names = {
        key: _id(content) for content in documents for key in (content.get("name"), content.get("id")) if key
    }
    waiting = [content for content in documents if "correlation" in content]
    known: dict[tuple[int, tuple[str, int, str]], Happening] = {}
    for item in happenings:
        known.setdefault((item.time, item.place), item)
    all_known = list(known.values())
    found: list[Window] = []
    while waiting:
        ready = [
            content
            for content in waiting
            if not any(names[name] == _id(other) for name in _rules(content) for other in waiting)
        ]
        for content in ready:
            made = _Correlation(content, names).windows(all_known)
            found += [window for window, _ in made]
            all_known += [happening for _, happening in made]
            waiting.remove(content)
    return found


def _id(content: Mapping[str, Any]) -> str:
    return str(content.get("id") or content.get("name"))


def _rules(content: Mapping[str, Any]) -> list[str]:
    section = content["correlation"]
    rules = section.get("rules") or [
        word for word in re.findall(r"\w+", section["condition"]) if word not in ("and", "or", "not")
    ]
    return [rules] if isinstance(rules, str) else list(dict.fromkeys(rules))


class _Correlation:
    def __init__(self, content: Mapping[str, Any], names: Mapping[str, str]) -> None:
        section = content["correlation"]
        self.rule_id = _id(content)
        self.kind = section["type"]
        self.written = _rules(content)
        self.names = names
        self.rules = [names[name] for name in self.written]
        group_by = section.get("group-by") or []
        self.group_by = [group_by] if isinstance(group_by, str) else list(group_by)
        self.aliases = {
            alias: {names[rule]: name for rule, name in mapping.items()}
            for alias, mapping in (section.get("aliases") or {}).items()
        }
        amount, unit = section["timespan"][:-1], section["timespan"][-1]
        self.span = int(amount) * _UNITS[unit] * 1_000_000
        condition = section.get("condition", {"gte": len(self.rules)})
        self.expression = condition if isinstance(condition, str) else ""
        self.condition = {} if self.expression else dict(condition)
        listed = self.condition.pop("field", [])
        self.fields = [listed] if isinstance(listed, str) else list(listed)
        self.percentile = self.condition.pop("percentile", None)

    def windows(self, happenings: Sequence[Happening]) -> list[tuple[Window, Happening]]:
        groups: dict[tuple[str, ...], list[_Member]] = {}
        for item in sorted(happenings, key=lambda one: (one.time, one.place)):
            for key, member in self._members(item):
                groups.setdefault(key, []).append(member)
        only_lower = set(self.condition) <= {"gt", "gte"} and self.kind in _GROWING
        slides = "not" not in self.expression.split() and only_lower
        found = []
        for key, members in groups.items():
            for begin, end in self._sliding(members) if slides else self._settled(members):
                inside = [member for member in members if begin <= member.what.time <= end]
                happening = self._happening(key, end, self._evidence(inside) if slides else inside)
                found.append(((self.rule_id, key, begin, end), happening))
        return found

    def _name(self, name: str, rule: str) -> str:
        return str(self.aliases.get(name, {}).get(rule, name))

    def _members(self, item: Happening) -> list[tuple[tuple[str, ...], _Member]]:
        found: dict[tuple[str, ...], tuple[list[str], tuple[Any, ...]]] = {}
        for written, rule in zip(self.written, self.rules, strict=True):
            if not item.hits & {written, rule}:
                continue
            measured = self._measured(item, rule)
            if self.fields and not measured:
                continue
            choices = [item.texts(self._name(name, rule)) for name in self.group_by]
            for texts in itertools.product(*choices):
                key = tuple(map(values.fold, texts))
                rules = found.setdefault(key, ([], measured))[0]
                if rule not in rules:
                    rules.append(rule)
        return [(key, _Member(item, tuple(rules), measured)) for key, (rules, measured) in found.items()]

    def _measured(self, item: Happening, rule: str) -> tuple[Any, ...]:
        texts = [item.texts(self._name(name, rule)) for name in self.fields]
        if self.kind in _NUMERIC and (self.kind != "value_percentile" or self.percentile is not None):
            return tuple(Fraction(text) for text in texts[0] if _NUMBER.fullmatch(text))
        folded = [[values.fold(text) for text in part] for part in texts]
        return tuple(dict.fromkeys(itertools.product(*folded))) if texts else ()

    def _sliding(self, members: list[_Member]) -> Iterable[tuple[int, int]]:
        free_from = None
        for moment in sorted({member.what.time for member in members}):
            if free_from is not None and moment <= free_from:
                continue
            begin = moment - self.span
            if self._holds([member for member in members if begin <= member.what.time <= moment]):
                yield begin, moment
                free_from = moment + self.span

    def _settled(self, members: list[_Member]) -> Iterable[tuple[int, int]]:
        rest = members
        while rest:
            begin = rest[0].what.time
            end = begin + self.span
            if self._holds([member for member in rest if member.what.time <= end]):
                yield begin, end
            rest = [member for member in rest if member.what.time > end]

    def _holds(self, inside: list[_Member]) -> bool:
        if self.expression:
            return self._expressed(inside)
        if self.kind == "value_percentile" and self.percentile is None:
            every = [value for member in inside for value in member.measured]
            return any(self._meets(Fraction(100 * every.count(one), len(every))) for one in every)
        return self._meets(self._number(inside))

    def _meets(self, number: Any) -> bool:
        return all(
            _OPERATORS[op](Fraction(number), Fraction(str(bound))) for op, bound in self.condition.items()
        )

    def _number(self, inside: list[_Member]) -> Any:
        every = sorted(value for member in inside for value in member.measured)
        if self.kind == "event_count":
            return len(inside)
        if self.kind == "value_count":
            return len(set(every))
        if self.kind == "temporal":
            return len({rule for member in inside for rule in member.rules})
        if self.kind == "temporal_ordered":
            return max(len(run) for run in self._runs(inside))
        return self._statistic(every)

    def _statistic(self, every: list[Any]) -> Any:
        if self.kind == "value_sum":
            return sum(every)
        if self.kind == "value_avg":
            return Fraction(sum(every), len(every))
        share = Fraction(50) if self.kind == "value_median" else Fraction(str(self.percentile))
        rank = share * (len(every) - 1) / 100
        below = rank.numerator // rank.denominator
        above = min(below + 1, len(every) - 1)
        return every[below] * (1 - (rank - below)) + every[above] * (rank - below)

    def _runs(self, inside: list[_Member]) -> list[tuple[tuple[str, _Member], ...]]:
        """Return for each set of rules that occur in order the run that is latest from its end."""
        found: list[tuple[tuple[str, _Member], ...]] = []
        for size in range(1, len(self.rules) + 1):
            for chosen in itertools.combinations(self.rules, size):
                limit, run = inside[-1].what.time, []
                for rule in reversed(chosen):
                    fitting = [m for m in inside if rule in m.rules and m.what.time <= limit]
                    if not fitting:
                        break
                    run.append((rule, fitting[-1]))
                    limit = fitting[-1].what.time
                else:
                    found.append(tuple(reversed(run)))
        return found

    def _expressed(self, inside: list[_Member]) -> bool:
        present = {rule for member in inside for rule in member.rules}
        if self.kind == "temporal":
            return self._truth(present, present)
        return any(self._truth({rule for rule, _ in run}, present) for run in self._runs(inside))

    def _truth(self, there: set[str], present: set[str]) -> bool:
        """Evaluate the expression; a rule counts as there where it is asked for, as absent where it is negated."""
        words = re.findall(r"\(|\)|\w+", self.expression)

        def either(*, wanted: bool) -> bool:
            answer = both(wanted=wanted)
            while words and words[0] == "or":
                words.pop(0)
                other = both(wanted=wanted)
                answer = (answer or other) if wanted else (answer and other)
            return answer

        def both(*, wanted: bool) -> bool:
            answer = one(wanted=wanted)
            while words and words[0] == "and":
                words.pop(0)
                other = one(wanted=wanted)
                answer = (answer and other) if wanted else (answer or other)
            return answer

        def one(*, wanted: bool) -> bool:
            word = words.pop(0)
            if word == "not":
                return one(wanted=not wanted)
            if word == "(":
                answer = either(wanted=wanted)
                words.pop(0)
                return answer
            rule = self.names[word]
            return rule in there if wanted else rule not in present

        return either(wanted=True)

    def _evidence(self, inside: list[_Member]) -> list[_Member]:
        """Return the events that a sliding window's alert stands on."""
        if self.kind == "value_count":
            last = {value: member for member in inside for value in member.measured}
            return list(last.values())
        if self.kind == "temporal":
            return list({rule: member for member in inside for rule in member.rules}.values())
        if self.kind == "temporal_ordered":
            fitting = [
                run
                for run in self._runs(inside)
                if not self.expression
                or self._truth({rule for rule, _ in run}, {rule for m in inside for rule in m.rules})
            ]
            best = max(fitting, key=self._rank)
            return [member for _, member in best]
        return inside

    def _rank(self, run: tuple[tuple[str, _Member], ...]) -> tuple[int, int, list[int]]:
        places = sorted((self.rules.index(rule) for rule, _ in run), reverse=True)
        return len(run), run[0][1].what.time, places

    def _happening(self, key: tuple[str, ...], end: int, members: list[_Member]) -> Happening:
        named = dict(zip(self.group_by, key, strict=True))

        def texts(name: str) -> list[str]:
            if name in named:
                return [named[name]]
            return list(
                dict.fromkeys(
                    text
                    for member in members
                    for text in member.what.texts(self._name(name, member.rules[0]))
                )
            )

        last = max((member.what for member in members), key=lambda one: (one.time, one.place))
        place = (last.place[0], last.place[1], "/".join((self.rule_id, *key, str(end))))
        return Happening(end, place, frozenset({self.rule_id}), texts)
