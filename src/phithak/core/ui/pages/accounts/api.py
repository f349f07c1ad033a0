"""Accounts over the API: users and roles, tokens, the staff session."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from phithak.core.accounts import queries, services
from phithak.core.accounts.models import ApiToken, User
from phithak.core.accounts.roles import Role
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, operation, paginate

router = Router()


class RoleOut(Schema):
    """A role within a tenant."""

    id: UUID
    tenant_id: UUID
    tenant_th: str
    tenant_en: str
    role: str
    since: datetime
    until: datetime | None
    state: str


class UserOut(Schema):
    """A user in a list."""

    id: UUID
    email: str
    name_th: str
    name_en: str
    left_at: datetime | None


class UserDetail(UserOut):
    """A user, with those roles that the caller may see."""

    second_factor: bool
    last_login: datetime | None
    roles: list[RoleOut]


class RoleIn(Schema):
    """A role to give."""

    tenant_id: UUID
    role: Role
    until: datetime | None = None


class TokenOut(Schema):
    """A token, without its secret."""

    id: UUID
    user_id: UUID
    name: str
    scopes: list[str]
    until: datetime
    ended_at: datetime | None


class TokenIn(Schema):
    """A token to make."""

    name: str
    scopes: list[str]
    until: datetime


class TokenMade(Schema):
    """A new token; the secret is never shown again."""

    id: UUID
    secret: str


class StaffSessionOut(Schema):
    """The caller's running staff session."""

    id: UUID
    reason: str
    until: datetime


class StaffSessionIn(Schema):
    """Why extra rights are needed."""

    reason: str


def _user_out(user: User) -> UserOut:
    return UserOut(
        id=user.pk, email=user.email, name_th=user.name_th, name_en=user.name_en, left_at=user.left_at
    )


def _token_out(token: ApiToken) -> TokenOut:
    return TokenOut(
        id=token.pk,
        user_id=token.user_id,
        name=token.name,
        scopes=list(token.scopes),
        until=token.until,
        ended_at=token.ended_at,
    )


@operation(
    router.get,
    "/users",
    permission="accounts.user.view",
    response=Page[UserOut],
    th="ผู้ใช้ที่ผู้เรียกมองเห็น",
    en="Users whom the caller may see",
)
def users(request: Request, paging: Query[Paging]) -> Page[UserOut]:
    """Return a page of users."""
    return paginate(queries.visible_to(request.actor), paging, _user_out)


@operation(
    router.get,
    "/users/{uuid:user_id}",
    permission="accounts.user.view",
    response=UserDetail,
    th="ผู้ใช้หนึ่งคนกับบทบาทที่ผู้เรียกมองเห็น",
    en="One user, with the roles that the caller may see",
)
def user(request: Request, user_id: UUID) -> UserDetail:
    """Return one user."""
    view = queries.user_view(request.actor, user_id)
    return UserDetail(
        id=view.id,
        email=view.email,
        name_th=view.name_th,
        name_en=view.name_en,
        left_at=view.left_at,
        second_factor=view.second_factor,
        last_login=view.last_login,
        roles=[
            RoleOut(
                id=item.id,
                tenant_id=item.tenant_id,
                tenant_th=item.tenant.th,
                tenant_en=item.tenant.en,
                role=item.role.value,
                since=item.since,
                until=item.until,
                state=item.state,
            )
            for item in view.memberships
        ],
    )


@operation(
    router.post,
    "/users/{uuid:user_id}/roles",
    permission="accounts.user.manage",
    response=None,
    status=204,
    th="ให้บทบาทแก่ผู้ใช้",
    en="Give a user a role",
)
def give_role(request: Request, user_id: UUID, given: RoleIn) -> None:
    """Give a role."""
    services.give_role(
        request.actor, user_id=user_id, tenant_id=given.tenant_id, role=given.role, until=given.until
    )


@operation(
    router.delete,
    "/roles/{uuid:membership_id}",
    permission="accounts.user.manage",
    response=None,
    status=204,
    th="สิ้นสุดบทบาทของผู้ใช้",
    en="End a user's role",
)
def end_role(request: Request, membership_id: UUID) -> None:
    """End a role."""
    services.end_role(request.actor, membership_id)


@operation(
    router.get,
    "/tokens",
    permission="accounts.self",
    response=Page[TokenOut],
    th="โทเคนที่ผู้เรียกมองเห็น",
    en="Tokens that the caller may see",
)
def tokens(request: Request, paging: Query[Paging]) -> Page[TokenOut]:
    """Return a page of tokens."""
    return paginate(queries.tokens_visible_to(request.actor), paging, _token_out)


@operation(
    router.post,
    "/tokens",
    permission="accounts.self",
    response=TokenMade,
    status=201,
    th="สร้างโทเคนของผู้เรียก (ต้องเข้าใช้ด้วยหน้าเว็บ)",
    en="Make a token of the caller (by the session of the pages)",
)
def new_token(request: Request, wanted: TokenIn) -> TokenMade:
    """Make a token."""
    token_id, secret = services.create_token(
        request.actor, name=wanted.name, scopes=wanted.scopes, until=wanted.until
    )
    return TokenMade(id=token_id, secret=secret)


@operation(
    router.delete,
    "/tokens/{uuid:token_id}",
    permission="accounts.self",
    response=None,
    status=204,
    th="ยกเลิกโทเคน",
    en="End a token",
)
def revoke_token(request: Request, token_id: UUID) -> None:
    """End a token."""
    services.revoke_token(request.actor, token_id)


@operation(
    router.get,
    "/staff-session",
    permission="accounts.self",
    response=StaffSessionOut | None,
    th="ช่วงสิทธิ์พิเศษที่เปิดอยู่ของผู้เรียก",
    en="The caller's running staff session",
)
def staff_session(request: Request) -> StaffSessionOut | None:
    """Return it, or null."""
    running = queries.staff_session(request.actor)
    return StaffSessionOut(id=running.pk, reason=running.reason, until=running.until) if running else None


@operation(
    router.post,
    "/staff-session",
    permission="accounts.self",
    response=StaffSessionOut,
    status=201,
    th="เปิดช่วงสิทธิ์พิเศษพร้อมเหตุผล (ต้องเข้าใช้ด้วยหน้าเว็บ)",
    en="Start a staff session with a reason (by the session of the pages)",
)
def start_staff_session(request: Request, wanted: StaffSessionIn) -> StaffSessionOut:
    """Start one."""
    session_id, until = services.start_staff_session(request.actor, wanted.reason)
    request.session[queries.STAFF_SESSION_KEY] = str(session_id)
    return StaffSessionOut(id=session_id, reason=" ".join(wanted.reason.split()), until=until)


@operation(
    router.delete,
    "/staff-session",
    permission="accounts.self",
    response=None,
    status=204,
    th="ปิดช่วงสิทธิ์พิเศษ",
    en="End the staff session",
)
def end_staff_session(request: Request) -> None:
    """End it."""
    services.end_staff_session(request.actor)
