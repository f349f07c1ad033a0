"""Numbers that name a person: 13-digit ids and hospital numbers (HN), replaced by keyed tags.

A tag is ``<id:…>`` or ``<hn:…>`` with ten letters: the same person gives the same tag at one site, in whatever
way the number was written, and nobody without the key can find the number by trying all of them.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Callable

Tag = Callable[[bytes, bytes], bytes]
"""Takes the kind (``id``, ``hn``) and the number as written; returns what stands in its place."""

KEY_BYTES = (16, 64)
_TAG_BYTES = 5
_HEX_RUN = 32  # a shorter run of hexadecimal digits is no hash
_THAI = rb"\xe0\xb9[\x90-\x99]"  # UTF-8
_TIS = rb"[\xf0-\xf9]"  # CP874 and TIS-620

_PLAIN = re.compile(rb"(?<![0-9])[0-9]{13}(?![0-9])")
# the way the card prints it: 1 2345 67890 12 3, with blanks, dashes or dots
_GROUPED = re.compile(rb"(?<![0-9])[0-9]([ .-])[0-9]{4}\1[0-9]{5}\1[0-9]{2}\1[0-9](?![0-9])")
_THAI_DIGITS = re.compile(
    rb"(?<!\xe0\xb9[\x90-\x99])(?:" + _THAI + rb"[ .-]?){12}" + _THAI + rb"(?!" + _THAI + rb")"
)
_THAI_HINT = re.compile(_THAI + rb"[ .-]?" + _THAI + rb"(?:[ .-]?" + _THAI + rb"){11}")
_TIS_DIGITS = re.compile(rb"(?<![\xf0-\xf9])[\xf0-\xf9]{13}(?![\xf0-\xf9])")
_TIS_GROUPED = re.compile(rb"[\xf0-\xf9]([ .-])[\xf0-\xf9]{4}\1[\xf0-\xf9]{5}\1[\xf0-\xf9]{2}\1[\xf0-\xf9]")
_WIDE = re.compile(rb"(?:[0-9]\x00){13}|(?:\x00[0-9]){13}")

_ZEROS = b"0" * 13
_SHAPES = tuple(b"0%b0000%b00000%b00%b0" % (sign, sign, sign, sign) for sign in (b"-", b" ", b"."))
_ASCII, _THAI_BYTES = b"0123456789", bytes(range(0xF0, 0xFA))
_TO_ZERO = bytes.maketrans(_ASCII + _THAI_BYTES, b"0" * 20)

_DIGIT = rb"(?:[0-9]|" + _THAI + rb"|" + _TIS + rb")"
_HN_WORD = rb"(?:hn|hospital[ _-]?(?:no|num|number|id)|patient[ _-]?(?:no|num|number|id|code))"
# the word, what may stand between, and three or more digits with the dash or slash of the year
_HN = re.compile(
    rb"(?i:(?<![a-z])" + _HN_WORD + rb"(?:[ _-]?(?:no|num|number|id|code))?)"
    rb"[ \t\"'\\:=.#_(\[>-]{0,8}"
    rb"(?P<number>" + _DIGIT + rb"(?:" + _DIGIT + rb"|[/-](?=" + _DIGIT + rb")){2,18})"
)
# each begins with a letter that re finds quickly; the text is in lower case
_HN_HINTS = (
    re.compile(rb"hn(?<![a-z]hn)(?:[ _-]?(?:no|num|number|id|code))?[ \t\"'\\:=.#_(\[>-]{0,8}" + _DIGIT),
    re.compile(rb"hospital[ _-]?(?:no|num|id)"),
    re.compile(rb"patient[ _-]?(?:no|num|id|code)"),
)
_TIS_TO_ASCII = bytes.maketrans(_THAI_BYTES, _ASCII)
_NOT_DIGIT = bytes(value for value in range(256) if value not in _ASCII)
_IN_LETTERS = bytes.maketrans(b"0123456789abcdef", b"abcdefghijklmnop")


def tagger(key: bytes) -> Tag:
    """Return what makes tags under ``key`` (16 to 64 bytes).

    Raises:
        ValueError: the key is too short or too long.
    """
    if not KEY_BYTES[0] <= len(key) <= KEY_BYTES[1]:
        raise ValueError("the key of a privacy profile has 16 to 64 bytes")

    def tag(kind: bytes, written: bytes) -> bytes:
        digest = blake2b(kind + b":" + digits(written), key=key, digest_size=_TAG_BYTES).hexdigest().encode()
        # letters alone: a tag must never read as a number, or cleaning twice would change it
        return b"<%b:%b>" % (kind, digest.translate(_IN_LETTERS))

    return tag


def digits(written: bytes) -> bytes:
    """Return the digits of a number as ASCII, from ASCII, Thai digits in UTF-8 or CP874, or UTF-16."""
    plain = re.sub(_THAI, lambda match: bytes([match[0][2] - 0x90 + 0x30]), written)
    return plain.translate(_TIS_TO_ASCII).translate(None, _NOT_DIGIT)


def has_id(block: bytes) -> bool:
    """Tell quickly whether ``block`` may hold a 13-digit number; false is certain."""
    flat = block.translate(_TO_ZERO)
    if _ZEROS in flat or any(shape in flat for shape in _SHAPES):
        return True
    if b"\xe0\xb9" in block and _THAI_HINT.search(block):
        return True
    return b"\x00" in block and bool(_WIDE.search(block))


def has_hn(lowered: bytes) -> bool:
    """Tell quickly whether a text in lower case may hold a hospital number; false is certain."""
    return any(hint.search(lowered) for hint in _HN_HINTS)


def mask_ids(block: bytes, tag: Tag) -> bytes:
    """Return ``block`` with every 13-digit number replaced; digits inside of a hash stay."""

    def put(match: re.Match[bytes]) -> bytes:
        if _inside_hash(match):
            return match[0]
        return tag(b"id", match[0])

    block = _PLAIN.sub(put, block)
    for pattern in (_GROUPED, _THAI_DIGITS, _TIS_DIGITS, _TIS_GROUPED, _WIDE):
        block = pattern.sub(lambda match: tag(b"id", match[0]), block)
    return block


def _inside_hash(match: re.Match[bytes]) -> bool:
    """Tell whether the digits are a part of a longer hexadecimal word, such as a SHA-256."""
    text, begin, end = match.string, match.start(), match.end()
    low, high = begin, end
    while low > 0 and text[low - 1 : low].isalnum():
        low -= 1
    while high < len(text) and text[high : high + 1].isalnum():
        high += 1
    word = text[low:high]
    return len(word) >= _HEX_RUN and not word.translate(None, b"0123456789abcdefABCDEF")


def mask_hospital_numbers(block: bytes, tag: Tag) -> bytes:
    """Return ``block`` with every number after HN, hospital no. or patient id replaced."""

    def put(match: re.Match[bytes]) -> bytes:
        begin = match.start("number") - match.start()
        return match[0][:begin] + tag(b"hn", match["number"])

    return _HN.sub(put, block)
