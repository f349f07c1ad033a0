"""Keys on paper: pronounceable four-letter words in numbered lines, each line with its own check word.

Each word is consonant, vowel, consonant, vowel: 16 × 4 × 16 × 4 = 4,096 words of 12 bits. A line holds five
words of data and a sixth that checks them together with the line's number, so that a slip of the pen is
found in its line; the bytes carry a checksum of their own over everything.
"""

from __future__ import annotations

import hashlib
import re

from phithak.core.privacy.errors import WordsError

CONSONANTS = "bdfghjklmnprstwy"
VOWELS = "aeio"
WORD_BITS = 12
DATA_WORDS = 5
LINE_WORDS = DATA_WORDS + 1
CHECK_BYTES = 4
_VALUES = {
    c1 + v1 + c2 + v2: ((i * 4 + j) * 16 + k) * 4 + m
    for i, c1 in enumerate(CONSONANTS)
    for j, v1 in enumerate(VOWELS)
    for k, c2 in enumerate(CONSONANTS)
    for m, v2 in enumerate(VOWELS)
}
_WORDS = {value: word for word, value in _VALUES.items()}


def encode(content: bytes) -> list[str]:
    """Return the lines of ``content``: six words each, the last of them the line's check."""
    body = content + _checksum(content)
    number = int.from_bytes(body, "big")
    count = _line_count(len(content))
    bits = count * DATA_WORDS * WORD_BITS
    number <<= bits - len(body) * 8
    lines = []
    for line in range(count):
        values = [
            number >> (bits - (line * DATA_WORDS + place + 1) * WORD_BITS) & 0xFFF
            for place in range(DATA_WORDS)
        ]
        lines.append(" ".join(_WORDS[value] for value in [*values, _line_check(line, values)]))
    return lines


def decode(text: str, size: int) -> bytes:
    """Return the ``size`` bytes whose words are in ``text``; case, line numbers and marks do not matter.

    Raises:
        WordsError: tells the line of the slip, or that words are missing.
    """
    found = re.findall(r"[a-z]+", text.lower())
    count = _line_count(size)
    for place, word in enumerate(found):
        if word not in _VALUES:
            line = place // LINE_WORDS + 1
            raise WordsError(
                reason_th=f"บรรทัดที่ {line} ไม่มีคำว่า “{word}”",
                reason_en=f"line {line}: “{word}” is not a word of ours",
            )
    if len(found) != count * LINE_WORDS:
        raise WordsError(
            reason_th=f"ต้องมี {count * LINE_WORDS} คำ แต่พบ {len(found)} คำ",
            reason_en=f"{count * LINE_WORDS} words are needed, {len(found)} were found",
        )
    number = 0
    for line in range(count):
        *values, check = (_VALUES[word] for word in found[line * LINE_WORDS : (line + 1) * LINE_WORDS])
        if _line_check(line, values) != check:
            raise WordsError(
                reason_th=f"บรรทัดที่ {line + 1} มีคำผิด โปรดเทียบกับกระดาษอีกครั้ง",
                reason_en=f"line {line + 1} holds a wrong word; compare it with the paper",
            )
        for value in values:
            number = number << WORD_BITS | value
    spare = count * DATA_WORDS * WORD_BITS - (size + CHECK_BYTES) * 8
    if number & ((1 << spare) - 1):
        raise _whole()
    body = (number >> spare).to_bytes(size + CHECK_BYTES, "big")
    content, checksum = body[:size], body[size:]
    if _checksum(content) != checksum:
        raise _whole()
    return content


def _whole() -> WordsError:
    return WordsError(
        reason_th="คำครบแต่ผลตรวจรวมไม่ตรง อาจสลับบรรทัดจากคนละแผ่น",
        reason_en="every line fits, the whole does not; lines of two sheets may be mixed",
    )


def _line_count(size: int) -> int:
    bits = (size + CHECK_BYTES) * 8
    return -(-bits // (DATA_WORDS * WORD_BITS))


def _checksum(content: bytes) -> bytes:
    # stands on the same sheet as the key itself, so it gives nothing away
    return hashlib.blake2b(content, digest_size=CHECK_BYTES, person=b"phithak words").digest()


def _line_check(line: int, values: list[int]) -> int:
    body = bytes([line]) + b"".join(value.to_bytes(2, "big") for value in values)
    digest = hashlib.blake2b(body, digest_size=2, person=b"phithak line").digest()
    return int.from_bytes(digest, "big") & 0xFFF
