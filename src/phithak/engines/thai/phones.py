"""Thai telephone numbers: read, store (E.164), show, dial and mask.

Sources: domain D3, Phone and Mask; requirement S1-21; RFC 3966 (tel URI); ITU E.164. Which short numbers are
emergency numbers is common knowledge of Thailand, data below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from phithak.engines.thai.digits import to_arabic, to_thai
from phithak.engines.thai.errors import Code, ThaiFormatError
from phithak.engines.thai.text import one_field


class PhoneKind(StrEnum):
    """What kind of number it is; only MOBILE can get an SMS."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SHORT = "short"
    EMERGENCY = "emergency"
    TOLL_FREE = "toll_free"
    FOREIGN = "foreign"


EMERGENCY_NUMBERS = frozenset({"112", "191", "199", "1669"})
"""General emergency, police, fire, medical emergency."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A checked number.

    Attributes:
        number: E.164 with "+" ("+66812345678"); short and toll-free numbers as they are dialled ("1212").
        kind: see ``PhoneKind``.
        extension: digits after ต่อ or ext., or "".
    """

    number: str
    kind: PhoneKind
    extension: str = ""


_LABEL = re.compile(r"(?:โทรศัพท์|โทร\.?|เบอร์|สายด่วน|หมายเลข|tel\.?|phone|mobile)\s*:?\s*")
_EXTENSION = re.compile(r"(?P<main>.*\d)[)\s]*,?\s*(?:ต่อ|ext\.?|x|#)\s*(?P<ext>[0-9]{1,6})")
_SEPARATORS = re.compile(r"[\s().\-‐‑‒–—−]+")
_DIGITS = re.compile(r"\+?[0-9]+")
_SHORT = re.compile(r"1[0-9]{2,3}")
_FOREIGN = re.compile(r"\+[1-9][0-9]{7,14}")
_TOLL_FREE = re.compile(r"1800[0-9]{6}")
_MOBILE_START, _LANDLINE_START = "689", "23457"
_MOBILE_LENGTH, _LANDLINE_LENGTH = 9, 8


def _national(subscriber: str, extension: str) -> Phone:
    """Check the digits behind the leading 0 or +66."""
    if not subscriber:
        raise ThaiFormatError(Code.PHONE_LENGTH)
    mobile = subscriber[0] in _MOBILE_START
    if not mobile and subscriber[0] not in _LANDLINE_START:
        raise ThaiFormatError(Code.PHONE_PREFIX)
    if len(subscriber) != (_MOBILE_LENGTH if mobile else _LANDLINE_LENGTH):
        raise ThaiFormatError(Code.PHONE_LENGTH)
    return Phone(f"+66{subscriber}", PhoneKind.MOBILE if mobile else PhoneKind.LANDLINE, extension)


def _without_country(digits: str) -> str | None:
    """Return what follows +66, 0066 or 66, without a 0 written in brackets; None for other forms."""
    for start in ("+66", "0066"):
        if digits.startswith(start):
            return digits.removeprefix(start).removeprefix("0")
    if digits.startswith("66") and len(digits) > _MOBILE_LENGTH:
        return digits.removeprefix("66").removeprefix("0")
    return None


def parse_phone(text: str) -> Phone:
    """Return the number that the text writes.

    Args:
        text: Thai or Arabic digits with spaces, dashes, dots, brackets; national (081-234-5678,
            02-123-4567), +66, 0066 or 66 forms, short numbers (1212, 191), 1800 numbers, another country
            with "+"; an extension ("ต่อ 12", "ext. 12") and a label ("โทร.") may stand beside it.

    Raises:
        ThaiFormatError: PHONE_FORM, PHONE_LENGTH, PHONE_PREFIX, PHONE_NO_ZERO (a spreadsheet ate the 0),
            EMPTY, TOO_LONG. The texts never repeat the number.
    """
    field = _LABEL.sub("", to_arabic(one_field(text)).casefold(), count=1)
    extension = _EXTENSION.fullmatch(field)
    main, inner = (extension["main"], extension["ext"]) if extension else (field, "")
    digits = _SEPARATORS.sub("", main)
    if not _DIGITS.fullmatch(digits):
        raise ThaiFormatError(Code.PHONE_FORM)
    subscriber = _without_country(digits)
    if subscriber is not None:
        return _national(subscriber, inner)
    if digits.startswith("+"):
        if not _FOREIGN.fullmatch(digits):
            raise ThaiFormatError(Code.PHONE_LENGTH)
        return Phone(digits, PhoneKind.FOREIGN, inner)
    if digits.startswith("0"):
        return _national(digits[1:], inner)
    return _dialled_as_is(digits, inner)


