"""Faults in how events are matched: folding, scanning, remembering, waking, folding of plans, questions."""

from __future__ import annotations

from typing import Any

import pytest

from phithak.engines.sigma.match import (
    confirm,
    explain,
    finders,
    headers,
    keywords,
    memory,
    numbers,
    plan,
    scanner,
    text,
    tree,
)
from phithak.engines.sigma.match.engine import Engine
from phithak.engines.sigma.rules.model import ANY_MANY, ExistsTest, NullTest, ReferenceTest
from tests.engines.sigma.planting import Garden, everywhere

GARDEN = Garden()
fault = GARDEN.fault
Patch = pytest.MonkeyPatch


@fault("letters beyond ASCII are folded by lower()")
def _(patch: Patch) -> None:
    everywhere(patch, text.fold, str.lower)


@fault("letters are folded to several")
def _(patch: Patch) -> None:
    everywhere(patch, text.fold, str.casefold)


@fault("the Turkish letters are i")
def _(patch: Patch) -> None:
    whole = text.fold
    everywhere(patch, whole, lambda given: whole(given).replace("ı", "i").replace("\u0130", "i"))


@fault("5.0 is not 5")
def _(patch: Patch) -> None:
    whole = text.scalar_text
    everywhere(patch, whole, lambda given: str(given) if isinstance(given, float) else whole(given))


@fault("true is 1")
def _(patch: Patch) -> None:
    whole = text.scalar_text
    everywhere(patch, whole, lambda given: whole(int(given) if isinstance(given, bool) else given))


@fault("lists in lists are passed over")
def _(patch: Patch) -> None:
    whole = text.texts_of

    def texts_of(value: Any) -> list[str]:
        return whole(
            [item for item in value if not isinstance(item, list)] if isinstance(value, list) else value
        )

    everywhere(patch, whole, texts_of)


def _built(patch: Patch, change: Any) -> None:
    whole = scanner.FieldScanner.__init__

    def build(self: Any, tests: Any, **options: Any) -> None:
        listed = list(tests)
        whole(self, listed, **options)
        change(self, listed)

    patch.setattr(scanner.FieldScanner, "__init__", build)


@fault("a missing field does not meet exists: false")
def _(patch: Patch) -> None:
    def change(self: Any, tests: Any) -> None:
        self.absent = frozenset(atom for atom, test in tests if isinstance(test, NullTest))

    _built(patch, change)


@fault("a missing field does not meet null")
def _(patch: Patch) -> None:
    def change(self: Any, tests: Any) -> None:
        self.absent = frozenset(
            atom for atom, test in tests if isinstance(test, ExistsTest) and not test.wanted
        )

    _built(patch, change)


@fault("no value meets exists: true")
def _(patch: Patch) -> None:
    _built(patch, lambda self, _: setattr(self, "present", frozenset()))


@fault("true and 1 are remembered as one")
def _(patch: Patch) -> None:
    _built(patch, lambda self, _: setattr(self, "plain_numbers", True))


@fault("an empty text counts as missing")
def _(patch: Patch) -> None:
    whole = scanner.FieldScanner.true_of_value
    patch.setattr(scanner.FieldScanner, "true_of_value", lambda self, value: whole(self, value or None))


@fault("of a list the first value counts")
def _(patch: Patch) -> None:
    whole = scanner.FieldScanner.true_of_value
    patch.setattr(
        scanner.FieldScanner,
        "true_of_value",
        lambda self, value: whole(self, value[0] if isinstance(value, list) and value else value),
    )


@fault("every value of a list must match")
def _(patch: Patch) -> None:
    whole = scanner.FieldScanner.true_of_value

    def true_of_value(self: Any, value: Any) -> Any:
        if isinstance(value, list) and value:
            return frozenset.intersection(*(whole(self, item) for item in value))
        return whole(self, value)

    patch.setattr(scanner.FieldScanner, "true_of_value", true_of_value)


@fault("the literal of a second piece must stand at the start")
def _(patch: Patch) -> None:
    whole = scanner._literals

    def literals(test: Any) -> Any:
        return [
            (found, finders.AT_START if place == finders.ANYWHERE and len(found) > 3 else place)
            for found, place in whole(test)
        ]

    patch.setattr(scanner, "_literals", literals)


