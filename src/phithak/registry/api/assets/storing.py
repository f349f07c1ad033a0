"""Data stores and data links over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field

from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, operation, paginate
from phithak.registry.api.assets.rows import AssetOut, ListQuery, VersionIn, base, narrowed
from phithak.registry.models import DataStore
from phithak.registry.queries import assets
from phithak.registry.queries.assets import showing
from phithak.registry.queries.assets.asking import holds, stores_matching
from phithak.registry.queries.assets.kinds import DataKind, Exposure, Place, Technique
from phithak.registry.queries.assets.linked import with_seen_ends
from phithak.registry.services import assets as services
from phithak.registry.services.assets import LinkFacts, StoreFacts

router = Router()


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
    checked = row.checked_at is not None
    return StoreOut(
        **base(row),
        name=row.name,
        place=Place(row.place),
        technique=Technique(row.technique),
        kinds=showing.kinds_of(row),
        provider=row.provider,
        locator=row.locator,
        system_id=row.system_id,
        people=row.people,
        exposure=Exposure(row.exposure) if checked else Exposure.UNKNOWN,
        checked_at=row.checked_at,
        checked_how=row.checked_how,
    )


def _store_facts(sent: StoreFields) -> StoreFacts:
    return StoreFacts(
        sent.name,
        sent.place,
        sent.technique,
        tuple(sent.kinds),
        sent.provider,
        sent.locator,
        sent.system_id,
        sent.people,
    )


def _one_store(request: Request, store_id: UUID) -> StoreOut:
    rows = assets.stores_visible_to(request.actor).prefetch_related("kinds")
    return _store(assets.one(rows, store_id))


def _link(row: Any) -> LinkOut:
    return LinkOut(
        **base(row),
        source_id=row.source_id if row.source_seen else None,
        target_id=row.target_id if row.target_seen else None,
        kinds=[DataKind(kind) for kind in row.kinds],
        method=row.method,
        on=assets.is_on(row),
        agreement_id=row.agreement_id,
    )


def _one_link(request: Request, data_link_id: UUID) -> LinkOut:
    rows = with_seen_ends(request.actor, assets.links_visible_to(request.actor))
    return _link(assets.one(rows, data_link_id))


@operation(
    router.get,
    "/stores",
    permission=assets.VIEW,
    response=Page[StoreOut],
    th="รายการคลังข้อมูล",
    en="Data stores",
)
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


@operation(
    router.post,
    "/stores",
    permission=assets.MANAGE,
    response=StoreOut,
    status=201,
    th="เพิ่มคลังข้อมูล",
    en="Add a data store",
)
def add_store(request: Request, sent: StoreIn) -> tuple[int, StoreOut]:
    """Add one."""
    return 201, _one_store(
        request, services.add_store(request.actor, sent.organisation_id, _store_facts(sent))
    )


@operation(
    router.get,
    "/stores/{uuid:store_id}",
    permission=assets.VIEW,
    response=StoreOut,
    th="คลังข้อมูลหนึ่งแห่ง",
    en="One data store",
)
def store(request: Request, store_id: UUID) -> StoreOut:
    """Show one."""
    return _one_store(request, store_id)


@operation(
    router.put,
    "/stores/{uuid:store_id}",
    permission=assets.MANAGE,
    response=StoreOut,
    th="แก้คลังข้อมูล",
    en="Change a data store",
)
def change_store(request: Request, store_id: UUID, sent: StoreChangeIn) -> StoreOut:
    """Change one; a new place or address makes a former check worthless."""
    services.change_store(request.actor, store_id, _store_facts(sent), version=sent.version)
    return _one_store(request, store_id)


@operation(
    router.post,
    "/stores/{uuid:store_id}/exposure",
    permission=assets.MANAGE,
    response=StoreOut,
    th="บันทึกผลตรวจการเปิดเผย",
    en="Write down a check of exposure",
)
def set_exposure(request: Request, store_id: UUID, sent: ExposureIn) -> StoreOut:
    """Write down what a check found."""
    services.set_exposure(request.actor, store_id, sent.state, sent.how, sent.at)
    return _one_store(request, store_id)


@operation(
    router.post,
    "/stores/{uuid:store_id}/end",
    permission=assets.MANAGE,
    response=StoreOut,
    th="เลิกใช้คลังข้อมูล",
    en="End a data store",
)
def end_store(request: Request, store_id: UUID) -> StoreOut:
    """End one."""
    services.end_store(request.actor, store_id)
    return _one_store(request, store_id)


@operation(
    router.get,
    "/data-links",
    permission=assets.VIEW,
    response=Page[LinkOut],
    th="รายการการเชื่อมโยงข้อมูล",
    en="Data links",
)
def data_links(request: Request, paging: Query[Paging], asked: Query[ListQuery]) -> Page[LinkOut]:
    """List them."""
    search = showing.links_matching_for(request.actor)
    rows = narrowed(assets.links_visible_to(request.actor), asked, search)
    return paginate(with_seen_ends(request.actor, rows), paging, _link)


@operation(
    router.post,
    "/data-links",
    permission=assets.MANAGE,
    response=LinkOut,
    status=201,
    th="เพิ่มการเชื่อมโยงข้อมูล",
    en="Add a data link",
)
def add_link(request: Request, sent: LinkIn) -> tuple[int, LinkOut]:
    """Write one down; it is off."""
    facts = LinkFacts(sent.source_id, sent.target_id, tuple(sent.kinds), sent.method)
    return 201, _one_link(request, services.add_link(request.actor, facts))


@operation(
    router.get,
    "/data-links/{uuid:data_link_id}",
    permission=assets.VIEW,
    response=LinkOut,
    th="การเชื่อมโยงข้อมูลหนึ่งรายการ",
    en="One data link",
)
def data_link(request: Request, data_link_id: UUID) -> LinkOut:
    """Show one."""
    return _one_link(request, data_link_id)


@operation(
    router.put,
    "/data-links/{uuid:data_link_id}",
    permission=assets.MANAGE,
    response=LinkOut,
    th="แก้การเชื่อมโยงข้อมูล",
    en="Change a data link",
)
def change_link(request: Request, data_link_id: UUID, sent: LinkChangeIn) -> LinkOut:
    """Change what it carries and how."""
    services.change_link(
        request.actor, data_link_id, kinds=tuple(sent.kinds), method=sent.method, version=sent.version
    )
    return _one_link(request, data_link_id)


@operation(
    router.post,
    "/data-links/{uuid:data_link_id}/on",
    permission=assets.MANAGE,
    response=LinkOut,
    th="เปิดการเชื่อมโยงข้อมูล",
    en="Switch a data link on",
)
def switch_on(request: Request, data_link_id: UUID) -> LinkOut:
    """Switch one on, when an agreement allows it."""
    services.switch_link_on(request.actor, data_link_id)
    return _one_link(request, data_link_id)


@operation(
    router.post,
    "/data-links/{uuid:data_link_id}/off",
    permission=assets.MANAGE,
    response=LinkOut,
    th="ปิดการเชื่อมโยงข้อมูล",
    en="Switch a data link off",
)
def switch_off(request: Request, data_link_id: UUID) -> LinkOut:
    """Switch one off."""
    services.switch_link_off(request.actor, data_link_id)
    return _one_link(request, data_link_id)


@operation(
    router.post,
    "/data-links/{uuid:data_link_id}/end",
    permission=assets.MANAGE,
    response=LinkOut,
    th="เลิกการเชื่อมโยงข้อมูล",
    en="End a data link",
)
def end_link(request: Request, data_link_id: UUID) -> LinkOut:
    """End one."""
    services.end_link(request.actor, data_link_id)
    return _one_link(request, data_link_id)
