"""Errors for people: a stable code, and what happened and what to do in Thai and English.

Tree::

    PhithakError
    ├── InvalidInputError   422  the input is wrong; says which field and what would be right
    ├── NotFoundError       404  no such thing, or not yours to see (the two are never told apart)
    ├── ForbiddenError      403  you may see it, but not do this
    ├── ConflictError       409  somebody changed it meanwhile, or its state does not allow this
    ├── LockedError         503  the root key is locked; an operator must unlock
    └── BusyError           503  try again shortly; nothing was lost
        └── DiskFullError   503  an operator must make room; nothing was lost

Rooms subclass these and set ``code`` and ``text``. Slots in the text are keyword arguments.
"""

from __future__ import annotations

from typing import Any

from phithak.base.text import Text


class PhithakError(Exception):
    """Base of every error that a person may see.

    Attributes:
        code: stable name for machines, ``room.reason``.
        text: sentence with ``{slots}``, in both languages.
        status: the HTTP status that a page or the API answers with.
        field: name of the input field that is wrong, or "".
    """

    code = "error"
    text = Text("เกิดข้อผิดพลาด โปรดลองใหม่", "Something went wrong. Please try again.")
    status = 400

    def __init__(self, *, field: str = "", **slots: object) -> None:
        self.field = field
        self.slots = slots
        super().__init__(self.code, slots)

    @property
    def message(self) -> Text:
        """The sentence with its slots filled, in both languages."""
        return self.text.format(**self.slots)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def __reduce__(self) -> tuple[Any, ...]:
        # a worker process hands its error back whole
        return _revived, (self.__class__, self.args, self.__dict__)


def _revived(kind: type[PhithakError], args: tuple[Any, ...], told: dict[str, Any]) -> PhithakError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(told)
    return error


class InvalidInputError(PhithakError):
    """The input is wrong."""

    code = "input.invalid"
    text = Text("ข้อมูลไม่ถูกต้อง: {reason_th}", "The input is not valid: {reason_en}")
    status = 422


class NotFoundError(PhithakError):
    """No such thing, or not the actor's to see."""

    code = "not_found"
    text = Text(
        "ไม่พบรายการนี้ หรือคุณไม่มีสิทธิ์ดู โปรดตรวจลิงก์หรือกลับไปที่รายการ",
        "This item was not found, or is not yours to see. Check the link or go back to the list.",
    )
    status = 404


class ForbiddenError(PhithakError):
    """The actor may not do this."""

    code = "forbidden"
    text = Text(
        "คุณไม่มีสิทธิ์ทำรายการนี้ ({permission}) โปรดขอสิทธิ์จากผู้ดูแลระบบ",
        "You have no right to do this ({permission}). Ask your administrator for it.",
    )
    status = 403


class ConflictError(PhithakError):
    """The state of the thing does not allow this, or it was changed meanwhile."""

    code = "conflict"
    text = Text(
        "มีผู้อื่นแก้ไขรายการนี้แล้ว โปรดเปิดใหม่แล้วลองอีกครั้ง",
        "Somebody else has changed this item. Open it again and retry.",
    )
    status = 409


class LockedError(PhithakError):
    """The root key is locked."""

    code = "keys.locked"
    text = Text(
        "กุญแจหลักยังล็อกอยู่ ผู้ดูแลต้องรัน phithak unlock ก่อน",
        "The root key is locked. An operator must run phithak unlock first.",
    )
    status = 503


class BusyError(PhithakError):
    """The database is busy; nothing was lost."""

    code = "busy"
    text = Text(
        "ระบบกำลังทำงานหนัก ข้อมูลที่กรอกยังอยู่ โปรดลองอีกครั้งในอีกสักครู่",
        "The system is busy. What you typed is kept; please try again in a moment.",
    )
    status = 503


class DiskFullError(BusyError):
    """The disk is full; what was typed is kept by the page, and nothing half-written stays."""

    code = "disk_full"
    text = Text(
        "ดิสก์ของระบบเต็ม ข้อมูลที่กรอกยังอยู่ แจ้งผู้ดูแลให้เพิ่มพื้นที่ แล้วส่งอีกครั้ง",
        "The disk of the system is full. What you typed is kept; tell the operator to make room, then send again.",
    )
