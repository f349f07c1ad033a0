"""How plans are made: which rules take a log, folded over what every event of the plan has in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from phithak.engines.sigma.indicators.watch import Watch, watched_names
from phithak.engines.sigma.match.atoms import AtomTable
from phithak.engines.sigma.match.keywords import MayHold, keyword_filter
from phithak.engines.sigma.match.plan import (
    Folded,
    Layer,
    Plan,
    Woken,
    answer_for,
    fold_rule,
    layer_of,
    make_plan,
)
from phithak.engines.sigma.normalise.event import LogType
from phithak.engines.sigma.normalise.logtypes import read_table
from phithak.engines.sigma.rules.model import Leaf, Logsource, Rule, Test
from phithak.engines.sigma.rules.trees import leaves_of

HEADER = frozenset({"Channel", "EventID"})


class PlanMaker:
    """Makes plans, and keeps what they share.

    Attributes:
        header_leaves: per rule its tests of channel and event id, which are folded into plans.
        several: fields for which an event may have several names.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        atoms: AtomTable,
        memo_of: Callable[[str], dict[Any, int]],
        *,
        watch: Watch | None,
        accelerated: bool,
    ) -> None:
        self._rules = rules
        self._atoms = atoms
        self._memo_of = memo_of
        self._watch = watch
        self._accelerated = accelerated
        self.several = frozenset(read_table("flat")["header"]) | {"c-uri", "cs-uri"}
        self._by_source: dict[Logsource, list[int]] = defaultdict(list)
        self.header_leaves: list[tuple[Leaf, ...]] = []
        for index, rule in enumerate(rules):
            self._by_source[rule.logsource].append(index)
            leaves = leaves_of(rule.condition)
            self.header_leaves.append(tuple(leaf for leaf in leaves if leaf.field in HEADER))
        self._folds: dict[tuple[int, tuple[bool | None, ...]], Woken] = {}
        # the folded form of rules that ask nothing of channel and event id: the same in every plan
        self._bare: dict[int, Folded] = {}
        # what logs of the same three words share: those rules as a layer, and the numbers of the others
        self._shared: dict[tuple[frozenset[str], ...], tuple[Layer, list[int]]] = {}
        self._filters: dict[frozenset[int], MayHold] = {}
        self._answers: dict[tuple[Test, str], bool | None] = {}
        self._alike: dict[tuple[Any, ...], Plan] = {}

    def prepare(self) -> None:
        """Fold every rule now that folds alike in every plan."""
        for index, leaves in enumerate(self.header_leaves):
            if not leaves:
                self._bare_of(index)

    def clear(self) -> None:
        """Forget the plans, and what grows with them."""
        self._shared.clear()
        self._answers.clear()
        self._alike.clear()

    def make(self, log: LogType, fixed: Mapping[str, str]) -> Plan:
        """Return the plan of a log type; ``fixed`` are fields that have one text in all its events."""
        layer, indexes = self._shared_by(log)
        folded = [
            item for item in (self._folded(index, fixed) for index in indexes) if item[1].node is not False
        ]
        # event ids of which no rule speaks fold alike: they share one plan and its verdicts
        watched = () if self._watch is None else watched_names(log, fixed.get("EventID", ""))
        key = (log.key, id(log.aliases), watched, id(layer), *map(id, folded))
        plan = self._alike.get(key)
        if plan is not None:
            return plan
        layers = (layer, layer_of(folded, self._atoms)) if folded else (layer,)
        plan = self._alike[key] = make_plan(log, layers, self._memo_of, watched)
        # where the first of several names is absent, only a memo that knows nothing of absence tells to look on
        plan.direct = all(
            len(names) == 1 or name in self.several
            for name, names in zip(plan.fields, plan.choices, strict=True)
        )
        if plan.keyword_atoms:
            plan.may_hold = self._filters.get(plan.keyword_atoms)
            if plan.may_hold is None:
                tests = [self._atoms.test_of(atom) for atom in plan.keyword_atoms]
                plan.may_hold = keyword_filter(tests, accelerated=self._accelerated)
                self._filters[plan.keyword_atoms] = plan.may_hold
        return plan

    def _shared_by(self, log: LogType) -> tuple[Layer, list[int]]:
        key = (log.categories, log.products, log.services)
        found = self._shared.get(key)
        if found is None:
            indexes = sorted(
                index
                for source, indexes in self._by_source.items()
                if log.takes(source.category, source.product, source.service)
                for index in indexes
            )
            bare = [(index, self._bare_of(index)) for index in indexes if not self.header_leaves[index]]
            others = [index for index in indexes if self.header_leaves[index]]
            found = self._shared[key] = layer_of(bare, self._atoms), others
        return found

    def _bare_of(self, index: int) -> Folded:
        found = self._bare.get(index)
        if found is None:
            found = self._bare[index] = fold_rule(self._rules[index], self._atoms, {})
        return found

    def _folded(self, index: int, fixed: Mapping[str, str]) -> Woken:
        leaves = self.header_leaves[index] if fixed else ()
        answers = tuple([self._answer(leaf, fixed[leaf.field]) for leaf in leaves])
        found = self._folds.get((index, answers))
        if found is None:
            known = {
                id(leaf): answer for leaf, answer in zip(leaves, answers, strict=True) if answer is not None
            }
            rule = fold_rule(self._rules[index], self._atoms, known)
            found = self._folds[index, answers] = (index, rule)
        return found

    def _answer(self, leaf: Leaf, text: str) -> bool | None:
        key = (leaf.test, text)
        if key not in self._answers:
            self._answers[key] = answer_for(leaf, text)
        return self._answers[key]
