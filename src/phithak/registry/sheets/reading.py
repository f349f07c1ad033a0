"""A file becomes a sheet: which encoding, delimiter, sheet and header line, and the rows below it.

Everything that was decided is told (:class:`Reading`) and can be decided otherwise (:class:`Options`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from phithak.base.text import Text
from phithak.registry.sheets import encodings, texts, workbooks
from phithak.registry.sheets.errors import refuse

MOST_BYTES = 25 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
HEADER_WITHIN = 20
LEAST_KNOWN = 2
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"GIF8",
    b"\x7fELF",
    b"MZ",
)

Known = Callable[[Sequence[str]], int]
"""Tells how many of some cells are names of known columns."""

_EMPTY = Text("ไฟล์ว่าง ไม่มีแถวข้อมูล", "it is empty: there are no rows below the heading")
_LARGE = Text(
    "ไฟล์ใหญ่เกิน {most} MB ให้แบ่งเป็นหลายไฟล์", "it is larger than {most} MB; split it into several files"
)
_ROWS = Text("มีเกิน {most} แถว ให้แบ่งเป็นหลายไฟล์", "it has more than {most} rows; split it into several files")
_WIDE = Text(
    "มีเกิน {most} คอลัมน์ ตรวจตัวคั่นหรือแผ่นงาน", "it has more than {most} columns; check delimiter and sheet"
)
_KIND = Text(
    "ไม่ใช่ตาราง เป็นไฟล์ชนิดอื่น ให้ส่งไฟล์ CSV TSV XLSX หรือ ODS",
    "it is no table but a file of another kind; send CSV, TSV, XLSX or ODS",
)
_HEADER = Text(
    "ไม่พบแถวหัวตารางที่รู้จักใน {sheet} ให้เลือกแผ่นงานอื่น หรือใช้หัวคอลัมน์ตามไฟล์ตัวอย่าง",
    "no line of {sheet} holds headings that are known; choose another sheet, or use the headings of the sample file",
)
_TEXT = Text("ไฟล์ข้อความนี้", "this text file")


@dataclass(frozen=True)
class Options:
    """What a person decided; empty = find out. ``header`` is the line of the headings, from 1; 0 = find out."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int = 0


@dataclass(frozen=True)
class Reading:
    """How a file was read; ``sure`` is False where the encoding was a guess."""

    kind: str  # "text" | "workbook"
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header: int = 1
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number as a spreadsheet shows it, and its cells as text."""

    number: int
    cells: list[str]

    def cell(self, index: int) -> str:
        """Return a cell, "" where the row ends before it."""
        return self.cells[index] if index < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """A table: how it was read, its headings, and the rows that are not empty."""

    reading: Reading
    header: list[str]
    lines: list[Line] = field(default_factory=list)


def read_table(content: bytes, *, known: Known, options: Options | None = None) -> Sheet:
    """Read a file.

    Args:
        content: the whole file, at most :data:`MOST_BYTES`.
        known: counts known headings; finds the header line and, among sheets, the right one.
        options: what a person decided about it.

    Raises:
        SheetError: it cannot be read; says why and what to do.
    """
    chosen = options or Options()
    if len(content) > MOST_BYTES:
        raise refuse(_LARGE, most=MOST_BYTES // 2**20)
    if not content.strip():
        raise refuse(_EMPTY)
    if workbooks.is_workbook(content):
        return _from_workbook(content, known, chosen)
    if content.startswith(_FOREIGN):
        raise refuse(_KIND)
    return _from_text(content, known, chosen)


def _from_text(content: bytes, known: Known, chosen: Options) -> Sheet:
    decoded = encodings.decode(content, chosen.encoding)
    # spreadsheets may say in the first line by what the rest is cut
    body = decoded.text
    first, _, rest = body.partition("\n")
    delimiter = chosen.delimiter
    told = first.strip().strip('"')
    if told.lower().startswith("sep=") and told[4:] in texts.DELIMITERS:
        delimiter, body = delimiter or told[4:], "\n" + rest
    delimiter = delimiter if delimiter in texts.DELIMITERS else texts.sniff(body)
    rows = texts.records(body, delimiter)
    head = list(islice(rows, HEADER_WITHIN))
    header = _header(head, known, chosen, str(_TEXT))
    reading = Reading("text", decoded.encoding, delimiter, header=header, sure=decoded.sure)
    return _sheet(reading, head, rows)


def _from_workbook(content: bytes, known: Known, chosen: Options) -> Sheet:
    book = workbooks.read_book(content, sheet=chosen.sheet, most_rows=MOST_ROWS)
    best, header, score = "", 0, -1
    for name, rows in book.rows.items():
        place, found = _best_header(rows[:HEADER_WITHIN], known)
        if found > score:
            best, header, score = name, place, found
    if not best:
        raise refuse(_EMPTY)
    rows = book.rows[best]
    header = (
        _header(rows[:HEADER_WITHIN], known, chosen, f"“{best}”")
        if chosen.header or score < LEAST_KNOWN
        else header
    )
    return _sheet(Reading("workbook", sheet=best, sheets=book.names, header=header), rows, iter(()))


def _header(head: Sequence[Sequence[str]], known: Known, chosen: Options, where: str) -> int:
    """Return the number of the header line, from 1."""
    if chosen.header:
        if chosen.header > len(head):
            raise refuse(_EMPTY)
        return chosen.header
    place, found = _best_header(head, known)
    if found < LEAST_KNOWN:
        raise refuse(_HEADER, sheet=where)
    return place


def _best_header(head: Iterable[Sequence[str]], known: Known) -> tuple[int, int]:
    place, best = 0, 0
    for number, record in enumerate(head, start=1):
        found = known(record)
        if found > best:
            place, best = number, found
    return place, best


def _sheet(reading: Reading, head: Sequence[list[str]], rest: Iterable[list[str]]) -> Sheet:
    names = [name.strip() for name in head[reading.header - 1]]
    lines: list[Line] = []
    number = reading.header
    for part in (head[reading.header :], rest):
        for record in part:
            number += 1
            if any(cell.strip() for cell in record):
                lines.append(Line(number, list(record)))
                if len(lines) > MOST_ROWS:
                    raise refuse(_ROWS, most=MOST_ROWS)
                if len(record) > MOST_COLUMNS:
                    raise refuse(_WIDE, most=MOST_COLUMNS)
    if not lines:
        raise refuse(_EMPTY)
    width = max(len(line.cells) for line in lines)
    names += [""] * (width - len(names))
    while names and not names[-1] and not any(line.cell(len(names) - 1).strip() for line in lines):
        names.pop()
    return Sheet(reading, names, lines)


def content_of(stream: io.BufferedIOBase) -> bytes:
    """Return the whole of a stream, refusing one over the limit before it is in memory."""
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise refuse(_LARGE, most=MOST_BYTES // 2**20)
    return content
