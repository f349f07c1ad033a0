"""Who feeds whom, with which fields: worked out once for a set of rules."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from phithak.engines.sigma.correlate.model import SECOND
from phithak.engines.sigma.rules.model import Correlation, Rule, RuleSet
from phithak.engines.sigma.rules.trees import grows


@dataclass(frozen=True)
class Node:
    """One correlation.

    Attributes:
        span: the timespan in microseconds.
        slides: whether its windows slide, or are settled when they are over.
        groups: feeding rule -> the field in its events for each name of ``group-by``.
        values: feeding rule -> the fields in its events that the condition measures.
        carried: names that other correlations ask of its alerts.
        sources: feeding rule -> carried name -> the field in its events.
        fingerprint: changes with everything that changes its alerts.
    """

    correlation: Correlation
    span: int
    slides: bool
    groups: Mapping[str, tuple[str, ...]]
    values: Mapping[str, tuple[str, ...]]
    carried: tuple[str, ...]
    sources: Mapping[str, Mapping[str, str]]
    fingerprint: str


@dataclass(frozen=True)
class Plan:
    """All correlations of a set.

    Attributes:
        nodes: each after those that feed it.
        feeds: id of a rule that feeds a correlation -> the fields of its events that are asked for.
        takers: id of a rule or correlation -> the nodes that it feeds.
        hidden: ids of rules and correlations that are only there to feed: their own hits are not reported
            (section "Generate").
        marks: id of a feeding rule -> a fingerprint of it.
    """

    nodes: tuple[Node, ...]
    feeds: Mapping[str, tuple[str, ...]]
    takers: Mapping[str, tuple[int, ...]]
    hidden: frozenset[str]
    marks: Mapping[str, str]


def make_plan(rules: RuleSet) -> Plan:
    """Work out the plan of a set; its correlations stand after those that feed them, as the loader gives them."""
    wanted: dict[str, set[str]] = defaultdict(set)
    takers: dict[str, list[int]] = defaultdict(list)
    named = {rule_id for item in rules.correlations for rule_id in item.rules}
    marks = {rule.rule_id: _mark(rule) for rule in rules.rules if rule.rule_id in named}
    for index, item in enumerate(rules.correlations):
        for rule_id in item.rules:
            takers[rule_id].append(index)
        marks[item.rule_id] = _mark_of(item, marks)
    nodes: list[Node] = []
    # parents first: what they ask of a correlation, it must ask of its own rules
    for item in reversed(rules.correlations):
        carried = tuple(sorted(wanted[item.rule_id]))
        node = _node(item, carried, _digest(marks[item.rule_id], carried))
        nodes.append(node)
        for rule_id in item.rules:
            wanted[rule_id].update(node.groups[rule_id], node.values[rule_id], node.sources[rule_id].values())
    said = {rule_id for item in rules.correlations if item.generate for rule_id in item.rules}
    known = {rule.rule_id for rule in rules.rules if rule.rule_id in named}
    return Plan(
        tuple(reversed(nodes)),
        {rule_id: tuple(sorted(wanted[rule_id])) for rule_id in takers if rule_id in known},
        {rule_id: tuple(places) for rule_id, places in takers.items()},
        frozenset(takers) - said,
        {rule_id: marks[rule_id] for rule_id in takers if rule_id in known},
    )


def _node(item: Correlation, carried: tuple[str, ...], fingerprint: str) -> Node:
    fields = item.condition.fields if item.condition is not None else ()
    lower_bounds = item.condition is not None and all(op in ("gt", "gte") for op, _ in item.condition.bounds)

    def field_of(name: str, rule_id: str) -> str:
        return item.aliases.get(name, {}).get(rule_id, name)

    return Node(
        item,
        item.timespan * SECOND,
        grows(item) or (item.kind == "value_sum" and lower_bounds),
        {rule: tuple(field_of(name, rule) for name in item.group_by) for rule in item.rules},
        {rule: tuple(field_of(name, rule) for name in fields) for rule in item.rules},
        carried,
        {
            rule: {name: field_of(name, rule) for name in carried if name not in item.group_by}
            for rule in item.rules
        },
        fingerprint,
    )


def _mark(rule: Rule) -> str:
    return _digest(rule.rule_id, rule.logsource, rule.condition)


def _mark_of(item: Correlation, marks: Mapping[str, str]) -> str:
    plain = msgspec.structs.replace(
        item, name="", title="", level="", status="", tags=(), author="", generate=False, file="", line=0
    )
    return _digest(plain, [marks.get(rule_id, "") for rule_id in item.rules])


def _digest(*parts: object) -> str:
    return hashlib.blake2b(msgspec.msgpack.encode(parts), digest_size=16).hexdigest()
