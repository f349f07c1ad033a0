"""Every hand-checked case of the clock table: end, state, law and section."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from phithak.engines.clocks import Due, due, load, load_calendar
from tests.engines.clocks.cases import Case, read

CASES = read()
TABLE = load()
CALENDAR = load_calendar()
# not the engine's zone object: an offset written out by hand
BANGKOK = timezone(timedelta(hours=7))


def answer(case: Case) -> Due:
    trigger = datetime.fromisoformat(case.trigger).replace(tzinfo=BANGKOK)
    return due(TABLE.get(case.code, at=trigger), trigger, CALENDAR)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.trigger}")
def test_case(case: Case) -> None:
    found = answer(case)
    assert found.state == case.state, case.rule
    assert found.section == case.section
    end = found.possible_at if case.state == "unset_check" else found.due_at
    if case.end == "-":
        assert (found.due_at, found.possible_at) == (None, None), case.rule
        return
    assert end is not None, case.rule
    assert end.utcoffset() == timedelta(0)
    expected = datetime.fromisoformat(case.end).replace(tzinfo=BANGKOK)
    if len(case.end) == len("2026-11-20"):
        expected += timedelta(days=1) - timedelta(microseconds=1)
    assert end == expected, case.rule
    assert (found.due_at is None) is (case.state == "unset_check"), (
        "a number to be checked is never a deadline"
    )


def test_the_table_is_large_and_every_clock_stands_in_it() -> None:
    assert len(CASES) >= 300
    counted = Counter(case.code for case in CASES)
    assert set(counted) == {clock.code for clock in TABLE}
    assert min(counted.values()) >= 4
    assert len({(case.code, case.trigger) for case in CASES}) == len(CASES)
    assert sum(case.state == "not_in_force" for case in CASES) >= 25


def test_law_is_named_in_both_languages() -> None:
    for clock in TABLE:
        for text in (clock.law, clock.title, clock.applies_to, clock.paraphrase):
            assert any("\u0e00" <= character <= "\u0e7f" for character in text.th), clock.code
            assert not any("\u0e00" <= character <= "\u0e7f" for character in text.en), clock.code
