"""What the part ``assets`` refuses, and what to do then."""

from __future__ import annotations

from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError
from phithak.base.text import Text


class AssetValueError(InvalidInputError):
    """A field of an asset cannot be used; says why and what would be right."""

    code = "registry.asset_value"
    text = Text("{reason_th}", "{reason_en}")


class AssetTakenError(ConflictError):
    """The organisation has it already."""

    code = "registry.asset_taken"
    text = Text(
        "มี {entry} ในทะเบียนของหน่วยงานนี้แล้ว เปิดรายการเดิมเพื่อแก้",
        "{entry} is on this organisation's list already. Open that entry to change it.",
    )


class AssetChangedError(ConflictError):
    """Somebody else changed the record meanwhile."""

    code = "registry.asset_changed"
    text = Text(
        "มีผู้อื่นแก้รายการนี้หลังจากที่คุณเปิด ค่าที่คุณพิมพ์ยังอยู่ ดูค่าของอีกฝ่ายด้านล่าง แล้วบันทึกอีกครั้งถ้าต้องการใช้ค่าของคุณ",
        "Somebody changed this after you opened it. What you typed is kept; see the other values below, and save "
        "again to use yours.",
    )


class AssetEndedError(ConflictError):
    """The record was ended."""

    code = "registry.asset_ended"
    text = Text(
        "รายการนี้เลิกใช้แล้ว จึงแก้ไม่ได้ เพิ่มรายการใหม่แทน",
        "This entry has ended and cannot be changed. Add a new one instead.",
    )


class AssetInUseError(ConflictError):
    """Other records stand on this one."""

    code = "registry.asset_in_use"
    text = Text(
        "ยังมีรายการอื่นใช้อยู่: {names} ปิดรายการเหล่านั้นก่อน",
        "Other entries still stand on it: {names}. End those first.",
    )


class NewerCheckError(ConflictError):
    """The exposure was checked at a later moment already."""

    code = "registry.newer_check"
    text = Text(
        "มีผลตรวจที่ใหม่กว่านี้แล้ว ({at}) จึงไม่บันทึกทับ",
        "A newer check is on record ({at}), so this one was not stored over it.",
    )


class NoAgreementError(ForbiddenError):
    """No valid agreement allows the flow."""

    code = "registry.no_agreement"
    text = Text("ยังเปิดการเชื่อมโยงนี้ไม่ได้: {reason_th}", "This link cannot be switched on yet: {reason_en}")
