"""What the detection room refuses, and what to do then."""

from __future__ import annotations

from phithak.base.errors import ConflictError
from phithak.base.text import Text


class FencedError(ConflictError):
    """Another detector has begun; this one must end."""

    code = "detection.fenced"
    text = Text(
        "มีตัวตรวจจับอื่นเริ่มงานแล้ว ตัวนี้หยุด ให้เหลือเพียงตัวเดียว",
        "Another detector has begun, so this one ends. Keep only one running.",
    )
