"""The differential harness of correlations: streams drawn by a seed, the correlator against the naive windows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from phithak.engines.sigma.naive.correlate import Window
from tests.engines.sigma.correlating import correlation, read, rules_text, run, slow, window

SEED = 20_261_122
_STREAMS = 16
Events = list[dict[str, Any]]

SECTIONS = [
    "type: event_count, rules: [a], condition: {gte: 3}",
    "type: event_count, rules: [a, b], condition: {gt: 2}, group-by: [user]",
    "type: event_count, rules: [a], condition: {lt: 3}",
    "type: event_count, rules: [a], condition: {gt: 1, lte: 3}, group-by: [user, host]",
    "type: event_count, rules: [a], condition: {eq: 2}",
    "type: event_count, rules: [a], condition: {neq: 2}",
    "type: value_count, rules: [a], condition: {gte: 3, field: v}",
    "type: value_count, rules: [a, b], condition: {lte: 2, field: v}, group-by: [host]",
    "type: value_count, rules: [a], condition: {gte: 3, field: [v, host]}",
    "type: value_count, rules: [a, b], condition: {gte: 3, field: it}, aliases: {it: {a: v, b: host}}",
    "type: temporal, rules: [a, b]",
    "type: temporal, rules: [a, b, c], group-by: [user]",
    "type: temporal, rules: [a, b, c], condition: {lt: 2}",
    "type: temporal, condition: a and not b",
    "type: temporal, condition: (a or b) and c",
    "type: temporal_ordered, rules: [a, b]",
    "type: temporal_ordered, rules: [c, b, a]",
    "type: temporal_ordered, rules: [a, b], group-by: [both], aliases: {both: {a: user, b: host}}",
    "type: value_sum, rules: [a], condition: {gte: 4, field: v}",
    "type: value_sum, rules: [a], condition: {eq: 0.3, field: d}",
    "type: value_avg, rules: [a], condition: {lt: 1, field: v}",
    "type: value_median, rules: [a, b], condition: {gte: 2, field: v}",
    "type: value_percentile, rules: [a], condition: {gt: 2.5, field: v, percentile: 80}",
    "type: value_percentile, rules: [a], condition: {lte: 33, field: v}",
]
CHAIN = (
    "type: event_count, rules: [a], condition: {gte: 2}, group-by: [user]",
    "type: temporal_ordered, rules: [it, b], group-by: [user]",
)


@cache
def cases() -> tuple[tuple[str, tuple[Events, ...]], ...]:
    """Return texts of rules, each with its streams."""
    source = random.Random(SEED)  # noqa: S311 a seed, no secret
    made = [rules_text(correlation("it", f"{one}, timespan: 10s")) for one in SECTIONS]
    first, second = CHAIN
    made.append(
        rules_text(
            correlation("it", f"{first}, timespan: 5s"), correlation("then", f"{second}, timespan: 10s")
        )
    )
    return tuple((text, tuple(_stream(source) for _ in range(_STREAMS))) for text in made)


def _stream(source: random.Random) -> Events:
    # whole seconds, so that many events lie exactly a timespan apart, and many in one moment
    return [
        {
            "t": source.randrange(40),
            "kind": source.choice(["a", "a", "b", "c", "ab", "bc"]),
            "user": source.choice(["u", "U", "w", None, ["u", "w"]]),
            "host": source.choice(["u", "h", "H", "h"]),
            "v": source.choice([0, 1, 2, 3, "2", "x", "X", [1, 2], None]),
            "d": source.choice([0.1, 0.2, "0.1"]),
            "index": index,
        }
        for index in range(source.randrange(4, 18))
    ]


@cache
def expected() -> tuple[tuple[frozenset[Window], ...], ...]:
    """Return the windows that the naive evaluator finds in each stream of each case."""
    return tuple(tuple(frozenset(slow(text, events)) for events in streams) for text, streams in cases())


def disagreements() -> Iterator[tuple[str, Events, list[Window], frozenset[Window]]]:
    """Yield rules, stream, and the windows of both, wherever the two differ or one is told twice."""
    for (text, streams), wanted in zip(cases(), expected(), strict=True):
        rules = read(text)
        for events, windows in zip(streams, wanted, strict=True):
            found = [window(alert) for alert in run(rules, events)]
            if len(found) != len(windows) or set(found) != windows:
                yield text, events, found, windows
