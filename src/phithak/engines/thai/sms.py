"""How long a short message is: encoding, length and parts.

Sources: 3GPP TS 23.038 (GSM 7-bit alphabet and its extension table, UCS-2) and TS 23.040 (user data header of
joined messages): one part holds 160 septets or 70 UTF-16 units, a joined one 153 or 67.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SmsEncoding(StrEnum):
    """GSM7 for texts in its alphabet, UCS2 for all others (Thai always)."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_SINGLE = {SmsEncoding.GSM7: 160, SmsEncoding.UCS2: 70}
_JOINED = {SmsEncoding.GSM7: 153, SmsEncoding.UCS2: 67}
_LAST_BMP = 0xFFFF


@dataclass(frozen=True, slots=True)
class SmsSize:
    """The size of one message.

    Attributes:
        encoding: see ``SmsEncoding``.
        length: septets (extension characters count two) or UTF-16 units (astral characters count two).
        parts: messages that the operator bills; 0 for an empty text.
        left: units that still fit into the last part.
    """

    encoding: SmsEncoding
    length: int
    parts: int
    left: int


def sms_size(text: str) -> SmsSize:
    """Return encoding, length and parts of a text as it would be sent.

    A character of two units is never split between parts, so a joined message can need a part more than
    the plain division says.
    """
    gsm = all(char in _BASIC or char in _EXTENSION for char in text)
    encoding = SmsEncoding.GSM7 if gsm else SmsEncoding.UCS2
    if gsm:
        units = [2 if char in _EXTENSION else 1 for char in text]
    else:
        units = [2 if ord(char) > _LAST_BMP else 1 for char in text]
    length = sum(units)
    if length <= _SINGLE[encoding]:
        return SmsSize(encoding, length, int(bool(text)), _SINGLE[encoding] - length)
    room, parts, used = _JOINED[encoding], 1, 0
    for unit in units:
        if used + unit > room:
            parts, used = parts + 1, 0
        used += unit
    return SmsSize(encoding, length, parts, room - used)
