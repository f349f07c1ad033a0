"""The 15 days within which a change of contacts is told (clock ``ncsa_contact_change``)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from phithak.base.config import Config
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.clocks import queries as clock_queries
from phithak.core.clocks import services as clocks
from phithak.registry.models import ContactPoint, Organisation
from phithak.registry.queries import people_doors as doors
from phithak.registry.queries.facts import Cii

CODE = "ncsa_contact_change"
_MANAGE = "clocks.manage"


def applies_to(organisation: Organisation) -> bool:
    """Tell whether the organisation must tell changes: critical infrastructure, or all when so configured."""
    config: Config = settings.CONFIG
    return organisation.cii == Cii.DESIGNATED or config.contact_change_all


def begin(actor: Actor, organisation: Organisation, row: ContactPoint, at: datetime) -> None:
    """Let the clock run from a change, inside the caller's transaction; an open one of this contact goes on.

    A person who may manage clocks confirms it by the change itself; what a process changed waits for a person.
    """
    if not applies_to(organisation) or clock_queries.has_open(doors.CONTACT_KIND, row.pk):
        return
    clock_id = clocks.propose(
        actor,
        tenant_id=row.tenant_id,
        subject=(doors.CONTACT_KIND, row.pk),
        code=CODE,
        trigger_at=at,
        evidence=f"เปลี่ยนผู้ประสานงานในทะเบียน / contact changed in the registry: {row.label_th}",
    )
    if _may(actor, row) and actor.user_id is not None:
        clocks.confirm(actor, clock_id)


def meet(actor: Actor, row: ContactPoint, at: datetime, how: str) -> None:
    """Close the clocks of a contact whose change was told, inside the caller's transaction."""
    if not _may(actor, row):
        return
    rows = clock_queries.visible_to(actor).filter(
        object_kind=doors.CONTACT_KIND, object_id=row.pk, state__in=clock_queries.OPEN_STATES
    )
    for clock in list(rows):
        if clock.state == clocks.State.PROPOSED:
            if actor.user_id is None:
                continue
            clocks.confirm(actor, clock.pk)
        clocks.meet(actor, clock.pk, at=at, evidence=how)


def _may(actor: Actor, row: ContactPoint) -> bool:
    if not permissions.has(actor, _MANAGE):
        return False
    return clock_queries.visible_to(actor).filter(tenant=row.tenant_id).exists() or actor.user_id is None
