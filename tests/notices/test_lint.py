"""Each rule by hand: what it must find, what it must leave alone; and no text makes it crash or crawl."""

from __future__ import annotations

import string
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base.text import Text
from phithak.notices.lint import RULES, Context, Draft, Severity, check
from phithak.notices.lint.links import links_in
from phithak.notices.texts import Channel, TextClass, Wording

HOUSE = Context(frozenset({"care.example.or.th"}), Text("รพ.ธารเมฆ", "Than Mek Hospital"))
VALID_ID = (
    "1101700203450"  # 1x13+1x12+0+1x10+7x9+0+0+2x6+0+3x4+4x3+5x2 = 144, 144 mod 11 = 1, 11-1 = 10, digit 0
)

SMS = Draft(
    TextClass.PUBLIC,
    Channel.SMS,
    Wording(
        "",
        "",
        "{org}: ข้อมูลของท่านรั่ว ขออภัย อย่าบอกรหัส OTP โทร {tel} อ้างอิง {ref}",
        "{org}: your data leaked. Sorry. Never tell an OTP. Call {tel} Ref {ref}",
    ),
)
PAGE = Draft(TextClass.PAGE, Channel.PORTAL, Wording("", "", "ประกาศ", "Announcement"))
MAIL = Draft(
    TextClass.MEMBER,
    Channel.EMAIL,
    Wording(
        "แจ้ง {case}",
        "Notice {case}",
        "{greeting} ขอความร่วมมือ (มิใช่คำสั่ง) โทร {tel} {team}",
        "{greeting} A request for cooperation, not an order. Call {tel} {team}",
    ),
)
LETTER = Draft(
    TextClass.PUBLIC,
    Channel.LETTER,
    Wording(
        "ข้อมูลของท่าน {ref}",
        "Your data {ref}",
        "{opening}\n{org} พบเหตุ โทร {tel}\nเราจะไม่ขอรหัสผ่าน รหัส OTP หรือให้โอนเงิน\n{closing}\n{signature}",
        "{opening}\n{org} found it. Call {tel}\nWe never ask for a password, an OTP or a transfer.\n"
        "{closing}\n{signature}",
    ),
)


def thai(draft: Draft, words: str) -> Draft:
    return replace(draft, wording=replace(draft.wording, body_th=f"{draft.wording.body_th} {words}"))


def english(draft: Draft, words: str) -> Draft:
    return replace(draft, wording=replace(draft.wording, body_en=f"{draft.wording.body_en} {words}"))


def without(draft: Draft, *words: str) -> Draft:
    values = {}
    for name in ("subject_th", "subject_en", "body_th", "body_en"):
        text = getattr(draft.wording, name)
        for word in words:
            text = text.replace(word, "")
        values[name] = text
    return replace(draft, wording=Wording(**values))


def ids(draft: Draft, context: Context = HOUSE) -> set[str]:
    return {finding.rule for finding in check(draft, context)}


