"""Who sees which assets: one door for each table."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from phithak.base.errors import NotFoundError
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.registry.models import (
    DataLink,
    DataStore,
    DataStoreKind,
    Device,
    Domain,
    IpRange,
    Organisation,
    Software,
    System,
)

M = TypeVar("M", bound=Model)
VIEW, MANAGE = "registry.assets.view", "registry.assets.manage"
DOMAIN, RANGE, SYSTEM = "registry.domain", "registry.range", "registry.system"
SOFTWARE, DEVICE, STORE, LINK = (
    "registry.software",
    "registry.device",
    "registry.store",
    "registry.data_link",
)

THROUGH = frozenset({Reason.CONSTITUENCY, Reason.PARENT})
"""Oversight that shows what an organisation runs: the centre's, and that of its own parent."""

STORES_THROUGH = THROUGH | {Reason.PLATFORM, Reason.PARTNER}
"""Where the data of its customers lies, a platform sees at its merchants and an operator at its partners."""

MANAGED_THROUGH = frozenset({Reason.CONSTITUENCY})
"""Only the centre changes another's assets; everybody else only the own ones."""


def _rows(rows: QuerySet[M], actor: Actor, permission: str, through: frozenset[Reason]) -> QuerySet[M]:
    opened = through & MANAGED_THROUGH if permission == MANAGE else through
    return rows_visible_to(rows, actor, permission=permission, through=opened)


def domains_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Domain]:
    """Return the domains that the actor may see (or, with :data:`MANAGE`, change); ended ones too."""
    return _rows(Domain.objects.select_related("tenant"), actor, permission, THROUGH)


def ranges_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[IpRange]:
    """Return the ranges of addresses that the actor may see."""
    return _rows(IpRange.objects.select_related("tenant"), actor, permission, THROUGH)


def systems_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[System]:
    """Return the systems that the actor may see."""
    rows = System.objects.select_related("tenant", "builder", "operator", "controller")
    return _rows(rows, actor, permission, THROUGH)


def software_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Software]:
    """Return the software that the actor may see."""
    return _rows(Software.objects.select_related("tenant", "system"), actor, permission, THROUGH)


def devices_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Device]:
    """Return the devices that the actor may see."""
    return _rows(Device.objects.select_related("tenant", "system", "range"), actor, permission, THROUGH)


def stores_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[DataStore]:
    """Return the stores that the actor may see: its own, and those of whom it answers for."""
    return _rows(DataStore.objects.select_related("tenant", "system"), actor, permission, STORES_THROUGH)


def stores_checked_by(actor: Actor) -> QuerySet[DataStore]:
    """Return the stores whose exposure the actor may write down: its own, and those that it oversees."""
    rows = DataStore.objects.select_related("tenant", "system")
    return rows_visible_to(rows, actor, permission=MANAGE, through=STORES_THROUGH)


def store_kinds_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[DataStoreKind]:
    """Return the kinds of data of those stores."""
    return rows_visible_to(
        DataStoreKind.objects.all(),
        actor,
        permission=permission,
        through=STORES_THROUGH,
        tenant_field="store__tenant",
    )


def links_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[DataLink]:
    """Return the data links that the actor may see: written down by it, or at a system that it sees.

    To change one (:data:`MANAGE`) it must be the actor's own record: the far side is told, but does not edit.
    """
    rows = DataLink.objects.select_related("tenant", "source__tenant", "target__tenant", "agreement")
    if permission == MANAGE:
        return rows_visible_to(rows, actor, permission=permission, through=MANAGED_THROUGH)
    seen = systems_visible_to(actor, permission).values("pk")
    at_seen_system = Q(source__in=seen) | Q(target__in=seen)
    return rows_visible_to(rows, actor, permission=permission, through=THROUGH, shared=at_seen_system)


def owners_visible_to(actor: Actor, permission: str = MANAGE) -> QuerySet[Organisation]:
    """Return the organisations to which the actor may add assets."""
    through = MANAGED_THROUGH if permission == MANAGE else STORES_THROUGH
    rows = Organisation.objects.select_related("tenant")
    return rows_visible_to(rows, actor, permission=permission, through=through)


def one(rows: QuerySet[M], key: UUID) -> M:
    """Return the row of that key.

    Raises:
        NotFoundError: it is not among the rows, which are those of the actor.
    """
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFoundError
    return found
