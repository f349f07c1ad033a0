"""The vault over the API: seal, list masked, find, see in full for a reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from ninja import Field

from phithak.core.privacy import queries, services
from phithak.core.privacy.masks import Kind
from phithak.core.privacy.models import VaultItem
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, operation, paginate

router = Router()


class ItemOut(Schema):
    """A sealed value, masked."""

    id: UUID
    tenant_id: UUID
    kind: Kind
    masked: str
    created_at: datetime


class ItemIn(Schema):
    """A value to seal."""

    tenant_id: UUID
    kind: Kind
    value: str = Field(min_length=1, max_length=services.VALUE_MOST)


class FindIn(Schema):
    """A value to look for, in the body: no value ever stands in an address."""

    kind: Kind
    value: str = Field(min_length=1, max_length=services.VALUE_MOST)


class ReasonIn(Schema):
    """Why a value must be seen in full: at least ten characters."""

    reason: str = Field(max_length=services.REASON_MOST)


class ValueOut(Schema):
    """A value in full."""

    value: str


class ItemFilter(Paging):
    """Query parameters of the list."""

    kind: Kind | None = None


def _row(row: VaultItem) -> ItemOut:
    return _item(queries.masked_item(row))


def _item(found: queries.MaskedItem) -> ItemOut:
    return ItemOut(
        id=found.id,
        tenant_id=found.tenant_id,
        kind=found.kind,
        masked=found.masked,
        created_at=found.created_at,
    )


@operation(
    router.get,
    "/items",
    permission="privacy.vault.view",
    response=Page[ItemOut],
    th="รายการข้อมูลส่วนบุคคลแบบปิดบัง",
    en="Sealed values, masked",
)
def items(request: Request, asked: Query[ItemFilter]) -> Page[ItemOut]:
    """List sealed values."""
    rows = queries.visible_to(request.actor)
    if asked.kind is not None:
        rows = rows.filter(kind=asked.kind.value)
    return paginate(rows, asked, _row)


@operation(
    router.post,
    "/items",
    permission="privacy.vault.add",
    response=ItemOut,
    status=201,
    th="ปิดผนึกข้อมูลหนึ่งค่า",
    en="Seal one value",
)
def add(request: Request, body: ItemIn) -> ItemOut:
    """Seal a value."""
    handle = services.add_item(request.actor, body.kind, body.value, tenant_id=body.tenant_id)
    return _row(queries.visible_to(request.actor, permission="privacy.vault.add").get(pk=handle))


@operation(
    router.post,
    "/items/find",
    permission="privacy.vault.view",
    response=list[ItemOut],
    th="ค้นรายการที่มีค่าเดียวกัน",
    en="Find items that hold the same value",
)
def find(request: Request, body: FindIn) -> list[ItemOut]:
    """Find by value."""
    return [_item(found) for found in queries.find_by_tag(request.actor, body.kind, body.value)]


@operation(
    router.get,
    "/items/{uuid:item_id}",
    permission="privacy.vault.view",
    response=ItemOut,
    th="ข้อมูลหนึ่งรายการแบบปิดบัง",
    en="One sealed value, masked",
)
def item(request: Request, item_id: UUID) -> ItemOut:
    """Show one."""
    return _item(queries.item(request.actor, item_id))


@operation(
    router.post,
    "/items/{uuid:item_id}/unmask",
    permission="privacy.unmask",
    response=ValueOut,
    th="เปิดดูข้อมูลเต็มโดยบอกเหตุผล (บันทึกไว้)",
    en="See a value in full for a reason (recorded)",
)
def unmask(request: Request, response: HttpResponse, item_id: UUID, body: ReasonIn) -> ValueOut:
    """See in full."""
    response["Cache-Control"] = "no-store"
    return ValueOut(value=services.unmask(request.actor, item_id, body.reason))
