"""What the notices room refuses, and what to do then."""

from __future__ import annotations

from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError
from phithak.base.text import Text


class TextChangedError(ConflictError):
    """The text is not the one that the person looked at."""

    code = "notices.text_changed"
    text = Text(
        "ข้อความถูกแก้หลังจากที่คุณเปิดดู โปรดเปิดใหม่ อ่านแล้วทำอีกครั้ง",
        "The text was changed after you opened it. Open it again, read it, and repeat.",
    )


class WrongStateError(ConflictError):
    """The version's state does not allow this."""

    code = "notices.wrong_state"
    text = Text(
        "ฉบับนี้อยู่ในสถานะ {state} จึงทำไม่ได้ โปรดดูฉบับล่าสุด",
        "This version is {state}, so this cannot be done. See the latest version.",
    )


class SecondPersonError(ForbiddenError):
    """The approver wrote or submitted the text."""

    code = "notices.second_person"
    text = Text(
        "ผู้อนุมัติต้องเป็นคนละคนกับผู้เขียนและผู้ส่ง โปรดให้ผู้อื่นอนุมัติ",
        "The approver must be another person than who wrote or submitted it. Ask somebody else.",
    )


class LintFailedError(ConflictError):
    """The text breaks rules that are no mere advice."""

    code = "notices.lint_failed"
    text = Text(
        "ข้อความยังผิดกฎ {count} ข้อ ({rules}) โปรดแก้ก่อนอนุมัติ",
        "The text still breaks rules: {count} ({rules}). Mend them before approval.",
    )


class CodeTakenError(ConflictError):
    """The organisation has a template of that code."""

    code = "notices.code_taken"
    text = Text("มีแม่แบบรหัส {template} อยู่แล้ว โปรดใช้รหัสอื่น", "There is a template {template}. Use another code.")


class DirectoryTakenError(ConflictError):
    """The directory has an active entry at that place."""

    code = "notices.directory_taken"
    text = Text(
        "มี {entry} ในทะเบียนอยู่แล้ว แก้รายการเดิมแทน", "{entry} is in the directory already. Change that entry."
    )


class NotApprovedError(ConflictError):
    """There is no approved wording, or it was changed behind the approval."""

    code = "notices.not_approved"
    text = Text(
        "แม่แบบ {template} ยังไม่มีฉบับอนุมัติที่ตรงกับข้อความ โปรดส่งขออนุมัติ",
        "Template {template} has no approved version that matches its text. Submit it for approval.",
    )


class BadNumberError(InvalidInputError):
    """The hotline is not a telephone number."""

    code = "notices.bad_number"
    text = Text("หมายเลขไม่ถูกต้อง: {reason_th}", "Not a telephone number: {reason_en}")


class BadValueError(InvalidInputError):
    """A field of a template or of the directory cannot be used."""

    code = "notices.bad_value"
    text = Text("ใช้ค่านี้ไม่ได้: {reason_th}", "This value cannot be used: {reason_en}")


class NotALetterError(InvalidInputError):
    """Only templates of the letter channel become letters."""

    code = "notices.not_a_letter"
    text = Text(
        "แม่แบบ {template} ไม่ใช่จดหมาย จึงไม่มี PDF", "Template {template} is no letter, so there is no PDF."
    )
