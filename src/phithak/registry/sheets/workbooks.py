"""Workbooks of strangers: what is dangerous is refused before a limited child opens the rest."""

from __future__ import annotations

import io
import json
import lzma
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from phithak.base.text import Text
from phithak.registry.sheets import child
from phithak.registry.sheets.errors import refuse

SECONDS = 30
MOST_ENTRIES = 2_000
MOST_UNPACKED = 300 * 1024 * 1024
MOST_SHARED = 100 * 1024 * 1024  # the table of shared strings alone
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_CHILD = Path(__file__).with_name("child.py")
# all that the standard library raises for a broken zip
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError, EOFError,
    KeyError, ValueError, OSError,
)  # fmt: skip
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_LOCKED = Text(
    "ไฟล์ใส่รหัสผ่านไว้ ให้บันทึกแบบไม่มีรหัสผ่านแล้วส่งใหม่ (ระบบปิดผนึกไฟล์ให้เอง)",
    "it is protected by a password; save it without one and send it again (it is sealed here anyway)",
)
_OLD = Text(
    "เป็นไฟล์ .xls รุ่นเก่า ให้บันทึกเป็น .xlsx หรือ CSV แล้วส่งใหม่",
    "it is an old .xls workbook; save it as .xlsx or CSV and send it again",
)
_MACRO = Text(
    "ไฟล์มีมาโคร ให้บันทึกเป็น .xlsx ธรรมดาแล้วส่งใหม่",
    "it carries macros; save it as a plain .xlsx and send it again",
)
_BOMB = Text(
    "ไฟล์คลายออกแล้วใหญ่เกินไป ให้แบ่งเป็นหลายไฟล์ หรือบันทึกเป็น CSV",
    "it is too large when unpacked; split it, or save it as CSV",
)
_DAMAGED = Text(
    "ไฟล์เสียหายหรือไม่ใช่ตาราง ให้เปิดในโปรแกรมตาราง บันทึกใหม่ แล้วส่งอีกครั้ง",
    "it is damaged or no workbook; open it in a spreadsheet program, save it anew and send it again",
)
_NO_SHEET = Text("ไม่มีแผ่นงานชื่อนี้ มีแต่ {sheets}", "it has no such sheet, only {sheets}")


@dataclass(frozen=True)
class Book:
    """The visible sheets in their order, and the rows of those that were read."""

    names: tuple[str, ...]
    rows: Mapping[str, list[list[str]]]


def is_workbook(content: bytes) -> bool:
    """Tell whether the bytes are a workbook of any kind, to be read or refused here."""
    return content.startswith((OLE, ZIP))


def read_book(content: bytes, *, sheet: str, most_rows: int) -> Book:
    """Read the rows of one sheet, or of all visible ones when ``sheet`` is empty.

    Raises:
        SheetError: encrypted, with macros, too large when unpacked, damaged, or without that sheet.
    """
    _check(content)
    command = [sys.executable, "-I", str(_CHILD), sheet, str(most_rows)]
    try:
        done = subprocess.run(  # noqa: S603 - our own script, no shell
            command, input=content, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise refuse(_BOMB) from None
    lines = done.stdout.splitlines()
    if done.returncode == child.NO_SHEET:
        raise refuse(_NO_SHEET, sheets=", ".join(json.loads(lines[0])))
    if done.returncode == child.TOO_MUCH or done.returncode < 0:  # over a limit, or ended by the system
        raise refuse(_BOMB)
    if done.returncode:
        raise refuse(_DAMAGED)
    found: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in lines[1:]:
        value = json.loads(line)
        if isinstance(value, dict):
            rows = found.setdefault(value["sheet"], [])
        else:
            rows.append(value)
    return Book(tuple(json.loads(lines[0])), found)


def _check(content: bytes) -> None:
    if content.startswith(OLE):
        raise refuse(_LOCKED if _ENCRYPTED in content else _OLD)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise refuse(_BOMB)
            names = {entry.filename.lower() for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries):
                raise refuse(_LOCKED)
            if any("vbaproject" in name or name.startswith("basic/") for name in names):
                raise refuse(_MACRO)
            for entry in entries:
                _check_entry(packed, entry)
    except _BROKEN:
        raise refuse(_DAMAGED) from None


def _check_entry(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    name = entry.filename.lower()
    if name.endswith("sharedstrings.xml") and entry.file_size > MOST_SHARED:
        raise refuse(_BOMB)
    if name == "[content_types].xml":
        with packed.open(entry) as stream:
            if b"macroEnabled" in stream.read(1024 * 1024):
                raise refuse(_MACRO)
    if name == "meta-inf/manifest.xml":
        with packed.open(entry) as stream:
            if b"encryption-data" in stream.read(4 * 1024 * 1024):
                raise refuse(_LOCKED)
