"""What the part ``people`` refuses, and what to do then."""

from __future__ import annotations

from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError, PhithakError
from phithak.base.text import Text


class ContactChangedError(ConflictError):
    """Somebody else saved the record in between."""

    code = "registry.person_changed"
    text = Text(
        "มีผู้อื่นแก้ {fields_th} ไปแล้วระหว่างที่คุณเปิดหน้านี้ ตรวจแล้วส่งอีกครั้งเพื่อบันทึกของคุณ",
        "Somebody else changed {fields_en} while you had this page open. Check and send again to save yours.",
    )


class PersonNameError(InvalidInputError):
    """The name cannot be read as a person's."""

    code = "registry.person_name"
    text = Text("ชื่อใช้ไม่ได้: {reason_th}", "The name cannot be used: {reason_en}")


class HiddenSignsError(InvalidInputError):
    """A field holds characters that nobody sees."""

    code = "registry.hidden_signs"
    text = Text(
        "ช่อง “{field_th}” มีอักขระที่มองไม่เห็นหรือกลับทิศทางข้อความ ลบช่องนี้แล้วพิมพ์ใหม่ด้วยมือ",
        "The field “{field_en}” holds invisible or direction-changing characters. Clear it and type it by hand.",
    )


class ContactPhoneError(InvalidInputError):
    """The telephone number cannot be read."""

    code = "registry.contact_phone"
    text = Text("หมายเลขโทรศัพท์ไม่ถูกต้อง: {reason_th}", "Not a telephone number: {reason_en}")


class ContactEmailError(InvalidInputError):
    """The address is no e-mail address."""

    code = "registry.contact_email"
    text = Text(
        "ที่อยู่อีเมลไม่ถูกต้อง เขียนเช่น duty@example.or.th",
        "Not an e-mail address. Write for example duty@example.or.th",
    )


class NoWayToReachError(InvalidInputError):
    """A contact without telephone and e-mail reaches nobody."""

    code = "registry.contact_unreachable"
    text = Text("ต้องมีโทรศัพท์หรืออีเมลอย่างน้อยหนึ่งอย่าง", "A telephone number or an e-mail address is needed.")


class BackupError(InvalidInputError):
    """That contact cannot stand in."""

    code = "registry.contact_backup"
    text = Text("ใช้เป็นผู้รับช่วงไม่ได้: {reason_th}", "This contact cannot stand in: {reason_en}")


class VendorScopeError(InvalidInputError):
    """A vendor needs its system and what it may be called for."""

    code = "registry.vendor_scope"
    text = Text(
        "ผู้รับจ้างต้องระบุระบบของหน่วยงานนี้และขอบเขตงานที่เรียกได้",
        "A vendor needs a system of this organisation and words for what it may be called.",
    )


class ContactKeyError(InvalidInputError):
    """The key or certificate cannot be used."""

    code = "registry.contact_key"
    text = Text("ใช้กุญแจนี้ไม่ได้: {reason_th}", "This key cannot be used: {reason_en}")


class AccountElsewhereError(InvalidInputError):
    """The account belongs to nobody of that organisation."""

    code = "registry.person_account"
    text = Text(
        "บัญชีนี้ไม่ใช่ของหน่วยงาน หรือผูกกับบุคคลอื่นแล้ว เลือกบัญชีของหน่วยงานนี้",
        "The account is not of this organisation, or is another person's. Choose one of this organisation.",
    )


class OwnLeaveError(ForbiddenError):
    """Nobody records their own departure."""

    code = "registry.own_leave"
    text = Text(
        "บันทึกการพ้นหน้าที่ของตนเองไม่ได้ ให้ผู้ดูแลคนอื่นบันทึก",
        "You cannot record that you leave yourself. Ask another administrator.",
    )


class AdminLeaveError(ForbiddenError):
    """Only who manages accounts may take an administrator's access."""

    code = "registry.admin_leave"
    text = Text(
        "บุคคลนี้เป็นผู้ดูแลระบบ ให้ผู้มีสิทธิ์จัดการบัญชีบันทึกการพ้นหน้าที่",
        "This person is an administrator. Let somebody who manages accounts record that they leave.",
    )


class EndedError(ConflictError):
    """It has ended already."""

    code = "registry.person_ended"
    text = Text("รายการนี้สิ้นสุดไปแล้ว เปิดรายการใหม่แทน", "This has ended already. Open a new one instead.")


class TooManyCallsError(PhithakError):
    """The person opened as many numbers as an hour allows."""

    code = "registry.too_many_calls"
    text = Text(
        "คุณเปิดเบอร์ครบ {limit} เบอร์ในชั่วโมงนี้แล้ว เปิดได้อีกเวลา {until} น. ถ้าเร่งด่วน ให้เพื่อนร่วมเวรเปิด "
        "หรือให้ผู้ดูแลเพิ่มค่าตั้ง calls_per_hour",
        "You opened {limit} numbers this hour, which is the limit; more from {until}. If it is urgent, let a "
        "colleague open it, or ask for a higher setting calls_per_hour.",
    )
    status = 429
