"""What several services ask before they write: may this actor touch this user, is this end a possible one."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.core.accounts import permissions, queries
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.errors import LastAdminError, MomentPassedError, OwnRoleError, SharedUserError
from phithak.core.accounts.models import Membership, Tenant, User
from phithak.core.accounts.roles import Role

MAX_DAYS = 3660
MANAGE = "accounts.user.manage"


def check_until(until: datetime | None, *, days: int = MAX_DAYS) -> None:
    """Refuse an end in the past or more than ``days`` ahead.

    Raises:
        MomentPassedError: it is.
    """
    now = clock.now()
    if until is not None and not now < until <= now + timedelta(days=days):
        raise MomentPassedError(field="until", days=days)


def managed_tenant(actor: Actor, tenant_id: UUID) -> Tenant:
    """Return an open tenant whose roles the actor manages.

    Raises:
        ForbiddenError: the actor does not hold the right, or no staff session runs.
        NotFoundError: no such tenant, or not the actor's.
    """
    permissions.require(actor, MANAGE)
    tenant = queries.tenants_managed_by(actor).filter(pk=tenant_id).first()
    if tenant is None:
        raise NotFoundError
    return tenant


def managed_user(actor: Actor, user_id: UUID) -> User:
    """Return a user of whom the actor manages every running role, so that no other tenant is touched.

    Raises:
        ForbiddenError: the actor does not hold the right, or it is the actor, or the user also belongs elsewhere.
        NotFoundError: no such user, or not the actor's to see.
    """
    permissions.require(actor, MANAGE)
    user = queries.visible_to(actor).filter(pk=user_id).first()
    if user is None:
        raise NotFoundError
    not_self(actor, user_id)
    if actor.kind is ActorKind.SYSTEM:
        return user
    running = set(
        Membership.objects.filter(user=user, ended_at__isnull=True, tenant__state="active").values_list(
            "tenant_id", flat=True
        )
    )
    managed = set(queries.tenants_managed_by(actor).filter(pk__in=running).values_list("pk", flat=True))
    if running - managed:
        raise SharedUserError
    return user


def not_self(actor: Actor, user_id: UUID) -> None:
    """Refuse that somebody changes their own rights.

    Raises:
        OwnRoleError: the actor is that user.
    """
    if actor.user_id == user_id:
        raise OwnRoleError


def keeps_an_admin(without: UUID) -> None:
    """Refuse to take the role of the last administrator of a centre; call inside the write transaction.

    Roles with an end do not count: they would leave the centre alone later.

    Args:
        without: the user who is about to lose it.

    Raises:
        LastAdminError: nobody else would have it.
    """
    of_admins = Membership.objects.filter(
        role=Role.CERT_ADMIN, ended_at__isnull=True, tenant__state="active", user__is_active=True
    )
    if of_admins.filter(user=without).exists() and not (
        of_admins.filter(until__isnull=True).exclude(user=without).exists()
    ):
        raise LastAdminError
