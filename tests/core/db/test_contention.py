"""Several processes write to one SQLite file: none is refused, and a page's write stays quick."""

from __future__ import annotations

import pytest

from bench import writes
from tools import facts

SHORT_SECONDS, LONG_SECONDS = 10.0, 60.0


def check(seconds: float, name: str) -> None:
    """Run the benchmark's load and hold it against the bar of the write budget."""
    figures = writes.measure(seconds)
    facts.write(
        name,
        figures={"seconds": seconds, **figures},
        bars={"page p99_ms": writes.BAR_P99_MS},
        not_run=[],
        passed=figures["page"]["p99_ms"] < writes.BAR_P99_MS,
    )
    assert figures["page"]["p99_ms"] < writes.BAR_P99_MS
    # the load was really there: each writer had at least half of its share, and whole imports went through
    assert figures["page"]["per_second"] > writes.WEB_RATE
    assert figures["worker"]["per_second"] > writes.WORKER_RATE / 2
    assert figures["detector"]["per_second"] > writes.DETECTOR_RATE / 2
    assert figures["import"]["count"] >= 1


@pytest.mark.faults
def test_four_writers_beside_an_import() -> None:
    check(SHORT_SECONDS, "writes-short")


@pytest.mark.soak
def test_four_writers_beside_an_import_for_a_minute() -> None:
    check(LONG_SECONDS, "writes")


def test_percentile_is_the_nearest_rank() -> None:
    samples = [number / 1000 for number in range(1, 101)]
    assert writes.percentile(samples, 0.50) == 51
    assert writes.percentile(samples, 0.99) == 100
    assert writes.percentile([0.007], 0.99) == 7
