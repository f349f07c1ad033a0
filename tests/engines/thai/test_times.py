"""Times of day, written and spoken; expected values by hand from domain D3."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.engines.thai import Code, ThaiFormatError, TimeWarning, parse_time, to_thai

PLAIN = [
    ("18:15น.", time(18, 15)),
    ("18.15 น.", time(18, 15)),
    ("18:15", time(18, 15)),
    ("8.30 น.", time(8, 30)),
    ("๑๘.๑๕ น.", time(18, 15)),
    ("เวลา 18.15 น.", time(18, 15)),
    ("00:00", time(0, 0)),
    ("23:59", time(23, 59)),
    ("18:15:30", time(18, 15, 30)),
    ("18:15:30.5", time(18, 15, 30, 500_000)),
    ("18:15:30.123456789", time(18, 15, 30, 123_456)),
    ("1815 น.", time(18, 15)),
    ("18 น.", time(18, 0)),
    ("18 นาฬิกา", time(18, 0)),
    ("18 นาฬิกา 15 นาที", time(18, 15)),
    ("6:15 pm", time(18, 15)),
    ("6:15 am", time(6, 15)),
    ("12:05 am", time(0, 5)),
    ("12 pm", time(12, 0)),
    # ทุ่ม: 1-5 here, 6 below
    ("1 ทุ่ม", time(19, 0)),
    ("ทุ่ม", time(19, 0)),
    ("ทุ่มหนึ่ง", time(19, 0)),
    ("ทุ่มครึ่ง", time(19, 30)),
    ("2 ทุ่ม", time(20, 0)),
    ("สองทุ่มครึ่ง", time(20, 30)),
    ("3 ทุ่ม", time(21, 0)),
    ("4 ทุ่ม", time(22, 0)),
    ("๔ ทุ่ม", time(22, 0)),
    ("สี่ทุ่ม 45 นาที", time(22, 45)),
    ("5 ทุ่ม", time(23, 0)),
    # ตี
    ("ตี 1", time(1, 0)),
    ("ตีหนึ่ง", time(1, 0)),
    ("ตี 2", time(2, 0)),
    ("ตีสาม", time(3, 0)),
    ("ตี 4 ครึ่ง", time(4, 30)),
    ("ตี 2 สิบห้านาที", time(2, 15)),
    ("ตี 5", time(5, 0)),
    # เช้า
    ("6 โมงเช้า", time(6, 0)),
    ("หกโมงเช้า", time(6, 0)),
    ("8 โมงครึ่ง", time(8, 30)),
    ("9 โมง", time(9, 0)),
    ("7 โมง", time(7, 0)),
    ("11 โมง", time(11, 0)),
    ("3 โมงเย็น", time(15, 0)),
    ("บ่าย 5 โมง", time(17, 0)),
    ("สิบเอ็ดโมง", time(11, 0)),
    ("11 โมงเช้า", time(11, 0)),
    # เที่ยง, บ่าย, เย็น
    ("เที่ยง", time(12, 0)),
    ("เที่ยงวัน", time(12, 0)),
    ("เที่ยงครึ่ง", time(12, 30)),
    ("เที่ยงตรง", time(12, 0)),
    ("บ่ายโมง", time(13, 0)),
    ("บ่ายโมงครึ่ง", time(13, 30)),
    ("บ่าย 2 โมง", time(14, 0)),
    ("บ่ายสอง", time(14, 0)),
    ("บ่ายสามโมงครึ่ง", time(15, 30)),
    ("4 โมงเย็น", time(16, 0)),
    ("ห้าโมงเย็น", time(17, 0)),
    ("5 โมงครึ่งเย็น", time(17, 30)),
    ("6 โมงเย็น", time(18, 0)),
]


@pytest.mark.parametrize(("text", "value"), PLAIN)
def test_a_clear_time_is_read_without_warning(text: str, value: time) -> None:
    found = parse_time(text)
    assert (found.value, found.next_day, found.warnings) == (value, False, ())


@pytest.mark.parametrize(
    ("text", "value", "next_day", "warning"),
    [
        ("24:00 น.", time(0, 0), True, TimeWarning.NEXT_DAY),
        ("6 ทุ่ม", time(0, 0), True, TimeWarning.NEXT_DAY),
        ("เที่ยงคืน", time(0, 0), False, TimeWarning.MIDNIGHT),
        ("เที่ยงคืนครึ่ง", time(0, 30), False, TimeWarning.MIDNIGHT),
        ("สามโมงเช้า", time(9, 0), False, TimeWarning.SPOKEN_UNCLEAR),
        ("4 โมง", time(16, 0), False, TimeWarning.SPOKEN_UNCLEAR),
        ("1 โมงเช้า", time(7, 0), False, TimeWarning.SPOKEN_UNCLEAR),
        ("5 โมงเช้า", time(11, 0), False, TimeWarning.SPOKEN_UNCLEAR),
        ("1 โมง", time(13, 0), False, TimeWarning.SPOKEN_UNCLEAR),
        ("5 โมง", time(17, 0), False, TimeWarning.SPOKEN_UNCLEAR),
        ("6 โมง", time(6, 0), False, TimeWarning.SPOKEN_UNCLEAR),
    ],
)
def test_a_time_with_two_readings_is_flagged(
    text: str, value: time, warning: TimeWarning, *, next_day: bool
) -> None:
    found = parse_time(text)
    assert (found.value, found.next_day, found.warnings) == (value, next_day, (warning,))
    assert warning.th
    assert warning.en.isascii() or "ทุ่ม" in warning.en


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.EMPTY),
        ("25:00", Code.TIME_RANGE),
        ("24:01", Code.TIME_RANGE),
        ("12:60", Code.TIME_RANGE),
        ("12:30:60", Code.TIME_RANGE),
        ("13:00 pm", Code.TIME_RANGE),
        ("7 ทุ่ม", Code.TIME_RANGE),
        ("0 ทุ่ม", Code.TIME_RANGE),
        ("ตี 6", Code.TIME_RANGE),
        ("บ่าย 7 โมง", Code.TIME_RANGE),
        ("1 โมงเย็น", Code.TIME_RANGE),
        ("12 โมง", Code.TIME_RANGE),
        ("6 บ่าย", Code.TIME_FORM),
        ("บ่าย 6 โมง", Code.TIME_RANGE),
        ("7 โมงเย็น", Code.TIME_RANGE),
        ("2 โมงเย็น", Code.TIME_RANGE),
        ("12 โมงเช้า", Code.TIME_RANGE),
        ("4 ทุ่ม 75 นาที", Code.TIME_RANGE),
        ("บ่าย", Code.TIME_FORM),
        ("18", Code.TIME_FORM),
        ("2 ทุ่มหนึ่ง", Code.TIME_FORM),
        ("08:30-16:30", Code.TIME_FORM),
        ("เช้ามืด", Code.TIME_FORM),
    ],
)
def test_no_clock_shows_this(text: str, code: Code) -> None:
    with pytest.raises(ThaiFormatError) as caught:
        parse_time(text)
    assert caught.value.code is code


@given(st.times().map(lambda moment: moment.replace(second=0, microsecond=0)))
def test_written_minutes_are_read_back(moment: time) -> None:
    for text in (
        f"{moment:%H:%M}น.",
        f"{moment:%H.%M} น.",
        to_thai(f"{moment:%H.%M} น."),
        f"{moment:%I:%M %p}",
    ):
        assert parse_time(text).value == moment
