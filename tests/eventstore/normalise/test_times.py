"""Moments by hand: what is written, what is assumed, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.eventstore.normalise.times import AHEAD, EARLIEST, moment

SECOND = 1_000_000
# 21 November 2026, 22:26:40 UTC; 22 November, 05:26:40 in Bangkok
NOW = 1_795_300_000 * SECOND
# 1 January 2027, 00:00:05 in Bangkok
NEW_YEAR = (1_798_736_400 + 5) * SECOND
BANGKOK = 420
AT_22 = 1_795_298_400  # 21 November 2026, 22:00:00 UTC


@pytest.mark.parametrize(("text", "at", "flag"), [
    ("2026-11-21T22:00:00Z", AT_22 * SECOND, ""),
    ("2026-11-21T22:00:00.5Z", AT_22 * SECOND + 500_000, ""),
    ("2026-11-21T22:00:00.123456789Z", AT_22 * SECOND + 123_456, ""),
    ("2026-11-22T05:00:00+07:00", AT_22 * SECOND, ""),
    ("2026-11-22T05:00:00.000+0700", AT_22 * SECOND, ""),
    ("2026-11-21 18:30:00 -03:30", AT_22 * SECOND, ""),
    ("2026-11-22 05:00:00", AT_22 * SECOND, "zone"),
    ("2026-11-22 05:00:00,250", AT_22 * SECOND + 250_000, "zone"),
    ("2569-11-22 05:00:00", AT_22 * SECOND, "buddhist"),
    ("2569-11-21T22:00:00Z", AT_22 * SECOND, "buddhist"),
    ("1795298400", AT_22 * SECOND, ""),
    ("1795298400.25", AT_22 * SECOND + 250_000, ""),
    ("1795298400123", AT_22 * SECOND + 123_000, ""),
    ("1795298400123456", AT_22 * SECOND + 123_456, ""),
    ("1795298400123456789", AT_22 * SECOND + 123_456, ""),
    ("22/Nov/2026:05:00:00 +0700", AT_22 * SECOND, ""),
    ("Nov 22 05:00:00", AT_22 * SECOND, "year"),
    ("", NOW, "missing"),
    ("yesterday", NOW, "odd"),
    ("1970-01-01T00:00:00Z", NOW, "odd"),
    ("1989-12-31T23:59:59Z", NOW, "odd"),
    ("2099-01-01T00:00:00Z", NOW, "odd"),
    ("2026-13-01T00:00:00Z", NOW, "odd"),
    ("2026-02-29T00:00:00Z", NOW, "odd"),
    ("2026-11-21T24:00:00Z", NOW, "odd"),
    ("0000-01-01T00:00:00Z", NOW, "odd"),
    ("99/Foo/2026:05:00:00 +0700", NOW, "odd"),
    ("Foo 22 05:00:00", NOW, "odd"),
    ("Nov 31 05:00:00", NOW, "odd"),
    ("12", NOW, "odd"),
])  # fmt: skip
def test_moments(text: str, at: int, flag: str) -> None:
    assert moment(text, received=NOW, zone=BANGKOK) == (at, flag)


def test_a_field_that_says_utc_needs_no_zone() -> None:
    assert moment("2026-11-21 22:00:00.000", received=NOW, zone=BANGKOK, utc=True) == (AT_22 * SECOND, "")


def test_a_year_that_is_not_written_is_right_across_new_year() -> None:
    # sent five seconds after midnight of 1 January: the last second of the old year, and the first of the new
    assert moment("Dec 31 23:59:59", received=NEW_YEAR, zone=BANGKOK) == (NEW_YEAR - 6 * SECOND, "year")
    assert moment("Jan  1 00:00:01", received=NEW_YEAR, zone=BANGKOK) == (NEW_YEAR - 4 * SECOND, "year")
    # a clock that is ahead, received before midnight
    assert moment("Jan  1 00:00:01", received=NEW_YEAR - 10 * SECOND, zone=BANGKOK) == (
        NEW_YEAR - 4 * SECOND,
        "year",
    )


def test_the_29th_of_february_is_found_in_its_own_year() -> None:
    # 1 March 2028, 00:00 UTC
    received = 1_835_481_600 * SECOND
    assert moment("Feb 29 12:00:00", received=received, zone=0) == (received - 43_200 * SECOND, "year")


def test_bounds_are_exact() -> None:
    text = str((NOW + AHEAD) // SECOND)
    assert moment(text, received=NOW, zone=0) == (NOW + AHEAD, "")
    assert moment(str(int(text) + 1), received=NOW, zone=0) == (NOW, "odd")
    assert moment("1990-01-01T00:00:00Z", received=NOW, zone=0) == (EARLIEST, "")


@given(st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(Z|[+-]\d{4})?", fullmatch=True))
def test_any_text_gives_a_moment_within_bounds(text: str) -> None:
    at, _ = moment(text, received=NOW, zone=BANGKOK)
    assert EARLIEST <= at <= NOW + AHEAD
