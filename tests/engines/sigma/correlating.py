"""Correlations for tests: rules ``a``, ``b``, ``c`` that hit by a word, events in short, alerts as windows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from phithak.engines.sigma.correlate import Alert, Correlator, Fed, Plan, make_plan
from phithak.engines.sigma.match.text import fold, texts_of
from phithak.engines.sigma.naive.correlate import Happening, Window, windows
from phithak.engines.sigma.rules.loader import load_files
from phithak.engines.sigma.rules.model import RuleSet
from phithak.engines.sigma.rules.sources import SourceFile

BASE = "\n---\n".join(
    f"""title: Rule {name}
id: 00000000-0000-4000-8000-00000000000{name}
name: {name}
status: test
level: low
logsource: {{category: test}}
detection:
    selection: {{kind: {name}}}
    condition: selection"""
    for name in "abc"
)
NAMES = {name: f"00000000-0000-4000-8000-00000000000{name}" for name in "abc"}
SECOND = 1_000_000
START = 1_795_000_000 * SECOND
Event = Mapping[str, Any]


def correlation(name: str, section: str, **head: str) -> str:
    """Return a correlation of this name; ``section`` is its YAML in flow style, without the outer braces."""
    lines = "".join(f"{key}: {value}\n" for key, value in head.items())
    return f"title: {name}\nname: {name}\nlevel: high\n{lines}correlation: {{{section}}}\n"


def rules_text(*correlations: str) -> str:
    """Return the three rules and correlations as one YAML text."""
    return "\n---\n".join((BASE, *correlations))


def read(text: str) -> RuleSet:
    """Read a text in which every document must be usable."""
    rules = load_files([SourceFile("rules.yml", text.encode())])
    assert {item.state for item in rules.judgements} == {"loaded"}, rules.judgements
    return rules


def fed(event: Event, index: int, plan: Plan) -> Fed:
    """Return an event as it is fed: ``t`` in seconds from the start, ``kind`` one or more letters."""
    rules = tuple(NAMES[letter] for letter in event["kind"])
    wanted = {name for rule in rules for name in plan.feeds.get(rule, ())}
    return Fed(
        START + round(event["t"] * SECOND),
        event.get("file", "f"),
        event.get("index", index),
        tuple(rule for rule in rules if rule in plan.feeds),
        {name: tuple(texts_of(event.get(name))) for name in wanted},
    )


def happening(event: Event, index: int) -> Happening:
    """Return an event for the oracle."""
    return Happening(
        START + round(event["t"] * SECOND),
        (event.get("file", "f"), event.get("index", index), ""),
        frozenset(NAMES[letter] for letter in event["kind"]),
        lambda name: texts_of(event.get(name)),
    )


def window(alert: Alert) -> Window:
    """Return what identifies an alert, in the oracle's words."""
    return (
        alert.correlation.rule_id,
        tuple(fold(text) for _, text in alert.group),
        alert.begin,
        alert.end,
    )


def run(rules: RuleSet, events: Iterable[Event], **options: Any) -> list[Alert]:
    """Feed all events and finish."""
    plan = make_plan(rules)
    correlator = Correlator(plan, **options)
    alerts = [
        alert for index, event in enumerate(events) for alert in correlator.feed(fed(event, index, plan))
    ]
    return alerts + correlator.finish()


def slow(text: str, events: Iterable[Event]) -> set[Window]:
    """Return the windows that the oracle finds; none may be told twice."""
    found = windows(text, [happening(event, index) for index, event in enumerate(events)])
    assert len(found) == len(set(found))
    return set(found)
