"""Oversight over many tenants at once, and another kind for a tenant: what a registry of them asks for."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from phithak.base import clock, ids
from phithak.base.errors import ConflictError, NotFoundError
from phithak.core import contrib, signals
from phithak.core.accounts import permissions, roles
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.events import Tag
from phithak.core.accounts.models import Membership, Oversight, Tenant
from phithak.core.accounts.scope import Reason
from phithak.core.db import bulk
from phithak.core.db.transactions import write
from phithak.core.signals import Signal
from phithak.engines.tlog import Frontier


def set_oversight_many(actor: Actor, *, over: UUID, unders: Sequence[UUID], reason: Reason) -> int:
    """Let one tenant see rows of many others, without an end; those that it sees already stay as they are.

    No signal is sent: nothing about the tenants themselves changes.

    Args:
        actor: needs ``accounts.oversight.manage``.
        over: the tenant that may see.
        unders: at most 500 tenants, so that the lock is held shortly.
        reason: why.

    Returns:
        How many were added.

    Raises:
        NotFoundError: the overseer does not exist.
    """
    permissions.require(actor, "accounts.oversight.manage")
    with write("accounts.set_oversight_many"):
        name = Tenant.objects.filter(pk=over).values_list("name_th", flat=True).first()
        if name is None:
            raise NotFoundError
        running = set(_running(over, unders, reason).values_list("under_id", flat=True))
        new = [under for under in dict.fromkeys(unders) if under not in running and under != over]
        now = clock.now()
        bulk.insert(
            Oversight,
            ("id", "created_at", "over_id", "under_id", "reason"),
            ((ids.uuid7(), now, over, under, reason) for under in new),
        )
        _record(actor, Tag.OVERSIGHT_SET_MANY, (over, name), new, reason)
    return len(new)


def end_oversight_many(actor: Actor, *, over: UUID, unders: Sequence[UUID], reason: Reason) -> int:
    """End the running oversight of one tenant over many; see :func:`set_oversight_many`.

    Returns:
        How many were ended.
    """
    permissions.require(actor, "accounts.oversight.manage")
    with write("accounts.end_oversight_many"):
        name = Tenant.objects.filter(pk=over).values_list("name_th", flat=True).first()
        if name is None:
            raise NotFoundError
        ended = list(_running(over, unders, reason).values_list("pk", "under_id"))
        Oversight.objects.filter(pk__in=[pk for pk, _ in ended]).update(ended_at=clock.now())
        _record(actor, Tag.OVERSIGHT_ENDED_MANY, (over, name), [under for _, under in ended], reason)
    return len(ended)


def set_tenant_kind(actor: Actor, tenant_id: UUID, kind: str) -> None:
    """Give a tenant another kind; a centre stays one, and nothing becomes one.

    Args:
        actor: needs ``accounts.tenant.create``.
        tenant_id: which one.
        kind: the new kind.

    Raises:
        NotFoundError: no such tenant.
        ConflictError: people of the tenant hold a role that the new kind does not have, or one is a centre.
    """
    permissions.require(actor, "accounts.tenant.create")
    with write("accounts.set_tenant_kind"):
        row = Tenant.objects.filter(pk=tenant_id).first()
        if row is None:
            raise NotFoundError
        if row.kind == kind:
            return
        held = set(
            Membership.objects.filter(tenant=row, ended_at__isnull=True).values_list("role", flat=True)
        )
        if "cert" in {row.kind, kind} or held - {str(role) for role in roles.of_kind(kind)}:
            raise ConflictError
        Tenant.objects.filter(pk=tenant_id).update(kind=kind)
        contrib.record(
            actor,
            Tag.TENANT_KIND_SET,
            ("accounts.tenant", tenant_id),
            tenant_id=tenant_id,
            facts={"name": row.name_th, "before": row.kind, "kind": kind},
        )
        signals.send(Signal.TENANT_CHANGED, tenant_id)


def _running(over: UUID, unders: Sequence[UUID], reason: Reason) -> QuerySet[Oversight]:
    return Oversight.objects.filter(
        over_id=over, under_id__in=list(unders), reason=reason, ended_at__isnull=True
    )


def _record(actor: Actor, tag: Tag, over: tuple[UUID, str], unders: Sequence[UUID], reason: Reason) -> None:
    if not unders:
        return
    tree = Frontier()
    for under in unders:
        tree.append(under.bytes)
    contrib.record(
        actor,
        tag,
        ("accounts.tenant", over[0]),
        tenant_id=over[0],
        facts={"over": over[1], "tenants": len(unders), "reason": str(reason)},
        count=len(unders),
        root=tree.root(),
    )
