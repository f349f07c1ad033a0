"""Errors of the monitoring room."""

from __future__ import annotations

from phithak.base.errors import ConflictError, InvalidInputError, NotFoundError
from phithak.base.text import Text


class TenantUnknownError(NotFoundError):
    """No running tenant of that id or name."""

    code = "monitoring.tenant_unknown"
    text = Text(
        "ไม่พบหน่วยงาน {tenant} ใช้รหัสหรือชื่อเต็มตามทะเบียน",
        "No organisation {tenant}. Give its id or its whole name as the registry has it.",
    )


class SenderUnknownError(NotFoundError):
    """No sender of that id."""

    code = "monitoring.sender_unknown"
    text = Text(
        "ไม่พบผู้ส่ง {sender} ดูรายชื่อด้วย phithak sender list", "No sender {sender}. See phithak sender list."
    )


class SenderNameTakenError(ConflictError):
    """The tenant has a sender of that name."""

    code = "monitoring.sender_name_taken"
    text = Text(
        "หน่วยงานนี้มีผู้ส่งชื่อ {name} แล้ว ใช้ชื่ออื่นหรือเพิกถอนตัวเดิมก่อน",
        "This organisation has a sender named {name}. Use another name or revoke that one first.",
    )


class SourceWrongError(InvalidInputError):
    """A source is not of the form LABEL:PROFILE."""

    code = "monitoring.source_wrong"
    text = Text(
        "แหล่ง {source} ไม่ถูกต้อง เขียนเป็น ป้าย:โปรไฟล์ โดยโปรไฟล์เป็นหนึ่งใน {profiles}",
        "Source {source} is wrong. Write LABEL:PROFILE; profiles are {profiles}.",
    )
