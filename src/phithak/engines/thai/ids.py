"""The 13-digit numbers of Thai persons and juristic persons: check, kind, form, mask.

Sources: domain D3, Mask and Digits. The check digit (weights 13 to 2, modulo 11) is the registry's published
rule. What the first digits mean is general knowledge, not read in a law: use it to explain, not to decide.
A right check digit proves little: one random number in ten has one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from phithak.engines.thai.digits import to_arabic, to_thai
from phithak.engines.thai.errors import Code, ThaiFormatError
from phithak.engines.thai.text import one_field


class IdKind(StrEnum):
    """Whom a number belongs to, by its first digits."""

    BORN_IN_TIME = "born_in_time"
    BORN_LATE = "born_late"
    REGISTERED_BEFORE = "registered_before"
    MOVED_BEFORE = "moved_before"
    ADDED = "added"
    TEMPORARY = "temporary"
    CHILD_OF_TEMPORARY = "child_of_temporary"
    RESIDENT_OR_NATURALISED = "resident_or_naturalised"
    NO_STATUS = "no_status"
    JURISTIC = "juristic"

    @property
    def th(self) -> str:
        """The meaning in Thai."""
        return _MEANINGS[self][0]

    @property
    def en(self) -> str:
        """The meaning in English."""
        return _MEANINGS[self][1]


_MEANINGS = {
    IdKind.BORN_IN_TIME: (
        "สัญชาติไทย เกิดตั้งแต่ 1 ม.ค. 2527 แจ้งเกิดภายในกำหนด",
        "Thai, born since 1 Jan 1984, birth notified in time",
    ),
    IdKind.BORN_LATE: (
        "สัญชาติไทย เกิดตั้งแต่ 1 ม.ค. 2527 แจ้งเกิดเกินกำหนด",
        "Thai, born since 1 Jan 1984, birth notified late",
    ),
    IdKind.REGISTERED_BEFORE: (
        "มีชื่อในทะเบียนบ้านก่อน 31 พ.ค. 2527",
        "in the house register before 31 May 1984",
    ),
    IdKind.MOVED_BEFORE: (
        "ย้ายเข้าก่อน 31 พ.ค. 2527 โดยยังไม่มีเลขประจำตัว",
        "moved in before 31 May 1984 without a number yet",
    ),
    IdKind.ADDED: ("เพิ่มชื่อในทะเบียนบ้านภายหลัง", "added to the house register later"),
    IdKind.TEMPORARY: ("คนต่างด้าวอยู่ชั่วคราวหรือเข้าเมืองไม่ถูกต้อง", "foreigner, temporary or irregular stay"),
    IdKind.CHILD_OF_TEMPORARY: ("บุตรของกลุ่มที่ 6 ซึ่งเกิดในไทย", "child of group 6 born in Thailand"),
    IdKind.RESIDENT_OR_NATURALISED: (
        "คนต่างด้าวถิ่นที่อยู่ถาวรหรือได้สัญชาติไทย",
        "permanent resident or naturalised",
    ),
    IdKind.NO_STATUS: (
        "บุคคลไม่มีสถานะทางทะเบียนหรือแรงงานต่างด้าว",
        "person without civil status, or migrant worker",
    ),
    IdKind.JURISTIC: ("นิติบุคคล", "juristic person"),
}
_BY_FIRST = dict(zip("12345678", IdKind, strict=False))
_NO_STATUS_STARTS = ("00", "089")

_LENGTH = 13
_SEPARATORS = re.compile(r"[\s.\-‐‑‒–—−]+")
_THIRTEEN = re.compile(r"[0-9]{13}")
_TWELVE = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class ThaiId:
    """A checked number: 13 digits without separators, and whose kind it is."""

    number: str
    kind: IdKind


def check_digit(first_twelve: str) -> str:
    """Return the thirteenth digit for twelve digits: (11 - sum of digit x weight 13..2 mod 11) mod 10.

    Raises:
        ThaiFormatError: ID_LENGTH unless exactly twelve digits 0-9 are given.
    """
    if not _TWELVE.fullmatch(first_twelve):
        raise ThaiFormatError(Code.ID_LENGTH)
    total = sum(int(digit) * (_LENGTH - place) for place, digit in enumerate(first_twelve))
    return str((11 - total % 11) % 10)


def parse_id(text: str) -> ThaiId:
    """Return the person's or juristic number that the text writes, in Thai or Arabic digits.

    Raises:
        ThaiFormatError: ID_LENGTH, ID_CHECK, ID_FIRST (nine), EMPTY, TOO_LONG. The texts never repeat it.
    """
    digits = _SEPARATORS.sub("", to_arabic(one_field(text)))
    if not _THIRTEEN.fullmatch(digits):
        raise ThaiFormatError(Code.ID_LENGTH)
    if check_digit(digits[:12]) != digits[12]:
        raise ThaiFormatError(Code.ID_CHECK)
    if digits[0] == "9":
        raise ThaiFormatError(Code.ID_FIRST)
    if digits[0] == "0":
        kind = IdKind.NO_STATUS if digits.startswith(_NO_STATUS_STARTS) else IdKind.JURISTIC
        return ThaiId(digits, kind)
    return ThaiId(digits, _BY_FIRST[digits[0]])


def parse_national_id(text: str) -> ThaiId:
    """Return the number of a natural person.

    Raises:
        ThaiFormatError: as ``parse_id``, and ID_NOT_PERSON for a juristic number.
    """
    found = parse_id(text)
    if found.kind is IdKind.JURISTIC:
        raise ThaiFormatError(Code.ID_NOT_PERSON)
    return found


def parse_juristic_id(text: str) -> ThaiId:
    """Return the number of a juristic person (first digit 0).

    Raises:
        ThaiFormatError: as ``parse_id``, and ID_NOT_JURISTIC for a person's number.
    """
    found = parse_id(text)
    if found.kind is not IdKind.JURISTIC:
        raise ThaiFormatError(Code.ID_NOT_JURISTIC)
    return found


def _grouped(number: str) -> str:
    return f"{number[0]}-{number[1:5]}-{number[5:10]}-{number[10:12]}-{number[12]}"


def show_id(number: ThaiId | str, *, thai_digits: bool = False) -> str:
    """Return the number as it is printed on cards: x-xxxx-xxxxx-xx-x.

    Raises:
        ThaiFormatError: as ``parse_id`` when a text is given.
    """
    checked = number if isinstance(number, ThaiId) else parse_id(number)
    text = _grouped(checked.number)
    return to_thai(text) if thai_digits else text


def mask_id(number: ThaiId | str) -> str:
    """Return the number with only its last four digits: x-xxxx-xxxx1-23-4 (domain D3, Mask).

    Raises:
        ThaiFormatError: as ``parse_id`` when a text is given.
    """
    checked = number if isinstance(number, ThaiId) else parse_id(number)
    return _grouped("x" * (_LENGTH - 4) + checked.number[-4:])
