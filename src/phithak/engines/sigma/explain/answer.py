"""One rule asked about one event: which tests are true, which stand in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from phithak.base.text import Text
from phithak.engines.sigma.explain import words
from phithak.engines.sigma.explain.sentences import of_hit
from phithak.engines.sigma.match import Engine
from phithak.engines.sigma.match.explain import answer, matched, told, witness
from phithak.engines.sigma.match.text import texts_of
from phithak.engines.sigma.normalise.event import Event, LogType
from phithak.engines.sigma.normalise.records import flat_event
from phithak.engines.sigma.rules.model import AllOf, Constant, Leaf, Negation, Node, Rule, RuleSet

_MOST = 3
_AND = Text("และ", "and")


class Obstacle(msgspec.Struct, frozen=True):
    """One test that keeps a rule from holding.

    Attributes:
        excepted: the test is true but stands under ``not``: an exception of the rule applies.
        value: what the event has in the field; "" where it has nothing.
        keyword: the rule names no field; ``field`` is then where it was found, or "".
    """

    field: str
    modifier: str
    pattern: str
    excepted: bool
    value: str
    keyword: bool = False


def explain_rule(rule: Rule, record: Any, log: LogType | None = None) -> dict[str, Any]:
    """Return why a rule holds for a record, or why not.

    Returns:
        ``holds``, ``logsource_fits``, every test with its answer and span, ``matched`` (the true tests that make
        it hold), ``filters`` (tests under ``not``), ``obstacles`` where it does not hold, and the sentence in
        ``th`` and ``en``.
    """
    event = flat_event(record, log)
    fits = event.log.takes(rule.logsource.category, rule.logsource.product, rule.logsource.service)
    # the engine itself is asked, so that what is said is what a run does
    holds = bool(Engine(RuleSet((rule,), (), ()), accelerated=False).match(record, log))
    tests = told(rule.condition, event.fields)
    found = matched(rule.condition, event.fields) if holds else ()
    obstacles = () if holds or not fits else tuple(obstacles_of(rule.condition, event.fields))
    said = of_hit(rule, found) if holds else _why_not(rule, event, obstacles, fits=fits)
    return {
        "rule_id": rule.rule_id,
        "title": rule.title,
        "level": rule.level,
        "tags": rule.tags,
        "holds": holds,
        "logsource_fits": fits,
        "event_is": event.log.key,
        "matched": [msgspec.to_builtins(item) for item in found],
        "filters": [msgspec.to_builtins(item) for item in tests if item.negated],
        "obstacles": [msgspec.to_builtins(item) for item in obstacles],
        "tests": [msgspec.to_builtins(item) for item in tests],
        "th": said.th,
        "en": said.en,
    }


def obstacles_of(node: Node, fields: Mapping[str, Any]) -> Sequence[Obstacle]:
    """Return the tests that would have to turn out otherwise for a condition to hold; none if it holds.

    Of an "and" each part that fails is told, of an "or" the alternative that fails by the fewest tests.
    """
    return _obstacles(node, fields, wanted=True)


def _obstacles(node: Node, fields: Mapping[str, Any], *, wanted: bool) -> list[Obstacle]:
    if isinstance(node, Leaf):
        return [] if answer(node, fields) is wanted else [_obstacle(node, fields, excepted=not wanted)]
    if isinstance(node, Negation):
        return _obstacles(node.item, fields, wanted=not wanted)
    if isinstance(node, Constant):
        return [] if node.value is wanted else [Obstacle("", "", str(node.value).lower(), not wanted, "")]
    parts = [_obstacles(item, fields, wanted=wanted) for item in node.items]
    if isinstance(node, AllOf) is wanted:
        return list(dict.fromkeys(item for part in parts for item in part))
    return min(parts, key=len, default=[])


def _obstacle(leaf: Leaf, fields: Mapping[str, Any], *, excepted: bool) -> Obstacle:
    seen = witness(leaf, fields)
    value = seen[1] if seen is not None else next(iter(texts_of(fields.get(leaf.field))), "")
    return Obstacle(
        seen[0] if seen else leaf.field, leaf.modifier, leaf.pattern, excepted, value[:1024], not leaf.field
    )


def _why_not(rule: Rule, event: Event, obstacles: Sequence[Obstacle], *, fits: bool) -> Text:
    head = Text(
        f"กฎ {words.quoted(rule.title)} ไม่ตรงกับเหตุการณ์นี้",
        f"The rule {words.quoted(rule.title)} does not fit this event",
    )
    if not fits:
        source = rule.logsource
        wanted = "/".join(part for part in (source.product, source.category, source.service) if part)
        return Text(
            f"{head.th} เพราะกฎดูบันทึกของ {wanted} แต่เหตุการณ์นี้มาจาก {event.log.key}",
            f"{head.en}, because it looks at logs of {wanted}, and this one comes from {event.log.key}.",
        )
    reasons = [_said(item) for item in obstacles[:_MOST]]
    if not reasons:
        return Text(head.th, f"{head.en}.")
    said = words.and_more(words.joined(reasons, _AND), len(obstacles) - len(reasons))
    return Text(f"{head.th} เพราะ {said.th}", f"{head.en}, because {said.en}.")


def _said(item: Obstacle) -> Text:
    said = words.outcome(item.field, item.modifier, item.pattern, true=item.excepted, keyword=item.keyword)
    if item.excepted:
        return Text(f"เข้าข้อยกเว้น {said.th}", f"an exception applies, {said.en}")
    if not item.value or not item.field:
        return said
    return Text(
        f"{said.th} (ค่าคือ {words.quoted(item.value)})", f"{said.en} (it is {words.quoted(item.value)})"
    )
