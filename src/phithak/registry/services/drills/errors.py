"""What contact drills refuse."""

from __future__ import annotations

from phithak.base.errors import ConflictError, InvalidInputError
from phithak.base.text import Text


class DrillStateError(ConflictError):
    """The drill's state does not allow this."""

    code = "registry.drill_state"
    text = Text(
        "การซ้อมนี้เริ่ม จบ หรือหยุดไปแล้ว โปรดเปิดหน้าใหม่",
        "This drill has started, ended or stopped meanwhile. Open the page again.",
    )


class UnknownCodeError(InvalidInputError):
    """No contact waits for this code."""

    code = "registry.drill_code"
    text = Text(
        "ไม่มีผู้ประสานงานที่รอรหัสนี้ โปรดให้ผู้โทรอ่านรหัส 6 หลักใน SMS อีกครั้ง หรือเลือกชื่อจากรายการ",
        "No contact waits for this code. Let the caller read the 6 digits of the SMS again, or pick the name below.",
    )


class SharedCodeError(ConflictError):
    """Two contacts wait for the same code."""

    code = "registry.drill_code_shared"
    text = Text(
        "มีผู้ประสานงานมากกว่าหนึ่งรายใช้รหัสนี้ โปรดเลือกชื่อจากรายการ",
        "Two contacts have this code. Pick the name below.",
    )
