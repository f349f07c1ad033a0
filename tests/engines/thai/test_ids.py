"""13-digit numbers. Check digits were computed by hand: weights 13 to 2, (11 - sum mod 11) mod 10."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.engines.thai import (
    Code,
    IdKind,
    ThaiFormatError,
    check_digit,
    mask_id,
    parse_id,
    parse_juristic_id,
    parse_national_id,
    show_id,
    to_thai,
)

# sums: 125, 26, 96, 52, 65, 78, 91, 104, 155, 11, 195, 22
KINDS = [
    ("1103700000127", IdKind.BORN_IN_TIME),
    ("2000000000007", IdKind.BORN_LATE),
    ("3100500000003", IdKind.REGISTERED_BEFORE),
    ("4000000000003", IdKind.MOVED_BEFORE),
    ("5000000000001", IdKind.ADDED),
    ("6000000000000", IdKind.TEMPORARY),
    ("7000000000008", IdKind.CHILD_OF_TEMPORARY),
    ("8000000000006", IdKind.RESIDENT_OR_NATURALISED),
    ("0105560000000", IdKind.JURISTIC),
    ("0010000000001", IdKind.NO_STATUS),
    ("0890000000003", IdKind.NO_STATUS),
    ("1000100000001", IdKind.BORN_IN_TIME),
]


@pytest.mark.parametrize(("number", "kind"), KINDS)
def test_a_right_number_tells_its_kind(number: str, kind: IdKind) -> None:
    found = parse_id(number)
    assert (found.number, found.kind) == (number, kind)
    assert kind.th
    assert kind.en


@pytest.mark.parametrize(
    "text",
    [
        "1103700000127",
        "1-1037-00000-12-7",
        "1 1037 00000 12 7",
        "1.1037.00000.12.7",
        "๑๑๐๓๗๐๐๐๐๐๑๒๗",
        "๑-๑๐๓๗-๐๐๐๐๐-๑๒-๗",
        "1103\u200b700000127",
        " 1–1037–00000–12–7 ",
    ],
)
def test_every_way_of_writing_is_read(text: str) -> None:
    assert parse_national_id(text).number == "1103700000127"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.EMPTY),
        ("110370000012", Code.ID_LENGTH),
        ("11037000001271", Code.ID_LENGTH),
        ("1103700000l27", Code.ID_LENGTH),
        ("1103700000128", Code.ID_CHECK),
        ("1103700001027", Code.ID_CHECK),
        ("9000000000004", Code.ID_FIRST),
    ],
)
def test_a_wrong_number_is_refused_without_repeating_it(text: str, code: Code) -> None:
    with pytest.raises(ThaiFormatError) as caught:
        parse_id(text)
    assert caught.value.code is code
    assert "1103" not in str(caught.value)


def test_persons_and_companies_are_told_apart() -> None:
    with pytest.raises(ThaiFormatError) as caught:
        parse_national_id("0105560000000")
    assert caught.value.code is Code.ID_NOT_PERSON
    with pytest.raises(ThaiFormatError) as caught:
        parse_juristic_id("1103700000127")
    assert caught.value.code is Code.ID_NOT_JURISTIC
    assert parse_juristic_id("0-1055-60000-00-0").kind is IdKind.JURISTIC


def test_form_and_mask() -> None:
    assert show_id("1103700000127") == "1-1037-00000-12-7"
    assert show_id("1103700000127", thai_digits=True) == "๑-๑๐๓๗-๐๐๐๐๐-๑๒-๗"
    assert mask_id("1103700000127") == "x-xxxx-xxxx0-12-7"
    assert mask_id(parse_id("3100500000003")) == "x-xxxx-xxxx0-00-3"


@pytest.mark.parametrize("text", ["", "12345678901", "1234567890123", "12345678901x", "๑๒๓๔๕๖๗๘๙๐๑๒"])
def test_a_check_digit_needs_twelve_digits(text: str) -> None:
    with pytest.raises(ThaiFormatError):
        check_digit(text)


TWELVE = st.from_regex(r"[1-8][0-9]{11}", fullmatch=True)


def accepted(text: str) -> bool:
    try:
        parse_id(text)
    except ThaiFormatError:
        return False
    return True


@given(TWELVE)
def test_exactly_one_last_digit_is_right(twelve: str) -> None:
    right = [twelve + last for last in "0123456789" if accepted(twelve + last)]
    assert right == [twelve + check_digit(twelve)]
    number = right[0]
    assert parse_id(to_thai(show_id(number))).number == number
    assert sum(char.isdigit() for char in mask_id(number)) == 4
    assert mask_id(number).replace("-", "").endswith(number[-4:])


@given(TWELVE, st.integers(min_value=0, max_value=11), st.integers(min_value=1, max_value=9))
def test_a_changed_digit_is_found_but_for_the_rule_s_own_blind_spot(twelve: str, place: int, by: int) -> None:
    other = twelve[:place] + str((int(twelve[place]) + by) % 10) + twelve[place + 1 :]

    def rest(digits: str) -> int:
        return sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=True)) % 11

    # remainders 0 and 10 share the check digit 1, nothing else does
    same = rest(twelve) == rest(other) or {rest(twelve), rest(other)} == {0, 10}
    assert (check_digit(twelve) == check_digit(other)) is same
