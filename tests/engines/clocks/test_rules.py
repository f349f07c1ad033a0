"""What must never happen to a clock, whatever the trigger: properties and the rules of showing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from phithak.base.text import Text
from phithak.engines.clocks import (
    Calendar,
    Clock,
    ClockError,
    DueState,
    Holiday,
    HolidayState,
    Length,
    Level,
    Unit,
    add_months,
    due,
    load,
    load_calendar,
    order,
    remaining,
    within,
)

TABLE = load()
CALENDAR = load_calendar()
BANGKOK = timezone(timedelta(hours=7))
CODES = sorted({clock.code for clock in TABLE})
WALL = [code for code in CODES if TABLE.get(code).counting == "wall_clock"]
# the strategy asks for bounds without a zone and puts the zone on itself
MOMENTS = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 see above
    datetime(2090, 1, 1),  # noqa: DTZ001 see above
    timezones=st.just(BANGKOK),
)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BANGKOK)


def closed(days: list[date], state: HolidayState = HolidayState.SET) -> Calendar:
    return Calendar(holidays={day: Holiday(day, Text("หยุด", "closed"), state) for day in days})


def test_wall_clock_hours_carry_no_remark_about_days() -> None:
    weekend = at("2026-11-20 17:00")
    unsure = closed([date(2026, 11, 21), date(2026, 11, 23)], HolidayState.CHECK)
    found = due(TABLE.get("pdpc_notice"), weekend, unsure)
    assert (found.due_at, found.remarks) == (at("2026-11-23 17:00"), ())


def test_of_two_equal_ends_the_unsettled_one_is_shown_first() -> None:
    moment = at("2026-11-20 17:00")
    codes = ("pdpc_notice", "processor_to_controller")
    shown = order(due(TABLE.get(code, at=moment), moment) for code in codes)
    assert [item.code for item in shown] == ["processor_to_controller", "pdpc_notice"]


@given(st.sampled_from(CODES), MOMENTS, MOMENTS)
def test_a_later_trigger_never_ends_earlier(code: str, one: datetime, two: datetime) -> None:
    early, late = sorted((one, two))
    clock = TABLE.get(code)
    first, second = due(clock, early, CALENDAR), due(clock, late, CALENDAR)
    assume(first.state == second.state)
    ends = [(item.due_at or item.possible_at) for item in (first, second)]
    assert (ends[0] is None) is (ends[1] is None)
    if ends[0] and ends[1]:
        assert ends[0] <= ends[1]


@given(st.sampled_from(WALL), MOMENTS, st.lists(DAYS, max_size=60))
def test_wall_clock_hours_do_not_know_holidays(code: str, moment: datetime, days: list[date]) -> None:
    clock = TABLE.get(code)
    assert due(clock, moment, closed(days)) == due(clock, moment, Calendar())
    found = due(clock, moment, closed(days))
    end = found.due_at or found.possible_at
    if end is not None:
        minutes = {"hours": 60, "minutes": 1}[clock.length.unit] * (clock.length.amount or 0)
        assert end - moment == timedelta(minutes=minutes)
        assert found.remarks == ()


@given(st.sampled_from(CODES), MOMENTS, st.lists(DAYS, max_size=60))
def test_legal_days_are_not_moved_by_holidays(code: str, moment: datetime, days: list[date]) -> None:
    clock = TABLE.get(code)
    assume(clock.counting == "calendar_days")
    stretched, plain = due(clock, moment, closed(days)), due(clock, moment, Calendar())
    assert (stretched.due_at, stretched.possible_at) == (plain.due_at, plain.possible_at)


@given(st.sampled_from(CODES), MOMENTS)
def test_the_zone_of_the_input_does_not_matter(code: str, moment: datetime) -> None:
    clock = TABLE.get(code)
    tokyo = moment.astimezone(timezone(timedelta(hours=9)))
    assert (
        due(clock, moment, CALENDAR)
        == due(clock, moment.astimezone(UTC), CALENDAR)
        == due(clock, tokyo, CALENDAR)
    )


@given(st.integers(1, 400), MOMENTS)
def test_days_end_with_a_bangkok_day(count: int, moment: datetime) -> None:
    end = within(Length(Unit.DAYS, count), moment)
    assert end.utcoffset() == timedelta(0)
    local = end.astimezone(BANGKOK)
    assert (local.hour, local.minute, local.second, local.microsecond) == (23, 59, 59, 999_999)
    assert (local.date() - moment.date()).days == count


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-600, 600))
def test_months_keep_the_day_or_clamp_to_the_last(day: date, count: int) -> None:
    moved = add_months(day, count)
    assert (moved.year - day.year) * 12 + moved.month - day.month == count
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


@given(st.integers(1, 30), st.integers(0, 60 * 24 * 60), st.lists(DAYS, max_size=40))
def test_office_hours_pass_only_in_the_office(hours: int, minutes: int, days: list[date]) -> None:
    """Against a second method: walk minute by minute and count those in which the office is open."""
    calendar = closed(days)
    start = at("2026-10-01 00:00") + timedelta(minutes=minutes)
    end = within(Length(Unit.OFFICE_HOURS, hours), start, calendar).astimezone(BANGKOK)
    walked, left = start, hours * 60
    while left:
        inside = (8, 30) <= (walked.hour, walked.minute) < (16, 30)
        left -= inside and walked.weekday() < 5 and walked.date() not in days
        walked += timedelta(minutes=1)
    assert end == walked


def test_relative_due_date_of_the_meeting() -> None:
    """Within 7 days, set on Tuesday 24 November 2563: Tuesday 1 December 2563."""
    end = within(Length(Unit.DAYS, 7), at("2020-11-24 18:15"))
    assert end == datetime(2020, 12, 1, 16, 59, 59, 999_999, tzinfo=UTC)
    assert end.astimezone(BANGKOK).date() == date(2020, 12, 1)


@pytest.mark.parametrize(
    ("length", "moment", "end"),
    [
        (Length(Unit.MONTHS, 1), "2026-01-31 10:00", "2026-02-28"),
        (Length(Unit.MONTHS, 1), "2024-01-31 10:00", "2024-02-29"),
        (Length(Unit.MONTHS, 1), "2026-03-31 10:00", "2026-04-30"),
        (Length(Unit.MONTHS, 13), "2026-12-31 10:00", "2028-01-31"),
        (Length(Unit.YEARS, 1), "2024-02-29 10:00", "2025-02-28"),
        (Length(Unit.YEARS, 4), "2024-02-29 10:00", "2028-02-29"),
        (Length(Unit.WORKING_DAYS, 1), "2026-11-20 10:00", "2026-11-23"),
        (Length(Unit.WORKING_DAYS, 5), "2026-11-20 10:00", "2026-11-27"),
        (Length(Unit.WORKING_DAYS, 1), "2026-11-21 10:00", "2026-11-23"),
        (Length(Unit.WORKING_DAYS, 3), "2026-12-03 10:00", "2026-12-09"),
        (Length(Unit.WORKING_DAYS, 1), "2026-12-30 10:00", "2027-01-04"),
        (Length(Unit.WORKING_DAYS, 2), "2026-04-10 10:00", "2026-04-17"),
    ],
)
def test_other_units(length: Length, moment: str, end: str) -> None:
    found = within(length, at(moment), CALENDAR)
    assert found.astimezone(BANGKOK).date().isoformat() == end


def test_a_telecom_breach_shows_the_stricter_unsettled_clock_first() -> None:
    moment = at("2026-11-20 17:00")
    codes = ("pdpc_notice", "pdpc_notice_late", "nbtc_notice", "nbtc_notice_short")
    shown = order(due(TABLE.get(code, at=moment), moment, CALENDAR) for code in codes)
    assert [item.code for item in shown] == [
        "nbtc_notice_short",
        "nbtc_notice",
        "pdpc_notice",
        "pdpc_notice_late",
    ]
    first = shown[0]
    assert (first.show.en, first.show.th) == ("may be 24 h, check", "อาจเป็น 24 ชั่วโมง ให้ตรวจสอบ")
    assert first.due_at is None
    assert [item.is_deadline for item in shown] == [True, True, True, False]
    assert shown[-1].show.en == "limit of a late explanation: 15 days (not a second deadline)"
    assert "มิใช่กำหนดส่งที่สอง" in shown[-1].show.th


def test_clocks_without_a_number_stand_before_numbers_and_duties_before_the_rest() -> None:
    moment = at("2026-11-20 17:00")
    codes = ("traffic_log_keep", "pdpc_notice", "person_notice", "ncsa_first_report", "ncsa_contact_reach")
    shown = order(due(TABLE.get(code, at=moment), moment, CALENDAR) for code in codes)
    assert [item.code for item in shown] == [
        "ncsa_first_report",
        "person_notice",
        "ncsa_contact_reach",
        "pdpc_notice",
        "traffic_log_keep",
    ]
    assert shown[0].show.en == "without delay; no number set, check"
    assert shown[1].show.en == "without delay (the law gives no number)"


def test_an_article_of_2563_shows_not_yet_in_force() -> None:
    moment = at("2020-11-20 09:00")
    found = due(TABLE.get("pdpc_notice", at=moment), moment)
    assert (found.state, found.due_at, found.is_deadline) == (DueState.NOT_IN_FORCE, None, False)
    assert found.show == Text("ยังไม่มีผลใช้บังคับ (เริ่ม 1 มิ.ย. 2565)", "not yet in force (from 1 Jun 2022)")
    assert order([found, due(TABLE.get("person_notice"), at("2026-01-01 00:00"))])[-1] is found


def test_threat_reports_go_to_regulator_and_office() -> None:
    assert all(clock.reports_to == ("ncsa", "regulator") for clock in TABLE.versions("ncsa_first_report"))


def test_versions_by_day_and_an_old_case_keeps_its_own() -> None:
    assert TABLE.get("ncsa_first_report", at=at("2023-05-09 23:59")).version == 1
    assert TABLE.get("ncsa_first_report", at=at("2023-05-10 00:00")).version == 2
    assert TABLE.get("ncsa_first_report", at=at("2015-01-01 00:00")).version == 1
    assert TABLE.get("ncsa_first_report").version == 2
    pinned = TABLE.get("ncsa_first_report", at=at("2026-01-01 00:00"), version=1)
    assert pinned.version == 1
    over = due(pinned, at("2026-01-01 00:00"))
    assert over.state is DueState.NOT_IN_FORCE
    assert over.show == Text("สิ้นผลใช้บังคับแล้ว (ถึง 9 พ.ค. 2566)", "no longer in force (until 9 May 2023)")


def test_an_agreed_length_replaces_only_what_may_be_set() -> None:
    moment = at("2026-11-20 17:00")
    agreed = TABLE.get("processor_to_controller").with_length(Length(Unit.HOURS, 24))
    found = due(agreed, moment)
    assert (found.state, found.due_at, found.show.en) == (
        DueState.RUNNING,
        at("2026-11-21 17:00"),
        "within 24 h",
    )
    filled = TABLE.get("ncsa_first_report").with_length(Length(Unit.HOURS, 1))
    assert due(filled, moment).due_at == at("2026-11-20 18:00")
    refused: list[tuple[Clock, Length]] = [
        (TABLE.get("pdpc_notice"), Length(Unit.HOURS, 96)),
        (TABLE.get("processor_to_controller"), Length(Unit.WITHOUT_DELAY)),
        (TABLE.get("processor_to_controller"), Length(Unit.OFFICE_HOURS, 8)),
    ]
    for clock, length in refused:
        with pytest.raises(ClockError):
            clock.with_length(length)


def test_a_last_day_on_a_holiday_is_remarked_but_not_moved() -> None:
    moment = at("2026-11-20 17:00")
    found = due(TABLE.get("pdpc_notice_late"), moment, CALENDAR)
    assert found.last_day == date(2026, 12, 5)
    assert [remark.en for remark in found.remarks] == [
        "the last day is no working day; CCC s.193/8 may extend it to 8 Dec 2026, check"
    ]
    assert "8 ธ.ค. 2569" in found.remarks[0].th
    before = due(TABLE.get("ncsa_owner_change"), at("2026-10-30 09:00"), CALENDAR)
    assert (before.last_day, before.remarks) == (date(2026, 10, 23), ())


def test_unconfirmed_holidays_and_uncovered_years_are_remarked() -> None:
    clock = TABLE.get("intake_coordination")
    assert [remark.en for remark in due(clock, at("2026-12-04 14:30"), CALENDAR).remarks] == [
        "holiday 7 Dec 2026 (substitute for Father's Day) is not confirmed yet"
    ]
    assert [remark.en for remark in due(clock, at("2035-01-09 09:00"), CALENDAR).remarks] == [
        "the holiday table does not know this year; add it first"
    ]


@pytest.mark.parametrize(
    ("now", "level", "warned", "percent"),
    [
        ("2026-11-20 17:00", Level.ON_TIME, None, 0),
        ("2026-11-22 04:59", Level.ON_TIME, None, 49),
        ("2026-11-22 05:00", Level.WARNING, 50, 50),
        ("2026-11-23 02:35", Level.WARNING, 50, 79),
        ("2026-11-23 02:36", Level.WARNING, 80, 80),
        ("2026-11-23 17:00", Level.WARNING, 100, 100),
        ("2026-11-23 17:01", Level.OVERDUE, 100, 100),
        ("2026-11-26 17:00", Level.OVERDUE, 100, 200),
    ],
)
def test_warnings_at_half_and_four_fifths(now: str, level: Level, warned: int | None, percent: int) -> None:
    found = due(TABLE.get("pdpc_notice"), at("2026-11-20 17:00"))
    left = remaining(found, at(now), TABLE.warn_at)
    assert (left.level, left.warned_at, left.used_percent) == (level, warned, percent)
    assert left.left == at("2026-11-23 17:00") - at(now)


def test_only_a_running_deadline_is_ever_overdue() -> None:
    started, later = at("2026-01-01 10:00"), at("2030-01-01 10:00")
    levels = {code: remaining(due(TABLE.get(code), started, CALENDAR), later).level for code in CODES}
    assert levels["pdpc_notice"] is Level.OVERDUE
    assert levels["nbtc_notice_short"] is Level.WARNING
    assert levels["pdpc_notice_late"] is Level.WARNING
    assert levels["sms_sender_id_idle"] is Level.WARNING
    assert levels["traffic_log_keep"] is Level.ON_TIME
    assert levels["person_notice"] is Level.NO_TIME


def test_time_left_before_a_planned_change() -> None:
    found = due(TABLE.get("ncsa_owner_change"), at("2026-12-08 09:00"))
    assert found.last_day == date(2026, 12, 1)
    early = remaining(found, at("2026-11-20 09:00"))
    assert (early.level, early.used_percent) == (Level.ON_TIME, None)
    planned = at("2026-11-01 00:00")
    assert remaining(found, at("2026-11-17 00:00"), since=planned).warned_at == 50
    assert remaining(found, at("2026-12-01 23:59"), since=planned).level is Level.WARNING
    assert remaining(found, at("2026-12-02 00:00"), since=planned).level is Level.OVERDUE
    assert remaining(found, at("2026-12-02 00:00")).level is Level.OVERDUE


def test_moments_need_a_zone_and_a_possible_year() -> None:
    naive = datetime(2026, 11, 20, 17)  # noqa: DTZ001 the fault under test
    clock = TABLE.get("pdpc_notice")
    for call in (
        lambda: due(clock, naive),
        lambda: TABLE.get("pdpc_notice", at=naive),
        lambda: within(Length(Unit.DAYS, 7), naive),
        lambda: remaining(due(clock, at("2026-11-20 17:00")), naive),
        lambda: within(Length(Unit.UNSET), at("2026-11-20 17:00")),
        lambda: within(Length(Unit.YEARS, 9000), at("2026-11-20 17:00")),
    ):
        with pytest.raises(ClockError):
            call()
