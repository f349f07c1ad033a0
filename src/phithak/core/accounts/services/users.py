"""Users: adding, inviting, naming, and leaving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F

from phithak.base import clock
from phithak.base.errors import InvalidInputError, NotFoundError
from phithak.core import contrib, signals
from phithak.core.accounts import queries
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.events import Tag
from phithak.core.accounts.models import ApiToken, LoginLink, StaffSession, User
from phithak.core.accounts.roles import Role
from phithak.core.accounts.services.checks import check_until, managed_tenant, managed_user
from phithak.core.accounts.services.roles import end_all
from phithak.core.accounts.services.rows import add_membership, add_user, write_link
from phithak.core.db.transactions import write
from phithak.core.signals import Signal

THEMES = ("auto", "light", "dark")


@dataclass(frozen=True)
class Invited:
    """An invited user; ``link`` is shown once, None when the person has an account already."""

    user_id: UUID
    link: str | None


def invite_user(
    actor: Actor,
    *,
    email: str,
    name_th: str,
    name_en: str = "",
    tenant_id: UUID,
    role: Role,
    until: datetime | None = None,
) -> Invited:
    """Give a role to the person with that address, and an account with a one-time link if there is none yet.

    An address that is known already only gets the role: nothing about the person is told to the actor.

    Raises:
        InvalidInputError: no valid address or name, or the person has left.
        NotFoundError, OwnRoleError, RoleNotForTenantError, RoleAlreadyHeldError, MomentPassedError: see
            :func:`phithak.core.accounts.services.give_role`.
    """
    tenant = managed_tenant(actor, tenant_id)
    check_until(until)
    address = _clean_email(email)
    _check_names(name_th, name_en)
    with write("accounts.invite_user"):
        user = queries.user_by_email(address)
        link = None
        if user is None:
            user = add_user(actor, email=address, name_th=name_th, name_en=name_en, tenant_id=tenant_id)
            link = write_link(actor, user=user, purpose="invite", tenant_id=tenant_id)
        elif user.left_at is not None:
            raise InvalidInputError(
                field="email",
                reason_th="ผู้ใช้นี้พ้นหน้าที่แล้ว ให้ใช้ที่อยู่อื่น",
                reason_en="this person has left; use another address",
            )
        add_membership(actor, user_id=user.pk, tenant=tenant, role=role, until=until)
        contrib.record(
            actor,
            Tag.USER_INVITED,
            ("accounts.user", user.pk),
            tenant_id=tenant_id,
            facts={"role": str(role)},
            personal={"email": address},
        )
    return Invited(user.pk, link)


def create_user(
    actor: Actor,
    *,
    email: str,
    name_th: str,
    name_en: str = "",
    tenant_id: UUID,
    role: Role,
    until: datetime | None = None,
) -> UUID:
    """Add a user with a role but without a way in yet (they come through OIDC, or get a link later).

    Raises:
        InvalidInputError: no valid address or name, or the address is taken.
        NotFoundError, OwnRoleError, RoleNotForTenantError, MomentPassedError: see
            :func:`phithak.core.accounts.services.give_role`.
    """
    tenant = managed_tenant(actor, tenant_id)
    check_until(until)
    address = _clean_email(email)
    _check_names(name_th, name_en)
    with write("accounts.create_user"):
        if queries.user_by_email(address) is not None:
            raise InvalidInputError(
                field="email", reason_th="มีผู้ใช้ที่อยู่นี้แล้ว", reason_en="a user has this address already"
            )
        user = add_user(actor, email=address, name_th=name_th, name_en=name_en, tenant_id=tenant_id)
        add_membership(actor, user_id=user.pk, tenant=tenant, role=role, until=until)
    return user.pk


def set_names(actor: Actor, user_id: UUID, *, name_th: str, name_en: str = "") -> None:
    """Change a user's names: one's own, or those of somebody whom the actor manages altogether.

    Raises:
        NotFoundError, ForbiddenError: not the actor's to change.
        InvalidInputError: no name, or too long.
    """
    user = _own(actor) if actor.user_id == user_id else managed_user(actor, user_id)
    _check_names(name_th, name_en)
    with write("accounts.set_names"):
        User.objects.filter(pk=user.pk).update(name_th=name_th.strip(), name_en=name_en.strip())
        contrib.record(
            actor,
            Tag.USER_NAMED,
            ("accounts.user", user.pk),
            personal={"name_th": name_th.strip(), "name_en": name_en.strip()},
        )


def set_preferences(actor: Actor, *, language: str, theme: str) -> None:
    """Set one's own language (``th``/``en``) and theme (``auto``/``light``/``dark``).

    Raises:
        InvalidInputError: another value.
    """
    user = _own(actor)
    if language not in {"th", "en"} or theme not in THEMES:
        raise InvalidInputError(
            field="language", reason_th="เลือกจากรายการ", reason_en="choose one of the list"
        )
    with write("accounts.set_preferences"):
        User.objects.filter(pk=user.pk).update(language=language, theme=theme)
        contrib.record(
            actor, Tag.USER_SET, ("accounts.user", user.pk), facts={"language": language, "theme": theme}
        )


def leave(actor: Actor, user_id: UUID) -> None:
    """Take all access from a user at this moment: login, sessions, staff sessions, tokens, links, roles.

    The row stays, since the journal names it.

    Raises:
        NotFoundError, ForbiddenError: not the actor's to manage, or the actor.
        LastAdminError: the user is the centre's last administrator.
    """
    user = managed_user(actor, user_id)
    if user.left_at is not None:
        raise NotFoundError
    now = clock.now()
    with write("accounts.leave"):
        roles = end_all(user)
        tokens = ApiToken.objects.filter(user=user, ended_at__isnull=True).update(ended_at=now)
        StaffSession.objects.filter(user=user, ended_at__isnull=True).update(ended_at=now)
        LoginLink.objects.filter(user=user, used_at__isnull=True).update(used_at=now)
        User.objects.filter(pk=user.pk).update(
            is_active=False, left_at=now, session_generation=F("session_generation") + 1
        )
        contrib.record(
            actor, Tag.USER_LEFT, ("accounts.user", user.pk), facts={"roles": roles, "tokens": tokens}
        )
        signals.send(Signal.USER_LEFT, user.pk)
        signals.send(Signal.MEMBERSHIP_CHANGED, user.pk)


def _own(actor: Actor) -> User:
    user = User.objects.filter(pk=actor.user_id, left_at__isnull=True).first() if actor.user_id else None
    if user is None:
        raise NotFoundError
    return user


def _clean_email(email: str) -> str:
    address = email.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidInputError(
            field="email", reason_th="ที่อยู่อีเมลไม่ถูกต้อง", reason_en="this is not an e-mail address"
        ) from error
    return address.lower()


def _check_names(name_th: str, name_en: str) -> None:
    if not name_th.strip() and not name_en.strip():
        raise InvalidInputError(field="name_th", reason_th="ต้องมีชื่อ", reason_en="a name is needed")
    if max(len(name_th), len(name_en)) > 250:  # noqa: PLR2004 - the column's length
        raise InvalidInputError(
            field="name_th",
            reason_th="ชื่อยาวได้ไม่เกิน 250 ตัวอักษร",
            reason_en="a name has at most 250 characters",
        )
