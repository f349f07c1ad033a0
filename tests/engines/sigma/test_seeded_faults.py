"""Faults that a person could make, put into the fast path one at a time: the comparison with the oracle finds each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.engines.sigma import differ, differ_correlate, faults_correlating, faults_matching, faults_reading
from tests.engines.sigma.planting import Plant, forget_answers

READING = faults_reading.GARDEN
MATCHING = faults_matching.GARDEN
CORRELATING = faults_correlating.GARDEN
# the gardens are in the order of what they break, so every third fault takes some of each kind
EVERY = 3


def _planted(*gardens: Mapping[str, Plant]) -> list[object]:
    """Return the faults as cases: every third in the ordinary run, the others in soak."""
    return [
        pytest.param(plant, id=name, marks=[] if number % EVERY == 0 else pytest.mark.soak)
        for garden in gardens
        for number, (name, plant) in enumerate(garden.items())
    ]


@pytest.fixture
def fresh() -> Iterator[None]:
    """Let no remembered answer outlive the fault, or come from before it."""
    forget_answers()
    yield
    forget_answers()


@pytest.mark.usefixtures("fresh")
def test_without_a_fault_nothing_differs_and_every_rule_hits_and_misses() -> None:
    assert list(differ.disagreements()) == []
    by_rule = [sum(rule in own for own, _ in differ.expected()) for rule in sorted(differ.numbers())]
    assert min(by_rule) > 0
    assert max(by_rule) < len(differ.records())


@pytest.mark.usefixtures("fresh")
def test_without_a_fault_no_alert_differs_and_every_correlation_alerts() -> None:
    assert list(differ_correlate.disagreements()) == []
    assert all(any(windows) for windows in differ_correlate.expected())


def test_there_are_enough_faults() -> None:
    assert len(READING) >= 30
    assert len(MATCHING) >= 30
    assert len(CORRELATING) >= 20


@pytest.mark.parametrize("plant", _planted(READING, MATCHING))
@pytest.mark.usefixtures("fresh")
def test_a_fault_of_matching_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    differ.expected()
    plant(monkeypatch)
    assert next(differ.disagreements(), None) is not None


@pytest.mark.parametrize("plant", _planted(CORRELATING))
@pytest.mark.usefixtures("fresh")
def test_a_fault_of_correlating_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    differ_correlate.expected()
    plant(monkeypatch)
    assert next(differ_correlate.disagreements(), None) is not None
