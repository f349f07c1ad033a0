"""Keyed tags: equal values have equal tags, and without the compare key a tag tells nothing.

blake2b keyed with the compare key of the instance and year. An unkeyed hash would fall in minutes: there are
only some 10⁹ Thai mobile numbers and ID numbers.
"""

from __future__ import annotations

from phithak.core.privacy.masks import Kind
from phithak.core.privacy.secret import Secret
from phithak.engines.thai.digits import to_arabic
from phithak.engines.thai.errors import ThaiFormatError
from phithak.engines.thai.names import bare_name
from phithak.engines.thai.phones import parse_phone
from phithak.engines.thai.text import normalize

TAG_BYTES = 16


def canonical(kind: Kind, value: str) -> str:
    """Return the one spelling of a value: digits only, E.164, lower case, no title."""
    plain = to_arabic(normalize(value)).casefold()
    if kind is Kind.PHONE:
        try:
            return parse_phone(value).number
        except ThaiFormatError:
            return "".join(char for char in plain if char.isalnum())
    if kind in {Kind.NATIONAL_ID, Kind.HN, Kind.PASSPORT}:
        return "".join(char for char in plain if char.isalnum())
    if kind is Kind.NAME:
        try:
            plain = bare_name(value).casefold()
        except ThaiFormatError:
            return " ".join(plain.split())
    return " ".join(plain.split())


def tag(compare_key: Secret, kind: Kind, value: str) -> bytes:
    """Return the tag of a value (16 bytes)."""
    hasher = compare_key.hasher("phithak tag", TAG_BYTES)
    hasher.update(kind.value.encode() + b"\0" + canonical(kind, value).encode())
    return hasher.digest()
