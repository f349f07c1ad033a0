"""What a list may show of a personal value (domain: "Mask"), and free text made safe for the journal.

A mask is for looking at; it is never a factor to verify a caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import partial

from phithak.base.text import Text
from phithak.engines.thai.digits import to_arabic
from phithak.engines.thai.errors import ThaiFormatError
from phithak.engines.thai.ids import mask_id
from phithak.engines.thai.names import mask_name, mask_word
from phithak.engines.thai.phones import mask_phone
from phithak.engines.thai.text import normalize

NOTHING = "•••"
_ID_DIGITS = 13
_PHONE_DIGITS = 9
_SHOWN_DIGITS = 4
_RUN = re.compile(r"\+?\d(?:[\s.\-‐-―−/()]*\d){8,}")
_ISO_DATE = re.compile(r"(?:19|2[0-9])\d\d-\d\d-\d\d")
_EMAIL = re.compile(r"[^\s@<>,;:\"']+@[^\s@<>,;:\"']+\.[^\s@<>,;:\"']+")


class Kind(StrEnum):
    """What a value of the vault is."""

    NATIONAL_ID = "national_id"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    ADDRESS = "address"
    HN = "hn"
    PASSPORT = "passport"
    OTHER = "other"

    @property
    def text(self) -> Text:
        """The kind's name in both languages."""
        return _TEXTS[self]


_TEXTS = {
    Kind.NATIONAL_ID: Text("เลขประจำตัวประชาชน", "National ID number"),
    Kind.PHONE: Text("หมายเลขโทรศัพท์", "Telephone number"),
    Kind.EMAIL: Text("อีเมล", "E-mail address"),
    Kind.NAME: Text("ชื่อบุคคล", "Person's name"),
    Kind.ADDRESS: Text("ที่อยู่", "Address"),
    Kind.HN: Text("เลขประจำตัวผู้ป่วย (HN)", "Hospital number (HN)"),
    Kind.PASSPORT: Text("เลขหนังสือเดินทาง", "Passport number"),
    Kind.OTHER: Text("อื่น ๆ", "Other"),
}


def mask(kind: Kind, value: str) -> str:
    """Return what a list shows of ``value``; of a value in no known form only its last characters, or nothing."""
    return _MASKS.get(kind, _hide)(value)


def _hide(_value: str) -> str:
    return NOTHING


def _mask_number(mask_known: Callable[[str], str], value: str) -> str:
    try:
        return mask_known(value)
    except ThaiFormatError:
        return _tail(_SHOWN_DIGITS, value)


def _mask_name(value: str) -> str:
    try:
        return mask_name(value)
    except ThaiFormatError:
        return " ".join(mask_word(word) for word in normalize(value).split()[:3]) or NOTHING


def scrub(text: str) -> str:
    """Return free text (such as a reason) in which ID numbers, telephone numbers and e-mail addresses are masked.

    Digits of any script count, and blanks, dashes, dots or invisible characters between them do not help.
    Dates and short case numbers stay.
    """
    cleaned = _EMAIL.sub(lambda found: _mask_email(found.group()), normalize(text))
    return _RUN.sub(_scrub_run, cleaned)


def _scrub_run(found: re.Match[str]) -> str:
    run = found.group()
    digits = "".join(str(int(char)) for char in run if char.isdecimal())
    if len(digits) < _ID_DIGITS and (
        not digits.startswith(("0", "66")) or len(digits) < _PHONE_DIGITS or _ISO_DATE.match(run)
    ):
        return run
    return "x" * (len(digits) - _SHOWN_DIGITS) + digits[-_SHOWN_DIGITS:]


def _mask_email(value: str) -> str:
    local, at, domain = normalize(value).rpartition("@")
    if not at or not local:
        return NOTHING
    return f"{local[0] if len(local) > 2 else ''}{NOTHING}@{domain}"  # noqa: PLR2004 - of two letters one would be half


def _tail(shown: int, value: str) -> str:
    plain = "".join(char for char in to_arabic(normalize(value)) if char.isalnum())
    # never more than a third of it
    return NOTHING + plain[-shown:] if len(plain) >= shown * 3 else NOTHING


_MASKS: dict[Kind, Callable[[str], str]] = {
    Kind.NATIONAL_ID: partial(_mask_number, mask_id),
    Kind.PHONE: partial(_mask_number, mask_phone),
    Kind.NAME: _mask_name,
    Kind.EMAIL: _mask_email,
    Kind.HN: partial(_tail, 2),
    Kind.PASSPORT: partial(_tail, 2),
}
