"""Letters: the Thai text layer letter for letter, no markup from data, an HTML twin with the same words."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from phithak.core import pdf

pytestmark = pytest.mark.needs("pdf-fonts", "pdftotext")

LETTER = pdf.Letter(
    language="th",
    number="ทด ๐๒๐๑/๗๗",
    date="๒๙ มิถุนายน ๒๕๖๐",
    sender="ศูนย์ตัวอย่างรายภาคส่วน",
    sender_lines=("โทร ๑๒๑๒",),
    subject="ขอความร่วมมือ (มิใช่คำสั่ง)",
    salutation="เรียน เลขาธิการสำนักงานตัวอย่าง",
    lines=(("อ้างถึง", "หนังสือที่ ๑๒/๒๕๖๐"),),
    body=(
        "ด้วยศูนย์ได้รับแจ้งเหตุที่อาจกระทบต่อข้อมูลส่วนบุคคลของประชาชนผู้ใช้บริการ จึงขอให้ดำเนินการตรวจสอบ",
        "ทั้งนี้ น้ำ ซ้ำ ปั๊ม ผู้ที่เกี่ยวข้องทุกคน ตั้งแต่ ๔ ทุ่ม",
    ),
    closing="ขอแสดงความนับถือ",
    signature=("พลอากาศตรี สมมุติ ตัวอย่าง", "เลขาธิการ"),
    footer="TLP:CLEAR",
)


def text_of(content: bytes, folder: Path) -> str:
    path = folder / "letter.pdf"
    path.write_bytes(content)
    return subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout


# Typst writes a consonant that carries two upper marks as two glyphs and gives each the whole cluster's text
DOUBLED = re.compile("([ก-ฮ][\u0e31\u0e34-\u0e37][\u0e48-\u0e4c])\\1")


def plain(text: str) -> str:
    """Letters alone: the layout is free to break lines between any two words."""
    return DOUBLED.sub(r"\1", re.sub(r"\s+", "", text))


def test_the_text_layer_holds_every_letter(tmp_path: Path) -> None:
    text = plain(text_of(pdf.letter_pdf(LETTER), tmp_path))
    for part in (
        LETTER.number,
        LETTER.date,
        LETTER.subject,
        LETTER.salutation,
        *LETTER.body,
        *LETTER.signature,
    ):
        assert plain(part) in text


@pytest.mark.parametrize(
    "evil", ['#read("/etc/passwd")', "*หนา* _เอียง_", "$x^2$", "<label>", "= หัวเรื่อง", "\\u{41}", '"', "//c"]
)
def test_data_is_never_markup(evil: str, tmp_path: Path) -> None:
    text = plain(text_of(pdf.letter_pdf(replace(LETTER, subject=evil, body=(evil,))), tmp_path))
    assert text.count(plain(evil)) >= 2


def test_no_glyph_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf.letter_pdf(LETTER))
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout
    rows = fonts.splitlines()[2:]
    assert rows
    assert all("Sarabun" in row for row in rows), "a letter fell back to another font"


@pytest.mark.django_db
def test_the_html_twin_says_the_same_words() -> None:
    html = pdf.letter_html(replace(LETTER, subject="<b>x</b> & y"))
    assert "&lt;b&gt;x&lt;/b&gt; &amp; y" in html
    for part in (LETTER.number, LETTER.date, LETTER.salutation, *LETTER.body, *LETTER.signature):
        assert part in html


@pytest.mark.parametrize("layout", ["nothing", "../letter", "letter.typ", ""])
def test_an_unknown_layout_is_refused(layout: str) -> None:
    with pytest.raises(pdf.PdfError):
        pdf.render(layout, {})


def test_broken_data_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(pdf.PdfError, match="ดูฉบับหน้าเว็บแทนได้"):
        pdf.render("letter", {"language": "th"})
