"""Tenants and who oversees whom. A tenant is closed, never removed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from phithak.base import clock, ids
from phithak.base.errors import ConflictError, InvalidInputError, NotFoundError
from phithak.core import contrib, signals
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.events import Tag
from phithak.core.accounts.models import Membership, Oversight, Tenant
from phithak.core.accounts.scope import Reason
from phithak.core.accounts.services.checks import check_until
from phithak.core.db.transactions import write
from phithak.core.signals import Signal


def create_tenant(
    actor: Actor,
    *,
    kind: str,
    name_th: str,
    name_en: str = "",
    tenant_id: UUID | None = None,
) -> UUID:
    """Add a tenant; every open tenant of kind ``cert`` oversees it as part of its constituency.

    Args:
        actor: who adds it; needs ``accounts.tenant.create``.
        kind: ``cert``, ``hospital``, ``platform``, ``authority`` … (at most 40 characters).
        name_th: name in Thai.
        name_en: name in English.
        tenant_id: its id when the caller has one already.

    Returns:
        The tenant's id.

    Raises:
        InvalidInputError: a name or the kind is empty or too long.
    """
    permissions.require(actor, "accounts.tenant.create")
    _check_names(name_th, name_en)
    if not kind or len(kind) > 40:  # noqa: PLR2004 - the column's length
        raise InvalidInputError(field="kind", reason_th="ต้องระบุประเภท", reason_en="a kind is needed")
    tenant = Tenant(id=tenant_id or ids.uuid7(), kind=kind, name_th=name_th.strip(), name_en=name_en.strip())
    with write("accounts.create_tenant"):
        tenant.save(force_insert=True)
        if kind != "cert":
            centres = Tenant.objects.filter(kind="cert", state="active")
            Oversight.objects.bulk_create(
                Oversight(over=centre, under=tenant, reason=Reason.CONSTITUENCY) for centre in centres
            )
        contrib.record(
            actor,
            Tag.TENANT_CREATED,
            ("accounts.tenant", tenant.pk),
            tenant_id=tenant.pk,
            facts={"name": tenant.name_th, "kind": kind},
        )
        signals.send(Signal.TENANT_CHANGED, tenant.pk)
    return tenant.pk


def rename_tenant(actor: Actor, tenant_id: UUID, *, name_th: str, name_en: str = "") -> None:
    """Change a tenant's names.

    Raises:
        NotFoundError: no such tenant.
        InvalidInputError: a name is empty or too long.
    """
    permissions.require(actor, "accounts.tenant.create")
    _check_names(name_th, name_en)
    with write("accounts.rename_tenant"):
        changed = Tenant.objects.filter(pk=tenant_id).update(name_th=name_th.strip(), name_en=name_en.strip())
        if not changed:
            raise NotFoundError
        contrib.record(
            actor,
            Tag.TENANT_RENAMED,
            ("accounts.tenant", tenant_id),
            tenant_id=tenant_id,
            facts={"name": name_th.strip()},
        )
        signals.send(Signal.TENANT_CHANGED, tenant_id)


def close_tenant(actor: Actor, tenant_id: UUID) -> None:
    """Close a tenant: its rows stay, its users' roles in it hold no more from this moment.

    Raises:
        NotFoundError: no such open tenant.
        ConflictError: it is the only centre.
    """
    permissions.require(actor, "accounts.tenant.close")
    with write("accounts.close_tenant"):
        tenant = Tenant.objects.filter(pk=tenant_id, state="active").first()
        if tenant is None:
            raise NotFoundError
        if tenant.kind == "cert" and Tenant.objects.filter(kind="cert", state="active").count() == 1:
            raise ConflictError
        Tenant.objects.filter(pk=tenant_id).update(state="closed")
        contrib.record(
            actor,
            Tag.TENANT_CLOSED,
            ("accounts.tenant", tenant_id),
            tenant_id=tenant_id,
            facts={"name": tenant.name_th},
        )
        signals.send(Signal.TENANT_CHANGED, tenant_id)
        users = Membership.objects.filter(tenant=tenant, ended_at__isnull=True).values_list(
            "user_id", flat=True
        )
        for user_id in set(users):
            signals.send(Signal.MEMBERSHIP_CHANGED, user_id)


def set_oversight(
    actor: Actor, *, over: UUID, under: UUID, reason: Reason, until: datetime | None = None
) -> UUID:
    """Let one tenant see rows of another; setting it again changes the end.

    Args:
        actor: who sets it; needs ``accounts.oversight.manage``.
        over: the tenant that may see.
        under: the tenant that is seen.
        reason: why; each kind of row names the reasons that open it.
        until: its end (aware), or None.

    Returns:
        The id of the running oversight.

    Raises:
        NotFoundError: one of the tenants does not exist.
        InvalidInputError: a tenant over itself, or an end in the past.
    """
    permissions.require(actor, "accounts.oversight.manage")
    check_until(until)
    if over == under:
        raise InvalidInputError(
            field="under", reason_th="กำกับดูแลตนเองไม่ได้", reason_en="a tenant cannot oversee itself"
        )
    with write("accounts.set_oversight"):
        names = _names(over, under)
        row = Oversight.objects.filter(
            over_id=over, under_id=under, reason=reason, ended_at__isnull=True
        ).first()
        if row is None:
            row = Oversight.objects.create(over_id=over, under_id=under, reason=reason, until=until)
        else:
            Oversight.objects.filter(pk=row.pk).update(until=until)
        contrib.record(
            actor,
            Tag.OVERSIGHT_SET,
            ("accounts.oversight", row.pk),
            tenant_id=under,
            facts={
                "over": names[over],
                "under": names[under],
                "reason": str(reason),
                "until": until.isoformat() if until else "",
            },
        )
        signals.send(Signal.TENANT_CHANGED, under)
    return row.pk


def end_oversight(actor: Actor, *, over: UUID, under: UUID, reason: Reason) -> bool:
    """End a running oversight; False when there was none."""
    permissions.require(actor, "accounts.oversight.manage")
    with write("accounts.end_oversight"):
        row = Oversight.objects.filter(
            over_id=over, under_id=under, reason=reason, ended_at__isnull=True
        ).first()
        if row is None:
            return False
        Oversight.objects.filter(pk=row.pk).update(ended_at=clock.now())
        names = _names(over, under)
        contrib.record(
            actor,
            Tag.OVERSIGHT_ENDED,
            ("accounts.oversight", row.pk),
            tenant_id=under,
            facts={"over": names[over], "under": names[under], "reason": str(reason)},
        )
        signals.send(Signal.TENANT_CHANGED, under)
    return True


def _names(*tenant_ids: UUID) -> dict[UUID, str]:
    names = dict(Tenant.objects.filter(pk__in=tenant_ids).values_list("pk", "name_th"))
    if len(names) != len(set(tenant_ids)):
        raise NotFoundError
    return names


def _check_names(name_th: str, name_en: str) -> None:
    if not name_th.strip():
        raise InvalidInputError(field="name_th", reason_th="ต้องมีชื่อไทย", reason_en="a Thai name is needed")
    if max(len(name_th), len(name_en)) > 250:  # noqa: PLR2004 - the column's length
        raise InvalidInputError(
            field="name_th",
            reason_th="ชื่อยาวได้ไม่เกิน 250 ตัวอักษร",
            reason_en="a name has at most 250 characters",
        )
