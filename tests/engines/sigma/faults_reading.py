"""Faults in how a rule is read: modifiers, values, conditions, filters, expressions."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

import msgspec
import pytest
from sigma import conditions
from sigma import modifiers as parser
from sigma.types import SigmaExpansion

from phithak.engines.sigma.match import confirm
from phithak.engines.sigma.rules import detect, loader, regex, values
from phithak.engines.sigma.rules.model import (
    ANY_MANY,
    AllOf,
    AnyOf,
    ExistsTest,
    Leaf,
    Negation,
    Node,
    NullTest,
    StringTest,
)
from phithak.engines.sigma.rules.trees import leaves_of
from tests.engines.sigma.planting import Garden

GARDEN = Garden()
fault = GARDEN.fault
Patch = pytest.MonkeyPatch


@fault("windash knows ASCII dashes only")
def _(patch: Patch) -> None:
    for name in ("en_dash", "em_dash", "horizontal_bar"):
        patch.setattr(parser.SigmaWindowsDashModifier, name, "-")


@fault("windash changes one dash of several")
def _(patch: Patch) -> None:
    whole = parser.SigmaWindowsDashModifier.modify

    def modify(self: Any, val: Any) -> Any:
        made = whole(self, val).values
        near = [one for one in made if sum(a != b for a, b in zip(str(one), str(val), strict=True)) < 2]
        return SigmaExpansion(near)

    patch.setattr(parser.SigmaWindowsDashModifier, "modify", modify)


@fault("base64offset forgets its second offset")
def _(patch: Patch) -> None:
    whole = parser.SigmaBase64OffsetModifier.modify
    patch.setattr(
        parser.SigmaBase64OffsetModifier,
        "modify",
        lambda self, val: SigmaExpansion(whole(self, val).values[::2]),
    )


@fault("base64offset keeps a letter too many at the end")
def _(patch: Patch) -> None:
    patch.setattr(parser.SigmaBase64OffsetModifier, "end_offsets", (None, -2, -1))


@fault("base64offset keeps a letter too many at the start")
def _(patch: Patch) -> None:
    patch.setattr(parser.SigmaBase64OffsetModifier, "start_offsets", (0, 1, 2))


@fault("wide writes the high byte first")
def _(patch: Patch) -> None:
    patch.setattr(parser.SigmaWideModifier, "modify", parser.SigmaUTF16BEModifier.modify)


@fault("utf16be writes the low byte first")
def _(patch: Patch) -> None:
    patch.setattr(parser.SigmaUTF16BEModifier, "modify", parser.SigmaWideModifier.modify)


@fault("utf16 forgets its byte order mark")
def _(patch: Patch) -> None:
    whole = parser._base64_input_bytes
    patch.setattr(
        parser, "_base64_input_bytes", lambda val, chain: whole(val, chain).removeprefix(b"\xff\xfe")
    )


@fault("all is read as any")
def _(patch: Patch) -> None:
    patch.setattr(parser.SigmaAllModifier, "modify", lambda _, val: val)


@fault("neq is read as equal")
def _(patch: Patch) -> None:
    patch.setattr(parser.SigmaNegateModifier, "modify", lambda _, val: val)


@fault("exists: false is read as true")
def _(patch: Patch) -> None:
    whole = values._special

    def special(value: Any) -> Any:
        test = whole(value)
        return ExistsTest(wanted=True) if isinstance(test, ExistsTest) else test

    patch.setattr(values, "_special", special)


@fault("null is read as an empty text")
def _(patch: Patch) -> None:
    whole = values._plain

    def plain(value: Any, *, keyword: bool) -> Any:
        test = whole(value, keyword=keyword)
        return StringTest(("",)) if isinstance(test, NullTest) else test

    patch.setattr(values, "_plain", plain)


@fault("an empty text is read as null")
def _(patch: Patch) -> None:
    whole = values._strings

    def strings(value: Any, placeholders: Any, *, keyword: bool) -> Any:
        for test in whole(value, placeholders, keyword=keyword):
            yield NullTest() if test == StringTest(("",)) else test

    patch.setattr(values, "_strings", strings)


@fault("expressions lose the flag i")
def _(patch: Patch) -> None:
    patch.setattr(values, "_FLAGS", values._FLAGS[1:])


@fault("expressions lose the flag m")
def _(patch: Patch) -> None:
    patch.setattr(values, "_FLAGS", values._FLAGS[::2])


@fault("expressions lose the flag s")
def _(patch: Patch) -> None:
    patch.setattr(values, "_FLAGS", values._FLAGS[:2])


@fault("cased is forgotten")
def _(patch: Patch) -> None:
    patch.setattr(values, "StringTest", lambda parts, _cased=False: StringTest(parts))


@fault("a number loses its sign")
def _(patch: Patch) -> None:
    whole = values.number_text
    patch.setattr(values, "number_text", lambda number: whole(abs(number)))


@fault("an escaped star is a wildcard")
def _(patch: Patch) -> None:
    whole = values._joined

    def joined(parts: list[str | int]) -> tuple[str | int, ...]:
        split: list[str | int] = []
        for part in whole(parts):
            pieces = part.split("*") if isinstance(part, str) else [part]
            split += [item for piece in pieces for item in (piece, ANY_MANY)][:-1]
        return whole(split)

    patch.setattr(values, "_joined", joined)


@fault("a keyword must be the whole value")
def _(patch: Patch) -> None:
    whole = values.tests_of
    patch.setattr(
        detect, "tests_of", lambda value, filled, *, keyword: whole(value, filled, keyword=keyword and False)
    )


@fault("them holds detections that are hidden")
def _(patch: Patch) -> None:
    def resolve(self: Any, detections: Any) -> Any:
        wanted = re.compile(".*" if self.pattern == "them" else self.pattern.replace("*", ".*"))
        return [conditions.ConditionIdentifier([n]) for n in detections.detections if wanted.fullmatch(n)]

    patch.setattr(conditions.ConditionSelector, "resolve_referenced_detections", resolve)


@fault("the name of a selector is found anywhere in a name")
def _(patch: Patch) -> None:
    def resolve(self: Any, detections: Any) -> Any:
        wanted = re.compile("[^_]" if self.pattern == "them" else self.pattern.replace("*", ".*"))
        found = [n for n in detections.detections if wanted.search(n) and n[0] != "_"]
        return [conditions.ConditionIdentifier([n]) for n in found]

    patch.setattr(conditions.ConditionSelector, "resolve_referenced_detections", resolve)


@fault("all of is read as 1 of")
def _(patch: Patch) -> None:
    whole = conditions.ConditionSelector.__post_init__

    def built(self: Any) -> None:
        whole(self)
        self.cond_class = conditions.ConditionOR

    patch.setattr(conditions.ConditionSelector, "__post_init__", built)


@fault("1 of is read as all of")
def _(patch: Patch) -> None:
    whole = conditions.ConditionSelector.__post_init__

    def built(self: Any) -> None:
        whole(self)
        self.cond_class = conditions.ConditionAND

    patch.setattr(conditions.ConditionSelector, "__post_init__", built)


def _rewritten(patch: Patch, pattern: str, text: str) -> None:
    whole = conditions.SigmaCondition.parse

    def parse(self: Any, postprocess: bool = True) -> Any:  # noqa: FBT001, FBT002 as the class takes it
        self.condition = re.sub(pattern, text, self.condition)
        return whole(self, postprocess)

    patch.setattr(conditions.SigmaCondition, "parse", parse)


@fault("or binds stronger than and")
def _(patch: Patch) -> None:
    _rewritten(patch, r"^(\w+ or \w+) and", r"(\1) and")


@fault("not of a selector is forgotten")
def _(patch: Patch) -> None:
    _rewritten(patch, "not 1 of", "1 of")


@fault("not of a filter is forgotten")
def _(patch: Patch) -> None:
    _rewritten(patch, "not filter", "filter")


@fault("a filter needs its field to be there")
def _(patch: Patch) -> None:
    whole = loader.tree_of

    def strict(node: Node) -> Node:
        if isinstance(node, Negation):
            there = tuple(Leaf(leaf.field, ExistsTest(wanted=True)) for leaf in leaves_of(node.item))
            return AllOf((Negation(strict(node.item)), *there))
        if isinstance(node, AllOf | AnyOf):
            return type(node)(tuple(map(strict, node.items)))
        return node

    def tree_of(*given: Any) -> Any:
        found = whole(*given)
        return detect.Detected(strict(found.node), found.reasons)

    patch.setattr(loader, "tree_of", tree_of)


@fault("documents of filters are turned round")
def _(patch: Patch) -> None:
    whole = loader._apply_filters

    def apply(loading: Any) -> None:
        for item in loading.filters:
            item.node = Negation(item.node)
        whole(loading)

    patch.setattr(loader, "_apply_filters", apply)


@fault("documents of filters count for every rule")
def _(patch: Patch) -> None:
    patch.setattr(loader, "_fits", lambda *_: True)


@fault("a list of maps is joined by and")
def _(patch: Patch) -> None:
    whole = detect._detection

    def detection(*given: Any) -> Any:
        node = whole(*given)
        return AllOf(node.items) if isinstance(node, AnyOf) else node

    patch.setattr(detect, "_detection", detection)


@fault("expressions are held against the start")
def _(patch: Patch) -> None:
    whole = confirm.translate
    patch.setattr(confirm, "translate", lambda pattern, flags: rf"\A(?:{whole(pattern, flags)})")


@fault("digits of expressions are those of all scripts")
def _(patch: Patch) -> None:
    patch.setitem(regex._CLASSES, "CATEGORY_DIGIT", "0-9๐-๙")


@fault("the end of an expression stands before no newline")
def _(patch: Patch) -> None:
    whole = regex._WRITERS["AT"]
    patch.setitem(regex._WRITERS, "AT", lambda at, flags: whole(at, flags).replace(r"\n?\z", r"\z"))


@fault("the dot of an expression takes newlines")
def _(patch: Patch) -> None:
    patch.setitem(regex._WRITERS, "ANY", lambda *_: r"[\x00-\x{10ffff}]")


@fault("the flag i leaves ranges as they are")
def _(patch: Patch) -> None:
    whole = regex._range
    patch.setattr(regex, "_range", lambda low, high, _flags: whole(low, high, 0))


@fault("a part that may be absent is looked for first")
def _(patch: Patch) -> None:
    whole = regex._flat

    def flat(items: Any) -> Any:
        return whole([(op, (1, *given[1:]) if "REPEAT" in str(op) else given) for op, given in items])

    patch.setattr(regex, "_flat", flat)


def _networks(patch: Patch, change: Any) -> None:
    whole = values.NetworkTest
    patch.setattr(values, "NetworkTest", lambda cidr: whole(str(change(ipaddress.ip_network(cidr)))))


@fault("a network leaves out its lower half")
def _(patch: Patch) -> None:
    _networks(patch, lambda network: list(network.subnets())[1])


@fault("a network leaves out its upper half")
def _(patch: Patch) -> None:
    _networks(patch, lambda network: next(network.subnets()))


@fault("a prefix is one bit too short")
def _(patch: Patch) -> None:
    _networks(patch, lambda network: network.supernet())


def _compared(patch: Patch, former: str, latter: str) -> None:
    whole = confirm._compare
    patch.setattr(
        confirm,
        "_compare",
        lambda test: whole(msgspec.structs.replace(test, op=latter) if test.op == former else test),
    )


@fault("gt takes equal numbers")
def _(patch: Patch) -> None:
    _compared(patch, "gt", "gte")


@fault("gte leaves out equal numbers")
def _(patch: Patch) -> None:
    _compared(patch, "gte", "gt")


@fault("lte leaves out equal numbers")
def _(patch: Patch) -> None:
    _compared(patch, "lte", "lt")


@fault("large numbers are compared by their first 15 digits")
def _(patch: Patch) -> None:
    whole = confirm.number_of

    def rounded(text: str) -> float | None:
        number = whole(text)
        return None if number is None else float(number)

    patch.setattr(confirm, "number_of", rounded)
