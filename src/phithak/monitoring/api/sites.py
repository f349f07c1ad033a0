"""The roll-out over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from phithak.base import clock
from phithak.core.ui.api import Page, Paging, Query, Request, Router, operation, paginate
from phithak.monitoring import queries
from phithak.monitoring.api.shapes import (
    ApplyIn,
    Ids,
    KeptOut,
    Made,
    QuotaIn,
    SilenceOut,
    SiteChange,
    SiteDetail,
    SiteIn,
    SiteOut,
    kept_out,
    silence_out,
    site_detail,
    site_out,
)
from phithak.monitoring.queries import board, storage
from phithak.monitoring.services import sites as services

router = Router()


@operation(
    router.get,
    "/sites",
    permission=queries.VIEW,
    response=Page[SiteOut],
    th="แผนติดตั้งและสุขภาพของหน่วยงาน",
    en="The roll-out and how sites are",
)
def sites(request: Request, paging: Query[Paging]) -> Page[SiteOut]:
    """List the sites."""
    return paginate(board.with_senders(queries.visible_to(request.actor)), paging, site_out)


@operation(
    router.post,
    "/sites",
    permission=queries.MANAGE,
    response=Made,
    status=201,
    th="เพิ่มหน่วยงานในแผนติดตั้ง",
    en="Add a site",
)
def add_site(request: Request, sent: SiteIn) -> Made:
    """Put an organisation into the roll-out."""
    return Made(id=services.add_site(request.actor, **sent.dict()))


@operation(
    router.post,
    "/sites/apply",
    permission=queries.MANAGE,
    response=Ids,
    status=201,
    th="ใช้แม่แบบกับหลายหน่วยงานในครั้งเดียว",
    en="Apply a template to many sites in one step",
)
def apply(request: Request, sent: ApplyIn) -> Ids:
    """Give organisations what a template holds: all or none."""
    return Ids(ids=services.apply_template(request.actor, sent.template, sent.tenant_ids, wave=sent.wave))


@operation(
    router.get,
    "/sites/{site_id}",
    permission=queries.VIEW,
    response=SiteDetail,
    th="หน่วยงานหนึ่งพร้อมผู้ส่งและสวิตช์",
    en="A site with its senders and switches",
)
def site(request: Request, site_id: UUID) -> SiteDetail:
    """Show a site."""
    queries.site(request.actor, site_id)
    return site_detail(board.with_senders(queries.visible_to(request.actor)).get(pk=site_id), clock.now())


@operation(
    router.put,
    "/sites/{site_id}",
    permission=queries.MANAGE,
    response=None,
    status=204,
    th="แก้แผนติดตั้งของหน่วยงาน",
    en="Say where a site stands",
)
def change_site(request: Request, site_id: UUID, sent: SiteChange) -> None:
    """Change a site's stage, wave and note."""
    services.change_site(request.actor, site_id, **sent.dict())


@operation(
    router.put,
    "/sites/{site_id}/quota",
    permission=queries.MANAGE,
    response=None,
    status=204,
    th="ตั้งโควตาของหน่วยงาน",
    en="Set a site's quota",
)
def quota(request: Request, site_id: UUID, sent: QuotaIn) -> None:
    """Say how much a site may send in a second, over all its senders; 0 for no limit."""
    services.set_quota(request.actor, site_id, events=sent.events, size=sent.bytes)


@operation(
    router.get,
    "/storage",
    permission=queries.VIEW,
    response=Page[KeptOut],
    th="พื้นที่และอายุของแต่ละแหล่งข้อมูล",
    en="Storage and retention per source",
)
def kept(request: Request, paging: Query[Paging]) -> Page[KeptOut]:
    """List what each source sent, what is kept of it, and for how long."""
    found = {one.id: one for one in storage.kept(request.actor)}
    rows = queries.sources_visible_to(request.actor).filter(pk__in=found)
    return paginate(rows, paging, lambda row: kept_out(found[row.pk]))


@operation(
    router.post,
    "/sites/{site_id}/template",
    permission=queries.MANAGE,
    response=dict[str, Any],
    th="ส่งออกค่าตั้งของต้นแบบ",
    en="Export a pilot's configuration",
)
def export_template(request: Request, site_id: UUID) -> dict[str, Any]:
    """Return a site's configuration as a template."""
    return services.export_template(request.actor, site_id)


@operation(
    router.get,
    "/silences",
    permission=queries.VIEW,
    response=Page[SilenceOut],
    th="ผู้ส่งที่เงียบ สายหรือเครื่อง",
    en="Silent senders: link or box",
)
def silences(request: Request, paging: Query[Paging]) -> Page[SilenceOut]:
    """List the silences, those that are over too."""
    rows = queries.silences_visible_to(request.actor).select_related("sender")
    return paginate(rows, paging, silence_out)
