"""Clean text, clusters, search keys, sorting, SMS size."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.engines.thai import (
    Match,
    SmsEncoding,
    clusters,
    collation_key,
    expand_query,
    fold,
    loose_fold,
    match,
    normalize,
    sms_size,
    strip_controls,
    strip_invisible,
    synonyms,
    to_thai,
    truncate,
)
from phithak.engines.thai.fold_table import CONFUSABLE_LETTERS, MISPRINTS, SYNONYMS

NIKHAHIT, AA, AM = "\u0e4d", "\u0e32", "\u0e33"
THO, EK = "\u0e49", "\u0e48"

THAI = st.text(
    alphabet=[chr(point) for point in (*range(0xE01, 0xE3B), *range(0xE3F, 0xE5C))] + [" ", "\u200b", "a"]
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("น" + NIKHAHIT + AA, "นำ"),
        ("น" + THO + NIKHAHIT + AA, "น้ำ"),
        ("น" + NIKHAHIT + THO + AA, "น้ำ"),
        ("น" + AM + THO, "น้ำ"),
        ("น" + THO + AM, "น้ำ"),
        ("นำำ", "นำ"),
        ("ท" + EK + "ี" + "นี" + EK, "ที่นี่"),
        ("ก" + EK + EK + "อน", "ก่อน"),
        ("ก" + THO + "ุ้ง", "กุ้ง"),
        ("เเก้ว", "แก้ว"),
        ("พัฒ\u200bนา\ufeff", "พัฒนา"),
        ("a\u202eb\u2066c", "abc"),
        ("ก\x00ข\x07ค", "กขค"),
        ("ก\r\nข\rค", "ก\nข\nค"),
        ("  ก \u00a0 ข\t ค ", "ก ข ค"),
        ("e\u0301", "é"),
        ("สวัสดี", "สวัสดี"),
        ("ค่ะะะ", "ค่ะะะ"),
        ("", ""),
    ],
)
def test_text_is_put_right(raw: str, clean: str) -> None:
    assert normalize(raw) == clean


@given(st.one_of(THAI, st.text()))
def test_clean_text_stays_as_it_is(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert NIKHAHIT + AA not in once
    assert "เเ" not in once


@given(st.text(alphabet=st.characters(codec=None)))
def test_nothing_unseen_is_left(text: str) -> None:
    left = strip_controls(strip_invisible(text))
    assert not [char for char in left if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t"]
    assert not set(left) & set("\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2066\u2069\ufeff\u00ad")


def test_lone_surrogates_and_bidi_are_gone() -> None:
    assert normalize("ก\ud800ข\udfff\ufffe") == "กข"
    assert strip_controls("\ttab\nline\x1b[31m") == "\ttab\nline[31m"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("แก้ว", ["แก้", "ว"]),
        ("น้ำ", ["น้ำ"]),
        ("เกียรติ", ["เกี", "ย", "ร", "ติ"]),
        ("ab", ["a", "b"]),
        ("👨‍👩‍👧x", ["👨‍👩‍👧", "x"]),
        ("🇹🇭🇱🇦", ["🇹🇭", "🇱🇦"]),
        ("👍🏽!", ["👍🏽", "!"]),
        ("é", ["é"]),
        ("", []),
    ],
)
def test_clusters(text: str, pieces: list[str]) -> None:
    assert clusters(text) == pieces


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("แก้วใส", 6, "แก้วใส"),
        ("แก้วใส", 5, "แก้ว…"),
        ("แก้วใส", 4, "แก้…"),
        ("แก้วใส", 3, "…"),
        ("แก้วใส", 0, ""),
        ("abc def", 5, "abc…"),
        ("น้ำใจ", 4, "น้ำ…"),
    ],
)
def test_truncate(text: str, limit: int, cut: str) -> None:
    assert truncate(text, limit) == cut


@given(st.one_of(THAI, st.text()), st.integers(min_value=0, max_value=30))
def test_truncated_text_fits_and_ends_between_clusters(text: str, limit: int) -> None:
    assert "".join(clusters(text)) == text
    cut = truncate(text, limit)
    assert len(cut) <= limit
    if cut and cut != text:
        pieces = clusters(text)
        assert cut[:-1] in {"".join(pieces[:count]).rstrip() for count in range(len(pieces))}


MISPRINTED = [
    ("มั่นคงปลอดภัย", "การรักษาความมั่งคงปลอดภัยของข้อมูล"),
    ("แจ้ง", "ขอแกล้งให้ทราบ"),
    ("ใช้จ่าย", "ค่าใช่จ่ายทั้งหมด"),
    ("ได้", "ดำเนินการด้ายแล้ว"),
    ("เทคโนโลยี", "อาชญากรรมทางเทตโนโลยี"),
    ("อาเซียน", "ประชาคมอาซียน"),
    ("เกิดขึ้น", "เหตุที่เกิดขึนเมื่อวาน"),
]


@pytest.mark.parametrize(("query", "text"), MISPRINTED)
def test_a_misprint_is_found_loosely_in_both_directions(query: str, text: str) -> None:
    assert match(text, query) is Match.LOOSE
    assert match(f"ก่อน {query} หลัง", query) is Match.EXACT
    assert fold(query) not in fold(text)
    wrong = next(
        word for word in ("มั่งคงปลอดภัย", "แกล้ง", "ใช่จ่าย", "ด้าย", "เทตโนโลยี", "อาซียน", "เกิดขึน") if word in text
    )
    assert match(f"ก่อน {query} หลัง", wrong) is Match.LOOSE


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("๒๙ มิถุนายน ๒๕๖๐", "2560"),
        ("29 มิถุนายน 2560", "๒๕๖๐"),
        ("Phishing PAGE", "phishing page"),
        ("น" + NIKHAHIT + THO + AA, "น้ำ"),
        ("ต่าง ๆ นานา", "ต่างๆนานา"),
        ("ต่างๆ นานา", "ต่าง ๆ นานา"),
        ("ข้อมูล\u200bรั่ว", "ข้อมูลรั่ว"),
        ("การก\u0e45ล", "การกาล"),
        ("ข้อมูล\nรั่ว", "ข้อมูล รั่ว"),
    ],
)
def test_what_looks_the_same_is_found_exactly(text: str, query: str) -> None:
    assert match(text, query) is Match.EXACT


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("ความมั่งคั่งของประเทศ", "มั่นคง"),
        ("ตามเวลา", "ความ"),
        ("คนไทย", "ตน"),
        ("บริษัท", "ปริมาณ"),
        ("แก้ว", "แจ้ง"),
        ("สวัสดี", ""),
        ("สวัสดี", "\u200b"),
        ("กก", "่้"),
    ],
)
def test_other_words_are_not_found(text: str, query: str) -> None:
    assert match(text, query) is Match.NONE


def test_the_price_of_the_loose_key_is_as_written() -> None:
    for one, other in (("ป่า", "ป้า"), ("เสื้อ", "เสือ"), ("ดุ", "ดู"), ("ปิ", "ปี"), ("ข้อมูล รั่ว", "ข้อมูลรั่ว")):
        assert loose_fold(one) == loose_fold(other)
        assert fold(one) != fold(other)
    for one, other in (
        ("กิน", "กัน"),
        ("คน", "ตน"),
        ("ขา", "คา"),
        ("นาง", "นาน"),
        ("2560", "2561"),
        ("ไก่", "ไข่"),
    ):
        assert loose_fold(one) != loose_fold(other)


@pytest.mark.parametrize(("wrong", "right"), sorted(MISPRINTS.items()))
def test_every_misprint_of_the_table_finds_its_word(wrong: str, right: str) -> None:
    assert loose_fold(f"ก {wrong} ข") == loose_fold(f"ก {right} ข")
    assert fold(wrong) == wrong


def test_confusable_letters_are_folded_in_one_step() -> None:
    assert not set(CONFUSABLE_LETTERS) & set(CONFUSABLE_LETTERS.values())


@given(st.one_of(THAI, st.text()))
def test_keys_are_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(to_thai(text)) == fold(text)
    assert loose_fold(fold(text)) == loose_fold(text)


@given(st.lists(st.sampled_from(["ข้อมูล", "รั่วไหล", "2560", "ๆ", "น้ำ", "ไทย", "CERT", "ใช้", " "]), min_size=1))
def test_a_word_is_found_in_its_text_at_both_levels(words: list[str]) -> None:
    text = "".join(words)
    for word in words:
        if word.strip():
            assert fold(word) in fold(text)
            assert loose_fold(word) in loose_fold(text)


@pytest.mark.parametrize(
    ("term", "other"),
    [
        ("สกมช.", "NCSA"),
        ("สกมช", "NCSA"),
        ("ncsa", "สกมช."),
        ("สพธอ.", "ETDA"),
        ("กสทช.", "NBTC"),
        ("สคส.", "PDPC office"),
        ("สธ.", "MOPH"),
        ("ดีอี", "MDES"),
        ("ดีอีเอส", "MDES"),
        ("บก.ปอท.", "TCSD"),
        ("บช.สอท.", "CCIB"),
        ("กกม.", "CRC"),
        ("กมช.", "NCSC"),
        ("กระทรวงสาธารณสุข", "สธ."),
    ],
)
def test_acronyms_know_each_other(term: str, other: str) -> None:
    assert other in synonyms(term)
    assert other in expand_query(term)
    assert expand_query(term)[0] == term


def test_an_acronym_inside_a_query_is_expanded_alone() -> None:
    assert "ประกาศ NCSA 2566" in expand_query("ประกาศ สกมช. 2566")
    assert expand_query("ข้อมูลรั่ว") == ("ข้อมูลรั่ว",)
    assert expand_query("  ") == ()
    assert synonyms("สธา") == ()
    keys = [term.replace(".", "").casefold() for group in SYNONYMS for term in group]
    assert len(set(keys)) == len(keys)


def test_dictionary_order() -> None:
    # digits are compared one by one, so 10 comes before 5
    ordered = [
        "10",
        "5",
        "กก",
        "กฎ",
        "กอ",
        "ก่อ",
        "ก้อ",
        "กะ",
        "กา",
        "ก่า",
        "กำ",
        "กิน",
        "เก",
        "เก็บ",
        "เกม",
        "แก",
        "แกะ",
        "โก",
        "ใก",
        "ไก",
        "ไก่",
        "ขา",
        "ฤ",
        "ล",
        "เอ",
        "ฮา",
        "Apple",
        "banana",
    ]
    shuffled = ordered[1::2] + ordered[::2]
    assert sorted(shuffled, key=collation_key) == ordered
    assert sorted(shuffled, key=lambda word: collation_key(word).encode()) == ordered


@given(THAI, THAI)
def test_sort_keys_are_total_and_bytes_agree(one: str, other: str) -> None:
    first, second = collation_key(one), collation_key(other)
    assert (first == second) == (normalize(one) == normalize(other))
    assert (first < second) == (first.encode() < second.encode())


@given(THAI.filter(lambda text: text.strip(" \u200b") != ""))
def test_thai_digits_sort_as_digits(text: str) -> None:
    assert collation_key("๕" + text).split("\x01")[:2] == collation_key("5" + text).split("\x01")[:2]


@pytest.mark.parametrize(
    ("text", "encoding", "length", "parts", "left"),
    [
        ("", SmsEncoding.GSM7, 0, 0, 160),
        ("a" * 160, SmsEncoding.GSM7, 160, 1, 0),
        ("a" * 161, SmsEncoding.GSM7, 161, 2, 145),
        ("a" * 306, SmsEncoding.GSM7, 306, 2, 0),
        ("a" * 307, SmsEncoding.GSM7, 307, 3, 152),
        ("€" * 80, SmsEncoding.GSM7, 160, 1, 0),
        ("€" * 81, SmsEncoding.GSM7, 162, 2, 143),
        # 152 + an extension character: it does not fit into the last septet of the part
        ("a" * 152 + "€" + "a" * 10, SmsEncoding.GSM7, 164, 2, 141),
        ("[]{}", SmsEncoding.GSM7, 8, 1, 152),
        ("ก" * 70, SmsEncoding.UCS2, 70, 1, 0),
        ("ก" * 71, SmsEncoding.UCS2, 71, 2, 63),
        ("ก" * 134, SmsEncoding.UCS2, 134, 2, 0),
        ("ก" * 135, SmsEncoding.UCS2, 135, 3, 66),
        ("ก" * 201, SmsEncoding.UCS2, 201, 3, 0),
        ("ก" * 202, SmsEncoding.UCS2, 202, 4, 66),
        ("😀", SmsEncoding.UCS2, 2, 1, 68),
        ("😀" * 35, SmsEncoding.UCS2, 70, 1, 0),
        # 33 pairs fill 66 of 67 units; the 34th begins the next part
        ("😀" * 36, SmsEncoding.UCS2, 72, 2, 61),
        ("abc“", SmsEncoding.UCS2, 4, 1, 66),
        ("a`", SmsEncoding.UCS2, 2, 1, 68),
    ],
)
def test_sms_size(text: str, encoding: SmsEncoding, length: int, parts: int, left: int) -> None:
    size = sms_size(text)
    assert (size.encoding, size.length, size.parts, size.left) == (encoding, length, parts, left)


@given(st.text(min_size=1))
def test_sms_parts_hold_the_text(text: str) -> None:
    size = sms_size(text)
    if size.encoding is SmsEncoding.UCS2:
        assert size.length == len(text.encode("utf-16-le")) // 2
    single, joined = (160, 153) if size.encoding is SmsEncoding.GSM7 else (70, 67)
    assert (size.parts == 1) == (size.length <= single)
    if size.parts > 1:
        assert (size.parts - 1) * (joined - 1) < size.length <= size.parts * joined
        assert 0 <= size.left < joined
