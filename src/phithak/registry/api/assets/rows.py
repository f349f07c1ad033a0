"""What the operations of all kinds of assets share."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from ninja import Field

from phithak.core.ui.api import Schema
from phithak.registry.api.calls import filled

A = TypeVar("A", bound="AssetOut")
M = TypeVar("M", bound=Model)


class AssetOut(Schema):
    """What every asset says: ``version`` is repeated to change it; ``ended_at`` is set once it runs no more."""

    id: UUID
    organisation_id: UUID
    created_at: datetime
    ended_at: datetime | None
    version: int


class ListQuery(Schema):
    """Query parameters of every list of assets."""

    organisation_id: UUID | None = Field(None, description="Only of this organisation")
    q: str = Field("", max_length=200, description="Words, as in the search of the pages")
    ended: bool = Field(default=False, description="Ended ones instead of running ones")


class VersionIn(Schema):
    """The version that the writer began from."""

    version: int = Field(ge=1)


def narrowed(rows: QuerySet[M], asked: ListQuery, search: Any) -> QuerySet[M]:
    """Return those rows that a list asks for."""
    found = rows.filter(ended_at__isnull=not asked.ended)
    if asked.organisation_id is not None:
        found = found.filter(tenant=asked.organisation_id)
    return search(found, asked.q) if asked.q.strip() else found


def asset_out(schema: type[A], row: Any, **told: Any) -> A:
    """Return an asset; ``told`` is what its row does not have by that name."""
    return filled(schema, row, organisation_id=row.tenant_id, **told)
