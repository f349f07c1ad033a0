"""Giving and ending roles."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.core import contrib, signals
from phithak.core.accounts import permissions, queries
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.errors import RoleNotForTenantError
from phithak.core.accounts.events import Tag
from phithak.core.accounts.models import Membership, User
from phithak.core.accounts.roles import Role
from phithak.core.accounts.services.checks import (
    MANAGE,
    check_until,
    keeps_an_admin,
    managed_tenant,
    not_self,
)
from phithak.core.accounts.services.rows import add_membership
from phithak.core.db.transactions import write
from phithak.core.signals import Signal


def give_role(
    actor: Actor, *, user_id: UUID, tenant_id: UUID, role: Role, until: datetime | None = None
) -> UUID:
    """Give a user a role within a tenant.

    Args:
        actor: who gives it; a member's administrator only within the own tenant, the centre's in all that it
            oversees.
        user_id: who gets it; must be visible to the actor.
        tenant_id: where it holds.
        role: what it is.
        until: its end (aware), or None.

    Returns:
        The id of the membership.

    Raises:
        NotFoundError: user or tenant unknown or not the actor's.
        OwnRoleError: the actor would change the own rights.
        RoleNotForTenantError: this kind of tenant has no such role, or it is not the actor's to give.
        RoleAlreadyHeldError: the user holds it already.
        MomentPassedError: the end lies in the past.
    """
    tenant = managed_tenant(actor, tenant_id)
    if not queries.visible_to(actor).filter(pk=user_id, left_at__isnull=True).exists():
        raise NotFoundError
    check_until(until)
    with write("accounts.give_role"):
        return add_membership(actor, user_id=user_id, tenant=tenant, role=role, until=until)


def end_role(actor: Actor, membership_id: UUID) -> UUID:
    """End a running role at once and return its user's id.

    Raises:
        NotFoundError: no such running role, or not the actor's to manage.
        OwnRoleError: the actor's own.
        LastAdminError: it is the centre's last administrator.
        RoleNotForTenantError: a member's administrator may not take a role that only the centre gives.
    """
    permissions.require(actor, MANAGE)
    tenants = queries.tenants_managed_by(actor)
    with write("accounts.end_role"):
        row = (
            Membership.objects.select_related("tenant")
            .filter(pk=membership_id, ended_at__isnull=True, tenant__in=tenants)
            .first()
        )
        if row is None:
            raise NotFoundError
        not_self(actor, row.user_id)
        role = Role(row.role)
        if actor.kind is not ActorKind.SYSTEM and role not in queries.roles_given_by(actor, row.tenant):
            raise RoleNotForTenantError(role_th=role.text.th, role_en=role.text.en)
        if role is Role.CERT_ADMIN:
            _lock_admins()
            keeps_an_admin(without=row.user_id)
        Membership.objects.filter(pk=row.pk).update(ended_at=clock.now())
        contrib.record(
            actor,
            Tag.ROLE_ENDED,
            ("accounts.user", row.user_id),
            tenant_id=row.tenant_id,
            facts={"role": str(role), "membership": str(row.pk)},
        )
        signals.send(Signal.MEMBERSHIP_CHANGED, row.user_id)
    return row.user_id


def _lock_admins() -> None:
    # two administrators who end each other at the same moment must not both succeed (PostgreSQL; SQLite
    # lets only one write at a time anyway)
    admins = Membership.objects.filter(role=Role.CERT_ADMIN, ended_at__isnull=True).order_by("pk")
    list(admins.select_for_update().values_list("pk", flat=True))


def end_all(user: User) -> int:
    """End every running role of a user, inside the caller's transaction; return how many."""
    if Membership.objects.filter(user=user, role=Role.CERT_ADMIN, ended_at__isnull=True).exists():
        _lock_admins()
        keeps_an_admin(without=user.pk)
    return Membership.objects.filter(user=user, ended_at__isnull=True).update(ended_at=clock.now())
