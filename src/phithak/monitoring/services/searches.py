"""Saved searches, and the journal's word of an export."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError

from phithak.base.errors import NotFoundError
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.db.transactions import write
from phithak.monitoring.errors import NameTakenError
from phithak.monitoring.events import Tag
from phithak.monitoring.models import SavedSearch
from phithak.monitoring.queries import doors
from phithak.monitoring.queries.asking import Question

SEARCH = "monitoring.search"


def keep(actor: Actor, *, name: str, question: Question) -> UUID:
    """Keep a search under a name for everybody of the actor's tenant that may search.

    Raises:
        NameTakenError: there is one of that name.
        NotFoundError: the actor may search in no tenant of its own.
    """
    own = sorted(tenants_with(actor, doors.EVENTS))
    if not own:
        raise NotFoundError
    row = SavedSearch(tenant_id=own[0], name=" ".join(name.split()), question=question.to_json())
    try:
        with write("monitoring.save_search"):
            row.save(force_insert=True)
            contrib.record(
                actor, Tag.SEARCH_SAVED, (SEARCH, row.pk), tenant_id=row.tenant_id, facts={"name": row.name}
            )
    except IntegrityError as error:
        raise NameTakenError(field="name", name=row.name) from error
    return row.pk


def drop(actor: Actor, search_id: UUID) -> None:
    """Remove a saved search."""
    row = doors.searches_visible_to(actor).filter(pk=search_id).first()
    if row is None:
        raise NotFoundError
    with write("monitoring.drop_search"):
        contrib.record(
            actor, Tag.SEARCH_DROPPED, (SEARCH, row.pk), tenant_id=row.tenant_id, facts={"name": row.name}
        )
        row.delete()


def note_export(actor: Actor, *, count: int, question: Question) -> None:
    """Write down that somebody took events out of the house."""
    facts: dict[str, Any] = {"count": count, "question": question.to_json()}
    with write("monitoring.note_export"):
        contrib.record(actor, Tag.EVENTS_EXPORTED, (SEARCH, actor.name[:60]), facts=facts)
