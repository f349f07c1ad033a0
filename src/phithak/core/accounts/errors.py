"""What may go wrong with accounts, told to people in both languages."""

from __future__ import annotations

from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError
from phithak.base.text import Text


class OwnRoleError(ForbiddenError):
    """Nobody changes their own rights."""

    code = "accounts.own_role"
    text = Text(
        "ไม่มีใครแก้สิทธิ์ของตนเองได้ โปรดให้ผู้ดูแลคนอื่นทำรายการนี้",
        "Nobody can change their own rights. Ask another administrator to do this.",
    )


class LastAdminError(ConflictError):
    """The instance would be left without an administrator."""

    code = "accounts.last_admin"
    text = Text(
        "นี่คือผู้ดูแลระบบคนสุดท้ายของศูนย์ โปรดให้บทบาทนี้แก่ผู้อื่นแบบไม่มีวันหมดก่อน",
        "This is the centre's last administrator. Give the role to somebody else, without an end, first.",
    )


class RoleNotForTenantError(InvalidInputError):
    """This kind of tenant has no such role, or the actor may not give it."""

    code = "accounts.role_not_for_tenant"
    text = Text(
        "ให้บทบาท “{role_th}” ในหน่วยงานนี้ไม่ได้ โปรดเลือกบทบาทอื่น",
        "The role “{role_en}” cannot be given in this organisation. Choose another.",
    )


class RoleAlreadyHeldError(ConflictError):
    """The user has the role already."""

    code = "accounts.role_held"
    text = Text(
        "ผู้ใช้มีบทบาทนี้ในหน่วยงานนี้อยู่แล้ว ถ้าจะเปลี่ยนวันหมด ให้สิ้นสุดบทบาทเดิมก่อน",
        "The user already has this role here. To change its end, end the running one first.",
    )


class SharedUserError(ForbiddenError):
    """The user also belongs to an organisation that the actor does not manage."""

    code = "accounts.shared_user"
    text = Text(
        "ผู้ใช้นี้มีบทบาทในหน่วยงานอื่นด้วย จึงแก้ได้เฉพาะบทบาทในหน่วยงานของคุณ โปรดติดต่อศูนย์",
        "This user also has a role elsewhere, so you can only change roles in your own organisation. Ask the CERT.",
    )


class MomentPassedError(InvalidInputError):
    """An end that lies in the past, or too far ahead."""

    code = "accounts.moment"
    text = Text(
        "วันหมดอายุต้องอยู่ในอนาคต และไม่เกิน {days} วัน",
        "The end must lie in the future, within {days} days.",
    )


class ReasonTooShortError(InvalidInputError):
    """A staff session needs a reason that says something."""

    code = "accounts.reason_short"
    text = Text(
        "โปรดเขียนเหตุผลอย่างน้อย {least} ตัวอักษร เพื่อให้ผู้ตรวจสอบเข้าใจภายหลัง",
        "Write a reason of at least {least} characters, so that an auditor understands it later.",
    )


class StaffSessionRunsError(ConflictError):
    """A staff session runs already."""

    code = "accounts.staff_runs"
    text = Text("ช่วงสิทธิ์พิเศษของคุณเปิดอยู่แล้ว", "Your staff session is running already.")


class ScopeNotHeldError(InvalidInputError):
    """A token may not do more than its user."""

    code = "accounts.scope"
    text = Text(
        "โทเคนใช้สิทธิ์ {scope} ไม่ได้ เลือกได้เฉพาะสิทธิ์ที่คุณมีและไม่ต้องเปิดช่วงสิทธิ์พิเศษ",
        "A token cannot have {scope}: choose rights that you hold outside of a staff session.",
    )


class LinkUsedError(ConflictError):
    """A one-time link that was used, ran out, or never was; the three are not told apart."""

    code = "accounts.link_used"
    text = Text(
        "ลิงก์นี้ใช้ไม่ได้แล้ว (ใช้ได้ครั้งเดียวใน 24 ชั่วโมง) โปรดขอลิงก์ใหม่จากผู้ดูแล",
        "This link no longer works (it works once, within 24 hours). Ask your administrator for a new one.",
    )


class AdminExistsError(ConflictError):
    """The first-start link is closed once an administrator has logged in."""

    code = "accounts.admin_exists"
    text = Text(
        "มีผู้ดูแลระบบเข้าใช้แล้ว หากต้องการลิงก์ใหม่ ให้รัน phithak admin link อีเมล",
        "An administrator has logged in already. For a new link run: phithak admin link EMAIL",
    )


class PasswordRefusedError(InvalidInputError):
    """The new password breaks a rule; the slots carry the reasons in both languages."""

    code = "accounts.password"
    text = Text("{reasons_th}", "{reasons_en}")


class UserUnknownError(InvalidInputError):
    """A command named an address that no user has."""

    code = "accounts.user_unknown"
    text = Text("ไม่มีผู้ใช้ที่อยู่ {email}", "No user has the address {email}.")
