"""What the room refuses, and what to do then."""

from __future__ import annotations

from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError
from phithak.base.text import Text


class CaseFieldError(InvalidInputError):
    """A field of a case cannot be used like this."""

    code = "cases.field_refused"
    text = Text("ช่องนี้ใช้ไม่ได้: {reason_th}", "This field cannot be used: {reason_en}")


class CaseChangedError(ConflictError):
    """Somebody else changed the case meanwhile."""

    code = "cases.changed"
    text = Text(
        "มีผู้อื่นแก้เคสนี้แล้ว (ฉบับที่ {version}) เลือกค่าที่จะเก็บด้านบน แล้วบันทึกอีกครั้ง",
        "Somebody else changed this case (now version {version}). Choose above what stays, then save again.",
    )


class CasePhaseError(ConflictError):
    """The case does not stand where this can be done, or somebody was quicker."""

    code = "cases.wrong_phase"
    text = Text(
        "เคสอยู่ขั้น “{phase_th}” จึงทำไม่ได้ ดูสถานะล่าสุดก่อน",
        "The case is in “{phase_en}”, so this cannot be done. Look at its state first.",
    )


class TriageOpenError(ConflictError):
    """Something that triage must answer is open."""

    code = "cases.triage_open"
    text = Text("ยังออกจากขั้นคัดกรองไม่ได้: {missing_th}", "Triage is not over: {missing_en}")


class PartyTakenError(ConflictError):
    """The organisation is in the case already."""

    code = "cases.party_taken"
    text = Text("หน่วยงานนี้อยู่ในเคสแล้ว", "This organisation is in the case already.")


class ReportStateError(ConflictError):
    """The report was decided on meanwhile."""

    code = "cases.report_state"
    text = Text(
        "รายงานนี้ตัดสินไปแล้ว ({state_th}) ดูสถานะล่าสุด",
        "This report was decided on ({state_en}). Look at it again.",
    )


class TlpLoweredError(ForbiddenError):
    """Only the originator may widen the circle."""

    code = "cases.tlp_lowered"
    text = Text(
        "ลดระดับ TLP ได้เฉพาะหน่วยงานต้นทาง ขอให้ต้นทางเป็นผู้ลด",
        "Only the originator may lower the TLP. Ask the originator to do it.",
    )


class StruckError(ConflictError):
    """The entry was struck already."""

    code = "cases.struck"
    text = Text("รายการนี้ถูกขีดออกแล้ว", "This entry was struck already.")


class ApprovalNeededError(ConflictError):
    """The step is unsafe for clinical systems and nobody of the hospital approved it."""

    code = "cases.approval_needed"
    text = Text(
        "ขั้นตอนนี้ไม่ปลอดภัยต่อระบบคลินิก ต้องให้ผู้อนุมัติของโรงพยาบาลอนุมัติก่อน",
        "This step is unsafe for clinical systems. An approver of the hospital must approve it first.",
    )


class ClosingGapsError(ConflictError):
    """Something is missing that a closed case should have."""

    code = "cases.closing_gaps"
    text = Text(
        "ยังปิดไม่ได้: {gaps_th} ระบุเหตุผลที่ปิดทั้งที่ขาด หากจำเป็น",
        "It cannot be closed: {gaps_en}. Say why it is closed all the same, if it must be.",
    )


class TaskStateError(ConflictError):
    """The task was moved meanwhile."""

    code = "cases.task_state"
    text = Text("งานนี้เปลี่ยนไปแล้ว ดูสถานะล่าสุด", "This task has moved meanwhile. Look at it again.")


class TakenError(ConflictError):
    """It is there already."""

    code = "cases.taken"
    text = Text("มีรายการนี้แล้ว", "This is there already.")
