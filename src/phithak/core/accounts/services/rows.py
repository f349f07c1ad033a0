"""Rows that several services write inside their own transactions."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings

from phithak.base import clock
from phithak.core import contrib, signals
from phithak.core.accounts import queries
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.errors import RoleAlreadyHeldError, RoleNotForTenantError
from phithak.core.accounts.events import Tag
from phithak.core.accounts.models import LoginLink, Membership, Tenant, User
from phithak.core.accounts.roles import Role
from phithak.core.accounts.services.checks import not_self
from phithak.core.signals import Signal

LINK_HOURS = 24
LINK_PATH = "/accounts/link/"
"""Where a one-time link's page lies; the secret follows."""

UNUSABLE = "!"
"""A password that nobody can type."""


def add_user(actor: Actor, *, email: str, name_th: str, name_en: str, tenant_id: UUID | None) -> User:
    """Write a user without a password, whose address counts as verified; inside the caller's transaction."""
    user = User.objects.create(
        email=email, name_th=name_th.strip(), name_en=name_en.strip(), password=UNUSABLE
    )
    # whoever adds a user vouches for the address; an OIDC login is bound to it
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    contrib.record(
        actor,
        Tag.USER_CREATED,
        ("accounts.user", user.pk),
        tenant_id=tenant_id,
        personal={"email": email, "name_th": user.name_th, "name_en": user.name_en},
    )
    return user


def add_membership(
    actor: Actor, *, user_id: UUID, tenant: Tenant, role: Role, until: datetime | None
) -> UUID:
    """Write one membership; the caller has checked who the user is and opened the transaction.

    Raises:
        OwnRoleError, RoleNotForTenantError, RoleAlreadyHeldError: see :func:`give_role`.
    """
    not_self(actor, user_id)
    if role not in queries.roles_given_by(actor, tenant):
        raise RoleNotForTenantError(field="role", role_th=role.text.th, role_en=role.text.en)
    now = clock.now()
    running = Membership.objects.filter(user_id=user_id, tenant=tenant, role=role, ended_at__isnull=True)
    running.filter(until__lte=now).update(ended_at=now)
    if running.exists():
        raise RoleAlreadyHeldError(field="role")
    row = Membership.objects.create(user_id=user_id, tenant=tenant, role=role, until=until)
    contrib.record(
        actor,
        Tag.ROLE_GIVEN,
        ("accounts.user", user_id),
        tenant_id=tenant.pk,
        facts={"role": str(role), "until": until.isoformat() if until else "-", "membership": str(row.pk)},
    )
    signals.send(Signal.MEMBERSHIP_CHANGED, user_id)
    return row.pk


def write_link(actor: Actor, *, user: User | None, purpose: str, tenant_id: UUID | None) -> str:
    """Write one link inside the caller's transaction and return its address, the only place of its secret."""
    secret = secrets.token_urlsafe(32)
    row = LoginLink.objects.create(
        user=user,
        purpose=purpose,
        digest=queries.token_digest(secret),
        until=clock.now() + timedelta(hours=LINK_HOURS),
    )
    contrib.record(
        actor,
        Tag.LINK_CREATED,
        ("accounts.user", user.pk if user else row.pk),
        tenant_id=tenant_id,
        facts={"purpose": purpose},
    )
    # never from the request: a poisoned Host header must not lead a login link astray
    return f"{settings.CONFIG.public_url}{LINK_PATH}{secret}"
