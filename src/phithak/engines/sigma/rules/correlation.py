"""pySigma's correlations to typed objects (Sigma correlation rules specification 2.x)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionItem,
    CorrelationConditionNOT,
    SigmaCorrelationCondition,
    SigmaCorrelationRule,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)

from phithak.engines.sigma.rules.model import (
    AllOf,
    AnyOf,
    Correlation,
    CorrelationCondition,
    ExistsTest,
    Leaf,
    Negation,
    Node,
    Reason,
)


def correlation_of(
    parsed: SigmaCorrelationRule, common: Mapping[str, Any], file: str, line: int
) -> Correlation:
    """Return the typed form of a parsed correlation; rules are named as written until ``resolved``."""
    condition, expression, rules = None, None, tuple(item.reference for item in parsed.rules or ())
    if isinstance(parsed.condition, SigmaExtendedCorrelationCondition):
        expression = _expression(parsed.condition.parsed)
        rules = rules or tuple(dict.fromkeys(parsed.condition.get_referenced_rules()))
    elif isinstance(parsed.condition, SigmaCorrelationCondition):
        condition = _plain_condition(parsed.condition)
    return Correlation(
        **common,
        kind=parsed.type.name.lower(),
        rules=rules,
        group_by=tuple(parsed.group_by or ()),
        timespan=parsed.timespan.seconds,
        condition=condition,
        expression=expression,
        aliases={
            alias.alias: {reference.reference: name for reference, name in alias.mapping.items()}
            for alias in parsed.aliases
        },
        generate=parsed.generate,
        file=file,
        line=line,
    )


def _plain_condition(condition: SigmaCorrelationCondition) -> CorrelationCondition:
    fields = condition.fieldref or ()
    return CorrelationCondition(
        condition.op.name.lower(),
        condition.count,
        (fields,) if isinstance(fields, str) else tuple(fields),
        condition.percentile,
    )


def _expression(item: CorrelationConditionItem | SigmaRuleReference) -> Node:
    if isinstance(item, SigmaRuleReference):
        return Leaf(item.reference, ExistsTest(wanted=True), "", item.reference)
    inner = tuple(map(_expression, item.args))
    if isinstance(item, CorrelationConditionNOT):
        return Negation(inner[0])
    return AllOf(inner) if isinstance(item, CorrelationConditionAND) else AnyOf(inner)


def resolved(found: list[Correlation], ids: Mapping[str, str]) -> tuple[list[Correlation], dict[str, Reason]]:
    """Put ids for names and leave out correlations that cannot work.

    Args:
        found: the correlations as parsed.
        ids: id or name of every usable rule or correlation -> its id.

    Returns:
        The correlations in an order in which each stands after those that feed it, and by id of each other
        the reason: it names a rule that is not there, or they feed each other in a circle.
    """
    refused: dict[str, Reason] = {}
    waiting = {item.rule_id: item for item in found}
    done: dict[str, Correlation] = {}
    usable = dict(ids)
    progress = True
    while progress:
        progress = False
        for rule_id, item in list(waiting.items()):
            missing = [name for name in item.rules if name not in usable]
            feeds = [usable.get(name, "") for name in item.rules]
            if missing or any(feed in refused for feed in feeds):
                refused[rule_id] = Reason("reference", ", ".join(missing) or ", ".join(item.rules))
            elif any(feed in waiting for feed in feeds):
                continue
            else:
                done[rule_id] = _with_ids(item, usable)
            del waiting[rule_id]
            progress = True
    for rule_id, item in waiting.items():
        refused[rule_id] = Reason("cycle", ", ".join(item.rules))
    return list(done.values()), refused


def _with_ids(item: Correlation, ids: Mapping[str, str]) -> Correlation:
    return msgspec.structs.replace(
        item,
        rules=tuple(ids[name] for name in item.rules),
        expression=None if item.expression is None else _renamed(item.expression, ids),
        aliases={
            alias: {ids.get(name, name): field for name, field in mapping.items()}
            for alias, mapping in item.aliases.items()
        },
    )


def _renamed(node: Node, ids: Mapping[str, str]) -> Node:
    if isinstance(node, Leaf):
        return msgspec.structs.replace(node, field=ids.get(node.field, node.field))
    if isinstance(node, Negation):
        return Negation(_renamed(node.item, ids))
    if isinstance(node, AllOf | AnyOf):
        return type(node)(tuple(_renamed(child, ids) for child in node.items))
    return node
