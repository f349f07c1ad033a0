"""Reading files of strangers: encodings, delimiters, sheets, and everything that is refused."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base.text import using_language
from phithak.registry.sheets import Options, SheetError, cells, read_table, workbooks
from phithak.registry.sheets.columns import CONTACTS, ORGANISATIONS
from phithak.registry.sheets.writing import csv_lines, plain_cell, safe_cell, xlsx
from tests.registry.joining.files import PLATFORMS, csv_of, with_entry, workbook

KNOWN = ORGANISATIONS.known


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with using_language("en"):
        yield


@pytest.mark.parametrize(("codec", "told"), [
    ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
    ("utf-16-be", "utf-16-be"), ("tis-620", "tis-620"),
])  # fmt: skip
def test_each_thai_encoding_is_told_by_its_bytes(codec: str, told: str) -> None:
    sheet = read_table(csv_of(PLATFORMS).encode(codec), known=KNOWN)
    assert sheet.reading.encoding == told
    assert sheet.lines[0].cells[0] == "ตลาดนกยูงออนไลน์ (สมมติ)"
    assert [line.number for line in sheet.lines] == [2, 3, 4, 5, 6]


def test_cp874_is_told_from_tis_620_by_its_extra_signs() -> None:
    text = csv_of([*PLATFORMS, ["ร้าน “ใบตอง” (สมมติ)", "ร้านค้า"]])
    sheet = read_table(text.encode("cp874"), known=KNOWN)
    assert sheet.reading.encoding == "cp874"
    assert sheet.lines[-1].cells[0] == "ร้าน “ใบตอง” (สมมติ)"


def test_a_guess_of_the_encoding_is_shown_as_one_and_can_be_changed() -> None:
    content = "name,type\nCafédel Mar (imagined),merchant\n".encode("cp1252")
    assert read_table(content, known=KNOWN).reading.sure is False
    chosen = read_table(content, known=KNOWN, options=Options(encoding="cp1252"))
    assert chosen.lines[0].cells[0] == "Cafédel Mar (imagined)"


def test_an_encoding_that_does_not_fit_names_the_byte() -> None:
    with pytest.raises(SheetError, match="wrong at byte 10"):
        read_table("name,type\nป".encode("cp874"), known=KNOWN, options=Options(encoding="utf-8"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    sheet = read_table(csv_of(PLATFORMS, delimiter).encode(), known=KNOWN)
    assert sheet.reading.delimiter == delimiter
    assert sheet.lines[0].cells[6] == "๑,๒๐๐,๐๐๐,๐๐๐"


def test_titles_above_the_heading_are_passed_over_and_numbers_stay_those_of_the_sheet() -> None:
    rows = [["รายชื่อผู้ประกอบการ (สมมติ)"], [], *PLATFORMS]
    sheet = read_table(workbook(("แผ่น1", rows)), known=KNOWN)
    assert sheet.reading.header == 3
    assert sheet.lines[0].number == 4


def test_among_sheets_the_one_with_known_headings_is_read() -> None:
    content = workbook(("ปก", [["สารบัญ"], ["หนึ่ง"]]), ("ข้อมูล", PLATFORMS))
    assert read_table(content, known=KNOWN).reading.sheet == "ข้อมูล"


def test_a_wrong_sheet_is_refused_with_the_names_of_the_others() -> None:
    with pytest.raises(SheetError, match="only ข้อมูล"):
        read_table(workbook(("ข้อมูล", PLATFORMS)), known=KNOWN, options=Options(sheet="Sheet9"))
    with pytest.raises(SheetError, match="headings that are known"):
        read_table(workbook(("ปก", [["a", "b"], ["1", "2"]])), known=KNOWN)


def test_a_formula_gives_its_stored_value_and_is_never_evaluated() -> None:
    rows = [["ชื่อ", "ผู้ใช้ต่อเดือน"], ["ร้านสมมติ", 0]]
    sheet = read_table(workbook(("ก", rows), formulas={"B2": "=1+1"}), known=KNOWN)
    assert sheet.lines[0].cells == ["ร้านสมมติ", "42"]


def test_numbers_and_days_of_a_workbook_keep_their_meaning() -> None:
    rows: list[list[object]] = [
        ["ชื่อ", "เลขนิติบุคคล", "รายได้", "ขนาด"],
        ["ก", 105536000011, 12.5, True],
    ]
    assert read_table(workbook(("ก", rows)), known=KNOWN).lines[0].cells == [
        "ก",
        "105536000011",
        "12.5",
        "TRUE",
    ]
    assert cells.juristic_id("105536000011") == "0105536000011"


def test_a_macro_file_a_password_and_an_old_workbook_are_refused_by_name() -> None:
    good = workbook(("ก", PLATFORMS))
    with pytest.raises(SheetError, match="macros"):
        read_table(with_entry(good, "xl/vbaProject.bin", b"x"), known=KNOWN)
    with pytest.raises(SheetError, match="password"):
        read_table(workbooks.OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), known=KNOWN)
    with pytest.raises(SheetError, match=r"old \.xls"):
        read_table(workbooks.OLE + b"\0" * 600, known=KNOWN)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_entry(workbook(("ก", PLATFORMS)), "xl/worksheets/sheet2.xml", b"0" * 310 * 2**20)
    assert len(bomb) < 2**20
    with pytest.raises(SheetError, match="too large when unpacked"):
        read_table(bomb, known=KNOWN)


def test_a_far_away_cell_ends_at_the_limits_of_the_child() -> None:
    content = workbook(("ก", PLATFORMS))
    made = bytearray()
    source = zipfile.ZipFile(io.BytesIO(content))
    target_file = io.BytesIO()
    with zipfile.ZipFile(target_file, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                data = data.replace(b"</sheetData>", far)
            target.writestr(entry, data)
    made += target_file.getvalue()
    began = time.monotonic()
    with pytest.raises(SheetError):
        read_table(bytes(made), known=KNOWN)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("content", [
    b"%PDF-1.7 nothing", b"\x89PNG\r\n\x1a\n", b"a\x00b,c\x00\n" * 9, b"", b" \n \n", b"name,type\n",
])  # fmt: skip
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(SheetError):
        read_table(content, known=KNOWN)


def test_a_sheet_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(SheetError, match="larger than 25 MB"):
        read_table(b"a" * (26 * 2**20), known=KNOWN)


def test_a_quotation_mark_that_is_never_closed_names_its_line() -> None:
    with pytest.raises(SheetError, match="line"):
        read_table(('name,type\n"เปิดค้าง,x\n' + "ก" * 40_000).encode(), known=KNOWN)


def test_headings_are_guessed_by_synonyms_and_by_what_stands_inside() -> None:
    header = ["ลำดับที่", "ชื่อหน่วยงาน (ตามหนังสือรับรอง)", "Tax ID", "จ.", "  รายได้รวม ", "หมายเหตุ"]
    assert ORGANISATIONS.guess(header) == {
        "1": "name_th",
        "2": "juristic_id",
        "3": "province",
        "4": "revenue_thb",
    }
    assert CONTACTS.guess(["หน่วยงาน", "ชื่อ-นามสกุล", "เบอร์มือถือ", "e-mail", "ประเภท"]) == {
        "0": "organisation", "1": "person", "2": "phone", "3": "email", "4": "kind",
    }  # fmt: skip


@pytest.mark.parametrize(("read", "text", "value"), [
    (cells.day, "๑๕ ส.ค. ๒๕๖๙", date(2026, 8, 15)),
    (cells.day, "2026-08-15", date(2026, 8, 15)),
    (cells.day, "15/08/2569", date(2026, 8, 15)),
    (cells.count(10**15), "๑๓ ล้าน", 13_000_000),
    (cells.count(10**15), "1,200,000", 1_200_000),
    (cells.province, "จ.เชียงใหม่", "TH-50"),
    (cells.province, "Korat", "TH-30"),
    (cells.phone, "812345678", "+66812345678"),
    (cells.website, "https://Shop.Example.th/a?b", "shop.example.th"),
    (cells.juristic, "บุคคลธรรมดา", False),
    (cells.country, "ไทย", "TH"),
    (cells.line(20), "  ชื่อ\u00a0 ยาว ", "ชื่อ ยาว"),
])  # fmt: skip
def test_cells_are_read_as_people_write_them(read: cells.Reader, text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(("read", "text", "said"), [
    (cells.juristic_id, "1.05536E+11", "rounded"),
    (cells.juristic_id, "#REF!", "formula that failed"),
    (cells.juristic_id, "0105536000013", ""),
    (cells.line(250, name=True), "=cmd|' /C calc'!A0", "like a formula"),
    (cells.line(250, name=True), "ร้าน\u202eทองคำ", "cannot be seen"),
    (cells.line(250, name=True), "ร้าน\u200bทอง", "cannot be seen"),
    (cells.line(250), "ก" * 1_000_000, "longer than 250"),
    (cells.email, "ใคร@ที่ไหน", "no e-mail"),
    (cells.count(10), "-4", ""),
    (cells.count(10), "11", "too much"),
    (cells.website, "javascript:alert(1)", "no web address"),
    (cells.juristic, "อาจจะ", "neither"),
])  # fmt: skip
def test_a_cell_that_cannot_be_taken_says_why(read: cells.Reader, text: str, said: str) -> None:
    with pytest.raises(cells.CellFault) as told:
        read(text)
    assert said in told.value.text.en
    assert told.value.text.th


_CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@given(st.lists(st.lists(_CELL, min_size=3, max_size=3), min_size=1, max_size=8))
def test_any_table_comes_back_from_csv_letter_for_letter(rows: list[list[str]]) -> None:
    rows = [row for row in rows if any(cell.strip() for cell in row)] or [["ก", "", ""]]
    content = "".join(csv_lines([["ชื่อ", "ประเภท", "ขนาด"], *rows])).encode()
    sheet = read_table(content, known=KNOWN, options=Options(delimiter=",", header=1))
    assert [[plain_cell(line.cell(place)) for place in range(3)] for line in sheet.lines] == rows


@given(_CELL, st.sampled_from(["", "'", "''", " ", "\u00a0"]), st.sampled_from("=+-@\t\r＝＋－＠"))
def test_no_cell_that_is_written_is_taken_for_a_formula(text: str, before: str, sign: str) -> None:
    cell = f"{before}{sign}{text}"
    assert safe_cell(cell).startswith("'")
    assert plain_cell(safe_cell(cell)) == cell


def test_a_workbook_comes_back_letter_for_letter() -> None:
    rows = [["ชื่อ", "เลขนิติบุคคล"], ["=1+1", "0105536000011"], ["'=x", "007"], ["บรรทัด\nสอง", ""]]
    sheet = read_table(xlsx("หน่วยงาน", rows), known=KNOWN)
    assert [[plain_cell(cell) for cell in (line.cell(0), line.cell(1))] for line in sheet.lines] == rows[1:]


def test_damaged_workbooks_end_in_time_and_with_a_message(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - picks places of damage
    good = workbook(("ก", PLATFORMS))
    for _ in range(12):
        bad = bytearray(good)
        for _ in range(chance.randint(1, 40)):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        began = time.monotonic()
        with suppress(SheetError):
            read_table(bytes(bad), known=KNOWN)
        assert time.monotonic() - began < workbooks.SECONDS + 5


def test_a_day_of_a_workbook_is_iso() -> None:
    assert workbooks.child.plain(datetime(2026, 8, 15)) == "2026-08-15"  # noqa: DTZ001 - as the library gives it
