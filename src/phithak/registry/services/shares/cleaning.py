"""What people typed, as it is kept; what deceives the eye is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from phithak.base.text import Text
from phithak.engines.thai import normalize
from phithak.registry.queries.assets.kinds import DataKind
from phithak.registry.services.shares.errors import FieldRefusedError

_LINES = "\n\r\t"
_MEANT = frozenset("\u00ad\u200c\u200d\u2060")  # what word processors leave behind; harmless once taken out
_ZERO_WIDTH_SPACE = "\u200b"  # Thai word processors put it between words


def refuse(field: str, reason: Text) -> FieldRefusedError:
    """Return the error of a field."""
    return FieldRefusedError(field=field, reason_th=reason.th, reason_en=reason.en)


def words(text: str, field: str, most: int, *, needed: bool = True) -> str:
    """Return a text as it is kept: normalised, with its lines.

    Raises:
        FieldRefusedError: empty though needed, too long, or with marks that hide or turn what is read.
    """
    for mark in text:
        if mark in _LINES or mark in _MEANT or mark == _ZERO_WIDTH_SPACE:
            continue
        if unicodedata.category(mark) in {"Cc", "Cf", "Cs", "Co"}:
            raise refuse(
                field,
                Text(
                    f"มีอักขระที่มองไม่เห็น (U+{ord(mark):04X}) โปรดพิมพ์ใหม่",
                    f"it holds an invisible character (U+{ord(mark):04X}); type it anew",
                ),
            )
    kept = normalize(text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    if needed and not kept:
        raise refuse(field, Text("ต้องกรอก", "it is needed"))
    if len(kept) > most:
        raise refuse(field, Text(f"ยาวเกิน {most} ตัวอักษร", f"longer than {most} characters"))
    return kept


def line(text: str, field: str, most: int, *, needed: bool = True) -> str:
    """Return a text of one line as it is kept; errors as of :func:`words`."""
    return " ".join(words(text, field, most, needed=needed).split())


def data_kinds(given: Iterable[str], field: str, *, needed: bool = False) -> list[str]:
    """Return kinds of data in the order of their list, each once.

    Raises:
        FieldRefusedError: one is not on the list, or none is given though needed.
    """
    asked = set(given)
    unknown = sorted(asked - set(DataKind))
    if unknown:
        names = ", ".join(unknown)[:100]
        raise refuse(field, Text(f"ไม่มีชนิดข้อมูล {names}", f"there is no kind of data {names}"))
    if needed and not asked:
        raise refuse(field, Text("เลือกชนิดข้อมูลอย่างน้อยหนึ่งชนิด", "choose at least one kind of data"))
    return [kind.value for kind in DataKind if kind in asked]
