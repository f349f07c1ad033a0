"""The command line through its parser, and every reader on text of any kind."""

from __future__ import annotations

import argparse
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.engines.thai import (
    Code,
    Reader,
    ThaiFormatError,
    addressee,
    closing,
    email_greeting,
    expand_query,
    find_province,
    full_name,
    letter_opening,
    mask_id,
    mask_name,
    mask_phone,
    match,
    name_sort_key,
    parse_count,
    parse_date,
    parse_date_range,
    parse_id,
    parse_juristic_id,
    parse_national_id,
    parse_number,
    parse_phone,
    parse_time,
    short_name,
    show_id,
    show_phone,
    split_name,
)
from phithak.engines.thai.cli import register

if TYPE_CHECKING:
    from collections.abc import Callable


def run(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="phithak")
    register(parser.add_subparsers(required=True))
    args = parser.parse_args(["thai", *words])
    status = args.handler(args)
    assert isinstance(status, int)
    return status


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert run(*words) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    found: dict[str, Any] = json.loads(printed.out)
    return found


def test_date_prints_iso_warnings_and_forms(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves (part): S2-1, S4-43."""
    found = answer(capsys, "date", "30 กรกฎาคม 2564, 18:15น.")
    assert found["value"] == "2021-07-30T18:15:00+07:00"
    assert found["rendered"]["long"] == "30 กรกฎาคม 2564, 18:15น."
    assert found["warnings"] == []
    assert found["fiscal_year"] == 2564
    found = answer(capsys, "date", "วันพุธที่ 19 กรกฎาคม 2566")
    assert (found["value"], found["warnings"]) == ("2023-07-19", [])
    assert found["rendered"]["weekday"] == "วันพุธที่ 19 กรกฎาคม 2566"
    found = answer(capsys, "date", "วันศุกร์ที่ 19 กรกฎาคม 2566")
    assert found["value"] == "2023-07-19"
    assert [warning["code"] for warning in found["warnings"]] == ["date.weekday_mismatch"]


def test_thai_digits_both_ways(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves (part): S3-1."""
    found = answer(capsys, "date", "๒๙ มิถุนายน ๒๕๖๐")
    assert found["value"] == "2017-06-29"
    assert found["rendered"]["thai_digits"] == "๒๙ มิถุนายน ๒๕๖๐"
    assert answer(capsys, "fold", "๒๙ มิถุนายน ๒๕๖๐")["exact"] == "29 มิถุนายน 2560"


def test_short_numbers_are_shown_and_dialled_as_given(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves (part): S1-21."""
    for number in ("1242", "1212", "1441"):
        found = answer(capsys, "phone", number)
        assert (found["value"], found["shown"], found["uri"]) == (number, number, f"tel:{number}")


def test_name_gives_letter_and_mail_forms(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves (part): S4-2, S4-3, S4-42."""
    found = answer(capsys, "name", "พลอากาศตรี อมร ใจกล้า")
    assert found["full"] == "พลอากาศตรี อมร ใจกล้า"
    assert found["email"] == "เรียน พล.อ.ต. อมร ใจกล้า"
    assert found["letter"] == "เรียน พลอากาศตรี อมร ใจกล้า"
    assert found["titles"] == [{"kind": "air_force", "th": "พลอากาศตรี", "en": "Air Vice Marshal"}]


def test_other_readers(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "phone", "๐๘๑-๒๓๔-๕๖๗๘")["value"] == "+66812345678"
    assert answer(capsys, "id", "๑-๑๐๓๗-๐๐๐๐๐-๑๒-๗")["value"] == "1103700000127"
    assert answer(capsys, "province", "จ.โคราช")["code"] == "TH-30"
    assert answer(capsys, "number", "กว่า 13 ล้านราย") == {
        "value": 13_000_000,
        "approximate": True,
        "counter": "ราย",
        "shown": "13,000,000",
        "short": "13 ล้าน",
        "thai": "๑๓,๐๐๐,๐๐๐",
    }
    assert answer(capsys, "number", "1.25")["value"] == "1.25"
    assert answer(capsys, "sms", "ก" * 71) == {"encoding": "ucs2", "length": 71, "parts": 2, "left": 63}
    assert "NCSA" in answer(capsys, "fold", "สกมช.")["queries"]


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        ("date", "29 ก.พ. 2566"),
        ("phone", "123"),
        ("id", "1"),
        ("name", "1"),
        ("province", "x"),
        ("number", "x"),
    ],
)
def test_a_refusal_speaks_both_languages(capsys: pytest.CaptureFixture[str], reader: str, text: str) -> None:
    if reader == "phone":
        text = "12"
    assert run(reader, text) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    thai, english = printed.err.splitlines()
    assert any("ก" <= char <= "๛" for char in thai)
    assert english.endswith("]")
    assert "[thai." in english


