"""Finding links: the search of their list and the search box."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.search import queries as search
from phithak.registry.models import DataShare, Organisation
from phithak.registry.queries.shares import doors

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
    """Return who gives among the links that the actor sees, by name, at most 100; also the one that is asked for."""
    rows = doors.visible_to(actor).prefetch_related(None).order_by("tenant__name_th", "tenant")
    found = rows.values_list("tenant", "tenant__name_th", "tenant__name_en").distinct()
    return _choices(found[:MOST_CHOICES], rows, "tenant", asked)


def holders(actor: Actor, asked: str = "") -> list[tuple[str, Text]]:
    """Return who holds, as :func:`givers`."""
    rows = doors.visible_to(actor).prefetch_related(None).order_by("holder__name_key", "holder")
    # the key must be among the columns where a distinct list is ordered by it
    found = rows.values_list("holder", "holder__name_th", "holder__name_en", "holder__name_key").distinct()
    return _choices(found[:MOST_CHOICES], rows, "holder", asked)


def _choices(
    found: Iterable[tuple[Any, ...]], rows: QuerySet[DataShare], column: str, asked: str
) -> list[tuple[str, Text]]:
    choices = {str(row[0]): Text(row[1], row[2] or row[1]) for row in found}
    if asked and asked not in choices:
        try:
            wanted = UUID(asked)
        except ValueError:
            return list(choices.items())
        one = rows.filter(**{column: wanted}).values_list(f"{column}__name_th", f"{column}__name_en").first()
        if one is not None:
            choices[str(wanted)] = Text(one[0], one[1] or one[0])
    return list(choices.items())


def kinds_of(organisation_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the kinds of organisations at the ends of links that came through a door."""
    return dict(Organisation.objects.filter(pk__in=list(organisation_ids)).values_list("pk", "kind"))
