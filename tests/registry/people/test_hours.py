"""Duty hours: read, shown, over midnight, on holidays, in other time zones. No database."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.registry.queries.people_hours import (
    ALWAYS,
    HoursError,
    Pattern,
    cleaned,
    duty_key,
    next_duty,
    on_duty,
    read,
    shown,
)

BANGKOK = ZoneInfo("Asia/Bangkok")


@pytest.mark.parametrize(
    ("line", "spans"),
    [
        ("จ-ศ 08:30-16:30", [(day, "08:30", "16:30") for day in range(5)]),
        ("จ-ศ ๐๘.๓๐-๑๖.๓๐ น.", [(day, "08:30", "16:30") for day in range(5)]),
        (
            "Mon 09:00-12:00, 13:00-17:00",
            [(0, "09:00", "12:00"), (0, "13:00", "17:00")],
        ),
        ("ศ-อา 22:00-06:00", [(day, "22:00", "06:00") for day in (4, 5, 6)]),
        ("วันเสาร์ 00:00-24:00; sunday 8:00-9:00", [(5, "00:00", "24:00"), (6, "08:00", "09:00")]),
        ("ส,อา 10:00-11:00", [(5, "10:00", "11:00"), (6, "10:00", "11:00")]),
        ("อา-จ 10:00-11:00", [(0, "10:00", "11:00"), (6, "10:00", "11:00")]),
        ("", []),
    ],
)
def test_hours_are_read_as_people_write_them(line: str, spans: list[tuple[int, str, str]]) -> None:
    assert list(read(line)) == spans


@pytest.mark.parametrize(
    "line", ["วันหยุด 08:00-09:00", "จ 08:00", "08:00-09:00", "จ 24:00-25:00", "จ 9-10", "จ 08:00-08:00"]
)
def test_what_cannot_be_read_says_so(line: str) -> None:
    with pytest.raises(HoursError) as refused:
        read(line)
    assert refused.value.field == "hours"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ((2026, 11, 23, 21, 59), False),
        ((2026, 11, 23, 22, 0), True),
        ((2026, 11, 24, 0, 0), True),
        ((2026, 11, 24, 5, 59), True),
        ((2026, 11, 24, 6, 0), False),
        ((2026, 11, 24, 22, 30), False),
    ],
)
def test_a_span_over_midnight_belongs_to_the_day_on_which_it_began(
    moment: tuple[int, int, int, int, int],
    expected: bool,  # noqa: FBT001 - the answer
) -> None:
    monday_night = Pattern("Asia/Bangkok", ((0, "22:00", "06:00"),), on_holidays=False)
    assert on_duty(monday_night, datetime(*moment, tzinfo=BANGKOK)) is expected


def test_the_night_before_a_holiday_goes_on_until_its_end_and_the_holiday_itself_is_off() -> None:
    nights = Pattern("Asia/Bangkok", tuple((d, "20:00", "08:00") for d in range(7)), on_holidays=False)
    father = datetime(2025, 12, 5, tzinfo=BANGKOK)  # Friday, a public holiday
    assert on_duty(nights, father + timedelta(hours=3))
    assert not on_duty(nights, father + timedelta(hours=21))
    assert next_duty(nights, father + timedelta(hours=9)) == father + timedelta(days=1, hours=20)


def test_the_next_duty_is_the_first_start_after_the_moment() -> None:
    office = Pattern("Asia/Bangkok", read("จ-ศ 08:30-16:30"), on_holidays=False)
    saturday = datetime(2026, 11, 21, 12, tzinfo=BANGKOK)
    assert next_duty(office, saturday) == datetime(2026, 11, 23, 8, 30, tzinfo=BANGKOK)


def test_the_same_hours_have_the_same_key_in_any_order() -> None:
    one = duty_key("Asia/Bangkok", cleaned([(1, "08:00", "09:00"), (0, "8:00", "09:00")]), on_holidays=False)
    two = duty_key("Asia/Bangkok", cleaned([(0, "08:00", "09:00"), (1, "08:00", "09:00")]), on_holidays=False)
    assert one == two
    assert duty_key("Asia/Tokyo", (), on_holidays=True) == ALWAYS


_TIMES = st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
_SPANS = st.lists(
    st.tuples(st.integers(0, 6), _TIMES, _TIMES).filter(lambda span: span[1] != span[2]),
    min_size=1,
    max_size=6,
).map(cleaned)
_ZONES = st.sampled_from(["Asia/Bangkok", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland"])
_MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(ZoneInfo("UTC")))  # noqa: DTZ001 - hypothesis adds the zone


@given(spans=_SPANS)
def test_what_is_shown_is_read_again_as_the_same(spans: tuple[tuple[int, str, str], ...]) -> None:
    words = shown(spans)
    assert read(words.th) == spans
    assert read(words.en) == spans


@given(spans=_SPANS, zone=_ZONES, moment=_MOMENTS, holidays=st.booleans())
def test_at_the_next_duty_somebody_is_on_duty(
    spans: tuple[tuple[int, str, str], ...],
    zone: str,
    moment: datetime,
    holidays: bool,  # noqa: FBT001 - drawn
) -> None:
    pattern = Pattern(zone, spans, holidays)
    start = next_duty(pattern, moment)
    assert start is not None
    assert start > moment
    local = start.astimezone(ZoneInfo(zone))
    wall = f"{local.hour:02}:{local.minute:02}"
    # a start inside the hour that the clock skips in spring begins when the skip is over
    skipped = not any(first == wall for _, first, _ in spans)
    assert skipped or on_duty(pattern, start)
