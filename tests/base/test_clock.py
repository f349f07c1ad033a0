"""The only clock: aware, in UTC, and a test can set it."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import clock

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def test_now_is_aware_and_moves() -> None:
    first = clock.now()
    assert first.utcoffset() == timedelta(0)
    assert clock.now() >= first


@given(st.datetimes(timezones=st.timezones()))
def test_at_answers_the_same_moment_in_utc(moment: datetime) -> None:
    with clock.at(moment):
        assert clock.now().utcoffset() == timedelta(0)
        assert clock.now() == moment.astimezone(UTC)


def test_at_is_given_back_also_after_an_error() -> None:
    with pytest.raises(KeyError), clock.at(NOON):
        raise KeyError
    assert clock.now() != NOON


def test_at_nests() -> None:
    with clock.at(NOON):
        with clock.at(NOON + timedelta(hours=1)):
            assert clock.now().hour == 6
        assert clock.now().hour == 5


def test_a_function_can_move_the_clock() -> None:
    moments = iter([NOON, NOON + timedelta(seconds=1)])
    with clock.at(lambda: next(moments)):
        assert clock.now() == NOON
        assert clock.now() == NOON + timedelta(seconds=1)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime(2026, 11, 21)):  # noqa: DTZ001 - the fault
        pytest.fail("a moment without zone was taken")


@pytest.mark.parametrize(("utc_hour", "day"), [(16, date(2026, 11, 21)), (17, date(2026, 11, 22))])
def test_today_turns_at_midnight_in_bangkok(utc_hour: int, day: date) -> None:
    # 17:00 UTC is midnight in Bangkok (UTC+7)
    with clock.at(datetime(2026, 11, 21, utc_hour, tzinfo=UTC)):
        assert clock.today() == day


def test_another_thread_keeps_its_own_clock() -> None:
    seen: list[datetime] = []
    with clock.at(NOON):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != NOON
