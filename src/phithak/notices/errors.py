"""What the notices room refuses, and what to do then."""

from __future__ import annotations

from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError, PhithakError
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


class CampaignStateError(ConflictError):
    """The campaign's state does not allow this."""

    code = "notices.campaign_state"
    text = Text(
        "การแจ้งนี้อยู่ในสถานะ {state_th} จึงทำไม่ได้ โปรดเปิดหน้าใหม่",
        "This campaign is {state_en}, so this cannot be done. Open its page again.",
    )


class CampaignChangedError(ConflictError):
    """The campaign or its list is not what the person looked at."""

    code = "notices.campaign_changed"
    text = Text(
        "การแจ้งหรือรายชื่อถูกแก้หลังจากที่คุณเปิดดู โปรดเปิดใหม่ ตรวจ แล้วทำอีกครั้ง",
        "The campaign or its list was changed after you opened it. Open it again, check it, and repeat.",
    )


class CampaignSecondPersonError(ForbiddenError):
    """The approver drafted or submitted the campaign."""

    code = "notices.campaign_second_person"
    text = Text(
        "ผู้อนุมัติต้องเป็นคนละคนกับผู้ร่างและผู้ส่งขออนุมัติ โปรดให้ผู้อื่นอนุมัติ",
        "The approver must be another person than who drafted or submitted it. Ask somebody else.",
    )


class CampaignNotReadyError(ConflictError):
    """Something is missing before the campaign can go on."""

    code = "notices.campaign_not_ready"
    text = Text("ยังไปต่อไม่ได้: {reason_th}", "It cannot go on yet: {reason_en}")


class NotAsApprovedError(ConflictError):
    """What would leave is not what the second person approved."""

    code = "notices.not_as_approved"
    text = Text(
        "ข้อความหรือรายชื่อไม่ตรงกับที่อนุมัติ จึงไม่ส่ง โปรดร่างและขออนุมัติใหม่",
        "The text or the list is not what was approved, so nothing is sent. Draft it anew and have it approved.",
    )


class UnknownAnswerError(InvalidInputError):
    """The answer is not one of those that the campaign asks for."""

    code = "notices.unknown_answer"
    text = Text("เลือกคำตอบจากรายการของการแจ้งนี้", "Choose one of the answers of this campaign.")


class UnknownReferenceError(InvalidInputError):
    """Nobody was told that code."""

    code = "notices.unknown_reference"
    text = Text(
        "ไม่พบรหัสนี้ ตรวจตัวอักษร 8 ตัวในข้อความ หรือโทรหาผู้ส่ง",
        "That code is not known. Check the 8 characters in the message, or call the sender.",
    )


class TooManyTriesError(PhithakError):
    """Very many wrong codes came from one address."""

    code = "notices.slow_down"
    text = Text(
        "มีการลองรหัสจากเครือข่ายของคุณหลายครั้ง รอ {seconds} วินาทีแล้วลองใหม่ หรือโทรหาผู้ส่ง",
        "Very many codes were tried from your network. Wait {seconds} seconds and try again, or call the sender.",
    )
    status = 429


class BadAddressesError(InvalidInputError):
    """Some lines of a list are no addresses."""

    code = "notices.bad_addresses"
    text = Text(
        "บรรทัดที่ {lines} ไม่ใช่อีเมลหรือเบอร์มือถือ โปรดแก้แล้วส่งใหม่ ยังไม่มีรายการใดถูกเพิ่ม",
        "Lines {lines} are neither an e-mail address nor a mobile number. Mend them and send again; nothing was added.",
    )
