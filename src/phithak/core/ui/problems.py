"""Validation errors of the API in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from phithak.base.text import Text
from phithak.core.ui.api import Problem

_TEXTS = {
    "missing": Text("ต้องมีค่านี้", "This value is required"),
    "int_parsing": Text("ต้องเป็นจำนวนเต็ม", "Must be a whole number"),
    "int_type": Text("ต้องเป็นจำนวนเต็ม", "Must be a whole number"),
    "bool_parsing": Text("ต้องเป็น true หรือ false", "Must be true or false"),
    "string_type": Text("ต้องเป็นข้อความ", "Must be text"),
    "string_too_short": Text("ข้อความสั้นเกินไป", "The text is too short"),
    "string_too_long": Text("ข้อความยาวเกินไป", "The text is too long"),
    "greater_than_equal": Text("ค่าน้อยเกินไป", "The value is too small"),
    "less_than_equal": Text("ค่ามากเกินไป", "The value is too large"),
    "uuid_parsing": Text("ต้องเป็นรหัส UUID", "Must be a UUID"),
    "uuid_type": Text("ต้องเป็นรหัส UUID", "Must be a UUID"),
    "enum": Text("ไม่มีตัวเลือกนี้", "There is no such option"),
    "literal_error": Text("ไม่มีตัวเลือกนี้", "There is no such option"),
    "json_invalid": Text("อ่าน JSON ไม่ได้", "The JSON cannot be read"),
    "extra_forbidden": Text("ไม่รู้จักช่องนี้", "This field is not known"),
}
_OTHER = "รูปแบบไม่ถูกต้อง"


def problems_of(errors: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """Return the wrong fields of pydantic's error list, each with its place and a sentence in both languages."""
    found = []
    for error in errors:
        text = _TEXTS.get(str(error.get("type"))) or Text(_OTHER, str(error.get("msg", "Not valid")))
        place = ".".join(str(part) for part in error.get("loc", ()))
        found.append(Problem(field=place, message_th=text.th, message_en=text.en))
    return found