HITS: list[tuple[str, Draft]] = [
    ("text.empty", replace(SMS, wording=replace(SMS.wording, body_th=""))),
    ("text.empty", replace(SMS, wording=replace(SMS.wording, body_en="  "))),
    ("text.empty", replace(MAIL, wording=replace(MAIL.wording, subject_en=""))),
    ("text.hidden", thai(SMS, "โปรด\u200bระวัง")),
    ("text.hidden", english(SMS, "pay \u202eylno")),
    ("text.hidden", thai(SMS, "\x07")),
    ("slots.braces", thai(SMS, "{ref")),
    ("slots.braces", english(SMS, "{Name}")),
    ("slots.unknown", english(thai(SMS, "{nobody}"), "{nobody}")),
    ("slots.unknown", english(thai(SMS, "{pin_code}"), "{pin_code}")),
    ("slots.differ", thai(SMS, "{date}")),
    ("slots.differ", english(SMS, "{place}")),
    ("sender.missing", without(SMS, "{org}")),
    ("sender.missing", without(MAIL, "{team}")),
    ("reference.missing", without(SMS, "{ref}")),
    ("reference.missing", without(MAIL, "{case}")),
    ("hotline.missing", without(SMS, "{tel}")),
    ("hotline.missing", without(MAIL, "{tel}")),
    ("hotline.literal", thai(SMS, "โทร 1242")),
    ("hotline.literal", thai(SMS, "สายด่วน ๑๔๔๑")),
    ("hotline.literal", english(SMS, "call 1212")),
    ("hotline.literal", english(SMS, "1800-123-456")),
    ("privacy.phone", thai(SMS, "081-234-5678")),
    ("privacy.phone", thai(PAGE, "๐๒ ๑๒๓ ๔๕๖๗")),
    ("privacy.phone", english(PAGE, "+66 81 234 5678")),
    ("privacy.id", thai(PAGE, VALID_ID)),
    ("privacy.id", english(PAGE, "1-1017-00203-45-0")),
    ("privacy.id", thai(PAGE, "๑๑๐๑๗๐๐๒๐๓๔๕๐")),
    ("link.sms", thai(SMS, "https://care.example.or.th/k")),
    ("link.sms", english(SMS, "see care.example.or.th")),
    ("link.shortener", thai(PAGE, "bit.ly/abc")),
    ("link.shortener", english(SMS, "https://tinyurl.com/x1")),
    ("link.disguised", thai(PAGE, "ｃａｒｅ．ｅｘａｍｐｌｅ．ｏｒ．ｔｈ")),
    ("link.disguised", english(PAGE, "xn--care-e0a.com")),
    ("link.disguised", english(PAGE, "care[.]example[.]or[.]th")),
    ("link.disguised", english(PAGE, "c\u200bare.example.or.th")),
    ("link.disguised", english(PAGE, "cаre.example.or.th")),  # the second letter is Cyrillic
    ("link.unregistered", thai(PAGE, "https://evil.example.com/reset")),
    ("link.unregistered", english(PAGE, "www.evil.net")),
    ("link.unregistered", english(PAGE, "http://10.1.2.3/x")),
    ("link.unregistered", english(PAGE, "a.care.example.or.th")),
    ("otp.sms", without(SMS, "อย่าบอกรหัส OTP")),
    ("otp.sms", without(SMS, "Never tell an OTP")),
    ("otp.long", without(LETTER, "เราจะไม่ขอรหัสผ่าน")),
    ("otp.long", without(LETTER, "We never ask for a password,")),
    ("date.ce_year", thai(PAGE, "วันที่ 21 พฤศจิกายน 2026")),
    ("date.ce_year", thai(PAGE, "ปี ๒๐๑๗")),
    ("date.ce_year", thai(PAGE, "2026-11-21")),
    ("date.be_year", english(PAGE, "on 21 November 2569")),
    ("date.be_year", english(PAGE, "in 2560")),
    ("sms.parts", thai(SMS, "ก" * 100)),
    ("sms.parts", english(SMS, "a" * 400)),
    ("sms.reply", thai(SMS, "ตอบ 1 = รับเรื่อง")),
    ("sms.reply", english(SMS, "reply 0")),
    ("speech.particle", thai(SMS, "ขอบคุณค่ะ")),
    ("speech.particle", thai(PAGE, "ติดต่อได้ครับ")),
    ("promise.literal", thai(PAGE, "เราปิดการเข้าถึงแล้ว")),
    ("promise.literal", thai(PAGE, "โทรฟรี")),
    ("promise.literal", thai(PAGE, "ตลอด 24 ชั่วโมง")),
    ("promise.literal", english(PAGE, "no extra cost")),
    ("promise.literal", english(PAGE, "Call us, free")),
    ("liability.word", thai(PAGE, "ร้านนี้ผิด")),
    ("liability.word", thai(PAGE, "ความผิดของแพลตฟอร์ม")),
    ("liability.word", english(PAGE, "The shop is at fault")),
    ("tlp.form", thai(MAIL, "TLP: AMBER")),
    ("tlp.form", thai(MAIL, "TLP สีแดง")),
    ("tlp.form", english(MAIL, "TLP:WHITE")),
    ("tlp.form", english(MAIL, "tlp:amber")),
    ("advice.order", without(MAIL, "(มิใช่คำสั่ง)")),
    ("advice.order", without(MAIL, ", not an order")),
    ("letter.opening", without(LETTER, "{opening}\n")),
    ("letter.opening", replace(LETTER, wording=replace(LETTER.wording, body_en="Hello\n{closing}"))),
    ("letter.closing", without(LETTER, "{closing}")),
    ("letter.closing", replace(LETTER, wording=replace(LETTER.wording, body_th="{opening}\nลาก่อน"))),
]

