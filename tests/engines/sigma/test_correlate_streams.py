"""The correlator against the oracle on made-up streams; any arrival within the lateness gives the same alerts."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phithak.engines.sigma.correlate import Alert, Correlator, Fed, Limits, Plan, make_plan
from phithak.engines.sigma.correlate.model import held_texts
from phithak.engines.sigma.errors import SigmaError
from phithak.engines.sigma.rules.model import RuleSet
from tests.engines.sigma.correlating import (
    NAMES,
    SECOND,
    START,
    correlation,
    fed,
    read,
    rules_text,
    run,
    slow,
    window,
)

LATENESS = 6
LOWER = ("gte: 1", "gte: 2", "gt: 2", "gte: 4")
OTHER = ("lt: 2", "lte: 3", "eq: 2", "neq: 2", "gt: 1, lt: 4", "gte: 2, lte: 2")
FIRST = [
    *(f"type: event_count, rules: [a], condition: {{{bound}}}" for bound in (*LOWER, *OTHER)),
    *(f"type: event_count, rules: [a, b], condition: {{{bound}}}" for bound in ("gte: 3", "eq: 3")),
    *(f"type: value_count, rules: [a, b], condition: {{{bound}, field: v}}" for bound in (*LOWER, *OTHER)),
    "type: value_count, rules: [a], condition: {gte: 3, field: [v, host]}",
    *(f"type: temporal, rules: [a, b, c], condition: {{{bound}}}" for bound in (*LOWER, *OTHER)),
    "type: temporal, rules: [a, b]",
    "type: temporal, condition: a and (b or c)",
    "type: temporal, condition: a and not (b or not c)",
    "type: temporal_ordered, rules: [a, b]",
    "type: temporal_ordered, rules: [c, b, a]",
    *(f"type: temporal_ordered, rules: [a, b, c], condition: {{{bound}}}" for bound in ("gte: 2", "lt: 2")),
    "type: temporal_ordered, rules: [a, b, c], condition: c and (a or b)",
    "type: temporal_ordered, rules: [a, b, c], condition: a and not b and c",
    *(f"type: value_sum, rules: [a, b], condition: {{{bound}, field: v}}" for bound in (*LOWER, *OTHER)),
    *(f"type: value_avg, rules: [a], condition: {{{bound}, field: v}}" for bound in (*LOWER, *OTHER)),
    *(f"type: value_median, rules: [a], condition: {{{bound}, field: v}}" for bound in (*LOWER, *OTHER)),
    *(
        f"type: value_percentile, rules: [a], condition: {{{bound}, field: v, percentile: 80}}"
        for bound in (*LOWER, *OTHER)
    ),
    "type: value_percentile, rules: [a, b], condition: {lte: 25, field: v}",
]
SECOND_LEVEL = [
    "type: temporal_ordered, rules: [first, b]",
    "type: temporal_ordered, rules: [c, first]",
    "type: temporal, rules: [c, first], condition: first and not c",
    "type: event_count, rules: [first, c], condition: {gte: 2}",
    "type: event_count, rules: [first], condition: {eq: 2}",
    "type: value_count, rules: [first], condition: {gte: 2, field: v}",
    "type: temporal, rules: [first, c], aliases: {other: {first: host, c: user}}",
]
GROUPS = ("", ", group-by: [user]", ", group-by: [user, host]", ", group-by: [host]")
texts = st.sampled_from(["u", "U", "w", "ß", None, ["u", "w"], []])
events = st.lists(
    st.fixed_dictionaries(
        {
            "t": st.sampled_from([*range(30), 4.5, 7.000001]),
            "kind": st.sampled_from(["a", "b", "c", "ab", "abc", "ca", "aa"]),
            "user": texts,
            "host": texts,
            "v": st.sampled_from([0, 1, 2, 3, "1.5", -2, "x", 0.1, None, [1, "2"]]),
            "file": st.sampled_from(["f", "g"]),
        }
    ),
    max_size=24,
)


@st.composite
def texts_of_rules(draw: st.DrawFn) -> str:
    """Return the text of the three rules, one correlation, and perhaps others that it feeds."""
    parts = [_timed(draw, "first", draw(st.sampled_from(FIRST)))]
    if draw(st.booleans()):
        section = draw(st.sampled_from(SECOND_LEVEL))
        grouped = ", group-by: [other]" if "aliases" in section else None
        parts.append(_timed(draw, "second", section, grouped))
    if draw(st.booleans()):
        parts.append(_timed(draw, "third", draw(st.sampled_from(FIRST))))
    return rules_text(*parts)


def _timed(draw: st.DrawFn, name: str, section: str, grouped: str | None = None) -> str:
    span = draw(st.sampled_from(["1s", "5s", "9s", "1m"]))
    group = draw(st.sampled_from(GROUPS)) if grouped is None else grouped
    return correlation(name, f"{section}, timespan: {span}{group}")


@cache
def loaded(text: str) -> RuleSet:
    return read(text)


def numbered(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**event, "index": index} for index, event in enumerate(listed)]


def ids(alerts: list[Alert]) -> list[tuple[str, str]]:
    return [(alert.correlation.rule_id, alert.id) for alert in alerts]


def same_as_the_oracle(text: str, listed: list[dict[str, Any]]) -> None:
    found = run(loaded(text), listed)
    windows = [window(alert) for alert in found]
    assert len(windows) == len(set(windows)) == len({alert.id for alert in found})
    assert set(windows) == slow(text, listed)


QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(texts_of_rules(), events)
def test_the_alerts_are_those_of_the_oracle(text: str, listed: list[dict[str, Any]]) -> None:
    same_as_the_oracle(text, listed)


@pytest.mark.soak
@settings(max_examples=6000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts_of_rules(), events)
def test_the_alerts_are_those_of_the_oracle_at_length(text: str, listed: list[dict[str, Any]]) -> None:
    same_as_the_oracle(text, listed)


def all_fed(correlator: Correlator, listed: list[dict[str, Any]], plan: Plan) -> list[Alert]:
    return [alert for event in listed for alert in correlator.feed(fed(event, 0, plan))]


@QUICK
@given(texts_of_rules(), events, st.data())
def test_any_arrival_within_the_lateness_gives_the_same_alerts(
    text: str, listed: list[dict[str, Any]], data: st.DataObject
) -> None:
    plan = make_plan(loaded(text))
    given_events = [event for event in numbered(listed) if fed(event, 0, plan).rules]
    jitter = [data.draw(st.integers(0, LATENESS)) for _ in given_events]
    arrived = [
        event for _, event in sorted(enumerate(given_events), key=lambda one: one[1]["t"] + jitter[one[0]])
    ]
    for again in data.draw(st.lists(st.integers(0, max(len(arrived) - 1, 0)), max_size=5)) if arrived else ():
        arrived.insert(data.draw(st.integers(again + 1, len(arrived))), arrived[again])
    correlator = Correlator(plan, lateness=LATENESS * SECOND)
    alerts = all_fed(correlator, arrived, plan) + correlator.finish()
    assert ids(alerts) == ids(run(loaded(text), given_events))
    repeated = correlator.stats.duplicates + correlator.stats.late
    assert repeated == len(arrived) - len(given_events)


@QUICK
@given(texts_of_rules(), events)
def test_a_restored_snapshot_goes_on_as_if_nothing_had_happened(
    text: str, listed: list[dict[str, Any]]
) -> None:
    plan = make_plan(loaded(text))
    given_events = numbered(listed)
    for lateness in (0, LATENESS * SECOND):
        clean = Correlator(plan, tenant="t", lateness=lateness)
        expected = all_fed(clean, given_events, plan) + clean.finish()
        correlator = Correlator(plan, tenant="t", lateness=lateness)
        alerts: list[Alert] = []
        for offset, event in enumerate(given_events):
            alerts += correlator.feed(fed(event, 0, plan))
            content = correlator.snapshot({"offset": offset})
            correlator, said, lost = Correlator.restore(plan, content)
            assert (said, lost) == ({"offset": offset}, [])
            assert correlator.snapshot({"offset": offset}) == content
        assert alerts + correlator.finish() == expected
        assert correlator.stats == clean.stats


COUNT = correlation(
    "it", "type: event_count, rules: [a], timespan: 1m, group-by: [user], condition: {gte: 2}"
)


def test_late_future_and_timeless_events_are_counted_and_not_used() -> None:
    plan = make_plan(read(rules_text(COUNT)))
    correlator = Correlator(plan, lateness=10 * SECOND, latest=START + 100 * SECOND)
    for index, time in enumerate((0, 50, 39.9, 101)):
        assert correlator.feed(fed({"t": time, "kind": "a", "user": "u"}, index, plan)) == []
    assert correlator.feed(fed({"t": 40, "kind": "a", "user": None}, 9, plan)) == []
    timeless = fed({"t": 0, "kind": "a", "user": "u"}, 7, plan)
    timeless = type(timeless)(None, "f", 7, timeless.rules, timeless.fields)
    assert correlator.feed(timeless) == []
    (alert,) = correlator.finish()
    assert [entry.index for entry in alert.events] == [0, 1]
    stats = correlator.stats
    assert (stats.fed, stats.late, stats.future, stats.timeless, stats.ungrouped) == (6, 1, 1, 1, 1)


def test_one_event_dated_2099_makes_no_other_late() -> None:
    plan = make_plan(read(rules_text(COUNT)))
    events = [{"t": time, "kind": "a", "user": "u"} for time in (0, 2_300_000_000, 1, 2)]
    correlator = Correlator(plan, lateness=10 * SECOND, latest=START + 1000 * SECOND)
    alerts = [
        alert for index, event in enumerate(events) for alert in correlator.feed(fed(event, index, plan))
    ]
    assert len(alerts + correlator.finish()) == 1
    assert (correlator.stats.future, correlator.stats.late) == (1, 0)


def test_a_flood_stays_within_bounds_and_what_is_given_up_is_counted() -> None:
    rule = correlation(
        "it", "type: event_count, rules: [a], timespan: 1d, group-by: [user], condition: {gte: 3}"
    )
    plan = make_plan(read(rules_text(rule)))
    limits = Limits(pending=50, entries=100, group=10)
    correlator = Correlator(plan, limits=limits)
    for index in range(2000):
        correlator.feed(fed({"t": index, "kind": "a", "user": f"u{index}"}, index, plan))
        assert correlator.held() <= 160
    alerts = [
        alert
        for index in range(2000, 2003)
        for alert in correlator.feed(fed({"t": index, "kind": "a", "user": "last"}, index, plan))
    ]
    assert len(alerts + correlator.finish()) == 1
    stats = correlator.stats
    assert stats.forced == 2003 - 50
    assert stats.evicted_groups > 1800
    assert stats.evicted_entries == stats.evicted_groups


def test_a_flood_of_one_value_hides_no_other() -> None:
    rule = correlation("it", "type: value_count, rules: [a], timespan: 1h, condition: {gte: 3, field: v}")
    plan = make_plan(read(rules_text(rule)))
    correlator = Correlator(plan, lateness=0, limits=Limits(pending=10, entries=50, group=10))
    values = ["x", "y", *["noise"] * 3000, "z"]
    alerts = [
        alert
        for index, value in enumerate(values)
        for alert in correlator.feed(fed({"t": index, "kind": "a", "v": value}, index, plan))
    ]
    assert len(alerts + correlator.finish()) == 1
    assert correlator.stats.evicted_groups == 0


def test_a_value_of_a_megabyte_is_held_in_little_and_stays_another_than_its_neighbours() -> None:
    rule = correlation(
        "it", "type: value_count, rules: [a], timespan: 1h, group-by: [v], condition: {gte: 2, field: w}"
    )
    plan = make_plan(read(rules_text(rule)))
    long = "A" * 1_000_000
    for index, (one, other, alerts) in enumerate(
        ((long, long.lower(), 1), (long, long + "x", 0), ("x" + long, "X" + long, 1))
    ):
        correlator = Correlator(plan, lateness=0)
        for number, value in enumerate((one, other)):
            texts = {"v": held_texts(value), "w": held_texts([number] * (index + 1))}
            correlator.feed(Fed(START + number, "f", number, (NAMES["a"],), texts))
            assert len(correlator.snapshot()) < 9_000
        assert len(correlator.finish()) == alerts


def test_values_and_combinations_over_the_limit_are_counted() -> None:
    rule = correlation(
        "it", "type: event_count, rules: [a], timespan: 1h, group-by: [v, w], condition: {gte: 1}"
    )
    plan = make_plan(read(rules_text(rule)))
    correlator = Correlator(plan, lateness=0)
    many = tuple(map(str, range(2_000)))
    correlator.feed(Fed(START, "f", 1, (NAMES["a"],), {"v": many, "w": ("x", "y")}))
    assert len(correlator.finish()) == 64
    assert correlator.stats.cut == 2


def test_a_window_too_full_to_be_judged_is_counted() -> None:
    rule = correlation("it", "type: value_median, rules: [a], timespan: 1h, condition: {gte: 0, field: v}")
    plan = make_plan(read(rules_text(rule)))
    correlator = Correlator(plan, lateness=0, limits=Limits(group=10))
    for index in range(12):
        correlator.feed(fed({"t": index, "kind": "a", "v": index}, index, plan))
    assert correlator.finish() == []
    assert correlator.stats.overfull == 1


def test_state_is_kept_through_a_change_of_other_rules_and_given_up_by_name() -> None:
    other = correlation("other", "type: event_count, rules: [b], timespan: 1m, condition: {gte: 2}")
    before = make_plan(read(rules_text(COUNT, other)))
    correlator = Correlator(before, lateness=0)
    for index, kind in enumerate(("a", "b", "c")):
        correlator.feed(fed({"t": index, "kind": kind, "user": "u"}, index, before))
    correlator.advance(START + 10 * SECOND)
    changed = make_plan(read(rules_text(COUNT, other.replace("gte: 2", "gte: 3"))))
    correlator, _, lost = Correlator.restore(changed, correlator.snapshot())
    assert lost == ["other"]
    alerts = correlator.feed(fed({"t": 20, "kind": "a", "user": "u"}, 5, changed)) + correlator.finish()
    assert [alert.correlation.rule_id for alert in alerts] == ["it"]
    gone = make_plan(read(rules_text(other)))
    assert Correlator.restore(gone, Correlator(before).snapshot())[2] == ["it"]


def test_waiting_events_of_a_rule_that_changed_are_let_go() -> None:
    text = rules_text(COUNT)
    plan = make_plan(read(text))
    correlator = Correlator(plan)
    for index in range(3):
        correlator.feed(fed({"t": index, "kind": "a", "user": "u"}, index, plan))
    content = correlator.snapshot()
    assert Correlator.restore(plan, content)[0].held() == 3
    changed = make_plan(read(text.replace("{kind: a}", "{kind: [a, x]}")))
    restored, _, lost = Correlator.restore(changed, content)
    assert (restored.held(), lost) == (0, ["it"])
    assert restored.finish() == []
    # another field asked for: what waits does not hold it
    wider = make_plan(read(text.replace("[user]", "[user, host]")))
    assert Correlator.restore(wider, content)[0].held() == 0


def test_an_id_depends_on_tenant_rule_group_and_window_alone() -> None:
    pair: list[dict[str, Any]] = [{"t": 0, "kind": "a", "user": "u"}, {"t": 1, "kind": "a", "user": "U"}]
    rules = read(rules_text(COUNT))
    (first,) = run(rules, pair, tenant="one")
    (again,) = run(rules, [*pair, {"t": 1, "kind": "b", "user": "u"}], tenant="one")
    (other,) = run(rules, pair, tenant="two")
    (moved,) = run(rules, [{**event, "t": event["t"] + 1} for event in pair], tenant="one")
    assert first.id == again.id
    assert len({first.id, other.id, moved.id}) == 3
    assert len(first.id) == 32


@pytest.mark.parametrize("content", [b"", b"x" * 100, b"phithak-sigma-state-1\n" + b"y" * 60])
def test_a_damaged_snapshot_is_refused(content: bytes) -> None:
    plan = make_plan(read(rules_text(COUNT)))
    with pytest.raises(SigmaError):
        Correlator.restore(plan, content)
    good = Correlator(plan).snapshot()
    with pytest.raises(SigmaError):
        Correlator.restore(plan, good[:-1])
