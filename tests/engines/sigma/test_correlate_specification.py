"""Sigma's correlation rules specification as a table: each type with windows that hit and windows that miss.

Each row goes through the correlator and the oracle; the expected answers were written by hand from the text of
the specification (sections "Correlation Types", "Condition", "Grouping", "Field Name Aliases", "Generate").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from phithak.engines.sigma.correlate import make_plan
from tests.engines.sigma.correlating import (
    START,
    correlation,
    read,
    rules_text,
    run,
    slow,
    window,
)


def at(*times: float, kind: str = "a", **fields: Any) -> list[dict[str, Any]]:
    """Return events at these seconds, all alike."""
    return [{"t": time, "kind": kind, **fields} for time in times]


def valued(*pairs: tuple[float, Any], kind: str = "a", **fields: Any) -> list[dict[str, Any]]:
    """Return events with a value in ``v``."""
    return [{"t": time, "kind": kind, "v": value, **fields} for time, value in pairs]


TWO_NAMES = "rules: [a, b], timespan: 10s, aliases: {name: {a: x, b: y}}"
ADDRESSES = "aliases: {inner: {a: destination.ip, b: source.ip}, outer: {a: source.ip, b: destination.ip}}"
ONE = "rules: [a], timespan: 2m"
Events = Sequence[dict[str, Any]]
# section, correlation, event lists that hit, event lists that miss
TABLE: list[tuple[str, str, list[Events], list[Events]]] = [
    (
        "event_count",
        f"type: event_count, {ONE}, condition: {{gte: 3}}",
        [at(0, 1, 2), at(0, 60, 120), at(0, 200, 260, 319), at(0, 0, 0)],
        [at(0, 1), at(0, 60, 121), at(0, 1, kind="b"), at(0, 119, 240), []],
    ),
    (
        "event_count",
        f"type: event_count, {ONE}, condition: {{gt: 2}}",
        [at(0, 1, 2), at(0, 1, 2, 3)],
        [at(0, 1), at(0, 1, 122)],
    ),
    (
        "event_count",
        f"type: event_count, {ONE}, condition: {{lt: 3}}",
        [at(0), at(0, 120), at(0, 1, 2, 121)],
        [at(0, 1, 120), at(0, 1, 2, 3)],
    ),
    (
        "event_count",
        f"type: event_count, {ONE}, condition: {{lte: 2}}",
        [at(0), at(0, 1)],
        [at(0, 1, 2), at(0, 1, 2, 3, 119)],
    ),
    (
        "event_count",
        f"type: event_count, {ONE}, condition: {{eq: 2}}",
        [at(0, 1), at(0, 120), at(0, 1, 2, 200, 300)],
        [at(0), at(0, 1, 2), at(0, 1, 2, 3), at(0, 121)],
    ),
    (
        "event_count",
        f"type: event_count, {ONE}, condition: {{neq: 2}}",
        [at(0), at(0, 1, 2)],
        [at(0, 1), at(0, 120), at(0, 1, 121, 122)],
    ),
    (
        "event_count: a range",
        f"type: event_count, {ONE}, condition: {{gt: 1, lte: 3}}",
        [at(0, 1), at(0, 1, 2)],
        [at(0), at(0, 1, 2, 3), at(0, 121)],
    ),
    (
        "event_count of two rules",
        "type: event_count, rules: [a, b], timespan: 2m, condition: {gte: 2}",
        [at(0) + at(1, kind="b"), at(0, 1), at(0, 1, kind="ab")],
        [at(0), at(0, kind="ab"), at(0) + at(1, kind="c"), at(0) + at(121, kind="b")],
    ),
    (
        "value_count",
        f"type: value_count, {ONE}, condition: {{gte: 2, field: v}}",
        [valued((0, "x"), (1, "y")), valued((0, ["x", "y"])), valued((0, "x"), (100, "x"), (200, "y"))],
        [
            valued((0, "x"), (1, "x")),
            valued((0, "x"), (1, "X")),
            valued((0, "x"), (121, "y")),
            valued((0, "x"), (1, None)),
        ],
    ),
    (
        "value_count",
        f"type: value_count, {ONE}, condition: {{lt: 2, field: v}}",
        [valued((0, "x")), valued((0, "x"), (1, "X"), (2, "x"))],
        [valued((0, "x"), (1, "y")), valued((0, None)), at(0)],
    ),
    (
        "value_count of several fields",
        f"type: value_count, {ONE}, condition: {{gte: 2, field: [v, w]}}",
        [
            [{"t": 0, "kind": "a", "v": "x", "w": 1}, {"t": 1, "kind": "a", "v": "x", "w": 2}],
            [{"t": 0, "kind": "a", "v": "x", "w": [1, 2]}],
        ],
        [
            [{"t": 0, "kind": "a", "v": "x", "w": 1}, {"t": 1, "kind": "a", "v": "X", "w": 1}],
            [{"t": 0, "kind": "a", "v": "x", "w": 1}, {"t": 1, "kind": "a", "v": "y"}],
        ],
    ),
    (
        "temporal",
        "type: temporal, rules: [a, b], timespan: 2m",
        [
            at(0) + at(1, kind="b"),
            at(0, kind="b") + at(120),
            at(0, kind="ab"),
            at(0, 100) + at(200, kind="b"),
        ],
        [at(0, 1, 2), at(0) + at(121, kind="b"), at(0) + at(1, kind="c"), []],
    ),
    (
        "temporal: a number of rules",
        "type: temporal, rules: [a, b, c], timespan: 2m, condition: {gte: 2}",
        [at(0) + at(1, kind="c"), at(0, kind="b") + at(120, kind="c")],
        [at(0, 1, 2), at(0) + at(121, kind="c")],
    ),
    (
        "temporal: an upper bound",
        "type: temporal, rules: [a, b], timespan: 2m, condition: {lt: 2}",
        [at(0, 1, 2), at(0) + at(121, kind="b")],
        [at(0) + at(1, kind="b"), at(0) + at(120, kind="b")],
    ),
    (
        "temporal: an expression",
        "type: temporal, timespan: 2m, condition: (a or b) and c",
        [at(0) + at(1, kind="c"), at(0, kind="c") + at(120, kind="b")],
        [at(0) + at(1, kind="b"), at(0, kind="c"), at(0) + at(121, kind="c")],
    ),
    (
        "temporal: an expression with not",
        "type: temporal, timespan: 2m, condition: a and not b",
        [at(0), at(0) + at(121, kind="b"), at(0, kind="b") + at(121)],
        [at(0) + at(120, kind="b"), at(0, kind="b") + at(1), at(0, kind="b")],
    ),
    (
        "temporal_ordered",
        "type: temporal_ordered, rules: [a, b], timespan: 2m",
        [
            at(0) + at(1, kind="b"),
            at(0) + at(120, kind="b"),
            at(0, kind="b") + at(0),
            at(0, kind="b") + at(1) + at(2, kind="b"),
            at(0, kind="ab"),
        ],
        [at(0, kind="b") + at(1), at(0) + at(121, kind="b"), at(0, 1), at(0, 1, kind="b")],
    ),
    (
        "temporal_ordered of three",
        "type: temporal_ordered, rules: [a, b, c], timespan: 2m",
        [
            at(0) + at(1, kind="b") + at(2, kind="c"),
            at(0, 50) + at(1, 51, kind="b") + at(169, kind="c"),
        ],
        [
            at(0) + at(1, kind="c") + at(2, kind="b"),
            at(0) + at(1, kind="b") + at(121, kind="c"),
            at(0) + at(2, kind="c") + at(3, kind="b"),
        ],
    ),
    (
        "temporal_ordered: a number of rules",
        "type: temporal_ordered, rules: [a, b, c], timespan: 2m, condition: {gte: 2}",
        [at(0) + at(1, kind="c"), at(0, kind="c") + at(1) + at(2, kind="b")],
        [at(0, kind="c") + at(1, kind="b") + at(2), at(0, 1, 2)],
    ),
    (
        "temporal_ordered: an expression",
        "type: temporal_ordered, rules: [a, b, c], timespan: 2m, condition: a and c and not b",
        [at(0) + at(1, kind="c"), at(0, kind="c") + at(5) + at(6, kind="c")],
        [
            at(0, kind="c") + at(1),
            at(0) + at(1, kind="b") + at(2, kind="c"),
            at(0, kind="b") + at(1) + at(2, kind="c"),
        ],
    ),
    (
        "value_sum",
        f"type: value_sum, {ONE}, condition: {{gt: 100, field: v}}",
        [valued((0, 101)), valued((0, 60), (120, "41")), valued((0, [60, 41]))],
        [valued((0, 100)), valued((0, 60), (121, 60)), valued((0, "many")), valued((0, 200.5), (0, -200))],
    ),
    (
        "value_sum: decimals are exact",
        f"type: value_sum, {ONE}, condition: {{gt: 1, field: v}}",
        [valued(*((n, 0.1) for n in range(11))), valued((0, "1.0000000000000000000001"))],
        [valued(*((n, 0.1) for n in range(10))), valued((0, "0.7"), (1, "0.3"))],
    ),
    (
        "value_sum",
        f"type: value_sum, {ONE}, condition: {{eq: 100, field: v}}",
        [valued((0, 40), (1, 60)), valued((0, 100.0))],
        [valued((0, 40), (1, 60), (2, 1)), valued((0, 40))],
    ),
    (
        "value_avg",
        f"type: value_avg, {ONE}, condition: {{gt: 500, field: v}}",
        [valued((0, 501)), valued((0, 400), (1, 601)), valued((0, 600), (121, 1))],
        [valued((0, 500)), valued((0, 600), (1, 1)), valued((0, "x")), valued((0, 1), (120, 999))],
    ),
    (
        "value_avg",
        f"type: value_avg, {ONE}, condition: {{lt: 0.5, field: v}}",
        [valued((0, 0), (1, 0.9)), valued((0, -1))],
        [valued((0, 0), (1, 1)), valued((0, 0.5))],
    ),
    (
        "value_avg of many numbers",
        f"type: value_avg, {ONE}, condition: {{eq: 29.5, field: v}}",
        [valued(*((n, n) for n in range(60))), valued((0, 29), (1, 29), (2, 29), (3, 31))],
        [
            valued(*((n, n) for n in range(61))),
            valued((0, 29), (1, 29), (2, 30)),
            valued((0, 28), (1, 28), (2, 31)),
        ],
    ),
    (
        "value_count: exactly",
        f"type: value_count, {ONE}, condition: {{eq: 2, field: v}}",
        [valued((0, "x"), (1, "y")), valued((0, "x"), (1, "y"), (2, "X"))],
        [valued((0, "x"), (1, "y"), (2, "z")), valued((0, "x")), valued(*((n, str(n)) for n in range(9)))],
    ),
    (
        "temporal: not of several",
        "type: temporal, timespan: 2m, condition: a and not (b or c)",
        [at(0), at(0, 1), at(0) + at(121, kind="b")],
        [at(0) + at(1, kind="b"), at(0, kind="c") + at(1), at(0, kind="abc"), at(0, kind="b")],
    ),
    (
        "value_median",
        f"type: value_median, {ONE}, condition: {{gte: 10, field: v}}",
        [valued((0, 1), (1, 10), (2, 99)), valued((0, 5), (1, 15)), valued((0, 10))],
        [valued((0, 1), (1, 9), (2, 99)), valued((0, 5), (1, 14)), valued((0, 9), (1, 9), (2, 1000))],
    ),
    (
        "value_percentile",
        f"type: value_percentile, {ONE}, condition: {{gte: 90, field: v, percentile: 75}}",
        [valued((0, 10), (1, 20), (2, 90), (3, 90), (4, 91)), valued((0, 60), (1, 100))],
        [valued((0, 10), (1, 20), (2, 30), (3, 89), (4, 1000)), valued((0, 59), (1, 100))],
    ),
    (
        "value_percentile: 50 is the median",
        f"type: value_percentile, {ONE}, condition: {{eq: 7.5, field: v, percentile: 50}}",
        [valued((0, 5), (1, 10)), valued((0, 1), (1, 7), (2, 8), (3, 100))],
        [valued((0, 5), (1, 7.5), (2, 7.6), (3, 9)), valued((0, 5))],
    ),
    (
        "value_percentile: the share of a value",
        f"type: value_percentile, {ONE}, condition: {{lte: 20, field: v}}",
        [valued((0, "x"), (1, "y"), (2, "y"), (3, "y"), (4, "Y")), valued(*((n, str(n)) for n in range(5)))],
        [valued((0, "x"), (1, "y"), (2, "y"), (3, "y")), valued((0, "x")), at(0)],
    ),
    (
        "group-by",
        f"type: event_count, {ONE}, group-by: [user, host], condition: {{gte: 2}}",
        [
            at(0, 1, user="u", host="h"),
            at(0, user="U", host="h") + at(1, user="u", host="H"),
            at(0, user=["u", "w"], host="h") + at(1, user="w", host="h"),
        ],
        [
            at(0, user="u", host="h") + at(1, user="w", host="h"),
            at(0, user="u", host="h") + at(1, user="u", host="g"),
            at(0, 1, user="u"),
            at(0, 1, user="u", host=[]),
        ],
    ),
    (
        "aliases",
        "type: temporal, rules: [a, b], timespan: 10s, group-by: [inner, outer], " + ADDRESSES,
        [
            [
                {"t": 0, "kind": "a", "destination.ip": "10.0.0.1", "source.ip": "10.0.0.2"},
                {"t": 9, "kind": "b", "destination.ip": "10.0.0.2", "source.ip": "10.0.0.1"},
            ],
            [
                {"t": 9, "kind": "b", "destination.ip": "2", "source.ip": "1"},
                {"t": 0, "kind": "a", "destination.ip": ["1", "3"], "source.ip": "2"},
            ],
        ],
        [
            [
                {"t": 0, "kind": "a", "destination.ip": "1", "source.ip": "2"},
                {"t": 9, "kind": "b", "destination.ip": "1", "source.ip": "2"},
            ],
            [
                {"t": 0, "kind": "a", "destination.ip": "1", "source.ip": "2"},
                {"t": 11, "kind": "b", "destination.ip": "2", "source.ip": "1"},
            ],
        ],
    ),
    (
        "aliases in the condition",
        f"type: value_count, {TWO_NAMES}, condition: {{gte: 2, field: name}}",
        [
            [{"t": 0, "kind": "a", "x": "1"}, {"t": 1, "kind": "b", "y": "2"}],
            [{"t": 0, "kind": "a", "x": [1, 2]}],
        ],
        [
            [{"t": 0, "kind": "a", "x": "1"}, {"t": 1, "kind": "b", "y": "1"}],
            [{"t": 0, "kind": "a", "x": "1", "y": "2"}],
        ],
    ),
]


@pytest.mark.parametrize(
    ("section", "rule", "hits", "misses"), TABLE, ids=[f"{n}-{row[0]}" for n, row in enumerate(TABLE)]
)
def test_the_specification(section: str, rule: str, hits: list[Events], misses: list[Events]) -> None:
    assert len(hits) >= 2, section
    assert len(misses) >= 2, section
    text = rules_text(correlation("it", rule))
    rules = read(text)
    for events in (*hits, *misses):
        found = {window(alert) for alert in run(rules, events)}
        assert found == slow(text, events), (section, events)
        assert bool(found) is any(events is one for one in hits), (section, events)


def test_every_type_of_the_specification_stands_in_the_table() -> None:
    kinds = {rule.split(",")[0].removeprefix("type: ") for _, rule, _, _ in TABLE}
    assert kinds == {
        "event_count", "value_count", "temporal", "temporal_ordered",
        "value_sum", "value_avg", "value_percentile", "value_median",
    }  # fmt: skip


def test_windows_of_a_group_never_overlap_and_a_long_attack_is_told_once_a_timespan() -> None:
    rules = read(rules_text(correlation("it", f"type: event_count, {ONE}, condition: {{gte: 3}}")))
    alerts = run(rules, at(*range(0, 600, 10)))
    assert [(alert.begin - START, alert.end - START) for alert in alerts] == [
        (-100_000_000, 20_000_000),
        (30_000_000, 150_000_000),
        (160_000_000, 280_000_000),
        (290_000_000, 410_000_000),
        (420_000_000, 540_000_000),
    ]
    assert [alert.count for alert in alerts] == [3, 13, 13, 13, 13]
    assert len({alert.id for alert in alerts}) == 5


def test_a_chain_takes_its_group_from_the_events_below() -> None:
    # section "Ordered Temporal Proximity": the correlation only uses its own group-by
    text = rules_text(
        correlation(
            "many", "type: event_count, rules: [a], timespan: 2m, group-by: [host], condition: {gte: 3}"
        ),
        correlation("then", "type: temporal_ordered, rules: [many, b], timespan: 2m, group-by: [user]"),
    )
    rules = read(text)
    failed = [
        {"t": second, "kind": "a", "host": "h", "user": user} for second, user in enumerate(("u", "v", "w"))
    ]
    for user, others in (("v", 1), ("x", 0)):
        events = [*failed, {"t": 60, "kind": "b", "host": "g", "user": user}]
        found = [window(alert) for alert in run(rules, events)]
        assert set(found) == slow(text, events)
        assert [(rule, group) for rule, group, _, _ in found] == [("many", ("h",)), ("then", ("v",))][
            : 1 + others
        ]


def test_an_order_passes_on_its_latest_run() -> None:
    text = rules_text(
        correlation("row", "type: temporal_ordered, rules: [a, b, c], timespan: 2m, group-by: [host]"),
        correlation(
            "each", "type: event_count, rules: [row], timespan: 1m, group-by: [user], condition: {gte: 1}"
        ),
    )
    events = [
        {"t": time, "kind": kind, "host": "h", "user": f"{kind}{time}"}
        for time, kind in ((0, "a"), (1, "b"), (2, "a"), (3, "b"), (4, "b"), (5, "a"), (6, "c"))
    ]
    found = [window(alert) for alert in run(read(text), events)]
    assert set(found) == slow(text, events)
    assert {group for rule, group, _, _ in found if rule == "each"} == {("a2",), ("b4",), ("c6",)}


def test_generate_says_whether_the_feeding_rules_are_reported_themselves() -> None:
    plain = correlation("one", "type: event_count, rules: [a, b], timespan: 1m, condition: {gte: 2}")
    loud = correlation("two", "type: temporal, rules: [b, one], timespan: 1m, generate: true")
    silent = loud.replace("generate: true", "generate: false")
    assert make_plan(read(rules_text(plain))).hidden >= {"00000000-0000-4000-8000-00000000000a"}
    assert {rule[-1] for rule in make_plan(read(rules_text(plain, loud))).hidden} == {"a"}
    assert {rule[-1] for rule in make_plan(read(rules_text(plain, silent))).hidden} == {"a", "b", "e"}
