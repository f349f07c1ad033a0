"""Names, titles, ranks, letters. All names are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.engines.thai import (
    TITLES,
    Acting,
    Code,
    Reader,
    ThaiFormatError,
    TitleKind,
    addressee,
    bare_name,
    closing,
    clusters,
    email_greeting,
    english_opening,
    full_name,
    letter_opening,
    mask_name,
    mask_word,
    name_sort_key,
    short_name,
    signature,
    split_name,
)

SPLIT = [
    # text, full Thai titles, first, last, full form, short form
    ("พลอากาศตรี อมร ใจกล้า", ["พลอากาศตรี"], "อมร", "ใจกล้า", "พลอากาศตรี อมร ใจกล้า", "พล.อ.ต. อมร ใจกล้า"),
    ("พล.อ.ต.อมร ใจกล้า", ["พลอากาศตรี"], "อมร", "ใจกล้า", "พลอากาศตรี อมร ใจกล้า", "พล.อ.ต. อมร ใจกล้า"),
    ("พล. อ. ต. อมร ใจกล้า", ["พลอากาศตรี"], "อมร", "ใจกล้า", "พลอากาศตรี อมร ใจกล้า", "พล.อ.ต. อมร ใจกล้า"),
    (
        "นายแพทย์โอภาส ศรีสวัสดิ์พงศ์",
        ["นายแพทย์"],
        "โอภาส",
        "ศรีสวัสดิ์พงศ์",
        "นายแพทย์โอภาส ศรีสวัสดิ์พงศ์",
        "นพ.โอภาส ศรีสวัสดิ์พงศ์",
    ),
    (
        "นพ. โอภาส ศรีสวัสดิ์พงศ์",
        ["นายแพทย์"],
        "โอภาส",
        "ศรีสวัสดิ์พงศ์",
        "นายแพทย์โอภาส ศรีสวัสดิ์พงศ์",
        "นพ.โอภาส ศรีสวัสดิ์พงศ์",
    ),
    ("นายสมชาย ใจดี", ["นาย"], "สมชาย", "ใจดี", "นายสมชาย ใจดี", "นายสมชาย ใจดี"),
    ("นาย สมชาย ใจดี", ["นาย"], "สมชาย", "ใจดี", "นายสมชาย ใจดี", "นายสมชาย ใจดี"),
    ("นางมาลี ใจดี", ["นาง"], "มาลี", "ใจดี", "นางมาลี ใจดี", "นางมาลี ใจดี"),
    ("นางสาวมาลี ใจดี", ["นางสาว"], "มาลี", "ใจดี", "นางสาวมาลี ใจดี", "น.ส.มาลี ใจดี"),
    ("น.ส.มาลี ใจดี", ["นางสาว"], "มาลี", "ใจดี", "นางสาวมาลี ใจดี", "น.ส.มาลี ใจดี"),
    ("นางสาวิตรี ดีงาม", ["นาง"], "สาวิตรี", "ดีงาม", "นางสาวิตรี ดีงาม", "นางสาวิตรี ดีงาม"),
    ("นางสาวสาวิตรี ดีงาม", ["นางสาว"], "สาวิตรี", "ดีงาม", "นางสาวสาวิตรี ดีงาม", "น.ส.สาวิตรี ดีงาม"),
    ("คุณสมชาย ใจดี", ["คุณ"], "สมชาย", "ใจดี", "คุณสมชาย ใจดี", "คุณสมชาย ใจดี"),
    ("คุณากร ใจดี", [], "คุณากร", "ใจดี", "คุณากร ใจดี", "คุณากร ใจดี"),
    ("คุณวุฒิ ใจดี", [], "คุณวุฒิ", "ใจดี", "คุณวุฒิ ใจดี", "คุณวุฒิ ใจดี"),
    ("นายคุณวุฒิ ใจดี", ["นาย"], "คุณวุฒิ", "ใจดี", "นายคุณวุฒิ ใจดี", "นายคุณวุฒิ ใจดี"),
    ("คุณหญิงสมศรี ดีงาม", ["คุณหญิง"], "สมศรี", "ดีงาม", "คุณหญิงสมศรี ดีงาม", "คุณหญิงสมศรี ดีงาม"),
    ("เด็กชายก้อง ดีงาม", ["เด็กชาย"], "ก้อง", "ดีงาม", "เด็กชายก้อง ดีงาม", "ด.ช.ก้อง ดีงาม"),
    ("ด.ญ.แก้ว ดีงาม", ["เด็กหญิง"], "แก้ว", "ดีงาม", "เด็กหญิงแก้ว ดีงาม", "ด.ญ.แก้ว ดีงาม"),
    ("พลเอก ก้อง กล้าหาญ", ["พลเอก"], "ก้อง", "กล้าหาญ", "พลเอก ก้อง กล้าหาญ", "พล.อ. ก้อง กล้าหาญ"),
    ("พ.ต.อมร ใจดี", ["พันตรี"], "อมร", "ใจดี", "พันตรี อมร ใจดี", "พ.ต. อมร ใจดี"),
    ("พ.ต.อ.สมชาย ใจดี", ["พันตำรวจเอก"], "สมชาย", "ใจดี", "พันตำรวจเอก สมชาย ใจดี", "พ.ต.อ. สมชาย ใจดี"),
    ("ร้อยตำรวจเอกหญิงมาลี ใจดี", ["ร้อยตำรวจเอก"], "มาลี", "ใจดี", "ร้อยตำรวจเอกหญิง มาลี ใจดี", "ร.ต.อ.หญิง มาลี ใจดี"),
    ("ว่าที่ร้อยตรีสมชาย ใจดี", ["ร้อยตรี"], "สมชาย", "ใจดี", "ว่าที่ร้อยตรี สมชาย ใจดี", "ว่าที่ ร.ต. สมชาย ใจดี"),
    ("ว่าที่ ร.ต.หญิง มาลี ใจดี", ["ร้อยตรี"], "มาลี", "ใจดี", "ว่าที่ร้อยตรีหญิง มาลี ใจดี", "ว่าที่ ร.ต.หญิง มาลี ใจดี"),
    ("ดาบตำรวจ สมชาย ใจดี", ["ดาบตำรวจ"], "สมชาย", "ใจดี", "ดาบตำรวจ สมชาย ใจดี", "ด.ต. สมชาย ใจดี"),
    ("พลเรือเอก ก้อง ทะเลไทย", ["พลเรือเอก"], "ก้อง", "ทะเลไทย", "พลเรือเอก ก้อง ทะเลไทย", "พล.ร.อ. ก้อง ทะเลไทย"),
    ("นาวาเอก ก้อง ทะเลไทย", ["นาวาเอก"], "ก้อง", "ทะเลไทย", "นาวาเอก ก้อง ทะเลไทย", "น.อ. ก้อง ทะเลไทย ร.น."),
    ("น.อ.ก้อง ทะเลไทย ร.น.", ["นาวาเอก"], "ก้อง", "ทะเลไทย", "นาวาเอก ก้อง ทะเลไทย", "น.อ. ก้อง ทะเลไทย ร.น."),
    ("นาวาอากาศเอก ก้อง ฟ้าใส", ["นาวาอากาศเอก"], "ก้อง", "ฟ้าใส", "นาวาอากาศเอก ก้อง ฟ้าใส", "น.อ. ก้อง ฟ้าใส"),
    ("แพทย์หญิงมาลี ใจดี", ["แพทย์หญิง"], "มาลี", "ใจดี", "แพทย์หญิงมาลี ใจดี", "พญ.มาลี ใจดี"),
    ("ทพญ.มาลี ใจดี", ["ทันตแพทย์หญิง"], "มาลี", "ใจดี", "ทันตแพทย์หญิงมาลี ใจดี", "ทพญ.มาลี ใจดี"),
    ("ภก.สมชาย ใจดี", ["เภสัชกร"], "สมชาย", "ใจดี", "เภสัชกรสมชาย ใจดี", "ภก.สมชาย ใจดี"),
    ("ดร.มาลี ใจดี", ["ดร."], "มาลี", "ใจดี", "ดร.มาลี ใจดี", "ดร.มาลี ใจดี"),
    ("ดร. มาลี ใจดี", ["ดร."], "มาลี", "ใจดี", "ดร.มาลี ใจดี", "ดร.มาลี ใจดี"),
    ("ศาสตราจารย์ มาลี ใจดี", ["ศาสตราจารย์"], "มาลี", "ใจดี", "ศาสตราจารย์ มาลี ใจดี", "ศ. มาลี ใจดี"),
    (
        "ศ. ดร. นพ.สมชาย ณ บางไทร",
        ["ศาสตราจารย์", "ดร.", "นายแพทย์"],
        "สมชาย",
        "ณ บางไทร",
        "ศาสตราจารย์ ดร. นายแพทย์สมชาย ณ บางไทร",
        "ศ. ดร. นพ.สมชาย ณ บางไทร",
    ),
    (
        "พล.อ.ต. ดร. อมร ใจกล้า",
        ["พลอากาศตรี", "ดร."],
        "อมร",
        "ใจกล้า",
        "พลอากาศตรี ดร.อมร ใจกล้า",
        "พล.อ.ต. ดร.อมร ใจกล้า",
    ),
    (
        "ผศ.ดร.ภญ.มาลี ใจดี",
        ["ผู้ช่วยศาสตราจารย์", "ดร.", "เภสัชกรหญิง"],
        "มาลี",
        "ใจดี",
        "ผู้ช่วยศาสตราจารย์ ดร. เภสัชกรหญิงมาลี ใจดี",
        "ผศ. ดร. ภญ.มาลี ใจดี",
    ),
    ("ม.ร.ว.แก้ว ดีงาม", ["หม่อมราชวงศ์"], "แก้ว", "ดีงาม", "หม่อมราชวงศ์แก้ว ดีงาม", "ม.ร.ว.แก้ว ดีงาม"),
    ("หม่อมหลวงแก้ว ดีงาม", ["หม่อมหลวง"], "แก้ว", "ดีงาม", "หม่อมหลวงแก้ว ดีงาม", "ม.ล.แก้ว ดีงาม"),
    ("พระมหาสมชาย สุจิตโต", ["พระมหา"], "สมชาย", "สุจิตโต", "พระมหาสมชาย สุจิตโต", "พระมหาสมชาย สุจิตโต"),
    ("พลอย ใจดี", [], "พลอย", "ใจดี", "พลอย ใจดี", "พลอย ใจดี"),
    ("สมชาย", [], "สมชาย", "", "สมชาย", "สมชาย"),
    (
        "AVM Amorn Jaikla",
        ["พลอากาศตรี"],
        "Amorn",
        "Jaikla",
        "Air Vice Marshal Amorn Jaikla",
        "AVM Amorn Jaikla",
    ),
    ("Mr Somchai Jaidee", ["นาย"], "Somchai", "Jaidee", "Mr. Somchai Jaidee", "Mr. Somchai Jaidee"),
    ("Mrs. Malee Jaidee", ["นาง"], "Malee", "Jaidee", "Mrs. Malee Jaidee", "Mrs. Malee Jaidee"),
    (
        "2nd Lt. Malee Jaidee",
        ["ร้อยตรี"],
        "Malee",
        "Jaidee",
        "Second Lieutenant Malee Jaidee",
        "2nd Lt. Malee Jaidee",
    ),
    (
        "Pol. Lt. Gen. Somchai Jaidee",
        ["พลตำรวจโท"],
        "Somchai",
        "Jaidee",
        "Police Lieutenant General Somchai Jaidee",
        "Pol. Lt. Gen. Somchai Jaidee",
    ),
    (
        "Assoc. Prof. Dr.Somchai Jaidee",
        ["รองศาสตราจารย์", "ดร."],
        "Somchai",
        "Jaidee",
        "Associate Professor Dr. Somchai Jaidee",
        "Assoc. Prof. Dr. Somchai Jaidee",
    ),
]


@pytest.mark.parametrize("row", SPLIT, ids=lambda row: row[0])
def test_a_name_is_split_and_written_both_ways(row: tuple[str, list[str], str, str, str, str]) -> None:
    text, titles, first, last, full, short = row
    name = split_name(text)
    assert [held.title.th_full for held in name.titles] == titles
    assert (name.first, name.last) == (first, last)
    assert full_name(name) == full
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("text", "guess", "also"),
    [
        ("ร.อ.ก้อง ดีงาม", "ร้อยเอก", ("เรืออากาศเอก", "เรือเอก")),
        ("น.อ.ก้อง ดีงาม", "นาวาอากาศเอก", ("นาวาเอก",)),
        ("จ.ส.ต.ก้อง ดีงาม", "จ่าสิบตำรวจ", ("จ่าสิบตรี",)),
        ("น.อ.ก้อง ดีงาม ร.น.", "นาวาเอก", ()),
        ("พล.อ.ต.ก้อง ดีงาม", "พลอากาศตรี", ()),
    ],
)
def test_a_short_rank_of_two_services_says_so(text: str, guess: str, also: tuple[str, ...]) -> None:
    name = split_name(text)
    assert (name.titles[0].title.th_full, name.also) == (guess, also)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.EMPTY),
        ("123", Code.NAME_FORM),
        ("สมชาย 081", Code.NAME_FORM),
        ("<b>สมชาย</b>", Code.NAME_FORM),
        ("---", Code.NAME_FORM),
        ("นาย", Code.NAME_MISSING),
        ("พล.อ.ต.", Code.NAME_MISSING),
        ("ก" * 201, Code.TOO_LONG),
    ],
)
def test_what_is_no_name_is_refused(text: str, code: Code) -> None:
    with pytest.raises(ThaiFormatError) as caught:
        split_name(text)
    assert caught.value.code is code


def test_sorting_ignores_titles() -> None:
    names = [
        "พลอากาศตรี ขาว ใจดี",
        "นายแพทย์แก้ว ดีงาม",
        "นางสาวเกด ดีงาม",
        "กมล ใจดี",
        "ศ. ดร.กมล กล้าหาญ",
        "นายไก่ ใจดี",
    ]
    assert [bare_name(name) for name in sorted(names, key=name_sort_key)] == [
        "กมล กล้าหาญ",
        "กมล ใจดี",
        "เกด ดีงาม",
        "แก้ว ดีงาม",
        "ไก่ ใจดี",
        "ขาว ใจดี",
    ]


LETTERS = [
    # name, opening to an official without position, to a citizen, e-mail
    ("พลอากาศตรี อมร ใจกล้า", "เรียน พลอากาศตรี อมร ใจกล้า", "เรียน คุณอมร ใจกล้า", "เรียน พล.อ.ต. อมร ใจกล้า"),
    (
        "นายแพทย์โอภาส ศรีสวัสดิ์พงศ์",
        "เรียน นายแพทย์โอภาส ศรีสวัสดิ์พงศ์",
        "เรียน คุณโอภาส ศรีสวัสดิ์พงศ์",
        "เรียน นพ.โอภาส ศรีสวัสดิ์พงศ์",
    ),
    ("นายสมชาย ใจดี", "เรียน นายสมชาย ใจดี", "เรียน คุณสมชาย ใจดี", "เรียน คุณสมชาย ใจดี"),
    ("นางมาลี ใจดี", "เรียน นางมาลี ใจดี", "เรียน คุณมาลี ใจดี", "เรียน คุณมาลี ใจดี"),
    ("นางสาวมาลี ใจดี", "เรียน นางสาวมาลี ใจดี", "เรียน คุณมาลี ใจดี", "เรียน คุณมาลี ใจดี"),
    ("คุณมาลี ใจดี", "เรียน คุณมาลี ใจดี", "เรียน คุณมาลี ใจดี", "เรียน คุณมาลี ใจดี"),
    ("มาลี ใจดี", "เรียน มาลี ใจดี", "เรียน คุณมาลี ใจดี", "เรียน คุณมาลี ใจดี"),
    ("พ.ต.อ.สมชาย ใจดี", "เรียน พันตำรวจเอก สมชาย ใจดี", "เรียน คุณสมชาย ใจดี", "เรียน พ.ต.อ. สมชาย ใจดี"),
    ("ผศ.ดร.มาลี ใจดี", "เรียน ผู้ช่วยศาสตราจารย์ ดร.มาลี ใจดี", "เรียน คุณมาลี ใจดี", "เรียน ผศ. ดร.มาลี ใจดี"),
    ("ม.ล.แก้ว ดีงาม", "เรียน หม่อมหลวงแก้ว ดีงาม", "เรียน หม่อมหลวงแก้ว ดีงาม", "เรียน ม.ล.แก้ว ดีงาม"),
    ("คุณหญิงแก้ว ดีงาม", "เรียน คุณหญิงแก้ว ดีงาม", "เรียน คุณหญิงแก้ว ดีงาม", "เรียน คุณหญิงแก้ว ดีงาม"),
    ("พระมหาสมชาย สุจิตโต", "นมัสการ พระมหาสมชาย สุจิตโต", "นมัสการ พระมหาสมชาย สุจิตโต", "นมัสการ พระมหาสมชาย สุจิตโต"),
    ("ม.จ.แก้ว ดีงาม", "ทูล หม่อมเจ้าแก้ว ดีงาม", "ทูล หม่อมเจ้าแก้ว ดีงาม", "ทูล หม่อมเจ้าแก้ว ดีงาม"),
    (
        "เด็กชายก้อง ดีงาม",
        "เรียน เด็กชายก้อง ดีงาม",
        "เรียน ผู้ปกครองของเด็กชายก้อง ดีงาม",
        "เรียน ผู้ปกครองของเด็กชายก้อง ดีงาม",
    ),
]


@pytest.mark.parametrize(("name", "official", "citizen", "mail"), LETTERS)
def test_each_kind_of_title_is_addressed_rightly(name: str, official: str, citizen: str, mail: str) -> None:
    assert letter_opening(name) == official
    assert letter_opening(name, reader=Reader.CITIZEN) == citizen
    assert email_greeting(name) == mail


def test_officials_are_addressed_by_their_position() -> None:
    position = "เลขาธิการคณะกรรมการการรักษาความมั่นคงปลอดภัยไซเบอร์แห่งชาติ"
    name = "พล.อ.ต.อมร ใจกล้า"
    assert letter_opening(name, position) == f"เรียน {position}"
    assert addressee(name, position) == f"พลอากาศตรี อมร ใจกล้า\n{position}"
    assert addressee(name) == "พลอากาศตรี อมร ใจกล้า"
    assert letter_opening("นายสมชาย ใจดี", "ผู้อำนวยการ", Reader.CITIZEN) == "เรียน คุณสมชาย ใจดี"


def test_english_letters() -> None:
    assert english_opening("AVM Amorn Jaikla") == "Dear Air Vice Marshal Amorn Jaikla,"
    assert email_greeting("Air Vice Marshal Amorn Jaikla") == "Dear AVM Amorn Jaikla,"
    assert email_greeting("Mr Somchai Jaidee") == "Dear Mr. Somchai Jaidee,"


def test_closings() -> None:
    assert closing() == closing("นายสมชาย ใจดี") == "ขอแสดงความนับถือ"
    assert closing("พระครูสมชาย สุจิตโต") == "ขอนมัสการด้วยความเคารพ"


def test_signatures_and_who_acts_for_whom() -> None:
    name = "พ.ต.อ.สมชาย ใจดี"
    bracket = "(พันตำรวจเอก สมชาย ใจดี)"
    assert signature(name, "เลขาธิการ") == (bracket, "เลขาธิการ")
    assert signature(name, "รองเลขาธิการ", acting=Acting.ON_BEHALF, signs_for="เลขาธิการ") == (
        bracket,
        "รองเลขาธิการ ปฏิบัติราชการแทน",
        "เลขาธิการ",
    )
    assert signature(name, "รองเลขาธิการ", acting=Acting.ACTING, signs_for="เลขาธิการ")[1].endswith(
        " รักษาการแทน"
    )
    lines = signature(name, "รองปลัดกระทรวง", acting=Acting.ACTING_GOVERNMENT, signs_for="ปลัดกระทรวง")
    assert lines[1:] == ("รองปลัดกระทรวง รักษาราชการแทน", "ปลัดกระทรวง")
    english = signature("Mr Somchai Jaidee", "Deputy", acting=Acting.ON_BEHALF, signs_for="Secretary-General")
    assert english == ("(Mr. Somchai Jaidee)", "Deputy On behalf of", "Secretary-General")
    for acting, signs_for in ((Acting.ACTING, ""), (Acting.SELF, "เลขาธิการ")):
        with pytest.raises(ValueError, match="belong together"):
            signature(name, "รองเลขาธิการ", acting=acting, signs_for=signs_for)


@pytest.mark.parametrize(
    ("word", "masked"),
    [
        ("สมชาย", "สม•"),
        ("โอภาส", "โอ•"),
        ("เกียรติ", "เกี•"),
        ("กิตติ", "กิต•"),
        ("สเน่ห์", "ส•"),
        ("แก้ว", "แก้•"),
        ("น้ำฝน", "น้ำ•"),
        ("น้ำ", "•"),
        ("เก", "•"),
        ("ก", "•"),
        ("Amorn", "Am•"),
    ],
)
def test_a_mask_never_tears_a_cluster_nor_shows_all(word: str, masked: str) -> None:
    assert mask_word(word) == masked


def test_masked_names_have_no_titles() -> None:
    assert mask_name("พล.อ.ต. ดร. อมร ใจกล้า") == "อม• ใจ•"
    assert mask_name("สมชาย") == "สม•"


def test_the_title_table_is_sound() -> None:
    assert len(TITLES) > 100
    assert {title.kind for title in TITLES} == set(TitleKind)
    assert len({title.th_full for title in TITLES}) == len(TITLES)
    for title in TITLES:
        for form in (title.th_full, title.th_short):
            name = split_name(f"{form} แก้ว ดีงาม")
            meant = {name.titles[0].title.th_full, *name.also}
            assert title.th_full in meant or title.kind in {TitleKind.CHILD, TitleKind.MEDICAL}, form
            assert (name.first, name.last) == ("แก้ว", "ดีงาม"), form
        for form in (title.en_full, title.en_short):
            name = split_name(f"{form} Kaew Deengam")
            assert (len(name.titles), name.first, name.last) == (1, "Kaew", "Deengam"), form


THAI_WORDS = st.text(alphabet="กขคงจดตนบปมรสหอ" + "ะาำิีึืุู" + "เแโใไ" + "่้๊๋์็", min_size=1, max_size=12)


@given(THAI_WORDS)
def test_masks_of_any_word_end_between_clusters(word: str) -> None:
    masked = mask_word(word)
    assert masked.endswith("•")
    shown = masked[:-1]
    assert word.startswith(shown)
    assert shown != word
    whole = clusters(word)
    assert shown in {"".join(whole[:count]) for count in range(len(whole))}


@given(
    st.sampled_from([title for title in TITLES if title.kind is not TitleKind.CHILD]),
    st.sampled_from(["สมชาย", "แก้ว", "โอภาส", "อมร", "มาลี", "เกียรติ"]),
    st.sampled_from(["ใจดี", "ณ บางไทร", "ใจกล้า"]),
)
def test_the_full_form_is_read_back(title: object, first: str, last: str) -> None:
    form = getattr(title, "th_full", "")
    name = split_name(f"{form} {first} {last}")
    assert split_name(full_name(name)) == name
    assert bare_name(name) == f"{first} {last}"
