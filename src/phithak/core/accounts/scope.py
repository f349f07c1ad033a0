"""The one tenancy filter: own, overseen, or shared. Every room's ``visible_to`` is built from it."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from phithak.base import clock
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.models import Oversight
from phithak.core.accounts.overseen import LiesUnder

M = TypeVar("M", bound=Model)

MANY = 5_000
"""From so many overseen tenants on, each row asks for its own oversight instead of all being listed first."""


_MANY_SECONDS = 60.0
_many_since: dict[tuple[frozenset[UUID], frozenset[Reason]], float] = {}
_MOST_KNOWN = 1_000


class Reason(StrEnum):
    """Why one tenant sees rows of another; each kind of row names the reasons that open it."""

    CONSTITUENCY = "constituency"  # the CERT over its members
    PARENT = "parent"
    PLATFORM = "platform"  # a platform over its merchants
    PARTNER = "partner"  # an operator over its partners
    AUTHORITY = (
        "authority"  # a regulator over its scope: registrations, filed notices, orders; never case notes
    )


def tenants_with(actor: Actor, permission: str) -> frozenset[UUID]:
    """Return the tenants in which the actor itself holds the permission."""
    if not permissions.has(actor, permission):
        return frozenset()
    roles = permissions.roles_with(permission)
    return frozenset(grant.tenant_id for grant in actor.grants if grant.role in roles)


def rows_visible_to(
    rows: QuerySet[M],
    actor: Actor,
    *,
    permission: str,
    through: frozenset[Reason] = frozenset(),
    tenant_field: str = "tenant",
    shared: Q | None = None,
) -> QuerySet[M]:
    """Return those of ``rows`` that the actor may see.

    Args:
        rows: the room's rows.
        actor: who asks.
        permission: the right that is needed to see rows of this kind.
        through: reasons of oversight that open rows of this kind to the overseer.
        tenant_field: lookup that leads from a row to its tenant, such as ``"tenant"`` or ``"case__tenant"``.
        shared: further rows that were shared with the actor (the room's own rule, TLP included).

    Returns:
        All rows for the system, none without the permission.
    """
    if actor.kind is ActorKind.SYSTEM:
        return rows
    own = tenants_with(actor, permission)
    if not own:
        return rows.none()
    seen = Q(**{f"{tenant_field}__in": own})
    if through:
        seen |= _overseen(own, through, tenant_field)
    if shared is not None:
        seen |= shared
    return rows.filter(seen)


def _overseen(own: frozenset[UUID], through: frozenset[Reason], tenant_field: str) -> Q:
    """Return the condition that a row's tenant lies under one of ``own`` now; which form is only a matter of speed."""
    listed = not _many(own, through)
    # every reason needs no asking
    reasons = None if through == frozenset(Reason) else through
    return Q(LiesUnder(tenant_field, own, reasons, clock.now(), listed=listed))


def _many(own: frozenset[UUID], through: frozenset[Reason]) -> bool:
    # a page asks for this some twenty times; both forms mean the same, so a minute-old answer is as right
    now, key = time.monotonic(), (own, through)
    if now - _many_since.get(key, -_MANY_SECONDS) < _MANY_SECONDS:
        return True
    running = Oversight.objects.filter(over__in=own, ended_at__isnull=True, reason__in=through)
    many = running[:MANY].count() == MANY
    if many:
        if len(_many_since) >= _MOST_KNOWN:
            _many_since.clear()
        _many_since[key] = now
    return many
