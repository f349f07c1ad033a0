"""Digits and numbers as Thai texts write them; expected values by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.engines.thai import (
    Code,
    ThaiFormatError,
    format_number,
    format_short,
    parse_count,
    parse_number,
    to_arabic,
    to_thai,
)

NUMBERS = [
    ("0", "0"),
    ("5", "5"),
    ("๑๓", "13"),
    ("13,000,000", "13000000"),
    ("๑๓,๐๐๐,๐๐๐", "13000000"),
    ("1.5", "1.5"),
    ("13 ล้าน", "13000000"),
    ("13ล้าน", "13000000"),
    ("๑๓ ล้าน", "13000000"),
    ("1.2 แสน", "120000"),
    ("3 หมื่น", "30000"),
    ("3.5 หมื่น", "35000"),
    ("5 พัน", "5000"),
    ("2 ร้อย", "200"),
    ("1,200 ล้าน", "1200000000"),
    ("0.5 ล้าน", "500000"),
    ("2 แสนล้าน", "200000000000"),
    ("1.2 หมื่นล้าน", "12000000000"),
    ("1 ล้านล้าน", "1000000000000"),
    ("1 ล้าน 2 แสน", "1200000"),
    ("1 ล้าน 200,000", "1200000"),
    ("3 หมื่น 5 พัน", "35000"),
    ("ศูนย์", "0"),
    ("หนึ่ง", "1"),
    ("สอง", "2"),
    ("สาม", "3"),
    ("สี่", "4"),
    ("ห้า", "5"),
    ("หก", "6"),
    ("เจ็ด", "7"),
    ("แปด", "8"),
    ("เก้า", "9"),
    ("9" * 24, "9" * 24),
    ("แปดหมื่นเก้าพันหนึ่งร้อยยี่สิบสาม", "89123"),
    ("สิบ", "10"),
    ("สิบเอ็ด", "11"),
    ("สิบสอง", "12"),
    ("ยี่สิบ", "20"),
    ("ยี่สิบเอ็ด", "21"),
    ("เก้าสิบเก้า", "99"),
    ("หนึ่งร้อย", "100"),
    ("ร้อย", "100"),
    ("หนึ่งร้อยเอ็ด", "101"),
    ("ร้อยเอ็ด", "101"),
    ("สองร้อยห้า", "205"),
    ("สองร้อยห้าสิบ", "250"),
    ("หนึ่งพันสองร้อยสามสิบสี่", "1234"),
    ("สามหมื่นห้าพัน", "35000"),
    ("หนึ่งแสนสองหมื่น", "120000"),
    ("สิบสามล้าน", "13000000"),
    ("ล้าน", "1000000"),
    ("หนึ่งล้านเอ็ด", "1000001"),
    ("สองร้อยห้าล้าน", "205000000"),
    ("หนึ่งล้านสองแสนสามหมื่นสี่พันห้าร้อยหกสิบเจ็ด", "1234567"),
    ("สามแสนล้าน", "300000000000"),
]

REFUSED = [
    ("", Code.EMPTY),
    ("   ", Code.EMPTY),
    ("abc", Code.NUMBER_FORM),
    ("ล้านๆ", Code.NUMBER_FORM),
    ("1,2", Code.NUMBER_FORM),
    ("1,2345", Code.NUMBER_FORM),
    ("12,34,567", Code.NUMBER_FORM),
    ("13 14", Code.NUMBER_FORM),
    ("สองสาม", Code.NUMBER_FORM),
    ("ร้อยพัน", Code.NUMBER_FORM),
    ("5 พัน 3 หมื่น", Code.NUMBER_FORM),
    ("1 ล้าน 5,000,000", Code.NUMBER_FORM),
    ("-5", Code.NUMBER_FORM),
    ("1.2.3", Code.NUMBER_FORM),
    ("สองล้านห้า", Code.NUMBER_UNCLEAR),
    ("สองหมื่นห้า", Code.NUMBER_UNCLEAR),
    ("สามพันห้า", Code.NUMBER_UNCLEAR),
    ("ร้อยห้า", Code.NUMBER_UNCLEAR),
    ("ล้านห้า", Code.NUMBER_UNCLEAR),
    ("2 ล้าน 5", Code.NUMBER_UNCLEAR),
    ("9" * 25, Code.NUMBER_RANGE),
    ("1" + " ล้านล้านล้านล้านล้าน", Code.NUMBER_RANGE),
    ("9" * 201, Code.TOO_LONG),
]


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_a_number_is_read(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_a_doubtful_number_is_refused_with_its_reason(text: str, code: Code) -> None:
    with pytest.raises(ThaiFormatError) as caught:
        parse_number(text)
    assert caught.value.code is code


@pytest.mark.parametrize(
    ("text", "value", "approximate", "counter"),
    [
        ("13 ล้านราย", 13_000_000, False, "ราย"),
        ("กว่า 13 ล้านราย", 13_000_000, True, "ราย"),
        ("13 ล้านกว่าราย", 13_000_000, True, "ราย"),
        ("ประมาณ ๑๑,๔๐๐ ไฟล์", 11_400, True, "ไฟล์"),
        ("ราว ๆ 500 คน", 500, True, "คน"),
        ("1,012 รายการ", 1012, False, "รายการ"),
        ("98", 98, False, ""),
        ("สามสิบคน", 30, False, "คน"),
    ],
)
def test_a_count_keeps_its_counter_and_its_about(
    text: str, value: int, counter: str, *, approximate: bool
) -> None:
    count = parse_count(text)
    assert (count.value, count.approximate, count.counter) == (value, approximate, counter)


@pytest.mark.parametrize(
    ("text", "code"),
    [("1.5 ราย", Code.NUMBER_NOT_WHOLE), ("5 ตัวอะไร", Code.NUMBER_FORM), ("ราย", Code.NUMBER_FORM)],
)
def test_a_count_is_whole_and_known(text: str, code: Code) -> None:
    with pytest.raises(ThaiFormatError) as caught:
        parse_count(text)
    assert caught.value.code is code


@pytest.mark.parametrize(
    ("value", "shown", "thai"),
    [(0, "0", "๐"), (999, "999", "๙๙๙"), (1000, "1,000", "๑,๐๐๐"), (13_000_000, "13,000,000", "๑๓,๐๐๐,๐๐๐")],
)
def test_numbers_are_shown_with_commas(value: int, shown: str, thai: str) -> None:
    assert format_number(value) == shown
    assert format_number(value, thai_digits=True) == thai


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (9_999, "9,999"),
        (10_000, "1 หมื่น"),
        (35_000, "3.5 หมื่น"),
        (35_500, "35,500"),
        (120_000, "1.2 แสน"),
        (123_456, "123,456"),
        (13_000_000, "13 ล้าน"),
        (11_700_000, "11.7 ล้าน"),
        (2_500_000_000, "2,500 ล้าน"),
    ],
)
def test_headline_form_is_exact_or_not_used(value: int, shown: str) -> None:
    assert format_short(value) == shown


@given(st.integers(min_value=0, max_value=10**20))
def test_every_written_form_is_read_back(value: int) -> None:
    for text in (
        format_number(value),
        format_number(value, thai_digits=True),
        format_short(value),
        str(value),
    ):
        assert parse_count(text).value == value


@given(st.text())
def test_digits_fold_both_ways(text: str) -> None:
    arabic = to_arabic(text)
    assert not set(arabic) & set("๐๑๒๓๔๕๖๗๘๙")
    assert to_arabic(to_thai(arabic)) == arabic
    assert len(arabic) == len(text)


def test_digit_table() -> None:
    assert to_arabic("๐๑๒๓๔๕๖๗๘๙") == "0123456789"
    assert to_thai("พ.ศ. 2560 (A4)") == "พ.ศ. ๒๕๖๐ (A๔)"
