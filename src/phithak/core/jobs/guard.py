"""What may stand in a job's row: small plain JSON, and never personal data.

Job rows are read by operators, copied into backups and kept for weeks; a person's data belongs in the vault
and travels as a handle. The guard refuses what looks like a 13-digit id, a Thai telephone number or an
e-mail address, in Thai or Arabic digits, with or without blanks and dashes. Every 13-digit number is
refused, valid check digit or not: a rule that fires for one in ten order numbers would be found in production.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from phithak.base.text import Text
from phithak.core.jobs.errors import ArgumentsError

MAX_BYTES = 4096
_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_GAP = r"[ .\-\u00a0\u2010-\u2015]?"
_EDGE = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_PERSONAL = (
    (
        re.compile(rf"{_EDGE}[0-9](?:{_GAP}[0-9]){{12}}{_END}"),
        Text("ดูเหมือนเลข 13 หลัก ให้ส่งตัวแทน (handle) แทน", "looks like a 13-digit id; pass a handle instead"),
    ),
    (
        re.compile(rf"{_EDGE}(?:(?:\+|00)?66{_GAP}\(?0?\)?|0){_GAP}[2-9](?:{_GAP}[0-9]){{7,8}}{_END}"),
        Text(
            "ดูเหมือนเบอร์โทรศัพท์ ให้ส่งตัวแทน (handle) แทน", "looks like a telephone number; pass a handle instead"
        ),
    ),
    (
        re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
        Text("ดูเหมือนอีเมล ให้ส่งตัวแทน (handle) แทน", "looks like an e-mail address; pass a handle instead"),
    ),
)


def checked(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments as they will be stored.

    Raises:
        ArgumentsError: not plain JSON, over 4 KiB, or looks like personal data; says where.
    """
    _walk(value, "args")
    size = len(json.dumps(value, ensure_ascii=False).encode())
    if size > MAX_BYTES:
        raise _refused(
            "args",
            Text(f"ยาว {size} ไบต์ เกิน {MAX_BYTES}", f"{size} bytes are more than {MAX_BYTES}"),
        )
    return dict(value)


def checked_value(value: Any, place: str) -> Any:
    """Return one JSON value (a cursor, a key) unchanged, or raise :class:`ArgumentsError`."""
    _walk(value, place)
    return value


def _refused(place: str, reason: Text) -> ArgumentsError:
    return ArgumentsError(place=place, reason_th=reason.th, reason_en=reason.en)


def _walk(value: Any, place: str) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str | int):
        _look(value, place)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise _refused(place, Text("ต้องเป็นจำนวนจริงที่มีค่า", "must be a finite number"))
        _look(value, place)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise _refused(place, Text("ชื่อต้องเป็นข้อความ", "names must be strings"))
            _look(key, place)
            _walk(item, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _walk(item, f"{place}[{index}]")
    else:
        kind = type(value).__name__
        raise _refused(place, Text(f"ชนิด {kind} ไม่ใช่ JSON", f"{kind} is not JSON; pass text or numbers"))


def _look(value: float | str, place: str) -> None:
    text = str(value).translate(_ARABIC)
    if _is_uuid(text):
        return
    for pattern, reason in _PERSONAL:
        if pattern.search(text):
            raise _refused(place, reason)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
