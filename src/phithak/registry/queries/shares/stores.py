"""Stores that anybody can read, shown to whoever gave the data or stands over the holder as its platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.registry.models import DataShare, DataStore
from phithak.registry.queries.assets.kinds import Exposure
from phithak.registry.queries.shares import doors
from phithak.registry.queries.shares.downstream import Holding, holding

OVERSEERS = frozenset({Reason.CONSTITUENCY, Reason.PLATFORM, Reason.PARTNER, Reason.PARENT})


@dataclass(frozen=True)
class OpenStore:
    """A store of a holder that anybody can read.

    Attributes:
        store_id: the store.
        holder_id: whose it is.
        holder: its name.
        name: the store's name.
        technique: how data is kept there (``queries.assets.kinds.Technique``).
        people: of how many people it holds data, estimated; None when unknown.
        kinds: kinds of data in it.
        checked_at: when it was looked at.
        links: the links that gave the data, as far as the actor sees them; empty when none is recorded.
    """

    store_id: UUID
    holder_id: UUID
    holder: Text
    name: str
    technique: str
    people: int | None
    kinds: tuple[str, ...]
    checked_at: datetime | None
    links: tuple[Holding, ...]


def stores_visible_to(actor: Actor) -> QuerySet[DataStore]:
    """Return the open stores of those whom the actor gave data to, or over whom it stands as platform or operator."""
    rows = DataStore.objects.filter(exposure=Exposure.PUBLIC, ended_at__isnull=True).select_related("tenant")
    given = doors.visible_to(actor).exclude(state__in=[doors.State.ENDED, doors.State.PROPOSED])
    below = Exists(_given(actor, given).filter(holder=OuterRef("tenant")))
    return rows_visible_to(rows, actor, permission=doors.VIEW, through=OVERSEERS) | rows.filter(below)


def _given(actor: Actor, rows: QuerySet[DataShare]) -> QuerySet[DataShare]:
    """Keep the links of which the actor is on the giver's side; a holder learns nothing about others."""
    return rows_visible_to(
        rows.prefetch_related(None).order_by(), actor, permission=doors.VIEW, through=doors.SEEN_THROUGH
    )


def open_stores(actor: Actor, rows: QuerySet[DataStore] | None = None) -> list[OpenStore]:
    """Return the open stores with the links that gave the data, most people first."""
    stores = stores_visible_to(actor) if rows is None else rows
    found = list(stores.prefetch_related("kinds").order_by("-people", "pk"))
    links: dict[UUID, list[DataShare]] = {}
    given = doors.visible_to(actor).filter(holder__in={row.tenant_id for row in found})
    for row in given.exclude(state=doors.State.ENDED).order_by("pk"):
        links.setdefault(row.holder_id, []).append(row)
    return [_open(row, links.get(row.tenant_id, [])) for row in found]


def _open(row: DataStore, given: list[DataShare]) -> OpenStore:
    kinds = tuple(sorted(kind.kind for kind in row.kinds.all()))
    exact = [share for share in given if share.store_id == row.pk]
    likely = [
        share for share in given if share.store_id is None and (not kinds or set(share.fields) & set(kinds))
    ]
    return OpenStore(
        store_id=row.pk,
        holder_id=row.tenant_id,
        holder=Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th),
        name=row.name,
        technique=row.technique,
        people=row.people,
        kinds=kinds,
        checked_at=row.checked_at,
        links=tuple(holding(share) for share in exact or likely),
    )
