"""Trees over atom numbers in a form that is quick to evaluate and to fold.

A compact tree is a tuple: ``(AND, ids, items)`` all ids true and all items hold; ``(OR, ids, items)`` any;
``(NOT, item)``; ``(ASK, leaf)`` a leaf that must be asked of each event; or a plain bool.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from phithak.engines.sigma.rules.model import AllOf, Constant, Leaf, Negation, Node

AND, OR, NOT, ASK = 0, 1, 2, 3
Compact = Any
Atoms = frozenset[int]


def compact_of(node: Node, settle: Callable[[Leaf], Compact]) -> Compact:
    """Return the compact tree; ``settle`` gives for a leaf an atom id, a bool or an ``(ASK, leaf)`` item.

    Atom ids are never given as plain ints inside: ``settle`` returns ``(AND, frozenset({id}), ())``.
    """
    if isinstance(node, Leaf):
        return settle(node)
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Negation):
        inner = compact_of(node.item, settle)
        return (not inner) if isinstance(inner, bool) else (NOT, inner)
    kind = AND if isinstance(node, AllOf) else OR
    # one at a time: where one part settles the answer the others need not be looked at
    return joined(kind, (compact_of(item, settle) for item in node.items))


def joined(kind: int, parts: Iterable[Compact]) -> Compact:
    """Return the parts under one and/or, constants folded, single atoms and trees of the same kind merged."""
    ids: set[int] = set()
    items: list[Compact] = []
    for part in parts:
        if isinstance(part, bool):
            if part is (kind == OR):
                return part
        elif part[0] == kind or (part[0] in (AND, OR) and not part[2] and len(part[1]) == 1):
            ids |= part[1]
            items.extend(part[2])
        else:
            items.append(part)
    if not ids and not items:
        return kind == AND
    return items[0] if not ids and len(items) == 1 else (kind, frozenset(ids), tuple(items))


def holds(node: Compact, true: Atoms) -> bool:
    """Whether a tree without questions holds where exactly the atoms ``true`` are."""
    if node is True or node is False:
        return bool(node)
    kind = node[0]
    if kind == AND:
        return node[1] <= true and all(holds(item, true) for item in node[2])
    if kind == OR:
        return not node[1].isdisjoint(true) or any(holds(item, true) for item in node[2])
    return not holds(node[1], true)


def residual(node: Compact, true: Atoms) -> Compact:
    """Return what is left to ask of the event where the atoms ``true`` are: a bool or a tree of questions."""
    if node is True or node is False or node[0] == ASK:
        return node
    if node[0] == NOT:
        inner = residual(node[1], true)
        return (not inner) if isinstance(inner, bool) else (NOT, inner)
    if node[0] == AND:
        return joined(AND, [node[1] <= true, *(residual(item, true) for item in node[2])])
    return joined(OR, [not node[1].isdisjoint(true), *(residual(item, true) for item in node[2])])


def answered(node: Compact, ask: Callable[[Leaf], bool]) -> bool:
    """Whether a tree of questions holds."""
    if node is True or node is False:
        return bool(node)
    if node[0] == ASK:
        return ask(node[1])
    if node[0] == NOT:
        return not answered(node[1], ask)
    test = all if node[0] == AND else any
    return test(answered(item, ask) for item in node[2])


def has_questions(node: Compact) -> bool:
    """Whether any leaf must be asked of each event."""
    if isinstance(node, bool):
        return False
    if node[0] == ASK:
        return True
    return has_questions(node[1]) if node[0] == NOT else any(map(has_questions, node[2]))


def atoms_in(node: Compact) -> set[int]:
    """Return every atom of a tree."""
    if isinstance(node, bool) or node[0] == ASK:
        return set()
    if node[0] == NOT:
        return atoms_in(node[1])
    return set(node[1]).union(*map(atoms_in, node[2]))


def triggers(node: Compact, cost: Callable[[int], float]) -> Atoms | None:
    """Return atoms of which one must be true for the tree to hold, the rarest such set; None if none is needed."""
    if isinstance(node, bool):
        return None if node else frozenset()
    if node[0] in (ASK, NOT):
        return None
    parts = [triggers(item, cost) for item in node[2]]
    if node[0] == AND:
        choices = [part for part in parts if part is not None] + [frozenset({atom}) for atom in node[1]]
        return min(choices, key=lambda atoms: sum(map(cost, atoms)), default=None)
    if any(part is None for part in parts):
        return None
    own: Atoms = node[1]
    return own.union(*(part for part in parts if part is not None))
