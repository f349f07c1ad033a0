"""Thai telephone numbers; all numbers are invented or public short numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.engines.thai import (
    Code,
    Phone,
    PhoneKind,
    ThaiFormatError,
    mask_phone,
    parse_phone,
    phone_uri,
    show_phone,
    to_thai,
)

MOBILE = "+66812345678"
READ = [
    ("0812345678", MOBILE, PhoneKind.MOBILE),
    ("081-234-5678", MOBILE, PhoneKind.MOBILE),
    ("08-1234-5678", MOBILE, PhoneKind.MOBILE),
    ("081 234 5678", MOBILE, PhoneKind.MOBILE),
    ("081.234.5678", MOBILE, PhoneKind.MOBILE),
    ("(081) 234-5678", MOBILE, PhoneKind.MOBILE),
    ("๐๘๑-๒๓๔-๕๖๗๘", MOBILE, PhoneKind.MOBILE),
    ("081–234–5678", MOBILE, PhoneKind.MOBILE),
    ("\u200b081\u00a0234\u200b5678", MOBILE, PhoneKind.MOBILE),
    ("+66812345678", MOBILE, PhoneKind.MOBILE),
    ("+66 81 234 5678", MOBILE, PhoneKind.MOBILE),
    ("+66 (0)81-234-5678", MOBILE, PhoneKind.MOBILE),
    ("0066812345678", MOBILE, PhoneKind.MOBILE),
    ("66812345678", MOBILE, PhoneKind.MOBILE),
    ("๖๖๘๑๒๓๔๕๖๗๘", MOBILE, PhoneKind.MOBILE),
    ("โทร. 081-234-5678", MOBILE, PhoneKind.MOBILE),
    ("Tel: 081-234-5678", MOBILE, PhoneKind.MOBILE),
    ("0612345678", "+66612345678", PhoneKind.MOBILE),
    ("0912345678", "+66912345678", PhoneKind.MOBILE),
    ("02-123-4567", "+6621234567", PhoneKind.LANDLINE),
    ("0-2123-4567", "+6621234567", PhoneKind.LANDLINE),
    ("021234567", "+6621234567", PhoneKind.LANDLINE),
    ("+6621234567", "+6621234567", PhoneKind.LANDLINE),
    ("6621234567", "+6621234567", PhoneKind.LANDLINE),
    ("034-123-456", "+6634123456", PhoneKind.LANDLINE),
    ("053 123456", "+6653123456", PhoneKind.LANDLINE),
    ("044123456", "+6644123456", PhoneKind.LANDLINE),
    ("076-123456", "+6676123456", PhoneKind.LANDLINE),
    ("1242", "1242", PhoneKind.SHORT),
    ("1212", "1212", PhoneKind.SHORT),
    ("1441", "1441", PhoneKind.SHORT),
    ("1599", "1599", PhoneKind.SHORT),
    ("สายด่วน ๑๒๑๒", "1212", PhoneKind.SHORT),
    ("1669", "1669", PhoneKind.EMERGENCY),
    ("191", "191", PhoneKind.EMERGENCY),
    ("199", "199", PhoneKind.EMERGENCY),
    ("1800-123-456", "1800123456", PhoneKind.TOLL_FREE),
    ("+1 415 555 0100", "+14155550100", PhoneKind.FOREIGN),
]


@pytest.mark.parametrize(("text", "number", "kind"), READ)
def test_a_number_is_stored_in_one_form(text: str, number: str, kind: PhoneKind) -> None:
    assert parse_phone(text) == Phone(number, kind)


@pytest.mark.parametrize(
    ("text", "number", "extension"),
    [
        ("02-123-4567 ต่อ 12", "+6621234567", "12"),
        ("02-123-4567 ต่อ ๑๒๓๔", "+6621234567", "1234"),
        ("(02) 123 4567, ext. 12", "+6621234567", "12"),
        ("021234567#9", "+6621234567", "9"),
    ],
)
def test_an_extension_is_kept(text: str, number: str, extension: str) -> None:
    phone = parse_phone(text)
    assert (phone.number, phone.extension) == (number, extension)
    assert show_phone(phone) == f"02-123-4567 ต่อ {extension}"
    assert phone_uri(phone) == f"tel:+6621234567;ext={extension}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.EMPTY),
        ("ไม่มี", Code.PHONE_FORM),
        ("081-234-567x", Code.PHONE_FORM),
        ("081/082-234-5678", Code.PHONE_FORM),
        ("081234567", Code.PHONE_LENGTH),
        ("08123456789", Code.PHONE_LENGTH),
        ("02-123-45678", Code.PHONE_LENGTH),
        ("02-123-456", Code.PHONE_LENGTH),
        ("+6681234567", Code.PHONE_LENGTH),
        ("+123", Code.PHONE_LENGTH),
        ("12", Code.PHONE_LENGTH),
        ("2345", Code.PHONE_LENGTH),
        ("0112345678", Code.PHONE_PREFIX),
        ("0012345678", Code.PHONE_PREFIX),
        ("+66112345678", Code.PHONE_PREFIX),
        ("12345", Code.PHONE_PREFIX),
        ("0", Code.PHONE_LENGTH),
        ("+66", Code.PHONE_LENGTH),
        ("812345678", Code.PHONE_NO_ZERO),
        ("1" * 201, Code.TOO_LONG),
    ],
)
def test_a_wrong_number_is_refused_without_repeating_it(text: str, code: Code) -> None:
    with pytest.raises(ThaiFormatError) as caught:
        parse_phone(text)
    assert caught.value.code is code
    assert "234" not in str(caught.value).replace("081-234-5678", "")


@pytest.mark.parametrize(
    ("number", "shown", "uri", "masked"),
    [
        ("0812345678", "081-234-5678", "tel:+66812345678", "08x-xxx-5678"),
        ("021234567", "02-123-4567", "tel:+6621234567", "02-xxx-4567"),
        ("034123456", "034-123-456", "tel:+6634123456", "03x-xx3-456"),
        ("1242", "1242", "tel:1242", "1242"),
        ("1212", "1212", "tel:1212", "1212"),
        ("1441", "1441", "tel:1441", "1441"),
        ("191", "191", "tel:191", "191"),
        ("1800123456", "1800-123-456", "tel:1800123456", "1800-123-456"),
        ("+14155550100", "+14155550100", "tel:+14155550100", "+xxxxxxx0100"),
    ],
)
def test_a_number_is_shown_dialled_and_masked(number: str, shown: str, uri: str, masked: str) -> None:
    assert show_phone(number) == shown
    assert phone_uri(number) == uri
    assert mask_phone(number) == masked
    assert show_phone(number, thai_digits=True) == to_thai(shown)


def test_a_mask_leaves_the_extension_out() -> None:
    assert mask_phone("02-123-4567 ต่อ 89") == "02-xxx-4567"


SUBSCRIBERS = st.one_of(
    st.from_regex(r"[689][0-9]{8}", fullmatch=True), st.from_regex(r"[23457][0-9]{7}", fullmatch=True)
)


@given(
    SUBSCRIBERS, st.sampled_from(["0", "+66", "0066", "66", "+66 (0)"]), st.sampled_from(["", "-", " ", "."])
)
def test_every_way_of_writing_gives_one_number(subscriber: str, start: str, separator: str) -> None:
    text = start + subscriber[:2] + separator + subscriber[2:5] + separator + subscriber[5:]
    phone = parse_phone(text)
    assert phone.number == f"+66{subscriber}"
    assert parse_phone(to_thai(text)) == parse_phone(show_phone(phone)) == parse_phone(phone.number) == phone
    assert parse_phone(phone_uri(phone).removeprefix("tel:")) == phone


@given(SUBSCRIBERS)
def test_a_mask_shows_at_most_six_digits(subscriber: str) -> None:
    masked = mask_phone("0" + subscriber)
    digits = [char for char in masked if char.isdigit()]
    assert len(digits) == 6
    assert "".join(digits[2:]) == subscriber[-4:]
