"""Numbers as Thai news and letters write them: "13 ล้านราย", "1.2 แสน", "สามหมื่นห้าพัน", ๑๓,๐๐๐,๐๐๐.

Source: domain D3, Large numbers; reading order of Thai numerals after the Royal Society's rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from phithak.engines.thai.digits import to_arabic, to_thai
from phithak.engines.thai.errors import Code, ThaiFormatError
from phithak.engines.thai.text import one_field

_UNITS = {"สิบ": 10, "ร้อย": 100, "พัน": 1_000, "หมื่น": 10_000, "แสน": 100_000}
_MILLION = "ล้าน"
_WORDS = {
    "ศูนย์": 0,
    "หนึ่ง": 1,
    "เอ็ด": 1,
    "สอง": 2,
    "ยี่": 2,
    "สาม": 3,
    "สี่": 4,
    "ห้า": 5,
    "หก": 6,
    "เจ็ด": 7,
    "แปด": 8,
    "เก้า": 9,
}
_MOST_DIGITS = 24
_LIMIT: Final = Decimal(10) ** _MOST_DIGITS
_TEN, _SECTION = 10, 1_000_000

_LITERAL = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_TOKEN = re.compile(rf"\s*({_LITERAL}|{'|'.join((*_WORDS, *_UNITS, _MILLION))})")
_APPROXIMATE = re.compile(r"(?:ประมาณ|ราว|เกือบ|กว่า|มากกว่า|ไม่ต่ำกว่า|อย่างน้อย|~)\s*ๆ?\s*")
_COUNTERS = (
    "รายการ|ราย|คน|ครั้ง|ไฟล์|ฉบับ|แห่ง|บัญชี|ระเบียน|แถว|ชุด|ข้อความ|เครื่อง|เรื่อง|หน้า|บาท|หน่วยงาน|เลขหมาย|เบอร์|ชื่อ"
)
_TAIL = re.compile(rf"\s*(?P<more>กว่า)?\s*(?P<counter>{_COUNTERS})?\s*(?P<late>กว่า|เศษ)?")


@dataclass(frozen=True, slots=True)
class Count:
    """A counted quantity: how many, whether the text said "about", and the counting word (may be "")."""

    value: int
    approximate: bool
    counter: str


@dataclass(slots=True)
class _Sum:
    """The running value while number words are read from left to right."""

    total: Decimal = Decimal(0)
    section: Decimal = Decimal(0)
    pending: Decimal | None = None
    last_unit: int = 0
    implied: bool = False
    after_unit: str = ""
    started: bool = False

    def number(self, value: Decimal, word: str) -> None:
        if self.pending is not None:
            raise ThaiFormatError(Code.NUMBER_FORM)
        if self.last_unit and value >= self.last_unit:
            raise ThaiFormatError(Code.NUMBER_FORM)
        self.pending = value
        self.after_unit = self.after_unit if word != "เอ็ด" else ""
        self.started = True

    def unit(self, size: int, word: str) -> None:
        if self.last_unit and size >= self.last_unit:
            raise ThaiFormatError(Code.NUMBER_FORM)
        self.implied = self.pending is None
        self.section += (Decimal(1) if self.pending is None else self.pending) * size
        self.pending, self.last_unit, self.after_unit, self.started = None, size, word, True

    def million(self) -> None:
        # a bare unit number just before ล้าน belongs to the section: สองร้อยห้าล้าน is 205 million
        self.implied = not self.started
        section = self.section + (self.pending or 0)
        if not self.started:
            section = Decimal(1)
        self.total = (self.total + section) * 1_000_000
        self.section, self.pending, self.last_unit = Decimal(0), None, 0
        self.after_unit, self.started = _MILLION, True

    def result(self) -> Decimal:
        if self.pending is None:
            return self.total + self.section
        # "สองล้านห้า" is 2,500,000 in speech and 2,000,005 in a contract; "ร้อยห้า" has the same trouble
        big = self.after_unit not in {"", "สิบ"} and (self.after_unit != "ร้อย" or self.implied)
        if big and self.pending < _TEN:
            raise ThaiFormatError(Code.NUMBER_UNCLEAR)
        tail = self.section + self.pending
        if self.after_unit and (self.pending % 1 or (self.total and tail >= _SECTION)):
            raise ThaiFormatError(Code.NUMBER_FORM)
        return self.total + tail


def _read(text: str) -> tuple[Decimal, str]:
    """Read number words from the start of a folded text; return the value and what is left."""
    running, at = _Sum(), 0
    while found := _TOKEN.match(text, at):
        word = found.group(1)
        if word in _UNITS:
            running.unit(_UNITS[word], word)
        elif word == _MILLION:
            running.million()
        elif word in _WORDS:
            running.number(Decimal(_WORDS[word]), word)
        else:
            literal = word.replace(",", "")
            if len(literal) > _MOST_DIGITS:
                raise ThaiFormatError(Code.NUMBER_RANGE)
            running.number(Decimal(literal), word)
        if running.total >= _LIMIT:
            raise ThaiFormatError(Code.NUMBER_RANGE)
        at = found.end()
    if not running.started:
        raise ThaiFormatError(Code.NUMBER_FORM)
    value = running.result()
    if value >= _LIMIT:
        raise ThaiFormatError(Code.NUMBER_RANGE)
    return value, text[at:]


def parse_number(text: str) -> Decimal:
    """Return the number that the text writes, in digits (Thai or Arabic), Thai words or both.

    "13 ล้าน" is 13000000, "1.2 แสน" 120000, "ยี่สิบเอ็ด" 21, "2 แสนล้าน" 200000000000.

    Raises:
        ThaiFormatError: NUMBER_FORM, NUMBER_UNCLEAR ("สองล้านห้า"), NUMBER_RANGE from 10**24 on, EMPTY,
            TOO_LONG.
    """
    value, rest = _read(to_arabic(one_field(text)))
    if rest.strip():
        raise ThaiFormatError(Code.NUMBER_FORM)
    return value


def parse_count(text: str) -> Count:
    """Return a whole quantity with its counting word: "กว่า 13 ล้านราย", "๑๑,๔๐๐ ไฟล์".

    Raises:
        ThaiFormatError: as ``parse_number``, and NUMBER_NOT_WHOLE for "1.5 ราย".
    """
    field = to_arabic(one_field(text))
    lead = _APPROXIMATE.match(field)
    value, rest = _read(field[lead.end() :] if lead else field)
    tail = _TAIL.fullmatch(rest.rstrip())
    if tail is None:
        raise ThaiFormatError(Code.NUMBER_FORM)
    if value % 1:
        raise ThaiFormatError(Code.NUMBER_NOT_WHOLE)
    about = bool(lead or tail["more"] or tail["late"])
    return Count(int(value), about, tail["counter"] or "")


def format_number(value: int | Decimal, *, thai_digits: bool = False) -> str:
    """Return the number with commas, 13,000,000, in Thai digits if asked (domain D3)."""
    written = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
    return to_thai(written) if thai_digits else written


def format_short(value: int) -> str:
    """Return a count in the words of a headline where that is exact to one decimal: 13 ล้าน, 1.2 แสน.

    Any other number is returned with commas, so that nothing is rounded away. ``parse_number`` reads both.
    """
    for word, size in ((_MILLION, 1_000_000), ("แสน", 100_000), ("หมื่น", 10_000)):
        if value >= size:
            tenths, rest = divmod(value * 10, size)
            if rest == 0:
                whole, tenth = divmod(tenths, 10)
                return f"{whole:,d}.{tenth} {word}" if tenth else f"{whole:,d} {word}"
            break
    return format_number(value)
