"""Who sees what: sites, senders, sources, silences and searches; the centre sees those of its members."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from phithak.base.errors import NotFoundError
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.monitoring.models import SavedSearch, Sender, Silence, Site, Source, Turn

VIEW, MANAGE = "monitoring.view", "monitoring.manage"
SWITCH, EVENTS = "monitoring.switch", "monitoring.events"
_THROUGH = frozenset({Reason.CONSTITUENCY})


def visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Site]:
    """Return the sites that the actor may see."""
    return rows_visible_to(Site.objects.all(), actor, permission=permission, through=_THROUGH)


def senders_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Sender]:
    """Return the senders that the actor may see."""
    return rows_visible_to(Sender.objects.all(), actor, permission=permission, through=_THROUGH)


def sources_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Source]:
    """Return the sources that the actor may see."""
    return rows_visible_to(
        Source.objects.all(), actor, permission=permission, through=_THROUGH, tenant_field="sender__tenant"
    )


def silences_visible_to(actor: Actor) -> QuerySet[Silence]:
    """Return the silences of senders that the actor may see."""
    return rows_visible_to(
        Silence.objects.all(), actor, permission=VIEW, through=_THROUGH, tenant_field="sender__tenant"
    )


def turns_visible_to(actor: Actor) -> QuerySet[Turn]:
    """Return the turns of switches of sources that the actor may see."""
    return rows_visible_to(
        Turn.objects.all(), actor, permission=VIEW, through=_THROUGH, tenant_field="source__sender__tenant"
    )


def searches_visible_to(actor: Actor) -> QuerySet[SavedSearch]:
    """Return the saved searches of the actor's own tenants."""
    return rows_visible_to(SavedSearch.objects.all(), actor, permission=EVENTS)


def site(actor: Actor, site_id: UUID, permission: str = VIEW) -> Site:
    """Return one site.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = visible_to(actor, permission).filter(pk=site_id).select_related("tenant").first()
    if found is None:
        raise NotFoundError
    return found


def sender(actor: Actor, sender_id: UUID, permission: str = VIEW) -> Sender:
    """Return one sender; as :func:`site`."""
    found = (
        senders_visible_to(actor, permission).filter(pk=sender_id).select_related("tenant", "site").first()
    )
    if found is None:
        raise NotFoundError
    return found


def source(actor: Actor, source_id: UUID, permission: str = VIEW) -> Source:
    """Return one source; as :func:`site`."""
    found = (
        sources_visible_to(actor, permission).filter(pk=source_id).select_related("sender__tenant").first()
    )
    if found is None:
        raise NotFoundError
    return found
