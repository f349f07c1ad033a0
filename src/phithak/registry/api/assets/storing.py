"""Data stores and data links over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field

from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, paginate
from phithak.registry.api.assets.rows import AssetOut, ListQuery, VersionIn, asset_out, narrowed
from phithak.registry.api.calls import Calls
from phithak.registry.models import DataStore
from phithak.registry.queries import assets
from phithak.registry.queries.assets import showing
from phithak.registry.queries.assets.asking import holds, stores_matching
from phithak.registry.queries.assets.kinds import DataKind, Exposure, Place, Technique
from phithak.registry.queries.assets.linked import with_seen_ends
from phithak.registry.services import assets as services
from phithak.registry.services.assets import LinkFacts, StoreFacts

router = Router()
calls = Calls(router, view=assets.VIEW, manage=assets.MANAGE)


class StoreFields(Schema):
    """What is told of a store."""

    name: str = Field(max_length=200)
    place: Place
    technique: Technique = Technique.OTHER
    kinds: list[DataKind] = Field(min_length=1)
    provider: str = Field("", max_length=120)
    locator: str = Field("", max_length=500)
    system_id: UUID | None = None
    people: int | None = Field(None, ge=0)


class StoreIn(StoreFields):
    """A new store."""

    organisation_id: UUID


class StoreChangeIn(StoreFields, VersionIn):
    """A changed store."""


class StoreOut(AssetOut):
    """A store; its exposure is unknown until somebody checked."""

    name: str
    place: Place
    technique: Technique
    kinds: list[DataKind]
    provider: str
    locator: str
    system_id: UUID | None
    people: int | None
    exposure: Exposure
    checked_at: datetime | None
    checked_how: str


class StoreQuery(ListQuery):
    """Filters of the list of stores."""

    place: Place | None = None
    kind: DataKind | None = None
    technique: Technique | None = None
    exposure: Exposure | None = None


class ExposureIn(Schema):
    """What a check found."""

    state: Exposure
    how: str = Field(max_length=200)
    at: datetime


class LinkIn(Schema):
    """A new data link: data flows from source to target."""

    source_id: UUID
    target_id: UUID
    kinds: list[DataKind] = Field(min_length=1)
    method: str = Field("", max_length=60)


class LinkChangeIn(VersionIn):
    """What can be changed of a link."""

    kinds: list[DataKind] = Field(min_length=1)
    method: str = Field("", max_length=60)


class LinkOut(AssetOut):
    """A data link; an end that is not the caller's to see is null."""

    source_id: UUID | None
    target_id: UUID | None
    kinds: list[DataKind]
    method: str
    on: bool
    agreement_id: UUID | None


def _store(row: DataStore) -> StoreOut:
    exposure = Exposure(row.exposure) if row.checked_at is not None else Exposure.UNKNOWN
    return asset_out(StoreOut, row, kinds=showing.kinds_of(row), exposure=exposure)


def _store_facts(sent: StoreFields) -> StoreFacts:
    told = {name: getattr(sent, name) for name in StoreFields.model_fields}
    return StoreFacts(**{**told, "kinds": tuple(sent.kinds)})


def _one_store(request: Request, store_id: UUID) -> StoreOut:
    rows = assets.stores_visible_to(request.actor).prefetch_related("kinds")
    return _store(assets.one(rows, store_id))


def _link(row: Any) -> LinkOut:
    return asset_out(
        LinkOut,
        row,
        source_id=row.source_id if row.source_seen else None,
        target_id=row.target_id if row.target_seen else None,
        on=assets.is_on(row),
    )


def _one_link(request: Request, data_link_id: UUID) -> LinkOut:
    rows = with_seen_ends(request.actor, assets.links_visible_to(request.actor))
    return _link(assets.one(rows, data_link_id))


@calls.shown("/stores", Page[StoreOut], "รายการคลังข้อมูล", "Data stores")
def stores(request: Request, paging: Query[Paging], asked: Query[StoreQuery]) -> Page[StoreOut]:
    """List them; ``q`` may be a question such as “public cloud stores with ID card images”."""
    rows = narrowed(assets.stores_visible_to(request.actor), asked, stores_matching)
    if asked.kind is not None:
        rows = rows.filter(holds(asked.kind))
    for name in ("place", "technique", "exposure"):
        value = getattr(asked, name)
        if value is not None:
            rows = rows.filter(**{name: value})
    return paginate(rows.prefetch_related("kinds"), paging, _store)


