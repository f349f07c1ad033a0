"""Which organisations a country or a sector means, and their rows, without a slow query for many or for few."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from phithak.registry.models import Organisation
from phithak.registry.queries.sectors import ids_under

M = TypeVar("M", bound=Model)
FEW = 400


def organisations_within(*, country: str = "", sector: str = "") -> QuerySet[Organisation]:
    """Return the organisations of a country or of a sector with its parts; those merged into others are left out."""
    rows = Organisation.objects.filter(merged_into__isnull=True)
    if country:
        rows = rows.filter(country=country.upper())
    if sector:
        rows = rows.filter(sector__in=ids_under(sector))
    return rows


def of_organisations(rows: QuerySet[M], organisations: QuerySet[Organisation]) -> QuerySet[M]:
    """Return those rows whose tenant is one of the organisations: a list of few, a look at each for many."""
    few = list(organisations.order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return rows.filter(tenant__in=few)
    return rows.filter(Exists(organisations.order_by().filter(pk=OuterRef("tenant"))))
