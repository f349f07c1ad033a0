"""Single cells: what people write in spreadsheets, in both languages, becomes a value or a fault that says why.

A reader takes the text of a cell (never empty) and returns a value; what it cannot take raises
:class:`CellFault`. Nothing is guessed silently: a number that a spreadsheet rounded is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from phithak.base.text import Text
from phithak.engines.thai import (
    Precision,
    ThaiFormatError,
    find_province,
    normalize,
    parse_count,
    parse_date,
    parse_juristic_id,
    parse_national_id,
    parse_phone,
    strip_controls,
    strip_invisible,
    to_arabic,
)

Reader = Callable[[str], Any]

_ERROR_CELLS = {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA"}
_ROUNDED = re.compile(r"^[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+$")
_EMAIL = re.compile(r"[^\s@<>,;:\"'()\[\]\\]{1,64}@(?:[a-zA-Z0-9-]{1,63}\.)+[a-zA-Z0-9-]{2,63}")
_HOST = re.compile(r"(?:[a-z0-9ก-๛](?:[a-z0-9ก-๛-]{0,61}[a-z0-9ก-๛])?\.)+[a-zก-๛]{2,63}")
_TWELVE = re.compile(r"[0-9]{12}")
_YES = {"yes", "y", "true", "1", "ใช่", "นิติบุคคล", "juristic", "juristic person", "company", "บริษัท"}
_NO = {"no", "n", "false", "0", "ไม่", "ไม่ใช่", "บุคคลธรรมดา", "natural", "natural person", "person", "บุคคล"}

ERROR_CELL = Text("เป็นช่องสูตรที่ผิดพลาด ({value})", "is a formula that failed ({value})")
ROUNDED = Text(
    "โปรแกรมตารางปัดเลขเป็น {value} ให้ตั้งคอลัมน์เป็นข้อความแล้วใส่เลขเต็ม",
    "was rounded to {value} by a spreadsheet; make the column text and write the number in full",
)
INVISIBLE = Text(
    "มีอักขระที่มองไม่เห็นหรือกลับทิศทาง พิมพ์ใหม่ด้วยมือ",
    "holds characters that cannot be seen or turn the direction; type it anew by hand",
)
TOO_LONG = Text("ยาวเกิน {most} ตัวอักษร", "is longer than {most} characters")
FORMULA = Text("ขึ้นต้นด้วย {sign} เหมือนสูตร ให้ลบออก", "begins with {sign} like a formula; take it away")
NOT_KNOWN = Text("ไม่รู้จัก ใช้คำเช่น {words}", "is not known; use words such as {words}")
NO_EMAIL = Text("ไม่ใช่ที่อยู่อีเมล", "is no e-mail address")
NO_HOST = Text("ไม่ใช่ที่อยู่เว็บ เช่น www.example.th", "is no web address such as www.example.th")
NO_NUMBER = Text("ไม่ใช่จำนวนเต็มตั้งแต่ 0", "is no whole number from 0 on")
TOO_MUCH = Text("มากเกินไป", "is too much")
NO_DAY = Text("ต้องมีวัน เดือน และปี", "needs day, month and year")
NO_YES = Text("ตอบ ใช่ หรือ ไม่", "is neither yes nor no")
NO_COUNTRY = Text("ใช้รหัสสองตัวอักษร เช่น TH", "use the code of two letters, such as TH")


class CellFault(Exception):  # noqa: N818 - a finding about a cell, listed for the person, not an error of ours
    """What is wrong with a cell."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


def words(text: str) -> str:
    """Return a word as it is compared: clean, lower case, without blanks, dashes and dots."""
    return re.sub(r"[\s\-_.·/()\[\]:*ฯ]+", "", normalize(text).casefold())


def refuse_invisible(text: str) -> None:
    """Raise for zero-width, direction and control characters, which make one name look like another."""
    if strip_invisible(text) != text or strip_controls(text).replace("\n", "") != text.replace("\n", ""):
        raise CellFault(INVISIBLE)


def line(most: int, *, name: bool = False) -> Reader:
    """Return a reader of one line of text of at most ``most`` characters; a name is no formula."""

    def read(text: str) -> str:
        if text.strip() in _ERROR_CELLS:
            raise CellFault(ERROR_CELL.format(value=text.strip()))
        if len(text) > 4 * most:
            raise CellFault(TOO_LONG.format(most=most))
        refuse_invisible(text.replace("\r", "\n").replace("\t", " "))
        clean = " ".join(normalize(text).split())
        if len(clean) > most:
            raise CellFault(TOO_LONG.format(most=most))
        if name and clean[:1] in tuple("=+@＝＋＠"):
            raise CellFault(FORMULA.format(sign=clean[0]))
        return clean

    return read


