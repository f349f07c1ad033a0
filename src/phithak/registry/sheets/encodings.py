"""Which encoding a text file has: told by its bytes, shown to the person, changeable.

Spreadsheets on Thai machines still save CSV as CP874 (windows-874) without a word about it, others as UTF-16.
UTF-8 is never a matter of luck: Thai in CP874 is practically never valid UTF-8.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from phithak.base.text import Text
from phithak.registry.sheets.errors import refuse

CHOICES: dict[str, Text] = {
    "utf-8": Text("ยูนิโค้ด UTF-8", "Unicode UTF-8"),
    "utf-8-sig": Text("UTF-8 มีเครื่องหมาย BOM", "UTF-8 with BOM"),
    "utf-16": Text("UTF-16 มีเครื่องหมาย BOM", "UTF-16 with BOM"),
    "utf-16-le": Text("ยูนิโค้ด UTF-16 (LE)", "Unicode UTF-16 (LE)"),
    "utf-16-be": Text("ยูนิโค้ด UTF-16 (BE)", "Unicode UTF-16 (BE)"),
    "cp874": Text("ไทย Windows (CP874)", "Thai Windows (CP874)"),
    "tis-620": Text("ไทย TIS-620", "Thai TIS-620"),
    "cp1252": Text("ยุโรปตะวันตก (CP1252)", "Western European (CP1252)"),
}
"""What may be chosen, by the name of the codec."""

_UNKNOWN = Text(
    "ไม่ทราบรหัสอักขระ ให้บันทึกเป็น CSV UTF-8 หรือ XLSX แล้วส่งใหม่",
    "its encoding is not known; save it as CSV UTF-8 or as XLSX and send it again",
)
_WRONG = Text(
    "ไม่ใช่ {encoding} (ผิดที่ไบต์ {place}) ให้เลือกรหัสอักขระอื่น",
    "it is not {encoding} (wrong at byte {place}); choose another encoding",
)
_BINARY = Text(
    "ไม่ใช่ตาราง เป็นไฟล์ชนิดอื่น ให้ส่งไฟล์ CSV TSV XLSX หรือ ODS",
    "it is no table but a file of another kind; send CSV, TSV, XLSX or ODS",
)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ONLY_CP874 = re.compile(rb"[\x80-\xa0]")
_LOOKED_AT = 64 * 1024
_HALF_WIDE = 0.7  # share of high bytes that are 00 (Latin) or 0E (Thai) in UTF-16 without a mark
_LONE_LETTER = re.compile(r"[A-Za-z][ก-๛][A-Za-z]")


@dataclass(frozen=True)
class Decoded:
    """A text, the codec that read it, and whether its bytes left no doubt."""

    text: str
    encoding: str
    sure: bool


def decode(content: bytes, encoding: str = "") -> Decoded:
    """Return the text of a file.

    Args:
        content: the whole file.
        encoding: one of :data:`CHOICES`; found out when empty.

    Raises:
        SheetError: the encoding does not fit, none fits, or the bytes are no text.
    """
    if encoding:
        if encoding not in CHOICES:
            raise refuse(_UNKNOWN)
        return Decoded(_text(content, encoding), encoding, sure=True)
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return Decoded(_text(content, codec), codec, sure=True)
    wide = _wide(content)
    if wide:
        return Decoded(_text(content, wide), wide, sure=True)
    if b"\x00" in content:
        raise refuse(_BINARY)
    try:
        return Decoded(content.decode("utf-8"), "utf-8", sure=True)
    except UnicodeDecodeError:
        codec = "cp874" if _ONLY_CP874.search(content) else "tis-620"
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        raise refuse(_UNKNOWN) from None
    # "café" read as Thai gives a Thai letter among Latin ones, which nobody writes
    return Decoded(text, codec, sure=_LONE_LETTER.search(text) is None)


def _text(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise refuse(_WRONG, encoding=encoding, place=error.start) from None
    if "\x00" in text:
        raise refuse(_BINARY)
    return text


def _wide(content: bytes) -> str:
    """Return the codec of UTF-16 without a mark, or ""."""
    part = content[: _LOOKED_AT & ~1]
    half = len(part) // 2
    if not half or len(content) % 2:
        return ""
    for first, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        high = part[first::2]
        if (high.count(0) + high.count(0x0E)) / half >= _HALF_WIDE and 0 in part:
            return codec
    return ""
