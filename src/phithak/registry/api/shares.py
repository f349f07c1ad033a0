"""Data-sharing links over the API: the same acts as the pages."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from phithak.base import clock
from phithak.core.ui.api import Page, Paging, Query, Request, Router, paginate
from phithak.registry.api.calls import Calls
from phithak.registry.api.shapes.shares import (
    AppealOut,
    ChangeShareIn,
    DecideIn,
    HoldingOut,
    NewShareIn,
    ShareOut,
    StoreOut,
    SuspendIn,
    WhyIn,
    WordsIn,
    appeal_out,
    holding_out,
    share_facts,
    share_out,
    store_out,
)
from phithak.registry.queries import organisations
from phithak.registry.queries.assets.kinds import DataKind
from phithak.registry.queries.shares import doors
from phithak.registry.queries.shares.doors import Standing
from phithak.registry.queries.shares.downstream import downstream
from phithak.registry.queries.shares.finding import with_kind
from phithak.registry.queries.shares.stores import open_stores as read_open_stores
from phithak.registry.services import shares as services

router = Router()
calls = Calls(router, view=doors.VIEW, manage=doors.MANAGE)


def _one(request: Request, share_id: UUID) -> ShareOut:
    return share_out(doors.share(request.actor, share_id))


@calls.shown("/shares", Page[ShareOut], "รายการการให้ข้อมูลต่อ", "Data-sharing links")
def shares(
    request: Request,
    paging: Query[Paging],
    standing: Standing | None = None,
    organisation_id: UUID | None = None,
    data_kind: DataKind | None = None,
) -> Page[ShareOut]:
    """List the links: all, of one standing, of one giver or holder, or with one kind of data."""
    rows = doors.visible_to(request.actor)
    if standing is not None:
        rows = doors.standing_at(rows, standing)
    if organisation_id is not None:
        rows = rows.filter(Q(tenant=organisation_id) | Q(holder=organisation_id))
    if data_kind is not None:
        rows = with_kind(rows, data_kind)
    return paginate(rows, paging, share_out)


@calls.added(
    "/shares",
    ShareOut,
    "บันทึกการให้ข้อมูลต่อ ต้องมีวัตถุประสงค์และวันสิ้นสุด",
    "Record a data-sharing link; it needs a purpose and a last day",
)
def add_share(request: Request, sent: NewShareIn) -> ShareOut:
    """Record one as a proposal."""
    made = services.propose(request.actor, tenant_id=sent.tenant_id, facts=share_facts(sent))
    return _one(request, made)


@calls.shown("/shares/{uuid:share_id}", ShareOut, "การให้ข้อมูลต่อหนึ่งรายการ", "One data-sharing link")
def share(request: Request, share_id: UUID) -> ShareOut:
    """Show one."""
    return _one(request, share_id)


@calls.changed("/shares/{uuid:share_id}", ShareOut, "แก้การให้ข้อมูลต่อ", "Change a data-sharing link")
def change_share(request: Request, share_id: UUID, sent: ChangeShareIn) -> ShareOut:
    """Change one, by version."""
    services.change(request.actor, share_id, share_facts(sent), version=sent.version)
    return _one(request, share_id)


@calls.done("/shares/{uuid:share_id}/begin", ShareOut, "เริ่มให้ข้อมูล", "Begin a data-sharing link")
def begin_share(request: Request, share_id: UUID) -> ShareOut:
    """Begin a proposed one."""
    services.activate(request.actor, share_id)
    return _one(request, share_id)


@calls.done(
    "/shares/{uuid:share_id}/suspend",
    ShareOut,
    "ระงับการให้ข้อมูล และแจ้งผู้ถือข้อมูล",
    "Suspend a link and tell the holder",
)
def suspend_share(request: Request, share_id: UUID, sent: SuspendIn) -> ShareOut:
    """Suspend one."""
    moment = sent.effective_at
    services.suspend(
        request.actor,
        share_id,
        reason=sent.reason,
        # a moment without an offset is Bangkok's
        effective_at=moment.replace(tzinfo=clock.BANGKOK) if moment and moment.tzinfo is None else moment,
    )
    return _one(request, share_id)


@calls.done("/shares/{uuid:share_id}/lift", ShareOut, "ยกเลิกการระงับ", "Lift the suspension")
def lift_share(request: Request, share_id: UUID, sent: WhyIn) -> ShareOut:
    """Lift the running suspension."""
    services.lift(request.actor, share_id, reason=sent.reason)
    return _one(request, share_id)


@calls.done("/shares/{uuid:share_id}/end", ShareOut, "ยุติการให้ข้อมูล", "End a link for good")
def end_share(request: Request, share_id: UUID, sent: WhyIn) -> ShareOut:
    """End one."""
    services.end(request.actor, share_id, reason=sent.reason)
    return _one(request, share_id)


@calls.added(
    "/suspensions/{uuid:suspension_id}/appeal",
    AppealOut,
    "อุทธรณ์การระงับ",
    "Appeal against a suspension",
    permission=doors.APPEAL,
)
def add_appeal(request: Request, suspension_id: UUID, sent: WordsIn) -> AppealOut:
    """Appeal, as the holder."""
    made = services.appeal(request.actor, suspension_id, words=sent.words)
    return appeal_out(doors.appeal(request.actor, made))


@calls.shown("/appeals", Page[AppealOut], "รายการอุทธรณ์", "Appeals")
def appeals(request: Request, paging: Query[Paging]) -> Page[AppealOut]:
    """List them."""
    return paginate(doors.appeals_visible_to(request.actor), paging, appeal_out)


@calls.shown("/appeals/{uuid:appeal_id}", AppealOut, "อุทธรณ์หนึ่งเรื่อง", "One appeal")
def appeal(request: Request, appeal_id: UUID) -> AppealOut:
    """Show one."""
    return appeal_out(doors.appeal(request.actor, appeal_id))


@calls.done("/appeals/{uuid:appeal_id}/decide", AppealOut, "ตัดสินอุทธรณ์", "Decide an appeal")
def decide_appeal(request: Request, appeal_id: UUID, sent: DecideIn) -> AppealOut:
    """Decide one; never by who suspended."""
    services.decide_appeal(request.actor, appeal_id, uphold=sent.uphold, reason=sent.reason)
    return appeal_out(doors.appeal(request.actor, appeal_id))


@calls.shown(
    "/organisations/{uuid:organisation_id}/holders",
    list[HoldingOut],
    "ใครถือข้อมูลจากหน่วยงานนี้บ้าง ทั้งโดยตรงและทางอ้อม",
    "Who holds data of an organisation, directly and indirectly",
)
def holders(request: Request, organisation_id: UUID) -> list[HoldingOut]:
    """List them with purpose and last day."""
    organisations.organisation(request.actor, organisation_id)
    return [holding_out(item) for item in downstream(request.actor, organisation_id)]


@calls.shown(
    "/open-stores",
    list[StoreOut],
    "แหล่งเก็บข้อมูลใต้หน่วยงานที่เปิดสาธารณะ",
    "Stores below the caller that anybody can read",
)
def open_stores(request: Request) -> list[StoreOut]:
    """List them with the links that gave the data."""
    return [store_out(store) for store in read_open_stores(request.actor)]
