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

from phithak.engines.sigma.rules.model import (
    ANY_MANY,
    AllOf,
    AnyOf,
    Constant,
    Leaf,
    Negation,
    Node,
    Reason,
    ReferenceTest,
    RegexTest,
    StringTest,
    Test,
    UnknownTest,
)
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
    nodes = [_condition(parsed.parse(postprocess=False), detections, parts.__getitem__)  # type: ignore[arg-type] # an item
             for parsed in detections.parsed_condition]
    whole = nodes[0] if len(nodes) == 1 else AnyOf(tuple(nodes))
    leaves = leaves_of(whole)
    if len(leaves) > _MOST_LEAVES:
        raise ConditionError("limit", f"{len(leaves)} tests")
    reasons = {
        Reason(leaf.test.code, leaf.test.detail): None for leaf in leaves if isinstance(leaf.test, UnknownTest)
    }
    return Detected(simplified(settled(whole, positive=True)) if reasons else simplified(whole), tuple(reasons))


def leaves_of(node: Node) -> list[Leaf]:
    """Return every leaf of a tree, in order."""
    found: list[Leaf] = []
    stack: list[Node] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, Leaf):
            found.append(item)
        elif isinstance(item, Negation):
            stack.append(item.item)
        elif isinstance(item, AllOf | AnyOf):
            stack.extend(reversed(item.items))
    return found


def settled(node: Node, *, positive: bool) -> Node:
    """Return the tree with unknown tests replaced by the answer that makes fewer hits."""
    if isinstance(node, Leaf):
        return Constant(value=not positive) if isinstance(node.test, UnknownTest) else node
    if isinstance(node, Negation):
        return Negation(settled(node.item, positive=not positive))
    if isinstance(node, AllOf | AnyOf):
        return type(node)(tuple(settled(item, positive=positive) for item in node.items))
    return node


def simplified(node: Node) -> Node:
    """Return an equal tree without constants inside, single children and nested and/or of one kind."""
    if isinstance(node, Negation):
        inner = simplified(node.item)
        if isinstance(inner, Constant):
            return Constant(value=not inner.value)
        return inner.item if isinstance(inner, Negation) else Negation(inner)
    if not isinstance(node, AllOf | AnyOf):
        return node
    decides = isinstance(node, AnyOf)
    items: dict[Node, None] = {}
    for child in map(simplified, node.items):
        if isinstance(child, Constant):
            if child.value is decides:
                return child
        elif type(child) is type(node) and isinstance(child, AllOf | AnyOf):
            items.update(dict.fromkeys(child.items))
        else:
            items[child] = None
    if not items:
        return Constant(value=not decides)
    return next(iter(items)) if len(items) == 1 else type(node)(tuple(items))


def _condition(
    item: ConditionItem, detections: SigmaDetections, part: Callable[[str], Node]
) -> Node:
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


def pattern_of(test: Test) -> str:
    """Return the pattern of a test as a person would read it, without the stars that its modifier adds."""
    if isinstance(test, StringTest):
        return _string_pattern(test)
    if isinstance(test, RegexTest):
        return test.pattern
    if isinstance(test, ReferenceTest):
        return test.field
    for name in ("number", "cidr", "wanted", "detail"):
        if hasattr(test, name):
            return str(getattr(test, name)).lower() if name == "wanted" else str(getattr(test, name))
    return "null"


def _string_pattern(test: StringTest) -> str:
    parts = test.parts
    if len(parts) > 1 and parts[0] == ANY_MANY:
        parts = parts[1:]
    if len(parts) > 1 and parts[-1] == ANY_MANY:
        parts = parts[:-1]
    return "".join(part if isinstance(part, str) else "?*"[part] for part in parts)
