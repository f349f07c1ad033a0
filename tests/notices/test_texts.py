"""The ready texts keep the rules of their class, fit into three parts by a hand count, say what the review asked."""

from __future__ import annotations

import pytest

from phithak.base.text import LANGUAGES
from phithak.notices.filling import fill, sms_size_at_most
from phithak.notices.lint import Draft, check
from phithak.notices.texts import (
    Channel,
    ReadyText,
    SlotKind,
    ready_hotlines,
    ready_texts,
    slots,
    slots_in,
    text_hash,
)

TEXTS = {text.code: text for text in ready_texts()}


def draft(text: ReadyText) -> Draft:
    return Draft(text.text_class, text.channel, text.wording, text.two_way)


def test_every_text_of_the_list_is_there() -> None:
    assert set(TEXTS) == {f"M{number}" for number in range(1, 25)} | {"M4R", "M6R"}


@pytest.mark.parametrize("code", TEXTS)
def test_a_ready_text_keeps_every_rule_of_its_class(code: str) -> None:
    assert check(draft(TEXTS[code])) == []


@pytest.mark.parametrize(("code", "without_slots", "longest", "characters", "parts"), [
    # Thai letters, signs and blanks counted one by one on paper, then the longest values
    # M1: org 32, closed 17, tel 12, free 3, ref 8 = 72
    ("M1", 127, 72, 199, 3),
    # M6: team 28, case 18, asset 18, what 23, tel 12, free 3 = 102
    ("M6", 45, 102, 147, 3),
])  # fmt: skip
def test_parts_of_an_sms_agree_with_a_count_by_hand(
    code: str, without_slots: int, longest: int, characters: int, parts: int
) -> None:
    body = TEXTS[code].wording.body_th
    fixed = body
    for name in slots_in(body):
        fixed = fixed.replace(f"{{{name}}}", "")
    assert len(fixed) == without_slots
    assert sum(len(slots()[name].longest.th) for name in slots_in(body)) == longest
    assert without_slots + longest == characters
    size = sms_size_at_most(body, "th")
    assert (size.length, size.parts) == (characters, parts)
    # one part holds 70, two 134, three 201 (3GPP TS 23.040)
    assert next(limit for limit in (70, 134, 201) if characters <= limit) == {1: 70, 2: 134, 3: 201}[parts]


@pytest.mark.parametrize("code", [code for code, text in TEXTS.items() if text.channel is Channel.SMS])
def test_no_sms_is_longer_than_three_parts(code: str) -> None:
    for language in LANGUAGES:
        size = sms_size_at_most(TEXTS[code].wording.body(language), language)
        assert size.length <= (201 if language == "th" else 459)
        assert size.parts <= 3


@pytest.mark.parametrize(("code", "thai"), [
    ("M2", "ขออภัย"), ("M2", "อย่าบอกรหัส OTP"), ("M4", "โทร {tel}"), ("M6", "โทรกลับ {tel_duty}"),
    ("M7", "ปิดแชร์ (อย่าลบไฟล์)"), ("M7", "{team}"), ("M7", "ตรวจว่าเป็นเราจริง"),
    ("M10", "{officer}"), ("M10", "{letter_no}"), ("M10", "{basis}"), ("M11", "{basis}"), ("M11", "{tel_duty}"),
    ("M12", "ไม่มีเหตุเกิดขึ้น"), ("M13", "ผู้ตัดสินใจสองคน"),
    ("M18", "6 เดือน"), ("M18", "ชื่อผู้ใช้และรหัสต่างกัน"), ("M18", "จำง่ายแต่เดายาก"), ("M18", "ป้องกันมัลแวร์"),
    ("M18", "จดทะเบียนในชื่อท่าน"), ("M18", "{tel_cert}"), ("M18", "{tel_fraud}"), ("M18", "{tel_advice}"),
])  # fmt: skip
def test_a_text_says_what_the_review_asked_for(code: str, thai: str) -> None:
    assert thai in TEXTS[code].wording.body_th


