"""Thai dictionary order as a string that any database sorts byte by byte.

Source: the order of the Royal Institute Dictionary, as in CLDR ``th``: a leading vowel counts behind its
consonant (แก before ขา), vowels and consonants stand in the order of their code points, tones and the signs
็ ์ decide only between words that are otherwise alike, blanks and signs last. Digits come first, Thai letters
before Latin ones.
"""

from __future__ import annotations

import re

from phithak.engines.thai.digits import to_arabic
from phithak.engines.thai.text import LEADING_VOWELS, normalize

_LEADING = re.compile(f"([{LEADING_VOWELS}])([ก-ฮ])")
_SIGNS = "ฯ฿ๆ"
_MINOR = "็่้๊๋์ํ๎ฺ"
_LEVEL = "\x01"
_PLAIN = "!"
_AFTER_THAI = "\u0e7f"
"""Unassigned, above every Thai letter: puts other scripts behind Thai."""


def collation_key(text: str) -> str:
    """Return a key: the plain (code point or UTF-8 byte) order of keys is the dictionary order of texts.

    The key ends in the text itself, so that two different texts never share one. Databases must compare
    it in binary order ("BINARY", "C").
    """
    clean = normalize(text)
    major: list[str] = []
    minor: list[str] = []
    for char in _LEADING.sub(r"\2\1", to_arabic(clean.casefold())):
        if char in _MINOR:
            if minor:
                minor[-1] += char
        elif char in _SIGNS:
            continue
        elif "ก" <= char <= "๎" or char in "0123456789":
            major.append(char)
            minor.append(_PLAIN)
        elif char.isalnum():
            major.append(_AFTER_THAI + char)
            minor.append(_PLAIN)
    return f"{''.join(major)}{_LEVEL}{''.join(minor)}{_LEVEL}{clean}"
