"""The search facade: Thai without blanks, Thai digits, misprints, short pieces, both databases."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phithak.base import ids
from phithak.core.search import keys, queries, services

pytestmark = [pytest.mark.django_db, pytest.mark.db]
KIND = "test.thing"


def put(*words: str, kind: str = KIND) -> UUID:
    object_id = ids.uuid7()
    services.put(kind, object_id, *words)
    return object_id


def found(question: str, kind: str = KIND) -> set[UUID]:
    return {row["object_id"] for row in queries.matching(kind, question)}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("วัดป่า", "ป่"),
        ("ศูนย์ไอที", "ที"),
        ('5"', '5"'),
        ("รพ", "รพ"),
        ("โรงพยาบาลสมมุติสุข", "สมมุติ"),
        ("โรงพยาบาลสมมุติสุข", "รง"),
        ("มาตรฐาน พ.ศ. ๒๕๖๐", "2560"),
        ("มาตรฐาน พ.ศ. 2560", "๒๕๖๐"),
        ("มาตรฐานการรักษาความมั่งคงปลอดภัยของข้อมูล", "มั่นคงปลอดภัย"),
        ("น้ำท่วม", "น\u0e49\u0e4d\u0e32ท่วม"),
        ("โรง\u200bพยาบาล", "โรงพยาบาล"),
        ("Example Hospital", "HOSPITAL"),
        ("ร้าน 100% แท้", "100%"),
        ('ป้าย "พิเศษ"', '"พิเศษ"'),
        ("a_b", "a_b"),
    ],
)
def test_finds(text: str, question: str) -> None:
    wanted = put(text)
    put("อย่างอื่น something else")
    assert found(question) == {wanted}


@pytest.mark.parametrize(
    "question", ["ไม่มีคำนี้แน่", "%", "_", "%%%", "zz", "", "   ", "*", "exact : x", 'a" OR "b']
)
def test_finds_nothing(question: str) -> None:
    put("โรงพยาบาลสมมุติสุข", "Example Hospital")
    assert found(question) == set()


def test_all_terms_must_match_and_no_match_runs_from_word_to_word() -> None:
    both = put("โรงพยาบาลสมมุติ", "จังหวัดตัวอย่าง")
    put("โรงพยาบาลสมมุติ")
    assert found("โรงพยาบาล ตัวอย่าง") == {both}
    assert found("สมมุติจังหวัด") == set()


def test_kinds_are_apart() -> None:
    put("ข้อความเดียวกัน", kind="test.other")
    assert found("ข้อความเดียวกัน") == set()


def test_putting_again_replaces_and_removing_forgets() -> None:
    object_id = put("ชื่อเก่า")
    services.put(KIND, object_id, "ชื่อใหม่")
    assert found("ชื่อเก่า") == set()
    assert found("ชื่อใหม่") == {object_id}
    services.remove(KIND, object_id)
    assert found("ชื่อใหม่") == set()


def test_many_at_once() -> None:
    things = {ids.uuid7(): [f"รายการที่ {number}"] for number in range(1200)}
    services.put_many(KIND, things)
    assert len(found("รายการ")) == 1200
    assert len(found("รายการที่ 1199")) == 1


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.text(max_size=30))
def test_any_text_can_be_asked_and_indexed(text: str, question: str) -> None:
    keys.document_keys([text])
    for term in keys.terms(question):
        assert term.exact


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="กขคงจฉะาิีึืุูเแโใไ่้๊๋ำ็์ๆ๐๑๒abcXYZ019 %_\"'", min_size=1, max_size=40), st.data())
def test_a_piece_of_a_text_always_finds_it(text: str, data: st.DataObject) -> None:
    words = text.split()
    if not words or not keys.terms(text):
        return
    word = data.draw(st.sampled_from(words))
    if not keys.terms(word):
        return
    object_id = put(text)
    assert object_id in found(word)
    services.remove(KIND, object_id)
