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
    SigmaCorrelationConditionOperator,
    SigmaCorrelationRule,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)

from phithak.engines.sigma.rules.detect import ConditionError
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
from phithak.engines.sigma.rules.trees import grows

_LONGEST = 3_660 * 86_400
_MOST_IN_ORDER = 10
_WITH_FIELD = ("value_count", "value_sum", "value_avg", "value_percentile", "value_median")
_ONE_FIELD = ("value_sum", "value_avg", "value_median")
_WHOLE = 100
_TOO_LARGE = 1 << 63


def parsed_correlation(content: Mapping[str, Any]) -> SigmaCorrelationRule:
    """Return pySigma's reading of a document, which knows one criterion: of a range it is shown the first."""
    section = content["correlation"]
    condition = section.get("condition") if isinstance(section, dict) else None
    if isinstance(condition, dict) and len(ops := _operators(condition)) > 1:
        shown = {key: value for key, value in condition.items() if key not in ops[1:]}
        content = {**content, "correlation": {**section, "condition": shown}}
    return SigmaCorrelationRule.from_dict(dict(content))


def correlation_of(
    parsed: SigmaCorrelationRule,
    content: Mapping[str, Any],
    common: Mapping[str, Any],
    file: str,
    line: int,
) -> Correlation:
    """Return the typed form of a parsed correlation; rules are named as written until ``resolved``.

    Raises:
        ConditionError: a part has no meaning for this type of correlation, or is larger than the limits.
    """
    condition, expression, rules = None, None, tuple(item.reference for item in parsed.rules or ())
    kind = parsed.type.name.lower()
    if isinstance(parsed.condition, SigmaExtendedCorrelationCondition):
        expression = _expression(parsed.condition.parsed)
        rules = rules or tuple(dict.fromkeys(parsed.condition.get_referenced_rules()))
    else:
        written = content["correlation"].get("condition")
        condition = _plain_condition(written or {"gte": len(rules)}, kind)
    if not all(isinstance(name, str) for name in rules):
        raise ConditionError("parser", f"rules: {list(rules)!r:.200}")
    if not rules:
        raise ConditionError("never", "")
    if parsed.timespan.seconds > _LONGEST:
        raise ConditionError("limit", f"timespan {parsed.timespan.spec}")
    if kind == "temporal_ordered" and len(rules) > _MOST_IN_ORDER:
        raise ConditionError("limit", f"{len(rules)} rules in order")
    return Correlation(
        **common,
        kind=kind,
        rules=rules,
        group_by=tuple(dict.fromkeys(parsed.group_by or ())),
        timespan=parsed.timespan.seconds,
        condition=condition,
        expression=expression,
        aliases={
            str(alias.alias): {str(rule.reference): str(name) for rule, name in alias.mapping.items()}
            for alias in parsed.aliases
        },
        generate=parsed.generate,
        file=file,
        line=line,
    )


def _operators(condition: Mapping[str, Any]) -> list[str]:
    known = SigmaCorrelationConditionOperator.operators()
    return [key for key in condition if key in known]


def _plain_condition(written: Mapping[str, Any], kind: str) -> CorrelationCondition:
    read = [SigmaCorrelationCondition.from_dict({op: written[op]}) for op in _operators(written)]
    given = written.get("field")
    fields = (given,) if isinstance(given, str) else tuple(given or ())
    if not all(isinstance(name, str) and name for name in fields):
        raise ConditionError("condition", f"field: {given}")
    if bool(fields) is not (kind in _WITH_FIELD):
        raise ConditionError("condition", f"{kind}, field: {given}")
    percentile = written.get("percentile")
    if len(fields) > 1 and (kind in _ONE_FIELD or percentile is not None):
        raise ConditionError("condition", f"{kind}, field: {given}")
    if percentile is not None and (kind != "value_percentile" or not _is_percentage(percentile)):
        raise ConditionError("condition", f"{kind}, percentile: {percentile}")
    if any(abs(item.count) >= _TOO_LARGE for item in read):
        raise ConditionError("limit", ", ".join(f"{item.count:,}" for item in read))
    return CorrelationCondition(
        tuple((item.op.name.lower(), item.count) for item in read), fields, percentile
    )


