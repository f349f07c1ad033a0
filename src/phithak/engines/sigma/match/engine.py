"""The engine: records in, hits out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from ctypes import CDLL
from typing import Any

import msgspec

from phithak.engines.sigma.indicators.model import Indicator
from phithak.engines.sigma.indicators.watch import Watch
from phithak.engines.sigma.match import explain, tree
from phithak.engines.sigma.match.atoms import AtomTable
from phithak.engines.sigma.match.explain import Matched
from phithak.engines.sigma.match.finders import PatternStore, hyperscan
from phithak.engines.sigma.match.headers import HEADER
from phithak.engines.sigma.match.keywords import KeywordPlaces
from phithak.engines.sigma.match.memory import Classes, FieldMemo
from phithak.engines.sigma.match.passing import Passer
from phithak.engines.sigma.match.plan import NOTHING, Plan, Verdict
from phithak.engines.sigma.match.plans import PlanMaker
from phithak.engines.sigma.match.scanner import WATCHED, FieldScanner
from phithak.engines.sigma.match.sighted import rule_of
from phithak.engines.sigma.match.text import scalar_text
from phithak.engines.sigma.normalise.event import Fields, LogType, Shaped, flat_fields
from phithak.engines.sigma.normalise.records import fields_of, flat_of, is_flat_windows, open_record
from phithak.engines.sigma.normalise.rescue import rescued
from phithak.engines.sigma.rules.model import Rule, RuleSet
from phithak.engines.sigma.rules.trees import leaves_of

_MEMO_BYTES = 48 << 20
_MOST_VERDICTS = 150_000
_MOST_CLASSES = 150_000
_MOST_PLANS = 2_048
_CHECK_EVERY = 512


class Hit(msgspec.Struct, frozen=True):
    """A rule that holds for an event, and the tests that made it hold.

    Attributes:
        indicator: what was seen, where the hit is one of an indicator; its rule then only names it.
    """

    rule: Rule
    matched: tuple[Matched, ...]
    indicator: Indicator | None = None


class Engine:
    """Evaluates all rules of a set.

    One engine serves one thread. What it remembers is bounded and never changes an answer.
    """

    def __init__(
        self,
        rules: RuleSet,
        *,
        accelerated: bool = True,
        memo_bytes: int = _MEMO_BYTES,
        store: PatternStore | None = None,
        watch: Watch | None = None,
        native: CDLL | None = None,
    ) -> None:
        """Prepare the rules.

        Args:
            rules: the rules, as ``load_rules`` gives them.
            accelerated: use Hyperscan where it is installed; without it the hits are the same.
            store: where compiled patterns are kept between starts.
            memo_bytes: about how much one generation of remembered values may take.
            watch: indicators to look for beside the rules.
            native: the accelerator in C, as ``passing.library`` gives it; without it the hits are the same.
        """
        self.rules = rules.rules
        self._watch = watch
        self._accelerated = accelerated
        self._memo_bytes = memo_bytes
        self._store = store
        self._atoms = AtomTable(self.rules)
        self._classes = Classes()
        self._memos: dict[str, FieldMemo] = {}
        self._plans: dict[tuple[Any, ...], Plan] = {}
        # plans of flat Windows records by (channel, event id), as the hot loop looks them up
        self._flat_plans: dict[tuple[Any, Any], Plan] = {}
        self._maker = PlanMaker(
            self.rules,
            self._atoms,
            lambda name: self._memo(name).young,
            watch=watch,
            accelerated=accelerated,
        )
        self._decode = msgspec.json.Decoder().decode
        self._passer = (
            Passer(native, self, memo_bytes) if native is not None and hyperscan is not None else None
        )
        self.judged = 0
        self._careful_calls = 0
        self.records = 0

    def prepare(self) -> None:
        """Compile every field and fold every rule now; else each waits for the first event that asks for it."""
        for name in list(self._atoms.by_field):
            self._memo(name)
        self._maker.prepare()

    def scanned_values(self) -> int:
        """Return how many values were scanned so far because they were new."""
        return sum(memo.scanned for memo in self._memos.values())

    def flat_plan(self, channel: Any, event_id: Any) -> Plan | None:
        """As :meth:`Asked.flat_plan`."""
        shaped = open_record({"Channel": channel, "EventID": event_id})
        plan = self._plan(shaped)
        return None if plan.watched is None else plan

    def class_of(self, name: str, value: Any) -> int:
        """As :meth:`Asked.class_of`."""
        memo = self._memo(name)
        memo.scanned += 1
        return self._classes.number(memo.scanner.true_of_value(value))

    def keyword_group(self, places: KeywordPlaces, plan: Plan) -> int | None:
        """As :meth:`Asked.keyword_group`."""
        return places.group(map(self._atoms.test_of, plan.announcing)) if plan.announcing else 0

    def verdict_of(self, plan: Plan, classes: tuple[int, ...]) -> Verdict:
        """As :meth:`Asked.verdict_of`."""
        self.judged += 1
        return plan.judge([self._classes.sets[number] for number in classes])

    def match(self, record: Any, log: LogType | None = None, *, at: float = math.inf) -> list[Hit]:
        """Return the hits of one decoded record: rules in their order, then indicators as they stand in it.

        Args:
            record: what ``open_record`` takes.
            log: what log it comes from, if the caller knows.
            at: the moment for which indicators must count, in seconds since 1970; without one only those hit
                that never expire.
        """
        shaped = open_record(record, log)
        return self.hits(shaped, self.verdict(shaped), at)

    def hits(self, shaped: Shaped, verdict: Verdict, at: float = math.inf) -> list[Hit]:
        """Return the hits that a verdict means for its event, with what matched; ``at`` as for :meth:`match`."""
        if verdict is NOTHING:
            return []
        indexes = list(verdict.sure)
        fields = fields_of(shaped)
        for index, rest in verdict.open:
            if tree.answered(rest, lambda leaf: explain.answer(leaf, fields)):
                indexes.append(index)
        found = [Hit(self.rules[index], self._matched(index, verdict, fields)) for index in sorted(indexes)]
        if verdict.watched and self._watch is not None:
            for item in self._watch.sightings(flat_of(shaped), verdict.names, at):
                rule, matched = rule_of(item)
                found.append(Hit(rule, matched, item.indicator))
        return found

    def _matched(self, index: int, verdict: Verdict, fields: Fields) -> tuple[Matched, ...]:
        # channel and event id are folded into the plan, so what is true of them is no part of the verdict
        header = [leaf for leaf in self._maker.header_leaves[index] if explain.answer(leaf, fields)]
        key = (index, *map(id, header))
        leaves = verdict.told.get(key)
        if leaves is None:
            condition = self.rules[index].condition
            if any(self._atoms.find(leaf) is None for leaf in leaves_of(condition)):
                return explain.matched(condition, fields)
            true = verdict.true
            leaves = verdict.told[key] = explain.true_leaves(
                condition,
                lambda leaf: leaf in header if leaf.field in HEADER else self._atoms.find(leaf) in true,
            )
        return explain.matched_by(leaves, fields)

    def match_lines(
        self, chunk: bytes, *, at: float = math.inf
    ) -> Iterator[tuple[int, Any, list[Hit] | None]]:
        """Yield the lines of a chunk of JSON lines that hit, or that are no JSON; ``at`` as for :meth:`match`.

        Yields:
            The number of the record from 0 (blank lines are none), the record, and its hits; for a line that
            is no JSON None and None. Records without a hit are not given. Once all is read, ``records`` has
            grown by their number.
        """
        if self._passer is not None:
            yield from self._passed(self._passer, chunk, at)
            return
        plans, decode, nothing = self._flat_plans, self._decode, NOTHING
        lines = chunk.split(b"\n")
        blank = 0
        for place, line in enumerate(lines):
            try:
                record = decode(line)
            except (msgspec.DecodeError, RecursionError, ValueError):
                record = _rescued(line)
                if record is None:
                    text = bool(line.strip())
                    yield from [(place - blank, None, None)] * text
                    blank += not text
                    continue
            try:
                event_id = record["EventID"]
                if event_id is True or event_id is False:
                    raise KeyError  # noqa: TRY301 a bool equals a number as a key, but is no event id
                plan = plans[record["Channel"], event_id]
            except (KeyError, TypeError):
                shaped = open_record(record)
                verdict = self.verdict(shaped, line)
            else:
                try:
                    verdict = plan.verdicts[tuple(map(dict.get, plan.memos, map(record.get, plan.names)))]
                except (KeyError, TypeError):
                    verdict = self._careful(plan, record)
                if plan.may_hold is not None and plan.may_hold(line):
                    verdict = self.verdict(open_record(record))
                if verdict is nothing:
                    continue
                shaped = Shaped(record, plan.log)
            if verdict is not nothing and (found := self.hits(shaped, verdict, at)):
                yield place - blank, record, found
        self.records += len(lines) - blank

    def _passed(self, passer: Passer, chunk: bytes, at: float) -> Iterator[tuple[int, Any, list[Hit] | None]]:
        self._keep_bounds()
        records, seen = passer.scan(chunk)
        for item in seen:
            try:
                record = self._decode(item.line)
            except (msgspec.DecodeError, RecursionError, ValueError):
                record = _rescued(item.line)
                if record is None:
                    yield item.number, None, None
                    continue
            if item.plan is None:
                shaped = open_record(record)
                verdict = self.verdict(shaped, item.line)
            else:
                shaped, verdict = Shaped(record, item.plan.log), item.verdict
            if verdict is not NOTHING and (found := self.hits(shaped, verdict, at)):
                yield item.number, record, found
        self.records += records

    def verdict(self, shaped: Shaped, line: bytes | None = None) -> Verdict:
        """Return the verdict on an opened record.

        Args:
            shaped: the record.
            line: the JSON that it was decoded from, if the caller has it.
        """
        plan = self._plan(shaped)
        fields = shaped.fields
        if plan.nested and any(isinstance(value, dict | list) for value in fields.values()):
            fields = flat_fields(fields)
        true: frozenset[int] = frozenset()
        if plan.may_hold is not None and (line is None or plan.may_hold(line)):
            true = self._keyword_atoms(shaped) & plan.keyword_atoms
        if (
            plan.watched is None
            and self._watch is not None
            and self._watch.may_hold(shaped.log, shaped.fields)
        ):
            true |= {WATCHED}
        return self._careful(plan, fields, true)

    def _careful(self, plan: Plan, fields: Fields, keywords: frozenset[int] = frozenset()) -> Verdict:
        self._careful_calls += 1
        if self._careful_calls % _CHECK_EVERY == 0:
            self._keep_bounds()
        classes = self._classes_of(plan, fields)
        key = (*classes, keywords) if keywords else tuple(classes)
        verdict = plan.verdicts.get(key)
        if verdict is None:
            parts = [self._classes.sets[number] for number in classes]
            verdict = plan.judge([*parts, keywords])
            plan.verdicts[key] = verdict
            self.judged += 1
        return verdict

    def _classes_of(self, plan: Plan, fields: Fields) -> list[int]:
        classes: list[Any] = [None] * len(plan.fields)
        if plan.direct:
            # a list cannot be looked up
            with suppress(TypeError):
                classes = list(map(dict.get, plan.memos, map(fields.get, plan.names)))
        for place, found in enumerate(classes):
            if found is None:
                names = plan.choices[place]
                value = fields.get(names[0])
                if value is None and len(names) > 1:
                    value = _first(fields, names)
                classes[place] = self._memos[plan.fields[place]].classify(value)
        return classes

    def _keyword_atoms(self, shaped: Shaped) -> frozenset[int]:
        memo = self._memo("")
        fields = fields_of(shaped)
        found: frozenset[int] = frozenset()
        for name, value in fields.items():
            if name[:1] not in "_@":
                found |= self._classes.sets[memo.classify(value)]
        return found

    def _memo(self, name: str) -> FieldMemo:
        memo = self._memos.get(name)
        if memo is None:
            scanner = FieldScanner(
                self._atoms.by_field.get(name, ()),
                accelerated=self._accelerated,
                store=self._store,
                watch=self._watch.holds if self._watch and name in self._watch.names else None,
            )
            memo = FieldMemo(scanner, self._classes, absent_known=name not in self._maker.several)
            self._memos[name] = memo
        return memo

    def _plan(self, shaped: Shaped) -> Plan:
        log, fields = shaped.log, shaped.fields
        channel, event_id = fields.get("Channel"), fields.get("EventID")
        plain = isinstance(channel, str) and isinstance(event_id, int | str)
        known = plain and log.services and "windows" in log.products
        key: tuple[Any, ...] = (log.key, id(log.aliases))
        if known:
            key = (*key, channel, event_id.__class__, event_id)
        plan = self._plans.get(key)
        if plan is None:
            fixed: Mapping[str, str] = {}
            if known:
                fixed = {"Channel": str(channel), "EventID": scalar_text(event_id)}
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
                self._flat_plans.clear()
                self._maker.clear()
            plan = self._plans[key] = self._maker.make(log, fixed)
        # a bool equals a number as a key, and only records of the flat shape may take the short way
        if (
            known
            and plan.direct
            and not plan.nested
            and event_id.__class__ is not bool
            and is_flat_windows(fields)
            and log.aliases.get("Computer")
        ):
            self._flat_plans[channel, event_id] = plan
        return plan

    def _keep_bounds(self) -> None:
        if sum(memo.bytes for memo in self._memos.values()) > self._memo_bytes:
            for memo in self._memos.values():
                memo.rotate()
        if len(self._classes) > _MOST_CLASSES:
            self._classes.clear()
            for memo in self._memos.values():
                memo.reset()
            for plan in self._plans.values():
                plan.forget()
            if self._passer is not None:
                self._passer.forget()
        elif sum(len(plan.verdicts) for plan in self._plans.values()) > _MOST_VERDICTS:
            for plan in self._plans.values():
                plan.forget()


def _first(fields: Fields, names: tuple[str, ...]) -> Any:
    for name in names:
        value = fields.get(name)
        if value is not None:
            return value
    return None


def _rescued(line: bytes) -> Any:
    try:
        return rescued(line)
    except (ValueError, RecursionError):
        return None