@fault("values are remembered by their first eight letters")
def _(patch: Patch) -> None:
    whole = memory.FieldMemo.classify
    patch.setattr(
        memory.FieldMemo,
        "classify",
        lambda self, value: whole(self, value[:8] if isinstance(value, str) else value),
    )


@fault("all fields share one older generation")
def _(patch: Patch) -> None:
    shared: dict[Any, int] = {}
    whole = memory.FieldMemo.rotate

    def rotate(self: Any) -> None:
        shared.update(self.young)
        whole(self)
        self._old = shared

    patch.setattr(memory.FieldMemo, "rotate", rotate)


@fault("the older generation outlives its classes")
def _(patch: Patch) -> None:
    whole = memory.FieldMemo.reset

    def reset(self: Any) -> None:
        kept = self._old
        whole(self)
        self._old = kept

    patch.setattr(memory.FieldMemo, "reset", reset)
    _emptied(patch)


@fault("remembered values outlive their classes")
def _(patch: Patch) -> None:
    whole = memory.FieldMemo.reset
    patch.setattr(memory.FieldMemo, "reset", lambda self: None if self.young else whole(self))
    _emptied(patch)


def _emptied(patch: Patch) -> None:
    """Let a class that was forgotten mean no atoms, so that its number is wrong and not merely out of range."""

    def clear(self: Any) -> None:
        self._numbers.clear()
        self.sets[:] = [frozenset()] * len(self.sets)

    patch.setattr(memory.Classes, "clear", clear)


@fault("verdicts outlive their classes")
def _(patch: Patch) -> None:
    patch.setattr(plan.Plan, "forget", lambda _: None)


@fault("classes are told apart by their size")
def _(patch: Patch) -> None:
    whole = memory.Classes.number
    sizes: dict[int, Any] = {}

    def number(self: Any, atoms: Any) -> int:
        return whole(self, sizes.setdefault(len(atoms), atoms) if len(atoms) > 1 else atoms)

    patch.setattr(memory.Classes, "number", number)


@fault("a rule is woken by one branch of its or")
def _(patch: Patch) -> None:
    whole = tree.triggers

    def triggers(node: Any, cost: Any) -> Any:
        found = whole(node, cost)
        return frozenset(sorted(found)[:1]) if found else found

    patch.setattr(tree, "triggers", triggers)


@fault("a rule without a trigger sleeps")
def _(patch: Patch) -> None:
    whole = tree.triggers
    patch.setattr(tree, "triggers", lambda node, cost: whole(node, cost) or frozenset())


@fault("and asks for any of its tests")
def _(patch: Patch) -> None:
    whole = tree.holds

    def holds(node: Any, true: Any) -> bool:
        if not isinstance(node, bool) and node[0] == tree.AND and len(node[1]) > 1:
            return bool(node[1] & true) and all(holds(item, true) for item in node[2])
        return whole(node, true)

    patch.setattr(tree, "holds", holds)


@fault("two trees under one or lose the second")
def _(patch: Patch) -> None:
    whole = tree.joined
    patch.setattr(
        tree,
        "joined",
        lambda kind, parts: whole(kind, parts[:2] if kind == tree.OR and len(parts) == 3 else parts),
    )


@fault("a question under not is not turned round")
def _(patch: Patch) -> None:
    whole = tree.residual
    patch.setattr(
        tree, "residual", lambda node, true: whole(node[1] if _asks_under_not(node) else node, true)
    )


def _asks_under_not(node: Any) -> bool:
    return not isinstance(node, bool) and node[0] == tree.NOT and tree.has_questions(node)


@fault("keywords are not looked for in lists")
def _(patch: Patch) -> None:
    whole = memory.FieldMemo.classify
    keyword = Engine._keyword_atoms

    def atoms(self: Any, shaped: Any) -> Any:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(
                memory.FieldMemo,
                "classify",
                lambda memo, value: whole(memo, None if isinstance(value, list) else value),
            )
            return keyword(self, shaped)

    patch.setattr(Engine, "_keyword_atoms", atoms)


@fault("lines that may hold a keyword are known by ASCII alone")
def _(patch: Patch) -> None:
    patch.setattr(keywords, "_ALWAYS_POSSIBLE", ())


