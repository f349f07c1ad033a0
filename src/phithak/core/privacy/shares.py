"""A key in shares (Shamir 1979): any ``k`` of ``n`` restore it, fewer tell nothing.

Arithmetic in GF(256) with the polynomial x⁸ + x⁴ + x³ + x + 1 (0x11B); each byte has its own random
polynomial. What is shared is the key and a checksum of it, so that shares of two keys never join to a third.
A share on paper: version, threshold, set number (2 bytes), its own number, 36 bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from phithak.base import keyfiles
from phithak.core.privacy import words
from phithak.core.privacy.errors import WordsError
from phithak.core.privacy.secret import Secret

VERSION = 0x21
_CHECK_BYTES = 4
_BODY_BYTES = keyfiles.KEY_BYTES + _CHECK_BYTES
SHARE_BYTES = 5 + _BODY_BYTES
_MOST = 255


def _tables() -> tuple[list[int], list[int]]:
    exponents, logarithms = [0] * 510, [0] * 256
    value = 1
    for power in range(255):
        exponents[power] = exponents[power + 255] = value
        logarithms[value] = power
        # 3 = x + 1 generates the group: multiply by x, reduce, add the value itself
        doubled = value << 1
        value ^= (doubled ^ 0x11B) if doubled & 0x100 else doubled
    return exponents, logarithms


_EXP, _LOG = _tables()


def multiply(left: int, right: int) -> int:
    """Return the product in GF(256)."""
    return _EXP[_LOG[left] + _LOG[right]] if left and right else 0


def divide(left: int, right: int) -> int:
    """Return the quotient in GF(256).

    Raises:
        ZeroDivisionError: ``right`` is 0.
    """
    if not right:
        raise ZeroDivisionError("division by zero in GF(256)")
    return _EXP[_LOG[left] - _LOG[right] + 255] if left else 0


def split_bytes(content: bytes, count: int, needed: int) -> dict[int, bytes]:
    """Return ``count`` shares by number (1 and up), of which any ``needed`` restore ``content``."""
    if not 1 < needed <= count <= _MOST:
        raise ValueError("at least 2 shares must be needed, at most 255 made")
    polynomials = [bytes([byte]) + secrets.token_bytes(needed - 1) for byte in content]
    return {
        number: bytes(_evaluate(polynomial, number) for polynomial in polynomials)
        for number in range(1, count + 1)
    }


def join_bytes(shares: dict[int, bytes]) -> bytes:
    """Return what the shares restore (Lagrange at 0); with too few or mixed shares, noise."""
    weights = {}
    for number in shares:
        weight = 1
        for other in shares:
            if other != number:
                weight = multiply(weight, divide(other, other ^ number))
        weights[number] = weight
    size = len(next(iter(shares.values())))
    result = bytearray(size)
    for number, share in shares.items():
        for place in range(size):
            result[place] ^= multiply(share[place], weights[number])
    return bytes(result)


def _evaluate(polynomial: bytes, at: int) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = multiply(value, at) ^ coefficient
    return value


@dataclass(frozen=True)
class Share:
    """One share: its number, how many are needed, which set it is of."""

    number: int
    needed: int
    set_id: int
    body: bytes = field(repr=False)

    def lines(self) -> list[str]:
        """Return the words for the paper."""
        head = bytes([VERSION, self.needed]) + self.set_id.to_bytes(2, "big") + bytes([self.number])
        return words.encode(head + self.body)


def read_share(text: str) -> Share:
    """Return the share whose words are in ``text``.

    Raises:
        WordsError: a slip, found in its line, or not a share.
    """
    content = words.decode(text, SHARE_BYTES)
    version, needed, number = content[0], content[1], content[4]
    if version != VERSION or not number:
        raise WordsError(reason_th="นี่ไม่ใช่ส่วนแบ่งกุญแจ", reason_en="this is not a share of a key")
    return Share(number, needed, int.from_bytes(content[2:4], "big"), content[5:])


def split(key: Secret, count: int = 3, needed: int = 2) -> list[Share]:
    """Return ``count`` shares of a key, any ``needed`` of which restore it."""
    bodies = split_bytes(key.reveal() + _check(key), count, needed)
    set_id = secrets.randbits(16)
    return [Share(number, needed, set_id, body) for number, body in bodies.items()]


def join(shares: Sequence[Share]) -> Secret:
    """Return the key.

    Raises:
        WordsError: too few different shares, shares of two sets, or a result that does not check.
    """
    if len({(share.set_id, share.needed) for share in shares}) != 1:
        raise WordsError(reason_th="ส่วนแบ่งมาจากคนละชุด", reason_en="the shares are of different sets")
    bodies = {share.number: share.body for share in shares}
    if len(bodies) < shares[0].needed:
        raise WordsError(
            reason_th=f"ต้องใช้ส่วนแบ่งต่างกัน {shares[0].needed} ส่วน",
            reason_en=f"{shares[0].needed} different shares are needed",
        )
    restored = join_bytes(dict(list(bodies.items())[: shares[0].needed]))
    key = Secret(restored[: keyfiles.KEY_BYTES])
    if not hmac.compare_digest(_check(key), restored[keyfiles.KEY_BYTES :]):
        raise WordsError(reason_th="ส่วนแบ่งรวมกันแล้วไม่ได้กุญแจ", reason_en="the shares do not join to a key")
    return key


def _check(key: Secret) -> bytes:
    return hashlib.blake2b(key.reveal(), digest_size=_CHECK_BYTES, person=b"phithak share").digest()