@calls.added("/stores", StoreOut, "เพิ่มคลังข้อมูล", "Add a data store")
def add_store(request: Request, sent: StoreIn) -> StoreOut:
    """Add one."""
    return _one_store(request, services.add_store(request.actor, sent.organisation_id, _store_facts(sent)))


@calls.shown("/stores/{uuid:store_id}", StoreOut, "คลังข้อมูลหนึ่งแห่ง", "One data store")
def store(request: Request, store_id: UUID) -> StoreOut:
    """Show one."""
    return _one_store(request, store_id)


@calls.changed("/stores/{uuid:store_id}", StoreOut, "แก้คลังข้อมูล", "Change a data store")
def change_store(request: Request, store_id: UUID, sent: StoreChangeIn) -> StoreOut:
    """Change one; a new place or address makes a former check worthless."""
    services.change_store(request.actor, store_id, _store_facts(sent), version=sent.version)
    return _one_store(request, store_id)


@calls.done(
    "/stores/{uuid:store_id}/exposure", StoreOut, "บันทึกผลตรวจการเปิดเผย", "Write down a check of exposure"
)
def set_exposure(request: Request, store_id: UUID, sent: ExposureIn) -> StoreOut:
    """Write down what a check found."""
    services.set_exposure(request.actor, store_id, sent.state, sent.how, sent.at)
    return _one_store(request, store_id)


@calls.done("/stores/{uuid:store_id}/end", StoreOut, "เลิกใช้คลังข้อมูล", "End a data store")
def end_store(request: Request, store_id: UUID) -> StoreOut:
    """End one."""
    services.end_store(request.actor, store_id)
    return _one_store(request, store_id)


@calls.shown("/data-links", Page[LinkOut], "รายการการเชื่อมโยงข้อมูล", "Data links")
def data_links(request: Request, paging: Query[Paging], asked: Query[ListQuery]) -> Page[LinkOut]:
    """List them."""
    search = showing.links_matching_for(request.actor)
    rows = narrowed(assets.links_visible_to(request.actor), asked, search)
    return paginate(with_seen_ends(request.actor, rows), paging, _link)


@calls.added("/data-links", LinkOut, "เพิ่มการเชื่อมโยงข้อมูล", "Add a data link")
def add_link(request: Request, sent: LinkIn) -> LinkOut:
    """Write one down; it is off."""
    facts = LinkFacts(sent.source_id, sent.target_id, tuple(sent.kinds), sent.method)
    return _one_link(request, services.add_link(request.actor, facts))


@calls.shown("/data-links/{uuid:data_link_id}", LinkOut, "การเชื่อมโยงข้อมูลหนึ่งรายการ", "One data link")
def data_link(request: Request, data_link_id: UUID) -> LinkOut:
    """Show one."""
    return _one_link(request, data_link_id)


@calls.changed("/data-links/{uuid:data_link_id}", LinkOut, "แก้การเชื่อมโยงข้อมูล", "Change a data link")
def change_link(request: Request, data_link_id: UUID, sent: LinkChangeIn) -> LinkOut:
    """Change what it carries and how."""
    services.change_link(
        request.actor, data_link_id, kinds=tuple(sent.kinds), method=sent.method, version=sent.version
    )
    return _one_link(request, data_link_id)


@calls.done("/data-links/{uuid:data_link_id}/on", LinkOut, "เปิดการเชื่อมโยงข้อมูล", "Switch a data link on")
def switch_on(request: Request, data_link_id: UUID) -> LinkOut:
    """Switch one on, when an agreement allows it."""
    services.switch_link_on(request.actor, data_link_id)
    return _one_link(request, data_link_id)


@calls.done("/data-links/{uuid:data_link_id}/off", LinkOut, "ปิดการเชื่อมโยงข้อมูล", "Switch a data link off")
def switch_off(request: Request, data_link_id: UUID) -> LinkOut:
    """Switch one off."""
    services.switch_link_off(request.actor, data_link_id)
    return _one_link(request, data_link_id)


@calls.done("/data-links/{uuid:data_link_id}/end", LinkOut, "เลิกการเชื่อมโยงข้อมูล", "End a data link")
def end_link(request: Request, data_link_id: UUID) -> LinkOut:
    """End one."""
    services.end_link(request.actor, data_link_id)
    return _one_link(request, data_link_id)
