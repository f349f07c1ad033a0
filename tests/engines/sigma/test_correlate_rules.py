"""Correlations that cannot work, or would say more than their rules see, are refused or degraded by name."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phithak.engines.sigma.rules.model import RuleSet
from phithak.engines.sigma.rules.reasons import text_of
from tests.engines.sigma.ask import rules_of
from tests.engines.sigma.correlating import correlation, rules_text, run

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
        ("type: event_count, timespan: 1m, rules: [[]], condition: {gte: 3}", "parser"),
        ("type: event_count, timespan: 1m, rules: [a, null], condition: {gte: 3}", "parser"),
        (f"type: event_count, {PLAIN}, condition: {{gte: 1.0e+30}}", "limit"),
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


def test_a_name_that_two_rules_have_names_none_of_them() -> None:
    section = "type: temporal, timespan: 1m, rules: [a, b]"
    loaded = rules_of(rules_text(correlation("a", section), correlation("it", section)))
    assert [item.reasons[0].code for item in loaded.judgements[-2:]] == ["reference.several"] * 2
    by_id = section.replace("[a", "[00000000-0000-4000-8000-00000000000a")
    assert (
        rules_of(rules_text(correlation("a", by_id), correlation("it", by_id))).correlations[-1].name == "it"
    )


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


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**30),
    st.floats(),
    st.sampled_from(
        ["", "a", "b", "absent", "it", "a and not b", "not", "(a", "1m", "0s", "gte", "v", "ก", "\ud800"]
    ),
)
NESTED = st.recursive(
    ODD,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["a", "b", "gte", "lt", "field", "percentile", "x"]) | ODD, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
GOOD: dict[str, Any] = {
    "rules": ["a", "b"],
    "timespan": "1m",
    "group-by": ["x"],
    "aliases": {"x": {"a": "x", "b": "v"}},
    "generate": True,
}
NUMBERS = st.dictionaries(
    st.sampled_from(["gt", "gte", "lt", "lte", "eq", "neq"]), st.integers(-2, 3) | ODD, max_size=3
)
KINDS: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.sampled_from(
    [
        *((kind, {}) for kind in ("event_count", "temporal", "temporal_ordered")),
        *((f"value_{kind}", {"field": "v"}) for kind in ("count", "sum", "avg", "median", "percentile")),
        ("value_percentile", {"field": "v", "percentile": 90}),
    ]
)  # fmt: skip


@st.composite
def sections(draw: st.DrawFn) -> dict[str, Any]:
    """Return a correlation that would be right, with up to two parts put wrong."""
    kind, measured = draw(KINDS)
    made = {**GOOD, "type": kind, "condition": {**draw(NUMBERS), **measured}}
    for name in draw(st.lists(st.sampled_from(sorted(made)), max_size=2)):
        made[name] = draw(NESTED)
    return made


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sections())
def test_whatever_a_correlation_holds_it_is_judged_and_what_is_loaded_runs(section: dict[str, Any]) -> None:
    try:
        text = yaml.safe_dump({"title": "It", "name": "it", "correlation": section}, allow_unicode=True)
    except (yaml.YAMLError, UnicodeError, TypeError):
        return
    loaded = rules_of(rules_text(text))
    judged = loaded.judgements[-1]
    assert judged.state in ("loaded", "refused")
    assert bool(judged.reasons) is (judged.state == "refused")
    assert all(text_of(reason).en for reason in judged.reasons)
    # what is loaded fits in the cache, has a plan and takes events
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(loaded), type=RuleSet) == loaded
    events = [{"t": time, "kind": "ab", "v": time, "x": "y"} for time in (0, 1, 400)]
    assert len(run(loaded, events)) <= 6 * (judged.state == "loaded")
