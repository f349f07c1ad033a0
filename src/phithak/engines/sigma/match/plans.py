"""How plans are made: which rules take a log, folded over what every event of the plan has in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from phithak.engines.sigma.indicators.watch import Watch, watched_names
from phithak.engines.sigma.match.atoms import AtomTable
from phithak.engines.sigma.match.headers import HEADER, HeaderTests
from phithak.engines.sigma.match.keywords import MayHold, keyword_filter
from phithak.engines.sigma.match.plan import Layer, Plan, Woken, fold_rule, layer_of, make_plan
from phithak.engines.sigma.normalise.event import LogType
from phithak.engines.sigma.normalise.logtypes import read_table
from phithak.engines.sigma.rules.model import Leaf, Logsource, Rule
from phithak.engines.sigma.rules.trees import leaves_of


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
        # per log source the rules that ask nothing of channel and event id as a layer, since those fold alike in
        # every plan; and the numbers of the others
        self._sources: dict[Logsource, tuple[Layer, list[int]]] = {}
        # what logs of the same three words share
        self._shared: dict[tuple[frozenset[str], ...], tuple[tuple[Layer, ...], list[int]]] = {}
        self._filters: dict[frozenset[int], MayHold] = {}
        self._headers = HeaderTests(self.header_leaves)
        self._dead: dict[int, bool] = {}
        self._alike: dict[tuple[Any, ...], Plan] = {}

    def prepare(self) -> None:
        """Fold every rule now that folds alike in every plan."""
        for source in self._by_source:
            self._of_source(source)

    def clear(self) -> None:
        """Forget the plans, and what grows with them."""
        self._shared.clear()
        self._headers.clear()
        self._alike.clear()

    def make(self, log: LogType, fixed: Mapping[str, str]) -> Plan:
        """Return the plan of a log type; ``fixed`` are fields that have one text in all its events."""
        shared, indexes = self._shared_by(log)
        folded = [item for item in self._all_folded(indexes, fixed) if item[1].node is not False]
        # event ids of which no rule speaks fold alike: they share one plan and its verdicts
        watched = () if self._watch is None else watched_names(log, fixed.get("EventID", ""))
        key = (log.key, id(log.aliases), watched, *map(id, shared), *map(id, folded))
        plan = self._alike.get(key)
        if plan is not None:
            return plan
        layers = (*shared, layer_of(folded, self._atoms)) if folded else shared
        plan = self._alike[key] = make_plan(log, layers, self._memo_of, watched)
        # where the first of several names is absent, only a memo that knows nothing of absence tells to look on
        plan.direct = all(
            len(names) == 1 or name in self.several
            for name, names in zip(plan.fields, plan.choices, strict=True)
        )
        if plan.announcing:
            plan.may_hold = self._filters.get(plan.announcing)
            if plan.may_hold is None:
                tests = [self._atoms.test_of(atom) for atom in plan.announcing]
                plan.may_hold = keyword_filter(tests, accelerated=self._accelerated)
                self._filters[plan.announcing] = plan.may_hold
        return plan

    def _shared_by(self, log: LogType) -> tuple[tuple[Layer, ...], list[int]]:
        key = (log.categories, log.products, log.services)
        found = self._shared.get(key)
        if found is None:
            taken = [
                self._of_source(source)
                for source in self._by_source
                if log.takes(source.category, source.product, source.service)
            ]
            indexes = sorted(index for _, others in taken for index in others)
            found = self._shared[key] = tuple(layer for layer, _ in taken if layer.asks), indexes
        return found

    def _of_source(self, source: Logsource) -> tuple[Layer, list[int]]:
        found = self._sources.get(source)
        if found is None:
            indexes = self._by_source[source]
            bare = [
                (index, fold_rule(self._rules[index], self._atoms, {}))
                for index in indexes
                if not self.header_leaves[index]
            ]
            others = [index for index in indexes if self.header_leaves[index]]
            found = self._sources[source] = layer_of(bare, self._atoms), others
        return found

    def _all_folded(self, indexes: Sequence[int], fixed: Mapping[str, str]) -> list[Woken]:
        """Return the folded form of rules, without most of those that nothing in ``fixed`` can make hold."""
        if not fixed:
            return [self._folded(index, ()) for index in indexes]
        touched = self._headers.touched(fixed)
        return [
            self._folded(index, self._headers.answers(index, fixed))
            for index in indexes
            if index in touched or not self._is_dead(index)
        ]

    def _is_dead(self, index: int) -> bool:
        """Whether a rule cannot hold where every one of its tests of channel and event id is false."""
        found = self._dead.get(index)
        if found is None:
            none = (False,) * len(self.header_leaves[index])
            found = self._dead[index] = self._folded(index, none)[1].node is False
        return found

    def _folded(self, index: int, answers: tuple[bool | None, ...]) -> Woken:
        found = self._folds.get((index, answers))
        if found is None:
            known = {
                id(leaf): answer
                for leaf, answer in zip(self.header_leaves[index], answers, strict=False)
                if answer is not None
            }
            rule = fold_rule(self._rules[index], self._atoms, known)
            found = self._folds[index, answers] = (index, rule)
        return found
