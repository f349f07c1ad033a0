"""One correlation asked about one event: is it part of an alert, and if not, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from phithak.base.text import Text
from phithak.engines.sigma.correlate import Alert, Correlator, Fed, Plan, make_plan
from phithak.engines.sigma.correlate.books import groups_of, values_of
from phithak.engines.sigma.correlate.lines import alert_content, titles_of
from phithak.engines.sigma.correlate.measure import shown
from phithak.engines.sigma.correlate.model import Stats
from phithak.engines.sigma.correlate.plan import Node
from phithak.engines.sigma.explain import words
from phithak.engines.sigma.explain.sentences import asks, of_alert
from phithak.engines.sigma.match.text import fold
from phithak.engines.sigma.rules.model import Correlation, RuleSet

_MOST = 20


@dataclass(frozen=True)
class _Asked:
    plan: Plan
    place: int
    item: Correlation
    titles: dict[str, str]


def needed(rules: RuleSet, item: Correlation) -> RuleSet:
    """Return the part of a set that one correlation stands on, itself included."""
    wanted = {item.rule_id}
    for other in reversed(rules.correlations):
        if other.rule_id in wanted:
            wanted.update(other.rules)
    return RuleSet(
        tuple(rule for rule in rules.rules if rule.rule_id in wanted),
        tuple(other for other in rules.correlations if other.rule_id in wanted),
        (),
    )


def explain_correlation(
    rules: RuleSet, item: Correlation, events: Iterable[Fed], file: str, index: int
) -> dict[str, Any]:
    """Return whether an event is part of an alert of a correlation, or why not.

    Args:
        rules: as ``needed`` gives them.
        item: the correlation.
        events: every event that feeds it, in any order.
        file: the file of the event that is asked about.
        index: its number in there.

    Returns:
        ``holds``, the rules that the event hits, the alerts that it is part of, what was measured when it came,
        and the sentence in ``th`` and ``en``.
    """
    plan = make_plan(rules)
    titles = titles_of(rules)
    asked = _Asked(plan, len(plan.nodes) - 1, item, titles)
    fed = list(events)
    correlator = Correlator(plan)
    alerts = [alert for event in fed for alert in correlator.feed(event)] + correlator.finish()
    event = next((one for one in fed if (one.file, one.index) == (file, index)), None)
    part = [] if event is None else _with_event(alerts, event, asked)
    if part:
        said = of_alert(part[0], titles)
        said = Text(f"เหตุการณ์นี้เป็นส่วนหนึ่งของ {said.th}", f"This event is part of {said.en}")
        measured = part[0].measured
    else:
        said, measured = _why_not(asked, fed, event, alerts)
    return {
        "rule_id": item.rule_id,
        "title": item.title,
        "level": item.level,
        "tags": item.tags,
        "holds": bool(part),
        "rules": [] if event is None else list(event.rules),
        "alerts": [alert_content(alert, titles) for alert in part[:_MOST]],
        "measured": measured,
        "stats": msgspec.structs.asdict(correlator.stats),
        "th": said.th,
        "en": said.en,
    }


def _with_event(alerts: Sequence[Alert], event: Fed, asked: _Asked) -> list[Alert]:
    """Return the alerts of the correlation in whose window and group the event lies, also by way of others."""
    found: dict[str, Alert] = {}
    for alert in alerts:
        below = any(entry.alert in found for entry in alert.events if entry.alert)
        if below or _lies_in(event, alert, asked.plan):
            found[alert.id] = alert
    return [alert for alert in found.values() if alert.correlation.rule_id == asked.item.rule_id]


def _lies_in(event: Fed, alert: Alert, plan: Plan) -> bool:
    if event.time is None or not alert.begin <= event.time <= alert.end:
        return False
    node = next(one for one in plan.nodes if one.correlation.rule_id == alert.correlation.rule_id)
    stats = Stats()
    key = tuple(fold(text) for _, text in alert.group)
    for rule in event.rules:
        counts = rule in node.groups and values_of(node, rule, event, stats) != ()
        if counts and key in dict(groups_of(node, rule, event, stats)):
            return True
    return False


def _why_not(
    asked: _Asked, fed: Sequence[Fed], event: Fed | None, alerts: Sequence[Alert]
) -> tuple[Text, int | float | None]:
    head = Text(
        f"เหตุการณ์นี้ไม่เป็นส่วนหนึ่งของการแจ้งเตือน {words.quoted(asked.item.title)}",
        f"This event is part of no alert of {words.quoted(asked.item.title)}",
    )
    reason, measured = _reason(asked, fed, event, alerts)
    return Text(f"{head.th} เพราะ{reason.th}", f"{head.en}, because {reason.en}."), measured


def _reason(
    asked: _Asked, fed: Sequence[Fed], event: Fed | None, alerts: Sequence[Alert]
) -> tuple[Text, int | float | None]:
    node = asked.plan.nodes[asked.place]
    if event is None:
        named = words.joined([_title(rule, asked) for rule in asked.item.rules], Text("หรือ", "or"))
        return Text(f"ไม่ตรงกับกฎ {named.th}", f"it does not fit {named.en}"), None
    if event.time is None:
        return Text("อ่านเวลาของเหตุการณ์ไม่ได้", "its time cannot be read"), None
    lacking = _lacking(node, event)
    if lacking is not None:
        return lacking, None
    stats = Stats()
    groups = [
        key for rule in event.rules if rule in node.groups for key, _ in groups_of(node, rule, event, stats)
    ]
    told = next((alert for alert in alerts if _rests(node, alert, groups, event.time)), None)
    if told is not None:
        when = words.moment(told.end)
        return Text(
            f"กลุ่มนี้เพิ่งแจ้งเตือนไปแล้วเมื่อ {when.th} และพักหนึ่งช่วงเวลา",
            f"this group was told of at {when.en} and rests for one timespan",
        ), None
    measured = _measured(asked, fed, event.time, groups[0])
    if measured is None:
        return Text("เงื่อนไขไม่เป็นจริง", "the condition did not hold"), None
    wanted = asks(asked.item)
    return Text(
        f"ถึงเวลานั้นวัดได้ {measured:,} {wanted.th}", f"the value measured by then is {measured:,}; {wanted.en}"
    ), measured


def _lacking(node: Node, event: Fed) -> Text | None:
    """Return what an event lacks to count for a correlation, or None if it counts."""
    item, stats = node.correlation, Stats()
    direct = [rule for rule in event.rules if rule in node.groups]
    if not direct:
        return Text("ความสัมพันธ์ที่อยู่ระหว่างกลางไม่เป็นจริง", "the correlation in between does not hold")
    if not any(groups_of(node, rule, event, stats) for rule in direct):
        names = ", ".join(item.group_by)
        return Text(f"ไม่มีค่าครบในช่อง {names}", f"it lacks a value in {names}")
    if all(values_of(node, rule, event, stats) == () for rule in direct):
        names = ", ".join(item.condition.fields if item.condition else ())
        return Text(f"ไม่มีค่าที่ใช้ได้ในช่อง {names}", f"it has no usable value in {names}")
    return None


def _rests(node: Node, alert: Alert, groups: Sequence[tuple[str, ...]], moment: int) -> bool:
    own = alert.correlation.rule_id == node.correlation.rule_id and node.slides
    key = tuple(fold(text) for _, text in alert.group)
    return own and key in groups and alert.end < moment <= alert.end + node.span


def _title(rule_id: str, asked: _Asked) -> Text:
    title = words.quoted(asked.titles.get(rule_id, rule_id))
    return Text(title, title)


def _measured(asked: _Asked, fed: Sequence[Fed], moment: int, key: tuple[str, ...]) -> int | float | None:
    correlator = Correlator(asked.plan)
    for event in fed:
        if event.time is not None and event.time <= moment:
            correlator.feed(event)
    correlator.advance(moment + 1)
    number = correlator.measured(asked.place, key)
    return None if number is None else shown(number)
