"""Thai digits ๐-๙ and Arabic digits 0-9, folded both ways (Unicode block U+0E50 to U+0E59)."""

from __future__ import annotations

THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙"
ARABIC_DIGITS = "0123456789"
_TO_ARABIC = str.maketrans(THAI_DIGITS, ARABIC_DIGITS)
_TO_THAI = str.maketrans(ARABIC_DIGITS, THAI_DIGITS)


def to_arabic(text: str) -> str:
    """Return the text with ๐-๙ written as 0-9; every other character stays (domain D3, Digits)."""
    return text.translate(_TO_ARABIC)


def to_thai(text: str) -> str:
    """Return the text with 0-9 written as ๐-๙, as official letters may (domain D3, Digits)."""
    return text.translate(_TO_THAI)
