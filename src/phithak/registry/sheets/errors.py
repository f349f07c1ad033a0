"""What is refused of a whole file; faults of single cells are values, see ``cells``."""

from __future__ import annotations

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text


class SheetError(InvalidInputError):
    """A file cannot be read as a table; says why and what to do."""

    code = "registry.sheet"
    text = Text("อ่านไฟล์นี้ไม่ได้: {reason_th}", "This file cannot be read: {reason_en}")


def refuse(reason: Text, **slots: object) -> SheetError:
    """Return the error of a reason with its slots filled."""
    filled = reason.format(**slots) if slots else reason
    return SheetError(field="file", reason_th=filled.th, reason_en=filled.en)
