"""Ids: UUIDv7 for rows, readable numbers for people, random references for the public."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

# no 0/O, 1/I/L, U: a citizen reads it aloud over a telephone
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE = len(ALPHABET)
_lock = threading.Lock()
_last: list[int] = [0, 0]  # last millisecond, last 74-bit tail


def uuid7() -> UUID:
    """Return a UUID of version 7 (RFC 9562 §5.7), strictly increasing within this process."""
    with _lock:
        millisecond = time.time_ns() // 1_000_000
        if millisecond > _last[0]:
            # the top bit of the tail stays free, so that counting up within a millisecond never overflows
            tail = secrets.randbits(73)
        else:
            millisecond = _last[0]
            tail = _last[1] + 1 + secrets.randbits(32)
        _last[0], _last[1] = millisecond, tail
    value = (millisecond & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= (tail >> 62 & 0xFFF) << 64
    value |= 0b10 << 62
    value |= tail & ((1 << 62) - 1)
    return UUID(int=value)


def human_number(instance: str, kind: str, year: int, number: int) -> str:
    """Return ``<instance>-<kind>-<year>-<number>``, such as ``HC-INC-2569-000042``."""
    return f"{instance}-{kind}-{year}-{number:06d}"


def public_reference(length: int = 8) -> str:
    """Return a random reference of ``length`` characters, the last of which checks the others."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(length - 1))
    return body + _check_character(body)


def is_public_reference(text: str) -> bool:
    """Tell whether the check character of ``text`` (any case, dashes and blanks allowed) fits."""
    plain = text.replace("-", "").replace(" ", "").upper()
    if len(plain) < 2 or any(character not in ALPHABET for character in plain):  # noqa: PLR2004 - body + check
        return False
    return _check_character(plain[:-1]) == plain[-1]


def _check_character(body: str) -> str:
    # ISO 7064 hybrid MOD 31,30: finds every single error and nearly every swap of neighbours
    product = _BASE
    for character in body:
        total = (product + ALPHABET.index(character)) % _BASE or _BASE
        product = total * 2 % (_BASE + 1)
    return ALPHABET[(_BASE + 1 - product) % _BASE]
