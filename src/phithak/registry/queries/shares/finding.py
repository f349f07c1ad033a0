"""Finding links: the search of their list and the search box."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.search import queries as search
from phithak.registry.models import DataShare, Organisation
from phithak.registry.queries import organisations
from phithak.registry.queries.shares import doors
from phithak.registry.queries.sorting import name_key

MOST_CHOICES = 100


def matching(rows: QuerySet[DataShare], words: str) -> QuerySet[DataShare]:
    """Return those links whose purpose, giver or holder matches what was typed."""
    return rows.filter(pk__in=search.matching(doors.KIND, words))


def find(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield title and address of links for the search box."""
    for row in matching(doors.visible_to(actor), words).order_by("-pk")[:limit]:
        title = f"{doors.giver(row)} → {doors.holder(row)}: {row.purpose}"
        yield title, reverse("registry:share", args=[row.pk])


def with_kind(rows: QuerySet[DataShare], kind: str) -> QuerySet[DataShare]:
    """Narrow links to those that carry a kind of data."""
    # the codes hold no sign that LIKE or JSON would read otherwise, and the quotes keep them whole
    return rows.filter(fields__icontains=f'"{kind}"')


def of_organisation(actor: Actor, organisation_id: UUID) -> tuple[QuerySet[DataShare], QuerySet[DataShare]]:
    """Return the links that the actor sees by which an organisation gives, and by which it holds, newest first."""
    rows = doors.visible_to(actor).order_by("-pk")
    return rows.filter(tenant=organisation_id), rows.filter(holder=organisation_id)


def givers(actor: Actor, asked: str = "") -> list[tuple[str, Text]]:
    """Return who gives among the links that the actor sees, by name; beyond 100 only the one that is asked for."""
    return _choices(actor, "tenant", asked)


def holders(actor: Actor, asked: str = "") -> list[tuple[str, Text]]:
    """Return who holds, as :func:`givers`."""
    return _choices(actor, "holder", asked)


def _choices(actor: Actor, column: str, asked: str) -> list[tuple[str, Text]]:
    rows = doors.visible_to(actor).prefetch_related(None).order_by()
    found = list(rows.values_list(column, flat=True).distinct()[: MOST_CHOICES + 1])
    if len(found) > MOST_CHOICES:
        found = []
    try:
        wanted = UUID(asked) if asked else None
    except ValueError:
        wanted = None
    if wanted is not None and wanted not in found and rows.filter(**{column: wanted}).exists():
        found.append(wanted)
    names = sorted(organisations.names(found).items(), key=lambda item: name_key(item[1].th))
    return [(str(key), name) for key, name in names]


def kinds_of(organisation_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the kinds of organisations at the ends of links that came through a door."""
    return dict(Organisation.objects.filter(pk__in=list(organisation_ids)).values_list("pk", "kind"))
