"""Who may see and change people, positions and contacts; the doors that every other read goes through."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, OuterRef, Q, QuerySet

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.core.db.probes import HasAny
from phithak.registry.models import ContactPoint, Organisation, Person, Position

M = TypeVar("M", bound=Model)
PERSON_KIND, POSITION_KIND, CONTACT_KIND = "registry.person", "registry.position", "registry.contact"
VIEW, MANAGE, CALL = "registry.contacts.view", "registry.contacts.manage", "registry.call"
_SEEN = frozenset({Reason.CONSTITUENCY, Reason.PARENT})
_CHANGED = frozenset({Reason.CONSTITUENCY})


def _through(permission: str) -> frozenset[Reason]:
    # a parent organisation may read who answers at its hospital; only the centre and the hospital change it
    return _CHANGED if permission == MANAGE else _SEEN


def contacts_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[ContactPoint]:
    """Return the contact points that the actor may see (or manage, or call), ended ones too."""
    rows = ContactPoint.objects.select_related("tenant", "position__person")
    return rows_visible_to(rows, actor, permission=permission, through=_through(permission))


def positions_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Position]:
    """Return the positions within organisations whose contacts the actor may see."""
    rows = Position.objects.select_related("tenant", "person")
    return rows_visible_to(rows, actor, permission=permission, through=_through(permission))


def people_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Person]:
    """Return the people of those organisations, and those of others who hold a running position there."""
    rows = Person.objects.select_related("tenant")
    if permission != VIEW:
        return rows_visible_to(rows, actor, permission=permission, through=_through(permission))
    held = positions_visible_to(actor).select_related(None).filter(running_position())
    here = Q(HasAny(held.filter(person=OuterRef("pk"))))
    return rows_visible_to(rows, actor, permission=permission, through=_SEEN, shared=here)


def organisations_for(actor: Actor, permission: str = VIEW) -> QuerySet[Organisation]:
    """Return the organisations whose contacts the actor may see (or manage, or call)."""
    return rows_visible_to(
        Organisation.objects.select_related("tenant"),
        actor,
        permission=permission,
        through=_through(permission),
    )


def running_position() -> Q:
    """Return the condition of positions that are held today."""
    return Q(ended_at__isnull=True) & (Q(until__isnull=True) | Q(until__gte=clock.today()))


def contact(actor: Actor, contact_id: UUID, permission: str = VIEW) -> ContactPoint:
    """Return one contact point.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    return _one(contacts_visible_to(actor, permission).select_related("backup", "system"), contact_id)


def person(actor: Actor, person_id: UUID, permission: str = VIEW) -> Person:
    """Return one person; errors as :func:`contact`."""
    return _one(people_visible_to(actor, permission), person_id)


def position(actor: Actor, position_id: UUID, permission: str = VIEW) -> Position:
    """Return one position; errors as :func:`contact`."""
    return _one(positions_visible_to(actor, permission), position_id)


def organisation(actor: Actor, organisation_id: UUID, permission: str = VIEW) -> Organisation:
    """Return one organisation whose contacts the actor may see (or manage); errors as :func:`contact`."""
    return _one(organisations_for(actor, permission), organisation_id)


def _one(rows: QuerySet[M], key: UUID) -> M:
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFoundError
    return found