@pytest.mark.parametrize(("code", "steps"), [
    # close from the internet if care does not depend on it, keep logs, back up, update with the vendor's consent
    ("M8", ["ถ้าไม่ใช่ระบบที่การรักษาต้องพึ่ง", "เก็บล็อกและสแนปช็อต", "สำรองข้อมูล", "ปรับรุ่น", "ผู้ขาย"]),
    # a clean machine, look for web shells, users and jobs, only then delete pages
    ("M9", ["เครื่องที่สะอาด", "เก็บไฟล์ล็อก", "เว็บเชลล์ ผู้ใช้แปลกหน้า และงานตั้งเวลา", "ลบหน้า"]),
    # whether money was sent is asked before anything else
    ("M17", ["โอนเงินไปแล้วหรือยัง", "{tel_fraud}", "เลขอ้างอิง"]),
    ("M19", ["ข้อเท็จจริง", "ข้อความที่แชร์กัน", "ข้อเท็จจริงอีกครั้ง", "แหล่งที่มา", "ณ วันที่"]),
])  # fmt: skip
def test_steps_stand_in_the_order_of_the_review(code: str, steps: list[str]) -> None:
    body = TEXTS[code].wording.body_th
    places = [body.index(step) for step in steps]
    assert places == sorted(places)


def test_health_and_booking_texts_name_no_illness_and_no_clinic() -> None:
    for word in ("รพ.", "โรงพยาบาล", "วัคซีน", "นัดหมาย", "คลินิก"):
        assert word not in TEXTS["M3"].wording.body_th
        assert word not in TEXTS["M4"].wording.body_th


def test_a_one_way_text_asks_for_no_reply_and_its_two_way_variant_does() -> None:
    for code in ("M4", "M6"):
        assert "ตอบ " not in TEXTS[code].wording.body_th
        assert not TEXTS[code].two_way
        assert "ตอบ " in TEXTS[f"{code}R"].wording.body_th
        assert TEXTS[f"{code}R"].two_way


def test_a_promise_shows_only_when_its_check_has_passed() -> None:
    body = TEXTS["M1"].wording.body_th
    values = {"org": "ร้านหิ่งห้อย", "tel": "1242", "ref": "K7MP2X9T"}
    silent = fill(body, values)
    assert "ปิดการเข้าถึงแล้ว" not in silent.text
    assert "ฟรี" not in silent.text
    assert "  " not in silent.text
    assert silent.missing == ()
    told = fill(body, values | {"closed": slots()["closed"].sample.th, "tel_free": "ฟรี"})
    assert "เปิดดู ปิดการเข้าถึงแล้ว ขออภัย" in told.text
    assert "1242 ฟรี อ้างอิง K7MP2X9T" in told.text


def test_what_has_no_value_is_seen_and_named() -> None:
    shown = fill("โทร {tel} อ้างอิง {ref}", {"ref": "K7MP2X9T"})
    assert shown.text == "โทร ⟨tel⟩ อ้างอิง K7MP2X9T"
    assert shown.missing == ("tel",)


def test_slots_are_a_closed_list_with_meaning_and_samples() -> None:
    for slot in slots().values():
        assert slot.meaning.th, slot.name
        assert slot.meaning.en, slot.name
        assert len(slot.longest.th) >= len(slot.sample.th), slot.name
        assert len(slot.longest.en) >= len(slot.sample.en), slot.name
    promises = {slot.name for slot in slots().values() if slot.kind is SlotKind.PROMISE}
    assert promises == {"closed", "no_card", "care_ok", "no_cost"}


def test_a_changed_character_changes_the_hash() -> None:
    wordings = [text.wording for text in TEXTS.values()]
    assert len({text_hash(wording) for wording in wordings}) == len(wordings)


def test_public_hotlines_are_short_numbers() -> None:
    assert {line.slot: line.number for line in ready_hotlines()} == {
        "tel_advice": "1212",
        "tel_fraud": "1441",
    }
