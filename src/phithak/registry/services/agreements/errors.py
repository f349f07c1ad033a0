"""What the part refuses, and what to do then."""

from __future__ import annotations

from phithak.base.errors import ConflictError
from phithak.base.text import Text


class AgreementChangedError(ConflictError):
    """Somebody else changed the agreement meanwhile."""

    code = "registry.agreement_changed"
    text = Text(
        "มีผู้อื่นแก้ข้อตกลงนี้แล้ว (ฉบับที่ {version}) ดูค่าปัจจุบันด้านบน แล้วบันทึกอีกครั้งหากยังต้องการ",
        "Somebody else changed this agreement (now version {version}). See its values above, then save again.",
    )


class NumberTakenError(ConflictError):
    """The keeper has an agreement of that number."""

    code = "registry.agreement_number_taken"
    text = Text(
        "มีข้อตกลงเลขที่ {number} อยู่แล้ว โปรดใช้เลขอื่น หรือแก้ฉบับเดิม",
        "There is an agreement {number} already. Use another number, or change that one.",
    )


class SignedTermsError(ConflictError):
    """Terms that were signed may only change when all sign again."""

    code = "registry.agreement_signed_terms"
    text = Text(
        "ข้อตกลงนี้ลงนามแล้ว หากแก้สาระ ลายมือชื่อจะเป็นโมฆะและทุกการไหลของข้อมูลจะปิด ทำเครื่องหมายยืนยันก่อน",
        "This agreement is signed. Changed terms void the signatures and switch all flows off; tick to confirm.",
    )


class AgreementStateError(ConflictError):
    """The agreement's state does not allow this."""

    code = "registry.agreement_state"
    text = Text("ทำไม่ได้: {reason_th}", "This cannot be done: {reason_en}")


class RuleRefusedError(ConflictError):
    """Nothing holds the flow up."""

    code = "registry.rule_refused"
    text = Text(
        "เปิดไม่ได้: {reason_th} โปรดแก้ที่ข้อตกลงก่อน",
        "This cannot be switched on: {reason_en}. Mend the agreement first.",
    )


class RuleSwitchedError(ConflictError):
    """Somebody else switched the rule meanwhile."""

    code = "registry.rule_switched"
    text = Text(
        "มีผู้อื่นเปิดหรือปิดรายการนี้ไปแล้ว โปรดดูสถานะล่าสุดก่อน",
        "Somebody else switched this meanwhile. Look at its state first.",
    )


class RuleChangedError(ConflictError):
    """Somebody else changed the rule meanwhile."""

    code = "registry.rule_changed"
    text = Text(
        "มีผู้อื่นแก้รายการนี้แล้ว ดูค่าปัจจุบันด้านบน แล้วบันทึกอีกครั้งหากยังต้องการ",
        "Somebody else changed this meanwhile. See its values above, then save again if you still want to.",
    )


class PartyTakenError(ConflictError):
    """The organisation is a party already."""

    code = "registry.party_taken"
    text = Text("หน่วยงานนี้เป็นคู่สัญญาอยู่แล้ว", "This organisation is a party already.")