READERS: list[Callable[[str], object]] = [
    parse_number,
    parse_count,
    parse_time,
    parse_date,
    parse_date_range,
    parse_phone,
    show_phone,
    mask_phone,
    parse_id,
    parse_national_id,
    parse_juristic_id,
    show_id,
    mask_id,
    split_name,
    full_name,
    short_name,
    mask_name,
    name_sort_key,
    addressee,
    closing,
    email_greeting,
    letter_opening,
    lambda text: letter_opening(text, reader=Reader.CITIZEN),
    find_province,
    expand_query,
    lambda text: match(text, text),
]

PIECES = [
    *"0123456789๐๕๙ .,:/-–+()#'TZ",
    *(
        "วัน",
        "ที่",
        "พุธ",
        "ศุกร์",
        "ม.ค.",
        "กรกฎาคม",
        "July",
        "พ.ศ.",
        "ค.ศ.",
        "ปี",
        "น.",
        "ทุ่ม",
        "โมง",
        "ตี",
        "บ่าย",
        "ครึ่ง",
    ),
    *(
        "ล้าน",
        "แสน",
        "ร้อย",
        "หนึ่ง",
        "เอ็ด",
        "ห้า",
        "ราย",
        "กว่า",
        "ถึง",
        "to",
        "นาย",
        "พล.อ.",
        "หญิง",
        "ว่าที่",
        "คุณ",
        "Dr.",
        "ร.น.",
    ),
    *(
        "2564",
        "2021",
        "19",
        "31",
        "+66",
        "081",
        "ต่อ",
        "ext.",
        "จ.",
        "เที่ยง",
        "คืน",
        "เช้า",
        "นาที",
        "utc",
        "pm",
        "\u0e4d",
        "ำ",
    ),
]
ANY = st.one_of(
    st.text(),
    st.text(alphabet=st.characters(codec=None)),
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
)


def refusal_of(reader: Callable[[str], object], text: str) -> ThaiFormatError | None:
    try:
        reader(text)
    except ThaiFormatError as refusal:
        return refusal
    return None


@given(ANY)
def test_any_text_is_answered_or_refused_with_a_reason(text: str) -> None:
    refusals = [refusal for reader in READERS if (refusal := refusal_of(reader, text))]
    for refusal in refusals:
        assert refusal.code in Code
        assert refusal.th
        assert refusal.en
        assert "{" not in refusal.th + refusal.en


@given(ANY)
def test_what_is_read_is_written_in_a_form_that_is_read_again(text: str) -> None:
    try:
        phone = parse_phone(text)
    except ThaiFormatError:
        return
    assert parse_phone(show_phone(phone)) == phone


@pytest.mark.parametrize(
    "filler", ["1", " ", "ก", "0-", "ม.", "ที่", "วัน", "หนึ่ง", "ล้าน", "ทุ่ม", "พล.", "นาย", "1,", "-", "t"]
)
def test_no_text_takes_long(filler: str) -> None:
    """A pattern that backtracks without end would need minutes for 200 characters."""
    text = (filler * 200)[:200]
    for reader in READERS:
        begun = time.process_time()
        refusal_of(reader, text)
        refusal_of(reader, text[:199] + "x")
        assert time.process_time() - begun < 1
