"""What the accounts room contributes: menu lines, what waits, checks of ``phithak doctor``."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions, queries
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.roles import Role
from phithak.core.contrib import Check, CheckResult, NavItem, Waiting, WaitingItem

PEOPLE = Text("ผู้ใช้และสิทธิ์", "Users and rights")
OWN = Text("บัญชีของฉัน", "My account")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def register() -> None:
    """Fill the registries."""
    contrib.nav.register(
        NavItem(
            "accounts.users",
            Text("ผู้ใช้และบทบาท", "Users and roles"),
            "accounts:users",
            permission="accounts.user.view",
            group=PEOPLE,
            order=700,
            icon="users",
        ),
        NavItem(
            "accounts.matrix",
            Text("ตารางสิทธิ์", "Permissions"),
            "accounts:matrix",
            permission="accounts.self",
            group=PEOPLE,
            order=720,
            icon="key",
        ),
        NavItem(
            "accounts.staff_session",
            Text("ช่วงสิทธิ์พิเศษ", "Staff session"),
            "accounts:staff_session",
            permission="accounts.user.manage",
            group=PEOPLE,
            order=730,
            icon="clock",
        ),
        NavItem(
            "accounts.profile",
            Text("บัญชีและความปลอดภัย", "Account and security"),
            "accounts:profile",
            permission="accounts.self",
            group=OWN,
            order=800,
            icon="user",
        ),
        NavItem(
            "accounts.tokens",
            Text("โทเคน API", "API tokens"),
            "accounts:tokens",
            permission="accounts.self",
            group=OWN,
            order=820,
            icon="api",
        ),
    )
    contrib.waiting.register(Waiting("accounts.own", _waiting))
    contrib.doctor.register(
        Check("accounts.admin", Text("ผู้ดูแลระบบ", "Administrators"), check_admin),
        Check("accounts.https", Text("การเข้ารหัสหน้าเว็บ", "Encrypted pages"), check_https),
    )


def check_admin() -> CheckResult:
    """Tell whether an administrator exists, has logged in, and has a second factor."""
    found = queries.admins()
    if not found or queries.first_admin_needed():
        return CheckResult(
            "error",
            Text(
                "ยังไม่มีผู้ดูแลเข้าใช้ รัน phithak admin link อีเมล แล้วเปิดลิงก์",
                "No administrator has logged in yet. Run: phithak admin link EMAIL, and open the link.",
            ),
        )
    without = [user.email for user in found if not queries.has_second_factor(user.pk)]
    if len(without) == len(found):
        return CheckResult(
            "error",
            Text(
                "ไม่มีผู้ดูแลคนใดตั้งการยืนยันตัวตนสองชั้น ให้เข้าใช้แล้วตั้งที่หน้าบัญชี",
                "No administrator has a second factor. Log in and set one up on the account page.",
            ),
        )
    if without:
        names = ", ".join(without)
        return CheckResult(
            "warning",
            Text(
                f"ผู้ดูแลที่ยังไม่มีการยืนยันสองชั้น: {names}",
                f"Administrators without a second factor: {names}",
            ),
        )
    return CheckResult(
        "ok", Text(f"{len(found)} คน มีการยืนยันสองชั้นครบ", f"{len(found)}, all with a second factor")
    )


def check_https() -> CheckResult:
    """Tell whether pages are encrypted wherever they can be reached from another machine."""
    config = settings.CONFIG
    address = urlsplit(config.public_url)
    if address.scheme == "https":
        return CheckResult("ok", Text("ใช้ https", "https"))
    if config.host in _LOOPBACK and address.hostname in _LOOPBACK:
        return CheckResult("ok", Text("เปิดเฉพาะในเครื่องนี้", "Only open on this machine"))
    return CheckResult(
        "error",
        Text(
            "หน้าเว็บเปิดสู่เครือข่ายโดยไม่เข้ารหัส ตั้ง base_url เป็น https:// พร้อม tls_certificate หรือพร็อกซี",
            "Pages are open to the network unencrypted. Set base_url to https:// with tls_certificate or a proxy.",
        ),
    )


def _waiting(actor: Actor) -> Iterator[WaitingItem]:
    if actor.kind is not ActorKind.USER:
        return
    if queries.needs_second_factor(actor) and not queries.has_second_factor(actor.user_id):
        yield WaitingItem(
            Text(
                "ตั้งการยืนยันตัวตนสองชั้นก่อน บทบาทของคุณจึงจะเห็นข้อมูล",
                "Set up a second factor first: your role sees nothing without it",
            ),
            "/accounts/mfa/",
        )
    running = queries.staff_session(actor)
    if running is not None:
        yield WaitingItem(
            Text(
                "ช่วงสิทธิ์พิเศษของคุณเปิดอยู่ ปิดเมื่อเสร็จงาน", "Your staff session is running; end it when you are done"
            ),
            "/accounts/staff-session/",
            since=running.created_at,
            due=running.until,
        )
    if Role.CERT_ADMIN in actor.roles and permissions.has(actor, "accounts.user.view"):
        count = queries.without_second_factor(actor)
        if count:
            yield WaitingItem(
                Text(
                    "ผู้ใช้ที่ต้องมีการยืนยันสองชั้นแต่ยังไม่ได้ตั้ง",
                    "Users whose role needs a second factor but who have none",
                ),
                "/accounts/users/?factor=missing",
                count=count,
            )