def _is_percentage(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _WHOLE


def _expression(item: CorrelationConditionItem | SigmaRuleReference) -> Node:
    if isinstance(item, SigmaRuleReference):
        return Leaf(item.reference, ExistsTest(wanted=True), "", item.reference)
    inner = tuple(map(_expression, item.args))
    if isinstance(item, CorrelationConditionNOT):
        return Negation(inner[0])
    return AllOf(inner) if isinstance(item, CorrelationConditionAND) else AnyOf(inner)


class Resolved(msgspec.Struct, frozen=True):
    """Correlations joined to the rules that feed them.

    Attributes:
        correlations: those that work, each after those that feed it.
        refused: id -> why it cannot work.
        degraded: id -> why it gives fewer hits than it should.
    """

    correlations: list[Correlation]
    refused: dict[str, Reason]
    degraded: dict[str, Reason]


def resolved(
    found: list[Correlation], ids: Mapping[str, str], degraded: frozenset[str] = frozenset()
) -> Resolved:
    """Put ids for names and leave out correlations that cannot work.

    A correlation is refused that names a rule which is not there, or one rule twice, that feeds itself in a
    circle, or that would hit where a degraded rule misses an event.

    Args:
        found: the correlations as parsed.
        ids: id or name of every usable rule or correlation -> its id; "" for a name that several have.
        degraded: ids of the rules that give fewer hits than they should.
    """
    result = Resolved([], {}, {})
    waiting = {item.rule_id: item for item in found}
    progress = True
    while progress:
        progress = False
        for rule_id, item in list(waiting.items()):
            if any(ids.get(name) in waiting for name in item.rules) and not _missing(item, ids):
                continue
            reason = _refusal(item, ids, result, degraded)
            if reason is not None:
                result.refused[rule_id] = reason
            else:
                result.correlations.append(_with_ids(item, ids))
                poor = _poor(item, ids, result, degraded)
                if poor:
                    result.degraded[rule_id] = Reason("reference.degraded", ", ".join(poor))
            del waiting[rule_id]
            progress = True
    for rule_id, item in waiting.items():
        result.refused[rule_id] = Reason("cycle", ", ".join(item.rules))
    return result


def _missing(item: Correlation, ids: Mapping[str, str]) -> list[str]:
    named = [*item.rules, *(name for mapping in item.aliases.values() for name in mapping)]
    return [name for name in dict.fromkeys(named) if not ids.get(name)]


def _poor(item: Correlation, ids: Mapping[str, str], so_far: Resolved, degraded: frozenset[str]) -> list[str]:
    return [name for name in item.rules if ids[name] in degraded or ids[name] in so_far.degraded]


def _refusal(
    item: Correlation, ids: Mapping[str, str], so_far: Resolved, degraded: frozenset[str]
) -> Reason | None:
    missing = _missing(item, ids) or [name for name in item.rules if ids[name] in so_far.refused]
    if missing:
        several = [name for name in missing if name in ids and not ids[name]]
        return Reason("reference.several" if several else "reference", ", ".join(several or missing))
    feeds = [ids[name] for name in item.rules]
    if len(set(feeds)) < len(feeds):
        return Reason("reference.twice", ", ".join(item.rules))
    poor = _poor(item, ids, so_far, degraded)
    if poor and not grows(item):
        return Reason("reference.degraded", ", ".join(poor))
    return None


def _with_ids(item: Correlation, ids: Mapping[str, str]) -> Correlation:
    return msgspec.structs.replace(
        item,
        rules=tuple(ids[name] for name in item.rules),
        expression=None if item.expression is None else _renamed(item.expression, ids),
        aliases={
            alias: {ids[name]: field for name, field in mapping.items()}
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
