"""The lists of the accounts pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts import queries
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.models import ApiToken, User
from phithak.core.accounts.roles import Role
from phithak.core.ui.names import name_field, person
from phithak.core.ui.states import State
from phithak.core.ui.tables import Column, Filter, Table

ACTIVE = State("active", Text("ใช้งาน", "Active"), "good")
LEFT = State("left", Text("พ้นหน้าที่", "Left"), "neutral")
RUNNING = State("running", Text("ใช้ได้", "Valid"), "good")
OVER = State("over", Text("หมดอายุ", "Run out"), "neutral")
ENDED = State("ended", Text("ยกเลิกแล้ว", "Ended"), "neutral")
MISSING = State("missing", Text("ยังไม่มี", "Missing"), "warn")
PRESENT = State("present", Text("มี", "Yes"), "good")


def _token_state(token: ApiToken) -> State:
    if token.ended_at is not None:
        return ENDED
    return RUNNING if token.until > clock.now() else OVER


def users_table(actor: Actor) -> Table:
    """Return the list of users; roles in it, also in filters, are only those that the actor may see."""
    roles: dict[UUID, list[Role]] = {}

    def read(rows: Sequence[User]) -> None:
        roles.update(queries.running_roles(actor, [user.pk for user in rows]))

    def shown_roles(user: User) -> str:
        return ", ".join(str(role.text) for role in roles.get(user.pk, []))

    def by_factor(rows: Any, value: str) -> Any:
        return queries.lacking_factor(actor, rows) if value == "missing" else rows.filter(has_factor=True)

    return Table(
        name="users",
        columns=[
            Column(
                "name",
                Text("ชื่อ", "Name"),
                value=lambda user: str(person(user)),
                sort=name_field(),
                link=lambda user: reverse("accounts:user", args=[user.pk]),
            ),
            Column("email", Text("อีเมล", "E-mail"), value="email", sort="email"),
            Column(
                "roles",
                Text("บทบาทที่คุณเห็น", "Roles that you see"),
                value=shown_roles,
            ),
            Column(
                "factor",
                Text("สองชั้น", "Second factor"),
                value=lambda user: PRESENT if user.has_factor else MISSING,
                kind="state",
            ),
            Column(
                "last_login",
                Text("เข้าใช้ล่าสุด", "Last login"),
                value="last_login",
                sort="last_login",
                kind="datetime",
            ),
            Column(
                "state",
                Text("สถานะ", "State"),
                value=lambda user: LEFT if user.left_at else ACTIVE,
                sort="left_at",
                kind="state",
            ),
        ],
        filters=[
            Filter(
                "role",
                Text("บทบาท", "Role"),
                options=[(role.value, role.text) for role in Role if role is not Role.SENDER],
                apply=lambda rows, value: queries.with_role(actor, rows, value),
            ),
            Filter(
                "state",
                Text("สถานะ", "State"),
                options=[("active", ACTIVE.text), ("left", LEFT.text)],
                apply=lambda rows, value: rows.filter(left_at__isnull=value == "active"),
            ),
            Filter(
                "factor",
                Text("การยืนยันสองชั้น", "Second factor"),
                options=[("present", PRESENT.text), ("missing", Text("ต้องมีแต่ยังไม่มี", "Needed but missing"))],
                apply=by_factor,
            ),
        ],
        search=lambda rows, text: rows.filter(
            Q(name_th__icontains=text) | Q(name_en__icontains=text) | Q(email__icontains=text)
        ),
        default_sort=name_field(),
        empty=Text("ยังไม่มีผู้ใช้อื่น เชิญคนแรกได้เลย", "No other users yet. Invite the first one."),
        beside=read,
    )


TOKENS = Table(
    name="tokens",
    columns=[
        Column(
            "name",
            Text("ใช้ทำอะไร", "What for"),
            value="name",
            sort="name",
            link=lambda token: reverse("accounts:revoke_token", args=[token.pk]),
        ),
        Column(
            "user",
            Text("ของ", "Of"),
            value=lambda token: str(person(token.user)),
            sort="user__name_th",
        ),
        Column("scopes", Text("สิทธิ์", "Rights"), value=lambda token: ", ".join(token.scopes)),
        Column("until", Text("ถึง", "Until"), value="until", sort="until", kind="datetime"),
        Column("used", Text("ใช้ล่าสุด", "Last used"), value="last_used_on", sort="last_used_on", kind="date"),
        Column("state", Text("สถานะ", "State"), value=_token_state, kind="state"),
    ],
    search=lambda rows, text: rows.filter(Q(name__icontains=text) | Q(user__name_th__icontains=text)),
    default_sort="-until",
    empty=Text(
        "ยังไม่มีโทเคน สร้างเมื่อมีโปรแกรมที่ต้องเรียก API", "No tokens yet. Make one when a program must call the API."
    ),
)
