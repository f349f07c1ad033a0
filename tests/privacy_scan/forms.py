"""The forms in which a planted person may leak: spellings, encodings, hashes without a key.

Written apart from the product: nothing here imports its engines.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_LEAST_BASE64 = 8


@dataclass(frozen=True)
class Person:
    """A made-up person: 13 digits, ten digits from 0 on, two Thai words, an address."""

    national_id: str
    phone: str
    name: str
    email: str


def _card(digits: str, between: str) -> str:
    return between.join((digits[0], digits[1:5], digits[5:10], digits[10:12], digits[12]))


def _phone(digits: str, between: str) -> str:
    return between.join((digits[:3], digits[3:6], digits[6:]))


SPELLINGS: dict[str, Callable[[Person], str]] = {
    "id plain": lambda p: p.national_id,
    "id dashed": lambda p: _card(p.national_id, "-"),
    "id spaced": lambda p: _card(p.national_id, " "),
    "id dotted": lambda p: _card(p.national_id, "."),
    "id letter by letter": lambda p: " ".join(p.national_id),
    "id in Thai digits": lambda p: p.national_id.translate(THAI),
    "id dashed in Thai digits": lambda p: _card(p.national_id, "-").translate(THAI),
    "phone plain": lambda p: p.phone,
    "phone dashed": lambda p: _phone(p.phone, "-"),
    "phone spaced": lambda p: _phone(p.phone, " "),
    "phone in Thai digits": lambda p: p.phone.translate(THAI),
    "phone dashed in Thai digits": lambda p: _phone(p.phone, "-").translate(THAI),
    "phone +66": lambda p: "+66" + p.phone[1:],
    "phone +66 spaced": lambda p: "+66 " + _phone(p.phone, " ")[1:],
    "phone +66 dashed": lambda p: "+66-" + _phone(p.phone, "-")[1:],
    "phone 0066": lambda p: "0066" + p.phone[1:],
    "phone 66": lambda p: "66" + p.phone[1:],
    "name": lambda p: p.name,
    "name without blank": lambda p: p.name.replace(" ", ""),
    "name turned": lambda p: ", ".join(reversed(p.name.split(" "))),
    "e-mail": lambda p: p.email,
    "e-mail in capitals": lambda p: p.email.upper(),
}


def _plain(person: Person) -> list[str]:
    return [person.national_id, person.phone, "+66" + person.phone[1:], person.name, person.email]


def _aligned(raw: bytes, shift: int, encode: Callable[[bytes], bytes]) -> bytes:
    """Return the part of a base64 text that is the same whatever stands ``shift`` bytes before and behind."""
    text = encode(bytes(shift) + raw)
    first = -(-shift * 8 // 6)
    last = (shift + len(raw)) * 8 // 6
    return text[first:last]


def _base64(shift: int) -> Callable[[str], bytes]:
    return lambda text: _aligned(text.encode(), shift, base64.b64encode)


def _base64url(shift: int) -> Callable[[str], bytes]:
    return lambda text: _aligned(text.encode(), shift, base64.urlsafe_b64encode)


def _each(text: str, show: Callable[[str], str]) -> bytes:
    return "".join(show(char) for char in text).encode()


ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "UTF-16 LE": lambda text: text.encode("utf-16-le"),
    "UTF-16 BE": lambda text: text.encode("utf-16-be"),
    "TIS-620": lambda text: text.encode("cp874"),
    "base64 at 0": _base64(0),
    "base64 at 1": _base64(1),
    "base64 at 2": _base64(2),
    "base64url at 0": _base64url(0),
    "base64url at 1": _base64url(1),
    "base64url at 2": _base64url(2),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "hexadecimal in capitals": lambda text: text.encode().hex().upper().encode(),
    "URL-coded": lambda text: quote(text, safe="").encode(),
    "URL-coded throughout": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()).encode(),
    "JSON escapes": lambda text: _each(text, lambda char: f"\\u{ord(char):04x}"),
    "JSON escapes of Thai": lambda text: _each(text, lambda c: c if ord(c) < 128 else f"\\u{ord(c):04x}"),
    "HTML numbers": lambda text: _each(text, lambda char: f"&#{ord(char)};"),
    "HTML hexadecimal numbers": lambda text: _each(text, lambda char: f"&#x{ord(char):x};"),
    "reversed": lambda text: text[::-1].encode(),
}

HASHES: dict[str, Callable[[bytes], bytes]] = {
    f"unkeyed {name}{way}": lambda raw, name=name, show=show: show(hashlib.new(name, raw).digest())  # type: ignore[misc] # bound defaults
    for name in ("md5", "sha1", "sha256", "sha512", "blake2b")
    for way, show in (
        (" in hexadecimal", lambda digest: digest.hex().encode()),
        (" in bytes", lambda digest: digest),
        (" in base64", lambda digest: base64.b64encode(digest).rstrip(b"=")),
    )
}

NUMBERS: dict[str, Callable[[Person], bytes]] = {
    "id as a number, big end first": lambda p: int(p.national_id).to_bytes(6, "big"),
    "id as a number, little end first": lambda p: int(p.national_id).to_bytes(8, "little"),
}

NAMES = (*SPELLINGS, *ENCODINGS, *HASHES, *NUMBERS)
"""All forms by name, beside the containers that the scanner looks into."""


def patterns(person: Person) -> dict[str, set[bytes]]:
    """Return the bytes to look for, by form."""
    found = {name: {spell(person).encode()} for name, spell in SPELLINGS.items()}
    for name, encode in ENCODINGS.items():
        made = {encode(text) for text in _plain(person)}
        # a text of ASCII alone looks the same in some encodings: that form is counted as plain
        found[name] = {one for one in made if len(one) >= _LEAST_BASE64} - {
            t.encode() for t in _plain(person)
        }
    # also the spelling on the card: whoever hashes rarely cleans first
    texts = [*_plain(person), _card(person.national_id, "-"), _phone(person.phone, "-")]
    for name, digest in HASHES.items():
        found[name] = {digest(text.encode()) for text in texts}
    for name, number in NUMBERS.items():
        found[name] = {number(person)}
    return found
