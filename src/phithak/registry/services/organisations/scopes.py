"""Scopes of authorities: a sector whose registrations an authority sees."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts import services as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason
from phithak.core.db.transactions import write
from phithak.core.jobs import services as jobs
from phithak.registry.events.organisations import Tag
from phithak.registry.models import AuthorityScope, Organisation, Sector
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import sectors
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.organisations import KIND, SCOPE, family, running_relations
from phithak.registry.services.organisations.cleaning import bad
from phithak.registry.services.organisations.errors import NotAnAuthorityError
from phithak.registry.services.organisations.rows import SYSTEM

JOB = "registry.follow_scope"
AT_ONCE = 500
"""Up to so many organisations are opened or shut within the call; more by a job."""


def set_scope(actor: Actor, authority_id: UUID, sector_code: str) -> UUID:
    """Let an authority see the registrations of a sector and all of its parts.

    Organisations that join the sector later are seen at once. Over many organisations the oversight is written by
    a job that can be interrupted.

    Args:
        actor: needs ``registry.scope.manage`` over the authority.
        authority_id: an organisation of the kind ``authority``.
        sector_code: such as ``e-commerce``.

    Returns:
        The scope's id; that of the running one when it is set already.

    Raises:
        NotFoundError: no such organisation, or not the actor's.
        NotAnAuthorityError: it is of another kind.
        BadFactError: there is no such sector.
    """
    authority = _authority(actor, authority_id)
    sector = sectors.by_code(sector_code)
    if sector is None:
        raise bad("sector", "ไม่มีภาคส่วนนี้", "there is no such sector")
    with write("registry.set_scope"):
        running = AuthorityScope.objects.filter(tenant=authority.pk, sector=sector, ended_at__isnull=True)
        known = running.first()
        if known is not None:
            return known.pk
        row = AuthorityScope.objects.create(tenant_id=authority.pk, sector=sector)
        _note(actor, Tag.SCOPE_SET, authority, sector)
        _follow(authority.pk, sector)
    return row.pk


def end_scope(actor: Actor, scope_id: UUID) -> None:
    """End a scope: what no other scope or relation opens is shut.

    Raises:
        NotFoundError: no such running scope, or not the actor's.
    """
    permissions.require(actor, SCOPE)
    row = queries.scopes_visible_to(actor, SCOPE).filter(pk=scope_id).first()
    if row is None:
        raise NotFoundError
    authority = queries.organisation(actor, row.tenant_id, SCOPE)
    with write("registry.end_scope"):
        changed = AuthorityScope.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=clock.now())
        if not changed:
            raise NotFoundError
        _note(actor, Tag.SCOPE_ENDED, authority, row.sector)
        _follow(authority.pk, row.sector)


def follow_chunk(authority_id: UUID, organisation_ids: Sequence[UUID]) -> int:
    """Write or end the oversight of an authority over some organisations, as its scopes say now.

    Args:
        authority_id: an authority.
        organisation_ids: at most 500.

    Returns:
        How many were opened or shut. Repeating it changes nothing.
    """
    codes = list(
        AuthorityScope.objects.filter(tenant=authority_id, ended_at__isnull=True).values_list(
            "sector__code", flat=True
        )
    )
    inside = set(
        Organisation.objects.filter(
            pk__in=organisation_ids, sector__in=sectors.ids_under(*codes)
        ).values_list("pk", flat=True)
    )
    regulated = set(
        running_relations()
        .filter(over=authority_id, under__in=organisation_ids, kind=queries.RelationKind.REGULATOR)
        .values_list("under", flat=True)
    )
    # what a relation opens, with its end, is the relation's to write
    opened = [pk for pk in organisation_ids if pk in inside and pk != authority_id]
    shut = [pk for pk in organisation_ids if pk not in inside and pk not in regulated]
    changed = 0
    for upper in family(authority_id):
        changed += accounts.set_oversight_many(SYSTEM, over=upper, unders=opened, reason=Reason.AUTHORITY)
        changed += accounts.end_oversight_many(SYSTEM, over=upper, unders=shut, reason=Reason.AUTHORITY)
    return changed


def _follow(authority_id: UUID, sector: Sector) -> None:
    below = queries.ids_in_sector(sector.code)
    some = list(below[: AT_ONCE + 1])
    if len(some) <= AT_ONCE:
        follow_chunk(authority_id, some)
        return
    jobs.enqueue(
        JOB,
        {"authority": str(authority_id), "sector": sector.code},
        actor=SYSTEM,
        unique=f"{authority_id}:{sector.code}:{clock.now().isoformat()}",
        tenant_id=authority_id,
    )


def _authority(actor: Actor, authority_id: UUID) -> Organisation:
    permissions.require(actor, SCOPE)
    row = queries.organisation(actor, authority_id, SCOPE)
    if row.kind != Kind.AUTHORITY:
        raise NotAnAuthorityError(field="authority", name=str(queries.name_of(row)))
    return row


def _note(actor: Actor, tag: Tag, authority: Organisation, sector: Sector) -> None:
    contrib.record(
        actor,
        tag,
        (KIND, authority.pk),
        tenant_id=authority.pk,
        facts={"authority": authority.name_th, "sector": sector.code},
    )