def one_of(known: Mapping[str, str], samples: str) -> Reader:
    """Return a reader of a closed list; ``known`` maps :func:`words` to the value."""

    def read(text: str) -> str:
        found = known.get(words(text[:200]))
        if found is None:
            raise CellFault(NOT_KNOWN.format(words=samples))
        return found

    return read


def several(each: Reader) -> Reader:
    """Return a reader of a list: cut by bar or line end where there is one, else by comma or semicolon."""

    def read(text: str) -> list[Any]:
        # names hold commas ("… Co., Ltd."), so a list with bars is cut by bars alone
        cut = r"[|\n]" if re.search(r"[|\n]", text) else "[,;]"
        return [each(part.strip()) for part in re.split(cut, text) if part.strip()]

    return read


def joined(parts: Sequence[str]) -> str:
    """Return a list as one cell that :func:`several` reads back."""
    return " | ".join(parts) + (" |" if len(parts) == 1 and re.search("[,;]", parts[0]) else "")


def count(most: int) -> Reader:
    """Return a reader of a whole number in Thai or Arabic digits, with commas or words ("13 ล้าน")."""

    def read(text: str) -> int:
        _whole(text)
        try:
            value = parse_count(text).value
        except ThaiFormatError as error:
            raise CellFault(Text(error.th, error.en)) from None
        if value < 0 or value != int(value):
            raise CellFault(NO_NUMBER)
        if value > most:
            raise CellFault(TOO_MUCH)
        return int(value)

    return read


def day(text: str) -> date:
    """Read a day in any form, Buddhist or common era."""
    try:
        parsed = parse_date(text)
    except ThaiFormatError as error:
        raise CellFault(Text(error.th, error.en)) from None
    if parsed.precision in {Precision.YEAR, Precision.MONTH}:
        raise CellFault(NO_DAY)
    if parsed.warnings:
        warning = parsed.warnings[0]
        raise CellFault(Text(warning.th, warning.en))
    return parsed.day


def juristic_id(text: str) -> str:
    """Read the number of a juristic person; a zero that a spreadsheet cut off at the front is put back."""
    _whole(text)
    plain = re.sub(r"[\s.\-‐-―−]", "", to_arabic(text))
    if _TWELVE.fullmatch(plain):
        plain = "0" + plain
    try:
        return parse_juristic_id(plain).number
    except ThaiFormatError as error:
        raise CellFault(Text(error.th, error.en)) from None


def national_id(text: str) -> str:
    """Read the number of a citizen; its fault never repeats it."""
    _whole(text, shown=False)
    try:
        return parse_national_id(text).number
    except ThaiFormatError as error:
        raise CellFault(Text(error.th, error.en)) from None


def phone(text: str) -> str:
    """Read a telephone number; a zero that a spreadsheet cut off at the front is put back."""
    _whole(text, shown=False)
    plain = to_arabic(text).strip()
    if re.fullmatch(r"[2-9][0-9]{7,8}", plain):
        plain = "0" + plain
    try:
        return parse_phone(plain).number
    except ThaiFormatError as error:
        raise CellFault(Text(error.th, error.en)) from None


def email(text: str) -> str:
    """Read an e-mail address."""
    plain = strip_invisible(text).strip()
    if plain != text.strip() or len(plain) > 254 or not _EMAIL.fullmatch(plain):  # noqa: PLR2004 - RFC 5321
        raise CellFault(NO_EMAIL)
    return plain.lower()


def website(text: str) -> str:
    """Read a web address and return its host."""
    plain = re.sub(r"^https?://", "", text.strip().lower())
    host = re.split(r"[/?#]", plain, maxsplit=1)[0]
    if len(host) > 253 or not _HOST.fullmatch(host):  # noqa: PLR2004 - RFC 1035
        raise CellFault(NO_HOST)
    return host


def province(text: str) -> str:
    """Read a province by any of its names and return its code, such as ``TH-50``."""
    try:
        return find_province(text).code
    except ThaiFormatError as error:
        raise CellFault(Text(error.th, error.en)) from None


def country(text: str) -> str:
    """Read the code of a country."""
    plain = text.strip().upper()
    if plain in {"ไทย", "ประเทศไทย", "THAILAND"}:
        return "TH"
    if not re.fullmatch(r"[A-Z]{2}", plain):
        raise CellFault(NO_COUNTRY)
    return plain


def juristic(text: str) -> bool:
    """Read whether it is a juristic person."""
    plain = text.strip().casefold()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise CellFault(NO_YES)


def _whole(text: str, *, shown: bool = True) -> None:
    if text.strip() in _ERROR_CELLS:
        raise CellFault(ERROR_CELL.format(value=text.strip()))
    if _ROUNDED.match(text.strip()):
        raise CellFault(ROUNDED.format(value=text.strip() if shown else "1.2E+12"))