MISSES: list[tuple[str, Draft]] = [
    ("text.empty", SMS),
    ("text.empty", MAIL),
    ("text.hidden", LETTER),
    ("text.hidden", thai(SMS, "น้ำ เก็บ ก์")),
    ("slots.braces", SMS),
    ("slots.braces", thai(SMS, "(ก) [ข]")),
    ("slots.unknown", SMS),
    ("slots.unknown", MAIL),
    ("slots.differ", LETTER),
    ("slots.differ", english(thai(SMS, "{date}"), "{date}")),
    ("sender.missing", SMS),
    ("sender.missing", without(PAGE, "{org}")),
    ("reference.missing", SMS),
    ("reference.missing", PAGE),
    ("hotline.missing", SMS),
    ("hotline.missing", PAGE),
    ("hotline.literal", thai(SMS, "{tel}")),
    ("hotline.literal", thai(PAGE, "พบ 1242 รายการ")),
    ("privacy.phone", thai(PAGE, "13,000,000 ราย")),
    ("privacy.phone", thai(PAGE, "HC-INC-2569-000042")),
    ("privacy.id", thai(PAGE, "1101700203451")),
    ("privacy.id", thai(PAGE, "110170020345")),
    ("link.sms", SMS),
    ("link.sms", thai(SMS, "พ.ศ. 2569 เวลา 18.15 น.")),
    ("link.shortener", thai(PAGE, "https://care.example.or.th")),
    ("link.shortener", english(PAGE, "a bit.lying")),
    ("link.disguised", thai(PAGE, "https://care.example.or.th/ตรวจ")),
    ("link.disguised", english(PAGE, "care.example.or.th")),
    ("link.unregistered", english(PAGE, "https://care.example.or.th/a?b=c")),
    ("link.unregistered", english(PAGE, "e.g. version 8.5, No. 3")),
    ("otp.sms", SMS),
    ("otp.sms", MAIL),
    ("otp.long", LETTER),
    ("otp.long", MAIL),
    ("date.ce_year", thai(PAGE, "21 พฤศจิกายน ๒๕๖๙")),
    ("date.ce_year", thai(PAGE, "2,026 ราย และ 2000 บาท")),
    ("date.be_year", english(PAGE, "the notification of B.E. 2565")),
    ("date.be_year", english(PAGE, "21 November 2026")),
    ("sms.parts", SMS),
    ("sms.parts", thai(SMS, "ก" * 40)),
    ("sms.reply", replace(thai(SMS, "ตอบ 1 = รับเรื่อง"), two_way=True)),
    ("sms.reply", thai(SMS, "เราจะตอบใน 2 วัน")),
    ("speech.particle", thai(PAGE, "คะแนน คะเน")),
    ("speech.particle", thai(replace(PAGE, text_class=TextClass.SPEECH), "สวัสดีค่ะ/ครับ")),
    ("promise.literal", thai(PAGE, "ฟรีแลนซ์ {tel_free}")),
    ("promise.literal", english(PAGE, "feel free to ask")),
    ("liability.word", thai(PAGE, "พบสิ่งผิดปกติ ผู้รับผิดชอบคือทีมงาน")),
    ("liability.word", english(PAGE, "the default setting")),
    ("tlp.form", thai(MAIL, "TLP:AMBER+STRICT")),
    ("tlp.form", english(MAIL, "TLP:CLEAR, TLP:RED")),
    ("advice.order", MAIL),
    ("advice.order", SMS),
    ("letter.opening", LETTER),
    ("letter.opening", MAIL),
    ("letter.closing", LETTER),
    ("letter.closing", MAIL),
]


@pytest.mark.parametrize(("rule", "draft"), HITS)
def test_a_rule_finds(rule: str, draft: Draft) -> None:
    assert rule in ids(draft)


@pytest.mark.parametrize(("rule", "draft"), MISSES)
def test_a_rule_leaves_alone(rule: str, draft: Draft) -> None:
    assert rule not in ids(draft)


