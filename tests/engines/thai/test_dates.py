"""Dates in all forms of the source articles and of domain D3; expected values by hand."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.engines.thai import (
    BANGKOK,
    Code,
    DateStyle,
    DateWarning,
    Precision,
    ThaiFormatError,
    TimeStyle,
    TimeWarning,
    english_date,
    fiscal_year,
    fiscal_year_span,
    iso_date,
    parse_date,
    parse_date_range,
    thai_date,
    thai_month,
    to_be,
    to_ce,
)

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = [
    ("๒๙ มิถุนายน ๒๕๖๐", date(2017, 6, 29)),
    ("29 มิถุนายน 2560", date(2017, 6, 29)),
    ("29 มิ.ย. 2560", date(2017, 6, 29)),
    ("29มิ.ย.2560", date(2017, 6, 29)),
    ("24 พ.ย.2563", date(2020, 11, 24)),
    ("24 พ.ย. 2563", date(2020, 11, 24)),
    ("20 พ.ย 2563", date(2020, 11, 20)),
    ("6 ก.ค. 2560", date(2017, 7, 6)),
    ("29 พ.ย. 2565", date(2022, 11, 29)),
    ("วันพุธที่ 19 กรกฎาคม 2566", date(2023, 7, 19)),
    ("ในวันพุธที่ 19 กรกฎาคม 2566", date(2023, 7, 19)),
    ("วันพุธ ที่ 19 กรกฎาคม พ.ศ. 2566", date(2023, 7, 19)),
    ("พุธ 19 ก.ค. 2566", date(2023, 7, 19)),
    ("พ. 19 ก.ค. 2566", date(2023, 7, 19)),
    ("วันพฤหัสบดีที่ ๒๙ มิถุนายน ๒๕๖๐", date(2017, 6, 29)),
    ("พฤ. 29 มิ.ย. 2560", date(2017, 6, 29)),
    ("วันที่ 1 มกราคม 2564", date(2021, 1, 1)),
    ("เมื่อวันที่ 1 ก.พ. 2564", date(2021, 2, 1)),
    ("ณ วันที่ 1 มีนาคม 2564", date(2021, 3, 1)),
    ("1 เมษายน พ.ศ.2564", date(2021, 4, 1)),
    ("1 เดือนพฤษภาคม พุทธศักราช 2564", date(2021, 5, 1)),
    ("1 มิถุนา 2564", date(2021, 6, 1)),
    ("30 กรกฎาคม 2564", date(2021, 7, 30)),
    ("30 กรกฏาคม 2564", date(2021, 7, 30)),
    ("1 สิงหาคม ปี 2564", date(2021, 8, 1)),
    ("1 ก.ย. 2564", date(2021, 9, 1)),
    ("1 ต.ค. 2564", date(2021, 10, 1)),
    ("1 พฤศจิกายน 2564", date(2021, 11, 1)),
    ("31 ธ.ค. 2564", date(2021, 12, 31)),
    ("31 ธค 2564", date(2021, 12, 31)),
    ("30 กรกฎาคม ค.ศ. 2021", date(2021, 7, 30)),
    ("30/7/2564", date(2021, 7, 30)),
    ("30/07/2564", date(2021, 7, 30)),
    ("๓๐/๐๗/๒๕๖๔", date(2021, 7, 30)),
    ("30-07-2564", date(2021, 7, 30)),
    ("30.7.2564", date(2021, 7, 30)),
    ("30 / 7 / 2564", date(2021, 7, 30)),
    ("30/07/2021", date(2021, 7, 30)),
    ("2021-07-30", date(2021, 7, 30)),
    ("2021/07/30", date(2021, 7, 30)),
    ("20210730", date(2021, 7, 30)),
    ("30 July 2021", date(2021, 7, 30)),
    ("30 JUL 2021", date(2021, 7, 30)),
    ("30-Jul-2021", date(2021, 7, 30)),
    ("30th of July, 2021", date(2021, 7, 30)),
    ("July 30, 2021", date(2021, 7, 30)),
    ("Sept. 1, 2021", date(2021, 9, 1)),
    ("Wed, 19 Jul 2023", date(2023, 7, 19)),
    ("Wednesday 19 July 2023", date(2023, 7, 19)),
    ("30 July 2564 BE", date(2021, 7, 30)),
    ("29 ก.พ. 2567", date(2024, 2, 29)),
    ("29/2/2543", date(2000, 2, 29)),
    ("\u200b30 กรกฎาคม\u00a02564 ", date(2021, 7, 30)),
    ("29 มิ.ย. 2560.", date(2017, 6, 29)),
]


@pytest.mark.parametrize(("text", "value"), DAYS)
def test_a_day_is_read_without_warning(text: str, value: date) -> None:
    found = parse_date(text)
    assert found.value == value
    assert not isinstance(found.value, datetime)
    assert (found.precision, found.warnings) == (Precision.DAY, ())


def test_the_old_forms_of_the_articles() -> None:
    """S3-1, S2-1, S4-43: the exact texts."""
    assert iso_date(parse_date("30 กรกฎาคม 2564, 18:15น.").value) == "2021-07-30T18:15:00+07:00"
    assert thai_date(parse_date("30 กรกฎาคม 2564, 18:15น.").value) == "30 กรกฎาคม 2564, 18:15น."
    assert thai_date(parse_date("๒๙ มิถุนายน ๒๕๖๐").value, thai_digits=True) == "๒๙ มิถุนายน ๒๕๖๐"
    wednesday = "วันพุธที่ 19 กรกฎาคม 2566"
    assert thai_date(parse_date(wednesday).value, weekday=True) == wednesday


MOMENTS = [
    ("30 กรกฎาคม 2564, 18:15น.", "2021-07-30T18:15:00+07:00"),
    ("30 กรกฎาคม 2564 เวลา 18.15 น.", "2021-07-30T18:15:00+07:00"),
    ("30 ก.ค. 2564 18:15", "2021-07-30T18:15:00+07:00"),
    ("๓๐ กรกฎาคม ๒๕๖๔, ๑๘:๑๕น.", "2021-07-30T18:15:00+07:00"),
    ("18.15 น. วันที่ 30 กรกฎาคม 2564", "2021-07-30T18:15:00+07:00"),
    ("เวลา 18.15 น. ของวันที่ 30 กรกฎาคม 2564", "2021-07-30T18:15:00+07:00"),
    ("30/7/2564 18:15", "2021-07-30T18:15:00+07:00"),
    ("30 กรกฎาคม 2564 4 ทุ่ม", "2021-07-30T22:00:00+07:00"),
    ("30 กรกฎาคม 2564 เวลา 4 ทุ่ม", "2021-07-30T22:00:00+07:00"),
    ("30 ก.ค. 2564 ตี 2", "2021-07-30T02:00:00+07:00"),
    ("30 ก.ค. 2564 บ่าย 2 โมง", "2021-07-30T14:00:00+07:00"),
    ("30 ก.ค. 2564 เที่ยง", "2021-07-30T12:00:00+07:00"),
    ("2021-07-30T18:15:00+07:00", "2021-07-30T18:15:00+07:00"),
    ("2021-07-30T18:15:00+0700", "2021-07-30T18:15:00+07:00"),
    ("2021-07-30T11:15:00Z", "2021-07-30T18:15:00+07:00"),
    ("2021-07-30T18:15", "2021-07-30T18:15:00+07:00"),
    ("2021-07-30 18:15:00", "2021-07-30T18:15:00+07:00"),
    ("2021-07-30T18:15:00+14:00", "2021-07-30T11:15:00+07:00"),
    ("2021-07-30T20:00:00Z", "2021-07-31T03:00:00+07:00"),
    ("2021-07-30T00:30:00-05:30", "2021-07-30T13:00:00+07:00"),
    ("2021-07-30T18:15:00.250+07:00", "2021-07-30T18:15:00.250000+07:00"),
    ("20210730T111500Z", "2021-07-30T18:15:00+07:00"),
    ("30 July 2021 6:15 pm", "2021-07-30T18:15:00+07:00"),
    ("July 30, 2021 at 18:15 UTC", "2021-07-31T01:15:00+07:00"),
]


@pytest.mark.parametrize(("text", "iso"), MOMENTS)
def test_a_moment_is_bangkok_time(text: str, iso: str) -> None:
    found = parse_date(text)
    assert iso_date(found.value) == iso
    assert found.warnings == ()
    assert found.precision in {Precision.MINUTE, Precision.SECOND}
    assert isinstance(found.value, datetime)
    assert found.value.tzinfo is BANGKOK


def test_precision_tells_what_was_given() -> None:
    cases = {
        "พ.ศ. 2560": (date(2017, 1, 1), Precision.YEAR),
        "ปี 2560": (date(2017, 1, 1), Precision.YEAR),
        "มิ.ย. 2560": (date(2017, 6, 1), Precision.MONTH),
        "เดือนมิถุนายน 2560": (date(2017, 6, 1), Precision.MONTH),
        "June 2017": (date(2017, 6, 1), Precision.MONTH),
        "29 มิ.ย. 2560": (date(2017, 6, 29), Precision.DAY),
    }
    for text, (value, precision) in cases.items():
        found = parse_date(text)
        assert (found.value, found.precision) == (value, precision), text
    assert parse_date("2021-07-30 18:15").precision is Precision.MINUTE
    assert parse_date("2021-07-30 18:15:00").precision is Precision.SECOND


WARNED = [
    ("18 เม.ย. 61", date(2018, 4, 18), [DateWarning.TWO_DIGIT_YEAR]),
    ("18 เมษายน '61", date(2018, 4, 18), [DateWarning.TWO_DIGIT_YEAR]),
    ("๑๘ เม.ย. ๖๑", date(2018, 4, 18), [DateWarning.TWO_DIGIT_YEAR]),
    ("18 เม.ย. พ.ศ. 61", date(2018, 4, 18), [DateWarning.TWO_DIGIT_YEAR]),
    ("วันศุกร์ที่ 19 กรกฎาคม 2566", date(2023, 7, 19), [DateWarning.WEEKDAY_MISMATCH]),
    ("Friday 19 July 2023", date(2023, 7, 19), [DateWarning.WEEKDAY_MISMATCH]),
    ("จันทร์ 30/7/2564", date(2021, 7, 30), [DateWarning.WEEKDAY_MISMATCH]),
    ("1 ก.พ. 2480", date(1937, 2, 1), [DateWarning.OLD_CALENDAR]),
    ("31 ธันวาคม 2483", date(1940, 12, 31), [DateWarning.OLD_CALENDAR]),
    ("1 มกราคม 2484", date(1941, 1, 1), []),
    ("30 กรกฎาคม 2021", date(2021, 7, 30), [DateWarning.CE_YEAR]),
    ("30 July 2564", date(2021, 7, 30), [DateWarning.BE_YEAR]),
    ("2564-07-30", date(2021, 7, 30), [DateWarning.BE_YEAR]),
    ("25640730", date(2021, 7, 30), [DateWarning.BE_YEAR]),
    ("01/02/2021", date(2021, 2, 1), [DateWarning.DAY_FIRST]),
    ("12/11/2021", date(2021, 11, 12), [DateWarning.DAY_FIRST]),
    ("13/11/2021", date(2021, 11, 13), []),
    ("01/02/2564", date(2021, 2, 1), []),
    ("02/02/2021", date(2021, 2, 2), []),
    (
        "วันศุกร์ที่ 1 ก.พ. 80",
        date(2037, 2, 1),
        [DateWarning.WEEKDAY_MISMATCH, DateWarning.TWO_DIGIT_YEAR],
    ),
]


@pytest.mark.parametrize(("text", "value", "warnings"), WARNED)
def test_a_doubt_is_flagged_and_nothing_is_changed(
    text: str, value: date, warnings: list[DateWarning]
) -> None:
    found = parse_date(text)
    assert found.value == value
    assert list(found.warnings) == warnings


def test_the_end_of_a_day_rolls_over() -> None:
    for text in ("30 ก.ค. 2564 24:00 น.", "30 ก.ค. 2564 6 ทุ่ม"):
        found = parse_date(text)
        assert iso_date(found.value) == "2021-07-31T00:00:00+07:00"
        assert found.warnings == (TimeWarning.NEXT_DAY,)
    found = parse_date("31 ธ.ค. 2564 6 ทุ่ม")
    assert found.day == date(2022, 1, 1)
    assert iso_date(parse_date("30 ก.ค. 2564 เที่ยงคืน").value) == "2021-07-30T00:00:00+07:00"


REFUSED = [
    ("", Code.EMPTY),
    ("x" * 201, Code.TOO_LONG),
    ("เมื่อวาน", Code.DATE_FORM),
    ("2564", Code.DATE_FORM),
    ("30 กรกฎาคม", Code.DATE_FORM),
    ("130 กรกฎาคม 2564", Code.DATE_FORM),
    ("30 7 2564", Code.DATE_FORM),
    ("30/7-2564", Code.DATE_FORM),
    ("2021-07-3000", Code.DATE_FORM),
    ("30/7/64", Code.DATE_YEAR_UNCLEAR),
    ("64-07-30", Code.DATE_YEAR_UNCLEAR),
    ("18 Apr 61", Code.DATE_YEAR_UNCLEAR),
    ("18 เม.ย. ค.ศ. 61", Code.DATE_YEAR_UNCLEAR),
    ("18 เม.ย. 256", Code.DATE_YEAR_UNCLEAR),
    ("18 เม.ย. 25611", Code.DATE_YEAR_UNCLEAR),
    ("พ.ศ. 61", Code.DATE_YEAR_UNCLEAR),
    ("30 กรกฎาคม พ.ศ. 2021", Code.DATE_YEAR_RANGE),
    ("30 กรกฎาคม ค.ศ. 2564", Code.DATE_YEAR_RANGE),
    ("30 กรกฎาคม 1264", Code.DATE_YEAR_RANGE),
    ("30 กรกฎาคม 9999", Code.DATE_YEAR_RANGE),
    ("29 ก.พ. 2566", Code.DATE_DAY),
    ("29/2/2643", Code.DATE_DAY),
    ("30 ก.พ. 2567", Code.DATE_DAY),
    ("31 เมษายน 2564", Code.DATE_DAY),
    ("32 มกราคม 2564", Code.DATE_DAY),
    ("0 มกราคม 2564", Code.DATE_DAY),
    ("7/30/2564", Code.DATE_MONTH),
    ("2021-13-01", Code.DATE_MONTH),
    ("2021-00-01", Code.DATE_MONTH),
    ("30 ก.ค. 2564 25:00", Code.TIME_RANGE),
    ("30 ก.ค. 2564 08:30-12:00", Code.TIME_FORM),
    ("30 ก.ค. 2564 และอื่น ๆ", Code.TIME_FORM),
    ("2021-07-30T18:15:00+15:00", Code.TIME_RANGE),
    ("2021-07-30T18:15:00+07:60", Code.TIME_RANGE),
]


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_an_impossible_or_unclear_date_is_refused(text: str, code: Code) -> None:
    with pytest.raises(ThaiFormatError) as caught:
        parse_date(text)
    assert caught.value.code is code


def test_the_reason_names_the_month_and_its_length() -> None:
    with pytest.raises(ThaiFormatError) as caught:
        parse_date("29 ก.พ. 2566")
    assert caught.value.th == "ไม่มีวันที่ 29: กุมภาพันธ์ 2566 มี 28 วัน กรุณาตรวจวันที่"
    assert caught.value.en == "There is no day 29: February 2023 has 28 days; please check the date."
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 our own bytes


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("19-20 กรกฎาคม 2566", date(2023, 7, 19), date(2023, 7, 20)),
        ("๑๙ – ๒๐ กรกฎาคม ๒๕๖๖", date(2023, 7, 19), date(2023, 7, 20)),
        ("ระหว่างวันที่ 19 ถึงวันที่ 20 ก.ค. 2566", date(2023, 7, 19), date(2023, 7, 20)),
        ("30 มิ.ย. - 2 ก.ค. 2566", date(2023, 6, 30), date(2023, 7, 2)),
        ("28 ธ.ค. - 3 ม.ค. 2566", date(2022, 12, 28), date(2023, 1, 3)),
        ("28 ธ.ค. 2565 ถึง 3 ม.ค. 2566", date(2022, 12, 28), date(2023, 1, 3)),
        ("1/7/2566 - 3/7/2566", date(2023, 7, 1), date(2023, 7, 3)),
        ("2021-07-30 ถึง 2021-08-01", date(2021, 7, 30), date(2021, 8, 1)),
        ("2021-07-30 - 2021-08-01", date(2021, 7, 30), date(2021, 8, 1)),
        ("1 ก.ค. 2566", date(2023, 7, 1), date(2023, 7, 1)),
    ],
)
def test_a_span_has_two_ends(text: str, start: date, end: date) -> None:
    found = parse_date_range(text)
    assert (found.start.value, found.end.value) == (start, end)
    assert (found.start.warnings, found.end.warnings) == ((), ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("20-19 กรกฎาคม 2566", Code.DATE_ORDER),
        ("3/7/2566 - 1/7/2566", Code.DATE_ORDER),
        ("30-31 มิถุนายน 2566", Code.DATE_DAY),
        ("ทั้งเดือน", Code.DATE_FORM),
    ],
)
def test_a_wrong_span_is_refused(text: str, code: Code) -> None:
    with pytest.raises(ThaiFormatError) as caught:
        parse_date_range(text)
    assert caught.value.code is code


WEDNESDAY = date(2023, 7, 19)
EVENING = datetime(2021, 7, 30, 18, 15, tzinfo=timezone(timedelta(hours=7)))


@pytest.mark.parametrize(
    ("write", "text"),
    [
        (lambda: thai_date(WEDNESDAY), "19 กรกฎาคม 2566"),
        (lambda: thai_date(WEDNESDAY, DateStyle.SHORT), "19 ก.ค. 2566"),
        (lambda: thai_date(WEDNESDAY, DateStyle.SHORTEST), "19 ก.ค. 66"),
        (lambda: thai_date(WEDNESDAY, weekday=True), "วันพุธที่ 19 กรกฎาคม 2566"),
        (lambda: thai_date(WEDNESDAY, DateStyle.SHORT, weekday=True), "พ. 19 ก.ค. 2566"),
        (lambda: thai_date(WEDNESDAY, thai_digits=True), "๑๙ กรกฎาคม ๒๕๖๖"),
        (lambda: thai_date(EVENING), "30 กรกฎาคม 2564, 18:15น."),
        (lambda: thai_date(EVENING.astimezone(UTC)), "30 กรกฎาคม 2564, 18:15น."),
        (lambda: thai_date(EVENING, time=TimeStyle.LETTER), "30 กรกฎาคม 2564 เวลา 18.15 น."),
        (lambda: thai_date(EVENING, time=TimeStyle.NONE), "30 กรกฎาคม 2564"),
        (
            lambda: thai_date(EVENING, weekday=True, time=TimeStyle.LETTER, thai_digits=True),
            "วันศุกร์ที่ ๓๐ กรกฎาคม ๒๕๖๔ เวลา ๑๘.๑๕ น.",
        ),
        (lambda: english_date(WEDNESDAY), "19 July 2023"),
        (lambda: english_date(WEDNESDAY, weekday=True), "Wednesday 19 July 2023"),
        (lambda: english_date(EVENING, short=True, weekday=True), "Fri 30 Jul 2021, 18:15"),
        (lambda: iso_date(WEDNESDAY), "2023-07-19"),
        (lambda: iso_date(EVENING.astimezone(UTC)), "2021-07-30T18:15:00+07:00"),
        (lambda: thai_month(WEDNESDAY), "กรกฎาคม 2566"),
        (lambda: thai_month(WEDNESDAY, DateStyle.SHORT, thai_digits=True), "ก.ค. ๒๕๖๖"),
    ],
)
def test_dates_are_written(write: Callable[[], str], text: str) -> None:
    assert write() == text


def test_a_time_without_zone_is_not_shown() -> None:
    naive = EVENING.replace(tzinfo=None)
    for write in (thai_date, english_date, iso_date):
        with pytest.raises(ThaiFormatError) as caught:
            write(naive)
        assert caught.value.code is Code.DATE_NAIVE


def test_fiscal_year_begins_in_october() -> None:
    assert fiscal_year(date(2023, 9, 30)) == 2566
    assert fiscal_year(date(2023, 10, 1)) == 2567
    assert fiscal_year(date(2023, 12, 31)) == 2567
    assert fiscal_year(date(2024, 1, 1)) == 2567
    assert fiscal_year_span(2567) == (date(2023, 10, 1), date(2024, 9, 30))
    assert (to_be(2017), to_ce(2560)) == (2560, 2017)


MODERN = st.dates(min_value=date(1941, 1, 1), max_value=date(2399, 12, 31))


@given(
    day=MODERN,
    style=st.sampled_from([DateStyle.LONG, DateStyle.SHORT]),
    weekday=st.booleans(),
    thai_digits=st.booleans(),
)
def test_every_written_day_is_read_back(
    day: date, style: DateStyle, *, weekday: bool, thai_digits: bool
) -> None:
    found = parse_date(thai_date(day, style, weekday=weekday, thai_digits=thai_digits))
    assert (found.value, found.warnings) == (day, ())


@given(
    day=MODERN,
    clock=st.times(),
    style=st.sampled_from([TimeStyle.NEWS, TimeStyle.LETTER]),
    thai_digits=st.booleans(),
)
def test_every_written_moment_is_read_back(
    day: date, clock: time, style: TimeStyle, *, thai_digits: bool
) -> None:
    moment = datetime.combine(day, clock, tzinfo=BANGKOK)
    minute = moment.replace(second=0, microsecond=0)
    text = thai_date(minute, time=style, thai_digits=thai_digits)
    assert parse_date(text).value == minute
    assert thai_date(parse_date(text).value, time=style, thai_digits=thai_digits) == text
    assert parse_date(iso_date(moment)).value == moment
    assert parse_date(english_date(minute)).value == minute


@given(MODERN, MODERN)
def test_every_written_span_is_read_back(one: date, other: date) -> None:
    start, end = sorted((one, other))
    found = parse_date_range(f"{thai_date(start)} ถึง {thai_date(end)}")
    assert (found.start.value, found.end.value) == (start, end)


@given(MODERN)
def test_a_day_lies_in_its_fiscal_year(day: date) -> None:
    first, last = fiscal_year_span(fiscal_year(day))
    assert first <= day <= last
    assert (last - first).days in {364, 365}


def test_warnings_speak_both_languages() -> None:
    texts = [(warning.th, warning.en) for warning in (*DateWarning, *TimeWarning)]
    assert len({th for th, _ in texts}) == len(texts)
    assert all("ก" <= th[0] <= "๛" or th[0].isdigit() for th, _ in texts)
    assert json.dumps(DateWarning.WEEKDAY_MISMATCH) == '"date.weekday_mismatch"'
