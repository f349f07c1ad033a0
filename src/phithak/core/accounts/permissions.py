"""Permissions: each room's closed list, and the roles that hold each.

A room registers its permissions in ``AppConfig.ready()``. Every page and API operation names one. An
*elevated* permission also needs a running staff session.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from phithak.base.errors import ForbiddenError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.roles import Role

ALL_ROLES = frozenset(Role) - {Role.SENDER}


@dataclass(frozen=True)
class Permission:
    """A right: its code ``room.object.act``, what it lets one do, who holds it, whether it is elevated."""

    code: str
    text: Text
    roles: frozenset[Role]
    elevated: bool = False


class StaffSessionNeededError(ForbiddenError):
    """The right is elevated and no staff session runs."""

    code = "accounts.staff_session_needed"
    text = Text(
        "รายการนี้ต้องเปิดช่วงสิทธิ์พิเศษพร้อมเหตุผลก่อน ({permission})",
        "Start a staff session with a reason first ({permission}).",
    )


_registered: dict[str, Permission] = {}


def register(*permissions: Permission) -> None:
    """Add a room's permissions."""
    for permission in permissions:
        _registered[permission.code] = permission


def all_permissions() -> list[Permission]:
    """Return every permission, by code."""
    return [_registered[code] for code in sorted(_registered)]


def get(code: str) -> Permission:
    """Return the permission of that code.

    Raises:
        KeyError: no room registered it.
    """
    return _registered[code]


def roles_with(code: str) -> frozenset[Role]:
    """Return the roles that hold a permission."""
    return get(code).roles


def has(actor: Actor, code: str) -> bool:
    """Tell whether the actor holds the permission in any tenant (staff session included)."""
    permission = get(code)
    if actor.kind is ActorKind.SYSTEM:
        return True
    if actor.scopes is not None and code not in actor.scopes:
        return False
    if permission.elevated and actor.staff_session_id is None:
        return False
    return bool(actor.roles & permission.roles)


def require(actor: Actor, code: str) -> None:
    """Raise unless the actor holds the permission.

    Raises:
        StaffSessionNeededError: it is elevated and only the staff session is missing.
        ForbiddenError: the actor does not hold it.
    """
    if has(actor, code):
        return
    permission = get(code)
    limited = actor.scopes is not None and code not in actor.scopes
    if permission.elevated and not limited and actor.roles & permission.roles:
        raise StaffSessionNeededError(permission=code)
    raise ForbiddenError(permission=code)


def held_by(actor: Actor) -> Iterable[str]:
    """Yield the codes that the actor holds now."""
    return (code for code in _registered if has(actor, code))


_CERT = frozenset({Role.CERT_ADMIN})

OWN = (
    Permission("accounts.self", Text("ใช้บัญชีของตน", "Use one's own account"), ALL_ROLES),
    Permission(
        "accounts.user.view",
        Text("ดูผู้ใช้และบทบาท", "See users and roles"),
        frozenset({Role.CERT_ADMIN, Role.AUDITOR, Role.MEMBER_ADMIN}),
    ),
    Permission(
        "accounts.user.manage",
        Text("เพิ่ม ระงับ และให้บทบาทผู้ใช้", "Add, suspend and give roles to users"),
        frozenset({Role.CERT_ADMIN, Role.MEMBER_ADMIN}),
        elevated=True,
    ),
    Permission(
        "accounts.oversight.manage",
        Text("กำหนดการกำกับดูแลระหว่างหน่วยงาน", "Set who oversees whom"),
        _CERT,
        elevated=True,
    ),
    Permission(
        "accounts.tenant.create",
        Text("เพิ่มหน่วยงาน", "Add organisations as tenants"),
        frozenset({Role.CERT_ADMIN, Role.ANALYST}),
    ),
    Permission(
        "accounts.tenant.close",
        Text("ปิดหน่วยงาน ผู้ใช้ของหน่วยงานนั้นจะเข้าไม่ได้", "Close an organisation; its users lose access"),
        _CERT,
        elevated=True,
    ),
    Permission("accounts.settings.view", Text("ดูค่าตั้งของระบบ", "See the settings"), _CERT | {Role.AUDITOR}),
)