@pytest.mark.parametrize("draft", [SMS, PAGE, MAIL, LETTER], ids=["sms", "page", "mail", "letter"])
def test_the_samples_keep_every_rule(draft: Draft) -> None:
    assert check(draft, HOUSE) == []


def test_every_rule_has_two_hits_and_two_misses() -> None:
    known = {rule.id for rule in RULES} - {"sms.sender_name"}  # has a test of its own
    for cases in (HITS, MISSES):
        names = [rule for rule, _ in cases]
        assert {name for name in known if names.count(name) < 2} == set()


def test_a_long_name_of_an_organisation_is_told_before_it_costs_a_part() -> None:
    near = thai(SMS, "ก" * 66)  # with the slot's 32 letters exactly three parts
    long = Context(frozenset(), Text("ส" * 60, "Short"))
    found = [finding for finding in check(near, long) if finding.rule == "sms.sender_name"]
    assert [(one.severity, one.language) for one in found] == [(Severity.WARNING, "th")]
    assert "60" in found[0].text.th
    assert "sms.sender_name" not in ids(near, HOUSE)
    assert "sms.sender_name" not in ids(SMS, long)


def test_a_finding_shows_its_place_and_what_to_do() -> None:
    text = "{org}: โทร 1242 ด่วน"
    draft = replace(SMS, wording=replace(SMS.wording, body_th=text))
    (found,) = [one for one in check(draft) if one.rule == "hotline.literal"]
    assert (found.language, found.part, text[found.start : found.end]) == ("th", "body", "1242")
    assert "{tel}" in found.mend.th
    assert "{tel}" in found.mend.en


def test_errors_stand_before_warnings() -> None:
    draft = english(thai(PAGE, "โทรฟรี"), "in 2560")
    assert [one.severity for one in check(draft)] == [Severity.ERROR, Severity.WARNING]


@pytest.mark.parametrize(("text", "hosts"), [
    ("ไปที่ https://a.example.com/x และ b.org", ["a.example.com", "b.org"]),
    ("hxxps://evil[.]example[.]com", ["evil.example.com"]),
    ("someone@example.com", []),
    ("เว็บ.ไทย", ["เว็บ.ไทย"]),
    ("javascript:alert(1)", ["javascript"]),
    ("เวลา 10.30 น. ข้อ 1.2.3", []),
])  # fmt: skip
def test_links_are_found(text: str, hosts: list[str]) -> None:
    found = [link.host for link in links_in(text)]
    assert len(found) == len(hosts)
    if "javascript" not in hosts:
        assert found == hosts


WILD = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "{}[]().:/-+ \n\u200b\u202e０１๒๓。．@ｗกขค่ำัครับOTP" + string.ascii_lowercase + string.digits
        ),
        st.characters(),
    ),
    max_size=300,
)


@given(WILD, WILD, st.sampled_from(TextClass), st.sampled_from(Channel), st.booleans())
def test_no_text_makes_the_lint_crash_and_places_lie_within_it(
    one: str,
    other: str,
    text_class: TextClass,
    channel: Channel,
    two_way: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    wording = Wording(one[:50], other[:50], one, other)
    for found in check(Draft(text_class, channel, wording, two_way), HOUSE):
        if found.part:
            part = getattr(wording, f"{found.part}_{found.language}")
            assert 0 <= found.start <= found.end <= len(part)
            assert found.words == part[found.start : found.end]


EVIL = (
    "a.a", "[.]", "1 ", "(", "ไม่ขอรหัสผ่าน", "https://", "a", "www.", "ก", "-", "1-", "a-", "never ask ",
    "call 1", "+66", "โทร ", "xn--", "tlp ", "อย่าบอก", " . ", "1.1.1", "javascript:", "ครับ",
)  # fmt: skip


@pytest.mark.parametrize("piece", EVIL)
def test_time_grows_with_length_not_faster(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        draft = Draft(TextClass.PUBLIC, Channel.EMAIL, Wording("", "", text, text))
        best = []
        for _ in range(3):
            started = time.process_time()
            check(draft)
            best.append(time.process_time() - started)
        return min(best)

    # eight times the length: linear is 8, quadratic 64
    assert seconds(8000) < 24 * seconds(1000) + 0.02


def test_a_text_beyond_all_measure_is_refused_at_once() -> None:
    assert ids(thai(PAGE, "ก" * 9000)) == {"text.too_long"}
