"""Files as people send them: workbooks good and hostile, made here by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import xlsxwriter

PLATFORMS = [
    ["ชื่อหน่วยงาน", "ประเภท", "ภาคส่วน", "ขนาด", "จังหวัด", "เลขนิติบุคคล", "รายได้ต่อปี (บาท)"],
    ["ตลาดนกยูงออนไลน์ (สมมติ)", "แพลตฟอร์ม", "อีคอมเมิร์ซ", "ใหญ่", "กรุงเทพฯ", "0105536000011", "๑,๒๐๐,๐๐๐,๐๐๐"],
    ["ตลาดปลาทองออนไลน์ (สมมติ)", "แพลตฟอร์ม", "e-commerce", "large", "Bangkok", "0105536000020", "1200000000"],
    ["ตลาดกระรอกออนไลน์ (สมมติ)", "platform", "อีคอมเมิร์ซ", "ขนาดใหญ่", "กทม", "0105536000038", "2,500,000,000"],
    ["ตลาดมดแดงออนไลน์ (สมมติ)", "platform", "E-Commerce", "L", "TH-10", "0105536000046", "1.5 พันล้าน"],
    ["ตลาดผึ้งหลวงออนไลน์ (สมมติ)", "แพลตฟอร์ม", "อีคอมเมิร์ซ", "ใหญ่", "นนทบุรี", "0105536000054", "9000000000"],
]
"""Five large e-commerce platforms, each written as another person would."""


def workbook(
    *sheets: tuple[str, Sequence[Sequence[object]]], formulas: dict[str, str] | None = None
) -> bytes:
    """Return an XLSX; ``formulas`` (cell to formula) go onto the first sheet with the stored value 42."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    for index, (name, rows) in enumerate(sheets):
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
        for place, formula in (formulas or {}).items() if index == 0 else ():
            sheet.write_formula(place, formula, value=42)
    book.close()
    return made.getvalue()


def csv_of(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """Return plain CSV text, quoted where needed."""
    return "".join(
        delimiter.join(f'"{cell}"' if delimiter in cell or "\n" in cell else cell for cell in row) + "\r\n"
        for row in rows
    )


def with_entry(content: bytes, name: str, data: bytes) -> bytes:
    """Return a workbook with one more entry in its zip."""
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, data)
    return made.getvalue()
