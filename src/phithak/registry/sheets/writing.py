"""Tables for others: CSV and XLSX in which no cell is taken for a formula, and back again letter for letter.

A cell that a spreadsheet would take for a formula gets a leading apostrophe, which marks text there; so does one
that already begins with apostrophes before such a sign. :func:`plain_cell` takes exactly one away again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

_BOM = "\ufeff"
_BLANK = "[ \u00a0\u200b\n]*"
_SIGNS = "[=+\\-@\t\r＝＋－＠]"
_DANGEROUS = re.compile(f"'*{_BLANK}{_SIGNS}")
_DEFUSED = re.compile(f"'+{_BLANK}{_SIGNS}")


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    plain = text.replace("\x00", "")
    return f"'{plain}" if _DANGEROUS.match(plain) else plain


def plain_cell(cell: str) -> str:
    """Return what :func:`safe_cell` was given (without NUL); any other cell as it stands."""
    return cell[1:] if _DEFUSED.match(cell) else cell


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a CSV in pieces, with the mark by which spreadsheets read it as UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield _BOM
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def xlsx(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    """Return a workbook of one sheet; every cell is text, also what looks like a number (ids keep their zeros)."""
    import xlsxwriter  # noqa: PLC0415 - only exports need it

    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "constant_memory": False, "strings_to_formulas": False}
    )
    # the same rows make the same file: a moment inside would tell two exports apart
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - no moment: the library's default is now
    sheet = book.add_worksheet(title[:31])
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(number, place, safe_cell(cell)[:32_767])
    book.close()
    return made.getvalue()
