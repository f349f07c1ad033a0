"""CSV and its kin: the delimiter found out, records read one by one."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from phithak.base.text import Text
from phithak.registry.sheets.errors import refuse

DELIMITERS: dict[str, Text] = {
    ",": Text("จุลภาค ( , )", "Comma ( , )"),
    ";": Text("อัฒภาค ( ; )", "Semicolon ( ; )"),
    "\t": Text("แท็บ", "Tab"),
    "|": Text("ขีดตั้ง ( | )", "Bar ( | )"),
}
MOST_CELL = 32_767  # as a spreadsheet's own limit
_LOOKED_AT = 60
_BROKEN = Text(
    "บรรทัดที่ {line} ผิดรูปแบบ CSV อาจลืมปิดเครื่องหมายคำพูด หรือช่องยาวเกิน {most} ตัวอักษร",
    "line {line} is no CSV: a quotation mark may be missing, or a cell is longer than {most} characters",
)


def records(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the records of a CSV text, cells as they stand.

    Raises:
        SheetError: a quotation mark is never closed, or a cell is over the limit; says where.
    """
    csv.field_size_limit(MOST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise refuse(_BROKEN, line=reader.line_num, most=MOST_CELL) from None
        yield record


def sniff(text: str) -> str:
    """Return the delimiter that cuts the first records into the most columns, equally many in each."""
    head = text[: 256 * 1024]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        try:
            for record, _ in zip(reader, range(_LOOKED_AT), strict=False):
                if any(cell.strip() for cell in record):
                    widths[len(record)] += 1
        except csv.Error:
            continue
        if not widths:
            continue
        width, times = widths.most_common(1)[0]
        score = (width - 1) * times / sum(widths.values())
        if score > best_score:
            best, best_score = delimiter, score
    return best
