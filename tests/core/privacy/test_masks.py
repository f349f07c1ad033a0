"""Masks, free text made safe, and keyed tags."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.core.privacy import masks, tags
from phithak.core.privacy.masks import Kind
from phithak.core.privacy.secret import Secret

ID = "1101700203450"  # weights 13..2: 13+12+10+63+12+12+12+10 = 144; (11 - 144 mod 11) mod 10 = 0


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Kind.PHONE, "081-234-5678", "08x-xxx-5678"),
        (Kind.PHONE, "+66812345678", "08x-xxx-5678"),
        (Kind.PHONE, "๐๘๑ ๒๓๔ ๕๖๗๘", "08x-xxx-5678"),
        (Kind.PHONE, "1212", "1212"),
        (Kind.PHONE, "081234", "•••"),
        (Kind.NAME, "นายสมชาย ใจดี", "สม• ใจ•"),
        (Kind.EMAIL, "somchai@example.th", "s•••@example.th"),
        (Kind.EMAIL, "ab@example.th", "•••@example.th"),
        (Kind.EMAIL, "no address", "•••"),
        (Kind.ADDRESS, "99/1 หมู่ 4 ตำบลในเมือง", "•••"),
        (Kind.HN, "HN 640012345", "•••45"),
        (Kind.HN, "12345", "•••"),
        (Kind.PASSPORT, "AA1234567", "•••67"),
        (Kind.OTHER, "ผลตรวจเลือด", "•••"),
        # a wrong check digit is a person too: masked, not refused
        (Kind.NATIONAL_ID, "1-1017-00203-45-9", "•••3459"),
    ],
)
def test_masks(kind: Kind, value: str, shown: str) -> None:
    assert masks.mask(kind, value) == shown


@given(st.integers(0, 10**12 - 1), st.sampled_from(["", "-", " ", "."]))
def test_an_id_shows_its_last_four_digits_alone(number: int, between: str) -> None:
    twelve = f"{number:012d}"
    check = (11 - sum(int(digit) * (13 - place) for place, digit in enumerate(twelve)) % 11) % 10
    whole = f"{twelve}{check}"
    shown = masks.mask(Kind.NATIONAL_ID, between.join(whole))
    assert "".join(char for char in shown if char.isdigit()) == whole[-4:]


@given(st.sampled_from(list(Kind)), st.text(min_size=12, max_size=60))
def test_a_mask_is_never_the_value(kind: Kind, value: str) -> None:
    shown = masks.mask(kind, value)
    assert value.strip() not in shown or value.strip() == ""


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("โทรกลับ 0812345678 เรื่องบัตร", "โทรกลับ xxxxxx5678 เรื่องบัตร"),
        ("เลข 1-1017-00203-45-1 ค่ะ", "เลข xxxxxxxxx3451 ค่ะ"),
        ("๑๑๐๑๗๐๐๒๐๓๔๕๑", "xxxxxxxxx3451"),
        ("11017\u200b00203451", "xxxxxxxxx3451"),
        ("1 1 0 1 7 0 0 2 0 3 4 5 1", "xxxxxxxxx3451"),
        ("+66 81 234 5678", "xxxxxxx5678"),
        ("ถึง somchai@example.th ด่วน", "ถึง s•••@example.th ด่วน"),
        ("คดี HC-INC-2569-000042 วันที่ 2026-11-21 12", "คดี HC-INC-2569-000042 วันที่ 2026-11-21 12"),
        ("สายด่วน 1212", "สายด่วน 1212"),
    ],
)
def test_free_text_loses_its_numbers(text: str, scrubbed: str) -> None:
    assert masks.scrub(text) == scrubbed


@given(st.integers(10**12, 10**13 - 1), st.text("กขค abc", max_size=8), st.sampled_from(["", "-", " ", "."]))
def test_no_thirteen_digits_survive(number: int, around: str, between: str) -> None:
    assert str(number)[:9] not in masks.scrub(f"{around}ก{between.join(str(number))}ก{around}").replace(
        between, ""
    )


# -- tags ----------------------------------------------------------------------------------------------

KEY = Secret(bytes(range(32)))


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        (Kind.NATIONAL_ID, ID, "๑-๑๐๑๗-๐๐๒๐๓-๔๕-๐"),
        (Kind.PHONE, "081-234-5678", "+66 81 234 5678"),
        (Kind.PHONE, "0066812345678", "๐๘๑๒๓๔๕๖๗๘"),
        (Kind.EMAIL, "Somchai@Example.TH ", "somchai@example.th"),
        (Kind.NAME, "นายสมชาย  ใจดี", "สมชาย ใจดี"),
        (Kind.PASSPORT, "aa 1234567", "AA1234567"),
        (Kind.ADDRESS, "99/1  หมู่ 4", "99/1 หมู่ ๔"),
    ],
)
def test_one_person_has_one_tag(kind: Kind, left: str, right: str) -> None:
    assert tags.tag(KEY, kind, left) == tags.tag(KEY, kind, right)


def test_tags_hang_on_key_kind_and_value() -> None:
    base = tags.tag(KEY, Kind.NATIONAL_ID, ID)
    assert len(base) == tags.TAG_BYTES
    assert tags.tag(Secret(bytes(32)), Kind.NATIONAL_ID, ID) != base
    assert tags.tag(KEY, Kind.OTHER, ID) != base
    assert tags.tag(KEY, Kind.NATIONAL_ID, "1101700203452") != base


def test_tag_is_no_unkeyed_hash() -> None:
    made = tags.tag(KEY, Kind.NATIONAL_ID, ID)
    for name in ("md5", "sha1", "sha256", "blake2b"):
        for content in (ID.encode(), b"national_id\0" + ID.encode()):
            assert not hashlib.new(name, content).digest().startswith(made)
    assert hashlib.blake2b(b"national_id\0" + ID.encode(), digest_size=16).digest() != made
    keyed = hashlib.blake2b(
        b"national_id\0" + ID.encode(), digest_size=16, key=KEY.reveal(), person=b"phithak tag"
    ).digest()
    assert keyed == made