@fault("of the literals in a text one is found")
def _(patch: Patch) -> None:
    for finder in (finders.HyperscanFinder, finders.AutomatonFinder):
        whole = finder.find
        patch.setattr(finder, "find", lambda self, given, whole=whole: whole(self, given)[:1])


@fault("the automaton misses literals at the start")
def _(patch: Patch) -> None:
    whole = finders.AutomatonFinder.find
    patch.setattr(finders.AutomatonFinder, "find", lambda self, given: whole(self, f" {given}"))


@fault("the loop looks for ends at the start")
def _(patch: Patch) -> None:
    whole = finders.LoopFinder.__init__

    def build(self: Any, literals: Any) -> None:
        whole(self, [(word, place and finders.AT_START) for word, place in literals])

    patch.setattr(finders.LoopFinder, "__init__", build)


@fault("pieces of a pattern may overlap")
def _(patch: Patch) -> None:
    whole = confirm._wildcard

    def wildcard(parts: Any) -> Any:
        strict = whole(parts)
        if len(parts) == 3 and parts[1] == ANY_MANY:
            return lambda given: given.startswith(parts[0]) and given.endswith(parts[2])
        return strict

    patch.setattr(confirm, "_wildcard", wildcard)


@fault("a question mark may stand for nothing")
def _(patch: Patch) -> None:
    whole = confirm._wildcard

    def wildcard(parts: Any) -> Any:
        strict, loose = whole(parts), whole([part for part in parts if part != 0])
        return lambda given: strict(given) or loose(given)

    patch.setattr(confirm, "_wildcard", wildcard)


@fault("startswith compares letters as written")
def _(patch: Patch) -> None:
    whole, literal = confirm._simple, scanner._is_literal

    def starts(parts: Any) -> bool:
        return parts[0] != ANY_MANY and parts[-1] == ANY_MANY

    def simple(parts: Any, word: str) -> Any:
        cased, folded = whole(parts, word)
        return (cased, cased) if starts(parts) else (cased, folded)

    # where the literal is all that the test asks, nothing is confirmed
    patch.setattr(scanner, "_is_literal", lambda test: literal(test) and not starts(test.parts))
    patch.setattr(confirm, "_simple", simple)


@fault("a channel compares letters as written")
def _(patch: Patch) -> None:
    patch.setattr(headers, "fold", str)


@fault("a plan takes the answer of another event id")
def _(patch: Patch) -> None:
    whole = headers.HeaderTests._not_false
    first: dict[int, str] = {}

    def answer(self: Any, field: str, text: str) -> Any:
        return whole(self, field, first.setdefault(id(self), text) if field == "EventID" else text)

    patch.setattr(headers.HeaderTests, "_not_false", answer)


@fault("fieldref compares letters as written")
def _(patch: Patch) -> None:
    patch.setattr(explain, "fold", str)


@fault("two missing fields are equal")
def _(patch: Patch) -> None:
    whole = explain.answer

    def answer(leaf: Any, fields: Any) -> bool:
        if (
            isinstance(leaf.test, ReferenceTest)
            and leaf.field not in fields
            and leaf.test.field not in fields
        ):
            return True
        return whole(leaf, fields)

    patch.setattr(explain, "answer", answer)


@fault("a fieldref with an end asks for the start")
def _(patch: Patch) -> None:
    whole = explain._refers
    patch.setattr(
        explain,
        "_refers",
        lambda test, one, other: one.startswith(other) if test.ends else whole(test, one, other),
    )


@fault("the zone of a moment is forgotten")
def _(patch: Patch) -> None:
    everywhere(patch, numbers.moment_of, lambda given, whole=numbers.moment_of: whole(given[:19]))


@fault("weeks begin with the year")
def _(patch: Patch) -> None:
    whole = numbers.part_of
    everywhere(
        patch,
        whole,
        lambda moment, part: int(moment.strftime("%W")) if part == "week" else whole(moment, part),
    )


@fault("days are those of the week")
def _(patch: Patch) -> None:
    whole = numbers.part_of
    everywhere(
        patch, whole, lambda moment, part: moment.isoweekday() if part == "day" else whole(moment, part)
    )
