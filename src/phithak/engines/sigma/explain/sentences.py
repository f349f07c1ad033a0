"""One sentence about a hit or an alert: what happened, where, when, and what the rule asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phithak.base.text import Text
from phithak.engines.sigma.correlate.model import Alert
from phithak.engines.sigma.explain import words
from phithak.engines.sigma.match.explain import Matched
from phithak.engines.sigma.rules.model import Correlation, Rule
from phithak.engines.sigma.rules.trees import leaves_of

_MOST = 3
_AND, _THEN = Text("และ", "and"), Text("แล้ว", "then")
_KINDS = {
    "event_count": Text("พบ {count} เหตุการณ์", "{count} events"),
    "value_count": Text("พบ {field} ต่างกัน {measured} ค่า", "{measured} different values of {field}"),
    "value_sum": Text(
        "ผลรวมของ {field} เป็น {measured} จาก {count} เหตุการณ์",
        "{field} adds up to {measured} in {count} events",
    ),
    "value_avg": Text(
        "ค่าเฉลี่ยของ {field} เป็น {measured} จาก {count} เหตุการณ์",
        "{field} is {measured} on average in {count} events",
    ),
    "value_median": Text(
        "ค่ามัธยฐานของ {field} เป็น {measured} จาก {count} เหตุการณ์",
        "{field} has the median {measured} in {count} events",
    ),
    "value_percentile": Text(
        "เปอร์เซ็นไทล์ {percentile} ของ {field} เป็น {measured} จาก {count} เหตุการณ์",
        "percentile {percentile} of {field} is {measured} in {count} events",
    ),
    "share": Text(
        "{field} เป็น {values} เพียงร้อยละ {measured} ของ {count} เหตุการณ์",
        "{field} is {values} in only {measured} % of {count} events",
    ),
    "temporal": Text("พบร่วมกัน: {rules}", "together: {rules}"),
    "temporal_ordered": Text("เกิดตามลำดับ: {rules}", "one after the other: {rules}"),
}
_ALL_OF = ("temporal", "temporal_ordered")


def of_hit(rule: Rule, matched: Sequence[Matched]) -> Text:
    """Return why a rule holds for an event."""
    head = Text(
        f"กฎ {words.quoted(rule.title)} (ระดับ{words.level(rule.level).th}) ตรงกับเหตุการณ์นี้",
        f"The rule {words.quoted(rule.title)} ({words.level(rule.level).en}) fits this event",
    )
    leaves = leaves_of(rule.condition)
    bound = {(leaf.field, leaf.modifier, leaf.pattern) for leaf in leaves}
    reasons = [
        _with_value(
            words.outcome(
                item.field,
                item.modifier,
                item.pattern,
                true=True,
                # the field of a keyword is where it was found, no test of the rule names it
                keyword=(item.field, item.modifier, item.pattern) not in bound,
            ),
            item.value,
            item.pattern,
        )
        for item in matched[:_MOST]
    ]
    if not reasons:
        return Text(
            f"{head.th} เพราะไม่มีข้อยกเว้นใดเป็นจริง", f"{head.en}, because none of its exceptions is true."
        )
    said = words.and_more(words.joined(reasons, _AND), len(matched) - len(reasons))
    return Text(f"{head.th} เพราะ {said.th}", f"{head.en}, because {said.en}.")


def _with_value(said: Text, value: str, pattern: str) -> Text:
    if not value or value.casefold() == pattern.casefold():
        return said
    shown = words.quoted(value)
    return Text(f"{said.th} (ค่าคือ {shown})", f"{said.en} (it is {shown})")


def of_alert(alert: Alert, titles: Mapping[str, str]) -> Text:
    """Return what an alert means.

    Args:
        alert: what was found.
        titles: id of a rule or correlation -> its title.
    """
    item = alert.correlation
    said = _finding(alert, titles)
    if alert.group:
        group = words.joined([_pair(name, value) for name, value in alert.group], _AND)
        said = Text(f"{said.th} ของ {group.th}", f"{said.en} for {group.en}")
    span, when = words.timespan(item.timespan), words.between(*_shown_window(alert))
    asked = asks(item)
    return Text(
        f"{words.quoted(item.title)} (ระดับ{words.level(item.level).th}): {said.th}"
        f" ภายใน {span.th} ({when.th}) {asked.th}",
        f"{words.quoted(item.title)} ({words.level(item.level).en}): {said.en}"
        f" within {span.en} ({when.en}); {asked.en}.",
    )


def _shown_window(alert: Alert) -> tuple[int, int]:
    """Return from the first to the last event: a window that slides may begin long before its first one."""
    times = [entry.time for entry in alert.events] or [alert.begin, alert.end]
    return min(times), max(times)


def _pair(name: str, value: str) -> Text:
    return Text(f"{name} = {words.quoted(value)}", f"{name} = {words.quoted(value)}")


def _finding(alert: Alert, titles: Mapping[str, str]) -> Text:
    item, condition = alert.correlation, alert.correlation.condition
    fields = ", ".join(condition.fields) if condition is not None else ""
    share = item.kind == "value_percentile" and condition is not None and condition.percentile is None
    # an event may hit several of the rules, so its entry names but one of them
    named = item.rules if _asks_for_all(item) else dict.fromkeys(entry.rule for entry in alert.events)
    rules = [words.quoted(titles.get(rule, rule)) for rule in named]
    link = _THEN if item.kind == "temporal_ordered" else _AND
    listed = words.joined([Text(rule, rule) for rule in rules], link)
    measured = f"{alert.measured:,}" if alert.measured is not None else ""
    form = _KINDS["share" if share else item.kind]
    values = ", ".join(map(words.quoted, alert.values[:_MOST]))
    percentile = "" if condition is None else condition.percentile
    slots = {"count": f"{alert.count:,}", "measured": measured, "field": fields, "values": values}
    return Text(
        form.th.format(rules=listed.th, percentile=percentile, **slots),
        form.en.format(rules=listed.en, percentile=percentile, **slots),
    )


def asks(item: Correlation) -> Text:
    """Return what a correlation asks for."""
    if item.condition is None:
        return Text("กฎกำหนดเงื่อนไขร่วมของหลายกฎ", "the rule names a condition over several rules")
    if _asks_for_all(item):
        return Text("กฎกำหนดให้พบครบทุกข้อ", "the rule asks for all of them")
    asked = words.bounds(item.condition.bounds)
    return Text(f"เกณฑ์ของกฎคือ{asked.th}", f"the rule asks for {asked.en}")


def _asks_for_all(item: Correlation) -> bool:
    bounds = None if item.condition is None else item.condition.bounds
    return item.kind in _ALL_OF and bounds == (("gte", len(item.rules)),)
