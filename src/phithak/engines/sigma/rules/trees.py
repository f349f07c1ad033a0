"""Trees of rules and correlations: their leaves, their simplest form, unknown parts settled, patterns for people."""

from __future__ import annotations

from phithak.engines.sigma.rules.model import (
    ANY_MANY,
    AllOf,
    AnyOf,
    Constant,
    Correlation,
    Leaf,
    Negation,
    Node,
    ReferenceTest,
    RegexTest,
    StringTest,
    Test,
    UnknownTest,
)

_COUNTS = ("event_count", "value_count", "temporal", "temporal_ordered")


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


def grows(item: Correlation) -> bool:
    """Whether more events in a window can only make the condition true, never false again."""
    if item.expression is not None:
        return not _has_negation(item.expression)
    if item.condition is None:
        return False
    return item.kind in _COUNTS and all(op in ("gt", "gte") for op, _ in item.condition.bounds)


def _has_negation(node: Node) -> bool:
    if isinstance(node, AllOf | AnyOf):
        return any(map(_has_negation, node.items))
    return isinstance(node, Negation)


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