def _dialled_as_is(digits: str, extension: str) -> Phone:
    """Read short and toll-free numbers, which have no leading 0."""
    if _SHORT.fullmatch(digits):
        kind = PhoneKind.EMERGENCY if digits in EMERGENCY_NUMBERS else PhoneKind.SHORT
        return Phone(digits, kind, extension)
    if _TOLL_FREE.fullmatch(digits):
        return Phone(digits, PhoneKind.TOLL_FREE, extension)
    if len(digits) == _MOBILE_LENGTH and digits[0] in _MOBILE_START:
        raise ThaiFormatError(Code.PHONE_NO_ZERO)
    raise ThaiFormatError(Code.PHONE_PREFIX if len(digits) > len("1212") else Code.PHONE_LENGTH)


def _phone(number: Phone | str) -> Phone:
    return number if isinstance(number, Phone) else parse_phone(number)


def _grouped(phone: Phone) -> str:
    """Return the national digits in their usual groups."""
    if phone.kind is PhoneKind.TOLL_FREE:
        return f"{phone.number[:4]}-{phone.number[4:7]}-{phone.number[7:]}"
    if phone.kind not in {PhoneKind.MOBILE, PhoneKind.LANDLINE}:
        return phone.number
    local = "0" + phone.number.removeprefix("+66")
    first = 2 if local.startswith("02") else 3
    return f"{local[:first]}-{local[first : first + 3]}-{local[first + 3 :]}"


def show_phone(number: Phone | str, *, thai_digits: bool = False) -> str:
    """Return the number for people: 081-234-5678, 02-123-4567 ต่อ 12, 034-123-456, 1212 (domain D3).

    Raises:
        ThaiFormatError: as ``parse_phone`` when a text is given.
    """
    phone = _phone(number)
    text = _grouped(phone) + (f" ต่อ {phone.extension}" if phone.extension else "")
    return to_thai(text) if thai_digits else text


def phone_uri(number: Phone | str) -> str:
    """Return the ``tel:`` URI: "tel:+66812345678", "tel:+6621234567;ext=12", "tel:1212".

    Short numbers carry no phone-context (RFC 3966 5.1.5 asks for one), because dialling programs of
    telephones would then not dial them as given (S1-21).

    Raises:
        ThaiFormatError: as ``parse_phone`` when a text is given.
    """
    phone = _phone(number)
    return f"tel:{phone.number}" + (f";ext={phone.extension}" if phone.extension else "")


_SHOWN_HEAD, _SHOWN_TAIL = 2, 4


def mask_phone(number: Phone | str) -> str:
    """Return the number with only its first two and last four digits: 08x-xxx-5678 (domain D3, Mask).

    Short, emergency and toll-free numbers belong to nobody and stay; of a foreign one the last four show;
    an extension is left out. A mask is for looking at, never a factor to verify a caller.

    Raises:
        ThaiFormatError: as ``parse_phone`` when a text is given.
    """
    phone = _phone(number)
    if phone.kind in {PhoneKind.SHORT, PhoneKind.EMERGENCY, PhoneKind.TOLL_FREE}:
        return _grouped(phone)
    shown = _grouped(phone)
    total = sum(char.isdigit() for char in shown)
    head = 0 if phone.kind is PhoneKind.FOREIGN else _SHOWN_HEAD
    seen, masked = 0, []
    for char in shown:
        seen += char.isdigit()
        hide = char.isdigit() and head < seen <= total - _SHOWN_TAIL
        masked.append("x" if hide else char)
    return "".join(masked)
