"""Correlations that cannot work, or would say more than their rules see, are refused or degraded by name."""

from __future__ import annotations

import pytest

from tests.engines.sigma.ask import rules_of
from tests.engines.sigma.correlating import correlation, rules_text

PLAIN = "timespan: 1m, rules: [a]"


@pytest.mark.parametrize(
    ("section", "code"),
    [
        (f"type: event_count, {PLAIN}, condition: {{gte: 3, field: v}}", "condition"),
        (f"type: value_sum, {PLAIN}, condition: {{gte: 3, field: [v, w]}}", "condition"),
        (f"type: value_sum, {PLAIN}, condition: {{gte: 3, field: [1]}}", "condition"),
        (f"type: value_median, {PLAIN}, condition: {{gte: 3, field: v, percentile: 3}}", "condition"),
        (f"type: value_percentile, {PLAIN}, condition: {{gte: 3, field: v, percentile: 101}}", "condition"),
        (
            f"type: value_percentile, {PLAIN}, condition: {{gte: 3, field: [v, w], percentile: 5}}",
            "condition",
        ),
        ("type: event_count, timespan: 4000d, rules: [a], condition: {gte: 3}", "limit"),
        ("type: event_count, timespan: 1m, rules: [], condition: {gte: 3}", "never"),
        (f"type: event_count, {PLAIN}, condition: {{gte: 3, over: 4}}", "parser"),
        (f"type: event_count, {PLAIN}, condition: {{gte: 3, lt: x}}", "parser"),
        (f"type: event_count, {PLAIN}, condition: {{}}", "parser"),
        (f"type: event_count, {PLAIN}", "parser"),
        ("type: event_count, timespan: 1 minute, rules: [a], condition: {gte: 3}", "parser"),
        ("type: temporal, timespan: 1m, rules: [a, a]", "reference.twice"),
        ("type: temporal, timespan: 1m, rules: [a, absent]", "reference"),
        ("type: temporal, timespan: 1m, rules: [a, b], aliases: {x: {absent: f}}", "reference"),
        ("type: temporal, timespan: 1m, condition: a and absent", "reference"),
    ],
)
def test_refused(section: str, code: str) -> None:
    judged = rules_of(rules_text(correlation("it", section))).judgements[-1]
    assert (judged.kind, judged.state, judged.reasons[0].code) == ("correlation", "refused", code)


def test_eleven_rules_in_order_are_too_many() -> None:
    names = ", ".join(f"r{number}" for number in range(11))
    section = f"type: temporal_ordered, timespan: 1m, rules: [{names}]"
    assert rules_of(correlation("it", section)).judgements[-1].reasons[0].code == "limit"


POOR = """title: Poor
id: 00000000-0000-4000-8000-00000000000d
name: poor
logsource: {category: test}
detection:
    selection: {kind: d}
    other: {kind|expand: '%unknown%'}
    condition: selection or other
"""


@pytest.mark.parametrize(
    ("condition", "state"),
    [("gte: 3", "degraded"), ("lt: 3", "refused"), ("neq: 3", "refused"), ("gt: 1, lte: 3", "refused")],
)
def test_a_correlation_of_a_degraded_rule_never_says_more_than_the_full_one_would(
    condition: str, state: str
) -> None:
    section = f"type: event_count, timespan: 1m, rules: [poor], condition: {{{condition}}}"
    above = correlation("above", "type: temporal, timespan: 1m, rules: [it]")
    loaded = rules_of(rules_text(POOR, correlation("it", section), above))
    states = {
        item.rule_id: (item.state, [reason.code for reason in item.reasons]) for item in loaded.judgements
    }
    assert states["it"] == (state, ["reference.degraded"])
    assert states["above"][0] == state
    assert [item.rule_id for item in loaded.correlations] == (["it", "above"] if state == "degraded" else [])


def test_an_upper_bound_on_top_of_a_degraded_chain_is_refused() -> None:
    below = correlation("below", "type: event_count, timespan: 1m, rules: [poor], condition: {gte: 3}")
    above = correlation("above", "type: temporal, timespan: 1m, condition: a and not below")
    loaded = rules_of(rules_text(POOR, below, above))
    assert [item.state for item in loaded.judgements[-2:]] == ["degraded", "refused"]
