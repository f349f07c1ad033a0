"""One row behind a door: given, forbidden when it may only be seen, or not found."""

from __future__ import annotations

from typing import Protocol, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from phithak.base.errors import ForbiddenError, NotFoundError
from phithak.core.accounts.actors import Actor

M = TypeVar("M", bound=Model)
M_co = TypeVar("M_co", bound=Model, covariant=True)


class Door(Protocol[M_co]):
    """What gives the rows that an actor may see, or act upon with another right."""

    def __call__(self, actor: Actor, permission: str = ..., /) -> QuerySet[M_co]:
        """Return the rows."""


def one_behind(door: Door[M], actor: Actor, key: UUID, permission: str, *, seen_with: str) -> M:
    """Return one row.

    Args:
        door: gives the rows by right.
        actor: who asks.
        key: of the row.
        permission: what the actor wants to do with it.
        seen_with: the right to see it.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
        ForbiddenError: it may be seen, but not that.
    """
    found = door(actor, permission).filter(pk=key).first()
    if found is not None:
        return found
    if permission != seen_with and door(actor, seen_with).filter(pk=key).exists():
        raise ForbiddenError(permission=permission)
    raise NotFoundError
