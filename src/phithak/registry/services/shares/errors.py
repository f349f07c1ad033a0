"""What the part refuses, and what to do then."""

from __future__ import annotations

from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError
from phithak.base.text import Text


class FieldRefusedError(InvalidInputError):
    """A field of an agreement or of a data-sharing link cannot be used."""

    code = "registry.field_refused"
    text = Text("ช่องนี้ใช้ไม่ได้: {reason_th}", "This field cannot be used: {reason_en}")


class PurposeNeededError(InvalidInputError):
    """Data may not be given without a purpose."""

    code = "registry.share_purpose_needed"
    text = Text(
        "ต้องระบุวัตถุประสงค์ของการให้ข้อมูล อย่างน้อย {least} ตัวอักษร",
        "Say what the data is given for, in {least} letters or more.",
    )


class ExpiryNeededError(InvalidInputError):
    """Data may not be given without a last day."""

    code = "registry.share_expiry_needed"
    text = Text(
        "ต้องระบุวันสุดท้ายที่ถือข้อมูลได้ และต้องไม่ใช่วันที่ผ่านไปแล้ว",
        "Say until which day the data may be held; a day that is not over yet.",
    )


class ShareStateError(ConflictError):
    """The link's state does not allow this, or somebody else was quicker."""

    code = "registry.share_state"
    text = Text(
        "การให้ข้อมูลนี้อยู่ในสถานะ “{state_th}” จึงทำไม่ได้ โปรดดูสถานะล่าสุด",
        "This link is “{state_en}”, so this cannot be done. Look at its state first.",
    )


class ShareChangedError(ConflictError):
    """Somebody else changed the link meanwhile."""

    code = "registry.share_changed"
    text = Text(
        "มีผู้อื่นแก้รายการนี้แล้ว (ฉบับที่ {version}) ดูค่าปัจจุบันด้านบน แล้วบันทึกอีกครั้งหากยังต้องการ",
        "Somebody else changed this (now version {version}). See its values above, then save again.",
    )


class NotBackedError(ConflictError):
    """The agreement that the link rests on does not hold it up."""

    code = "registry.share_not_backed"
    text = Text(
        "ข้อตกลงที่อ้างไม่รองรับ: {reason_th}", "The agreement that it rests on does not hold it up: {reason_en}"
    )


class AppealTakenError(ConflictError):
    """The suspension has an open appeal, or is lifted."""

    code = "registry.appeal_taken"
    text = Text(
        "อุทธรณ์เรื่องนี้ค้างพิจารณาอยู่ หรือการระงับถูกยกเลิกแล้ว โปรดดูสถานะล่าสุด",
        "An appeal is open already, or the suspension was lifted. Look at its state first.",
    )


class AppealDecidedError(ConflictError):
    """The appeal was decided meanwhile."""

    code = "registry.appeal_decided"
    text = Text("อุทธรณ์นี้ตัดสินไปแล้ว", "This appeal was decided already.")


class OwnSuspensionError(ForbiddenError):
    """Whoever suspended may not decide about it alone."""

    code = "registry.own_suspension"
    text = Text(
        "ผู้สั่งระงับตัดสินอุทธรณ์ของตนเองไม่ได้ โปรดให้ผู้อื่นในหน่วยงานหรือศูนย์ตัดสิน",
        "Who suspended may not decide the appeal. Let somebody else of the organisation, or the centre, decide.",
    )
