"""What the monitoring room refuses, and what to do then."""

from __future__ import annotations

from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from phithak.base.text import Text


class SiteTakenError(ConflictError):
    """The organisation is in the roll-out already."""

    code = "monitoring.site_taken"
    text = Text(
        "หน่วยงานนี้อยู่ในแผนติดตั้งแล้ว เปิดหน้าของหน่วยงานนั้นแทน",
        "This organisation is in the roll-out already. Open its page.",
    )


class NameTakenError(ConflictError):
    """A sender or source of that name is there."""

    code = "monitoring.name_taken"
    text = Text("มีชื่อ {name} อยู่แล้ว ใช้ชื่ออื่น", "There is a {name} already. Use another name.")


class BadSourceError(InvalidInputError):
    """A source cannot be taken like this."""

    code = "monitoring.bad_source"
    text = Text("รับแหล่งข้อมูลแบบนี้ไม่ได้: {reason_th}", "The source cannot be taken like this: {reason_en}")


class BadTemplateError(InvalidInputError):
    """The file is no template of a roll-out."""

    code = "monitoring.bad_template"
    text = Text("ใช้แม่แบบนี้ไม่ได้: {reason_th}", "The template cannot be used: {reason_en}")


class RevokedError(ConflictError):
    """The sender was revoked for good."""

    code = "monitoring.revoked"
    text = Text("ผู้ส่งนี้ถูกเพิกถอนแล้ว เพิ่มผู้ส่งใหม่แทน", "This sender was revoked. Add a new one.")


class CodeRefusedError(ForbiddenError):
    """The enrolment code is wrong, used or out of date; which of them is not said."""

    code = "monitoring.code_refused"
    text = Text(
        "ไม่รับรหัสนี้ ขอรหัสใหม่จากศูนย์ทางโทรศัพท์", "This code is not taken. Ask the centre for another by telephone."
    )


class NoAuthorityError(NotFoundError):
    """The instance has no certificate that a sensor could trust."""

    code = "monitoring.no_authority"
    text = Text(
        "ศูนย์ยังไม่มีใบรับรอง ตั้ง tls_authority หรือ tls_certificate ก่อน",
        "The centre has no certificate yet. Set tls_authority or tls_certificate.",
    )


class WhichError(InvalidInputError):
    """A name means none or several."""

    code = "monitoring.which"
    text = Text(
        "ชื่อ {name} ตรงกับ {count} รายการ ใช้รหัสจาก phithak sender list หรือจากหน้าของหน่วยงาน",
        "{name} means {count} of them. Use the id from phithak sender list or of the site's page.",
    )
