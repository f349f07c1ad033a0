"""pySigma's detections and conditions to one tree per rule, unknown parts settled so that hits never grow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sigma.conditions import (
    ConditionAND,
    ConditionIdentifier,
    ConditionItem,
    ConditionNOT,
    ConditionOR,
    ConditionSelector,
)
from sigma.modifiers import reverse_modifier_mapping
from sigma.rule import SigmaDetection, SigmaDetectionItem, SigmaDetections
from sigma.types import SigmaNull, SigmaType

from phithak.engines.sigma.rules.model import AllOf, AnyOf, Leaf, Negation, Node, Reason, UnknownTest
from phithak.engines.sigma.rules.trees import leaves_of, pattern_of, settled, simplified
from phithak.engines.sigma.rules.values import Placeholders, tests_of

_MOST_LEAVES = 50_000


class ConditionError(ValueError):
    """A condition cannot be used; ``reason`` says why."""

    def __init__(self, code: str, detail: str) -> None:
        self.reason = Reason(code, detail)
        super().__init__(code)


@dataclass
class Detected:
    """A tree, and the reasons why parts of it are unknown."""

    node: Node
    reasons: tuple[Reason, ...]


def tree_of(detections: SigmaDetections, placeholders: Placeholders) -> Detected:
    """Return the tree of all conditions of a rule, joined by or.

    A part that cannot be tested is set to the answer that gives fewer hits: false where it stands plainly,
    true where it is negated. What remains never hits where the full rule would not.

    Raises:
        ConditionError: too many tests, or a condition of a kind that is not known.
        sigma.exceptions.SigmaError: pySigma refuses a condition.
    """
    parts = {name: _detection(item, placeholders) for name, item in detections.detections.items()}
    nodes = [
        _condition(parsed.parse(postprocess=False), detections, parts.__getitem__)  # type: ignore[arg-type] # an item
        for parsed in detections.parsed_condition
    ]
    whole = nodes[0] if len(nodes) == 1 else AnyOf(tuple(nodes))
    leaves = leaves_of(whole)
    if len(leaves) > _MOST_LEAVES:
        raise ConditionError("limit", f"{len(leaves)} tests")
    reasons = {
        Reason(leaf.test.code, leaf.test.detail): None
        for leaf in leaves
        if isinstance(leaf.test, UnknownTest)
    }
    return Detected(
        simplified(settled(whole, positive=True)) if reasons else simplified(whole), tuple(reasons)
    )


def _condition(item: ConditionItem, detections: SigmaDetections, part: Callable[[str], Node]) -> Node:
    if isinstance(item, ConditionIdentifier):
        name = str(item.args[0])
        try:
            return part(name)
        except KeyError:
            raise ConditionError("parser", f"condition names {name!r}, which is not defined") from None
    if isinstance(item, ConditionSelector):
        names = [str(found.args[0]) for found in item.resolve_referenced_detections(detections)]
        if not names:
            raise ConditionError("parser", f"'{item.args[0]} of {item.args[1]}' fits no detection")
        nodes = tuple(part(name) for name in names)
        return AllOf(nodes) if item.cond_class is ConditionAND else AnyOf(nodes)
    inner = tuple(_condition(child, detections, part) for child in item.args)  # type: ignore[arg-type] # never None here
    if isinstance(item, ConditionNOT):
        return Negation(inner[0])
    if isinstance(item, ConditionAND):
        return AllOf(inner)
    if isinstance(item, ConditionOR):
        return AnyOf(inner)
    raise ConditionError("parser", f"unknown condition {type(item).__name__}")


def _detection(detection: SigmaDetection, placeholders: Placeholders) -> Node:
    items = tuple(
        _item(item, placeholders) if isinstance(item, SigmaDetectionItem) else _detection(item, placeholders)
        for item in detection.detection_items
    )
    return AllOf(items) if detection.item_linking is ConditionAND else AnyOf(items)


def _item(item: SigmaDetectionItem, placeholders: Placeholders) -> Node:
    field = item.field or ""
    words = [reverse_modifier_mapping[modifier.__name__] for modifier in item.modifiers]
    chain = "|".join(words)
    values: list[SigmaType] = item.value or [SigmaNull()]
    groups = []
    for value in values:
        tests = tests_of(value, placeholders, keyword=item.field is None)
        leaves = tuple(Leaf(field, test, chain, pattern_of(test)) for test in tests)
        groups.append(leaves[0] if len(leaves) == 1 else AnyOf(leaves))
    joined: Node = AllOf(tuple(groups)) if item.value_linking is ConditionAND else AnyOf(tuple(groups))
    return Negation(joined) if item.negated else joined
