"""Values of events as text, and text in simple case folding.

Sigma compares without regard to case. Folding here is Unicode's simple one (CaseFolding.txt, C and S): one
letter stays one letter, so spans fit the value as it was written. The Kelvin sign is k and the long s is s;
ß is ẞ but not ss; the Turkish dotted İ and dotless ı are letters of their own.
"""

from __future__ import annotations

from typing import Any

_COMMON = 0x3000


def texts_of(value: Any) -> list[str]:
    """Return the texts by which a value is compared: none for null, a map or an empty list."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item)]
    if value is None or isinstance(value, dict):
        return []
    return [scalar_text(value)]


def scalar_text(value: Any) -> str:
    """Return the text of one plain value: ``true``, ``5`` for 5 and 5.0, else as Python writes it."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


class _Folds(dict[int, int | str]):
    """Letter to folded letter, worked out when first asked: a table of all of Unicode would cost half a second."""

    def __missing__(self, code: int) -> int | str:
        letter = chr(code)
        small = letter.casefold()
        if len(small) != 1:
            small = letter.lower()
        found = small if len(small) == 1 and small != letter else code
        # whoever writes the events must not fill the memory: only letters that fold, and the common scripts
        if found != code or code < _COMMON:
            self[code] = found
        return found


_FOLDS = _Folds()


def fold(text: str) -> str:
    """Return ``text`` in simple case folding; its length does not change."""
    return text.lower() if text.isascii() else text.translate(_FOLDS)
