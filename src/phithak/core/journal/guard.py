"""A cheap guard: no citizen id and no Thai mobile number may stand in the clear in a journal entry.

The journal is append-only and leaves the house as an export, so a number that slips in can never be taken
back. The guard reads whole tokens only: hex strings and UUIDs never trip it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from phithak.base.errors import PhithakError
from phithak.base.text import Text

# 13 digits plain, or as they are printed on the card: 1-2345-67890-12-3
_CITIZEN = re.compile(r"(?<![0-9A-Za-z])\d(?:\d{12}|([ .-])\d{4}\1\d{5}\1\d{2}\1\d)(?![0-9A-Za-z])", re.ASCII)
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z])(?:\+66[ .-]?|0066[ .-]?|0)[689]\d(?:\d{7}|([ .-])\d{3}\1?\d{4})(?![0-9A-Za-z])",
    re.ASCII,
)
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_HAS_THAI_DIGIT = re.compile("[๐-๙]")
_MEASURES = ("bytes", "size", "_ms", "_ns")
_DIGITS = 13


class PersonalDataError(PhithakError):
    """A fact holds what looks like a citizen id or a mobile number; a programming error, not the user's."""

    code = "journal.personal_data"
    text = Text(
        "ข้อเท็จจริง {field_name} ของบันทึกมีสิ่งที่ดูเหมือน{what_th} ให้ส่งทาง personal แทน",
        "Fact {field_name} of a journal entry holds what looks like {what_en}; pass it as personal instead.",
    )
    status = 500


def check(value: Any, name: str) -> None:
    """Look through a JSON value (and the keys of its objects).

    Whole numbers of 13 digits count too, unless their name ends in ``bytes``, ``size``, ``_ms`` or ``_ns``.

    Raises:
        PersonalDataError: something looks like a citizen id (with a right check digit) or a mobile number.
    """
    if isinstance(value, str):
        _check_text(value, name)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _check_text(str(key), name)
            check(item, str(key))
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            check(item, name)
    elif isinstance(value, int) and not name.endswith(_MEASURES):
        digits = str(value)
        if len(digits) == _DIGITS and is_citizen_id(digits):
            raise _found(name, citizen=True)


def _check_text(text: str, name: str) -> None:
    if len(text) < 10:  # noqa: PLR2004 - the shortest mobile number
        return
    plain = text.translate(_THAI_DIGITS) if _HAS_THAI_DIGIT.search(text) else text
    for match in _CITIZEN.finditer(plain):
        if is_citizen_id(re.sub(r"[ .-]", "", match.group())):
            raise _found(name, citizen=True)
    if _MOBILE.search(plain):
        raise _found(name, citizen=False)


def is_citizen_id(digits: str) -> bool:
    """Tell whether 13 digits have the check digit of a Thai citizen id (weights 13 to 2, modulo 11)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:12], range(13, 1, -1), strict=True))
    return (11 - total % 11) % 10 == int(digits[12])


def _found(name: str, *, citizen: bool) -> PersonalDataError:
    what = ("เลขประจำตัวประชาชน", "a citizen id") if citizen else ("เบอร์มือถือ", "a mobile number")
    return PersonalDataError(field_name=name, what_th=what[0], what_en=what[1])
