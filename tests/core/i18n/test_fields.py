"""Form fields that read what people in Thailand write."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django import forms

from phithak.base.text import Text, using_language
from phithak.core.i18n import fields, show
from phithak.core.ui.forms import Form


class Sample(Form):
    day = fields.ThaiDateField(label=Text("วันที่", "Date"), required=False)
    moment = fields.ThaiDateTimeField(label=Text("เวลา", "Time"), required=False)
    phone = fields.PhoneField(label=Text("โทร", "Phone"), required=False)
    mobile = fields.PhoneField(label=Text("มือถือ", "Mobile"), required=False, mobile=True)
    national_id = fields.NationalIdField(label=Text("เลข", "Id"), required=False)
    count = fields.ThaiIntegerField(label=Text("จำนวน", "Count"), required=False, min_value=1)


def cleaned(**data: str) -> dict[str, Any]:
    form = Sample(data)
    assert form.is_valid(), form.errors
    return form.cleaned_data


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("๒๙ มิถุนายน ๒๕๖๐", date(2017, 6, 29)),
        ("24 พ.ย.2563", date(2020, 11, 24)),
        ("วันพุธที่ 19 กรกฎาคม 2566", date(2023, 7, 19)),
        ("2021-07-30", date(2021, 7, 30)),
        ("30 July 2021", date(2021, 7, 30)),
    ],
)
def test_days(text: str, day: date) -> None:
    assert cleaned(day=text)["day"] == day


def test_a_moment_is_bangkok_time() -> None:
    found = cleaned(moment="30 กรกฎาคม 2564, 18:15น.")["moment"]
    assert found.isoformat() == "2021-07-30T18:15:00+07:00"
    assert found == datetime(2021, 7, 30, 11, 15, tzinfo=UTC)


def test_a_wrong_weekday_needs_a_tick_and_keeps_the_text() -> None:
    text = "วันศุกร์ที่ 19 กรกฎาคม 2566"
    form = Sample({"day": text})
    assert not form.is_valid()
    assert "วันพุธที่ 19 กรกฎาคม 2566" in form.errors["day"][0]
    bound = form["day"]
    assert bound.value() == text
    assert bound.confirm == {"name": "day_confirm", "value": text}  # type: ignore[attr-defined]
    assert cleaned(day=text, day_confirm=text)["day"] == date(2023, 7, 19)


def test_a_tick_does_not_hold_for_another_text() -> None:
    form = Sample({"day": "วันศุกร์ที่ 20 กรกฎาคม 2566", "day_confirm": "วันศุกร์ที่ 19 กรกฎาคม 2566"})
    assert not form.is_valid()


@pytest.mark.parametrize(
    ("field", "text"), [("day", "กรกฎาคม 2566"), ("moment", "19 กรกฎาคม 2566"), ("day", "ไม่ทราบ")]
)
def test_half_a_date_is_refused_without_a_tick(field: str, text: str) -> None:
    form = Sample({field: text})
    assert not form.is_valid()
    assert form[field].confirm is None  # type: ignore[attr-defined]


def test_the_error_is_in_the_language_of_the_page() -> None:
    with using_language("en"):
        form = Sample({"day": "วันศุกร์ที่ 19 กรกฎาคม 2566"})
        assert "Read as Wednesday 19 July 2023." in form.errors["day"][0]


@pytest.mark.parametrize("language", ["th", "en"])
def test_an_initial_moment_is_written_so_that_the_field_reads_it_back(language: str) -> None:
    moment = datetime(2026, 11, 21, 10, 5, tzinfo=UTC)
    with using_language(language):
        form = Sample(initial={"moment": moment})
        assert cleaned(moment=form["moment"].value())["moment"] == moment


def test_phones() -> None:
    assert cleaned(phone="๐๘๑-๒๓๔-๕๖๗๘")["phone"] == "+66812345678"
    assert cleaned(phone="1212")["phone"] == "1212"
    assert cleaned(mobile="081 234 5678")["mobile"] == "+66812345678"
    assert not Sample({"mobile": "02-123-4567"}).is_valid()
    assert not Sample({"phone": "12"}).is_valid()


def test_national_ids_are_checked_and_never_repeated() -> None:
    # 1-1018-00000-01-5: 1*13+1*12+0*11+1*10+8*9+0+0+0+0+0+0*3+1*2 = 109; 11 - 109 % 11 = 1 -> check digit 1
    assert cleaned(national_id="๑-๑๐๑๘-๐๐๐๐๐-๐๑-๑")["national_id"] == "1101800000011"
    form = Sample({"national_id": "1101800000015"})
    assert not form.is_valid()
    assert "1101800000015" not in form.errors["national_id"][0]


@pytest.mark.parametrize(("text", "count"), [("๑๑,๔๐๐", 11_400), ("13 ล้านราย", 13_000_000), ("7", 7)])
def test_numbers(text: str, count: int) -> None:
    assert cleaned(count=text)["count"] == count


@pytest.mark.parametrize("text", ["0", "1.5", "มาก", "-3"])
def test_wrong_numbers(text: str) -> None:
    assert not Sample({"count": text}).is_valid()


def test_optional_fields_may_be_empty() -> None:
    found = cleaned()
    assert found == {"day": None, "moment": None, "phone": "", "mobile": "", "national_id": "", "count": None}


def test_a_required_date_says_so() -> None:
    class Needed(forms.Form):
        day = fields.ThaiDateField()

    form = Needed({"day": "  "})
    assert form.errors.as_data()["day"][0].code == "required"


def test_how_moments_and_numbers_are_shown() -> None:
    moment = datetime(2021, 7, 30, 18, 30, tzinfo=UTC)  # already the next day in Bangkok
    assert show.day(moment, "th") == "31 ก.ค. 2564"
    assert show.day(moment, "en") == "31 Jul 2021"
    assert show.moment(moment, "th") == "31 ก.ค. 2564 01:30 น."
    assert show.moment(moment, "en") == "31 Jul 2021, 01:30"
    assert show.number(13_000_000) == "13,000,000"
    assert show.day(None) == show.moment(None) == show.number(None) == ""


def test_a_span_says_its_day_once() -> None:
    begins = datetime(2021, 7, 30, 1, 15, tzinfo=UTC)  # 08:15 in Bangkok
    same, night = begins + timedelta(hours=12), begins + timedelta(hours=16)
    assert show.span(begins, same, "th") == "30 ก.ค. 2564 08:15–20:15 น."
    assert show.span(begins, same, "en") == "30 Jul 2021, 08:15–20:15"
    assert show.span(begins, night, "th") == "30 ก.ค. 2564 08:15 น. – 31 ก.ค. 2564 00:15 น."
    assert show.span(begins, night, "en") == "30 Jul 2021, 08:15 – 31 Jul 2021, 00:15"
