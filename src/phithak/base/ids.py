"""Ids: UUIDv7 for rows, readable numbers for people, random references for the public."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

# no 0/O, 1/I/L, U: a citizen reads it aloud over a telephone
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_PRIME = 31  # the first prime over the alphabet's 30 characters
_ROOT = 3  # its powers take every value from 1 to 30, so neighbours and far positions weigh differently
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
            # a wide step: two processes forked within the millisecond must not count up in step
            tail = _last[1] + 1 + secrets.randbits(40)
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
    """Return a random reference of ``length`` characters, the last of which checks the others.

    The check finds every single wrong character and every two characters that changed places.

    Args:
        length: 2 to 30 characters; 8 give 2 * 10^10 references.

    Raises:
        ValueError: the length is outside of 2 to 30.
    """
    if not 2 <= length < _PRIME:  # noqa: PLR2004 - one character and its check
        raise ValueError("a public reference has 2 to 30 characters")
    while True:
        found = with_check("".join(secrets.choice(ALPHABET) for _ in range(length - 1)))
        if found:
            return found


def with_check(body: str) -> str | None:
    """Return ``body`` and its check character, or None for the one body in 31 that has none (take another)."""
    check = -_weigh(body + ALPHABET[0]) % _PRIME
    return body + ALPHABET[check] if check < len(ALPHABET) else None


def is_public_reference(text: str) -> bool:
    """Tell whether the check character of ``text`` (any case, dashes and blanks allowed) fits."""
    plain = text.replace("-", "").replace(" ", "").upper()
    if not 2 <= len(plain) < _PRIME or any(character not in ALPHABET for character in plain):  # noqa: PLR2004 - same
        return False
    return _weigh(plain) == 0


def _weigh(text: str) -> int:
    """Return the sum of the characters' values, each times 3 to the power of its place from the right, mod 31."""
    total = 0
    for character in text:
        total = (total * _ROOT + ALPHABET.index(character)) % _PRIME
    return total
