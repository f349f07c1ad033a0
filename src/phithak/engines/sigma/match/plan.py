"""What one log type asks: its rules folded, its fields, which atoms wake which rule, verdicts once worked out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from phithak.engines.sigma.match import tree
from phithak.engines.sigma.match.atoms import AtomTable
from phithak.engines.sigma.match.scanner import WATCHED
from phithak.engines.sigma.normalise.event import LogType
from phithak.engines.sigma.rules.model import Leaf, ReferenceTest, Rule, TimeTest

Atoms = frozenset[int]


@dataclass(frozen=True)
class Verdict:
    """Which rules hit: ``sure`` always, ``open`` where their questions are answered yes by the event.

    Attributes:
        watched: an indicator, expired or not, stands in the event.
        names: the fields in which indicators are looked for; None means all.
        told: which tests are to be told of a rule, by its number and what is true of the header; filled when asked.
    """

    sure: tuple[int, ...]
    open: tuple[tuple[int, tree.Compact], ...] = ()
    true: Atoms = frozenset()
    watched: bool = False
    names: tuple[str, ...] | None = None
    told: dict[tuple[int, ...], tuple[Leaf, ...]] = field(default_factory=dict, compare=False)


NOTHING = Verdict(())


@dataclass(frozen=True, eq=False)
class Folded:
    """A rule as a plan holds it.

    Attributes:
        triggers: atoms of which one must be true for the rule to hold; None if none is needed.
        atoms: every atom of the tree.
    """

    node: tree.Compact
    triggers: Atoms | None
    atoms: Atoms
    asks: bool


Woken = tuple[int, Folded]


@dataclass(frozen=True)
class Layer:
    """Some rules of a plan, ready to be woken; most rules of a log type are the same whatever the event id.

    Attributes:
        fields: names of all fields that they ask for.
        wakes: atom -> rules that may hold where it is true.
        always: rules that no atom wakes.
        keyword_atoms: atoms that are looked for in every value.
        announcing: those without which none of its rules holds because of another of them.
    """

    fields: frozenset[str]
    wakes: Mapping[int, Sequence[Woken]]
    always: tuple[Woken, ...]
    keyword_atoms: Atoms
    announcing: Atoms

    @property
    def asks(self) -> bool:
        """Whether it holds a rule that can ever hold."""
        return bool(self.wakes or self.always)


def layer_of(rules: Iterable[Woken], atoms: AtomTable) -> Layer:
    """Return the layer of some rules, each with its number."""
    wakes: dict[int, list[Woken]] = defaultdict(list)
    always = []
    used: set[int] = set()
    announcing: set[int] = set()
    for item in rules:
        rule = item[1]
        if rule.node is False:
            continue
        used |= rule.atoms
        keywords = {atom for atom in rule.atoms if not atoms.field_of(atom)}
        # where one of these must be true, the others alone change nothing
        enough = rule.triggers is not None and rule.triggers <= keywords
        announcing |= rule.triggers if enough and rule.triggers is not None else keywords
        if rule.triggers is None:
            always.append(item)
        for atom in rule.triggers or ():
            wakes[atom].append(item)
    return Layer(
        fields=frozenset(atoms.field_of(atom) for atom in used) - {""},
        wakes=wakes,
        always=tuple(always),
        keyword_atoms=frozenset(atom for atom in used if not atoms.field_of(atom)),
        announcing=frozenset(announcing),
    )


@dataclass
class Plan:
    """The folded rules of one log type.

    Attributes:
        fields: names as rules use them; ``choices`` those in the event, the first that is there counts;
            ``names`` the first choices.
        memos: per field the map from value to class, shared with all plans.
        verdicts: tuple of classes -> verdict, or ``NOTHING``.
        keyword_atoms: atoms that are looked for in every value.
        announcing: those of which one must be true for any of them to matter.
        may_hold: says of a raw line whether any of these can be true; None where there are none.
        watched: the fields in which indicators are looked for; None means all.
        direct: whether the classes of ``names`` alone may lead to a verdict.
    """

    log: LogType
    fields: tuple[str, ...]
    choices: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    memos: tuple[dict[Any, int], ...]
    nested: bool
    layers: tuple[Layer, ...]
    keyword_atoms: Atoms
    announcing: Atoms = frozenset()
    may_hold: Callable[[bytes], bool] | None = None
    watched: tuple[str, ...] | None = ()
    direct: bool = False
    verdicts: dict[tuple[Any, ...], Verdict] = field(default_factory=dict)
    _woken: dict[Atoms, set[Woken]] = field(default_factory=dict)

    def judge(self, parts: Sequence[Atoms]) -> Verdict:
        """Return the verdict where the atoms of ``parts`` are true, and no others."""
        places: set[Woken] = set()
        for layer in self.layers:
            places.update(layer.always)
        for atoms in parts:
            woken = self._woken.get(atoms)
            if woken is None:
                woken = self._woken[atoms] = {
                    rule for layer in self.layers for atom in atoms for rule in layer.wakes.get(atom, ())
                }
            places.update(woken)
        watched = any(WATCHED in atoms for atoms in parts)
        if not places and not watched:
            return NOTHING
        true: Atoms = frozenset().union(*parts)
        sure, undecided = [], []
        for index, rule in places:
            node = rule.node
            if rule.asks:
                rest = tree.residual(node, true)
                if rest is True:
                    sure.append(index)
                elif rest is not False:
                    undecided.append((index, rest))
            elif tree.holds(node, true):
                sure.append(index)
        if not sure and not undecided and not watched:
            return NOTHING
        return Verdict(tuple(sure), tuple(undecided), true, watched, self.watched)

    def forget(self) -> None:
        """Drop what was worked out."""
        self.verdicts.clear()
        self._woken.clear()


def fold_rule(rule: Rule, atoms: AtomTable, known: Mapping[int, bool]) -> Folded:
    """Return a rule folded over the leaves, by identity, whose answer is known in every event of a plan."""

    def settle(leaf: Leaf) -> tree.Compact:
        answer = known.get(id(leaf))
        if answer is not None:
            return answer
        if isinstance(leaf.test, ReferenceTest | TimeTest):
            return (tree.ASK, leaf)
        return (tree.AND, frozenset({atoms.number(leaf.field, leaf.test)}), ())

    node = tree.compact_of(rule.condition, settle)
    return Folded(
        node, tree.triggers(node, atoms.cost), frozenset(tree.atoms_in(node)), asks=tree.has_questions(node)
    )


def make_plan(
    log: LogType,
    layers: tuple[Layer, ...],
    memo_of: Callable[[str], dict[Any, int]],
    watched: tuple[str, ...] | None = (),
) -> Plan:
    """Put together the plan of a log type.

    Args:
        log: the log type.
        layers: the rules whose log source takes it.
        memo_of: the shared memo of a field.
        watched: the fields in which indicators are looked for; None means all.
    """
    fields = tuple(sorted(frozenset(watched or ()).union(*(layer.fields for layer in layers))))
    chosen = [log.aliases.get(name, (name,)) for name in fields]
    return Plan(
        log=log,
        fields=fields,
        choices=tuple(chosen),
        names=tuple(names[0] for names in chosen),
        memos=tuple(memo_of(name) for name in fields),
        nested=any("." in name for names in chosen for name in names),
        layers=layers,
        keyword_atoms=frozenset().union(*(layer.keyword_atoms for layer in layers)),
        announcing=frozenset().union(*(layer.announcing for layer in layers)),
        watched=watched,
    )
