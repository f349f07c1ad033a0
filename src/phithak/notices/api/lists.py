"""Lists of addresses and do-not-send entries over the API; addresses come in, none goes out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field

from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, paginate
from phithak.notices.models import AddressList, DoNotSend
from phithak.notices.queries import lists as queries
from phithak.notices.services import lists as services
from phithak.registry.api.calls import Calls, filled

router = Router()
calls = Calls(router, view=queries.MANAGE, manage=queries.MANAGE)
TEXT_MOST = 2_000_000


class ListIn(Schema):
    """A new list."""

    tenant_id: UUID
    name: str = Field(min_length=1, max_length=200)


class ListOut(Schema):
    """A list and how many it holds."""

    id: UUID
    tenant_id: UUID
    name: str
    entries: int
    ended_at: datetime | None


class AddressesIn(Schema):
    """Addresses, one addressee a line: e-mail, mobile, or both with a comma between."""

    addresses: str = Field(min_length=1, max_length=TEXT_MOST)


class BarredIn(Schema):
    """An address that wants no notices."""

    tenant_id: UUID
    address: str = Field(min_length=3, max_length=254)
    reason: str = Field(min_length=1, max_length=300)


class BarredOut(Schema):
    """An entry, without the address."""

    id: UUID
    tenant_id: UUID
    channel: str
    reason: str
    created_at: datetime
    ended_at: datetime | None


def _list(row: AddressList) -> ListOut:
    return filled(ListOut, row)


def _barred(row: DoNotSend) -> BarredOut:
    return filled(BarredOut, row)


@calls.shown("/lists", Page[ListOut], "รายชื่อที่อยู่", "Lists of addresses")
def lists(request: Request, paging: Query[Paging]) -> Page[ListOut]:
    """List the lists."""
    return paginate(queries.lists_visible_to(request.actor), paging, _list)


@calls.added("/lists", ListOut, "เพิ่มรายชื่อ", "Make a list")
def make_list(request: Request, sent: ListIn) -> ListOut:
    """Make an empty list."""
    made = services.make_list(request.actor, sent.tenant_id, name=sent.name)
    return _list(queries.address_list(request.actor, made))


@calls.shown("/lists/{uuid:list_id}", ListOut, "รายชื่อหนึ่งชุด", "One list")
def address_list(request: Request, list_id: UUID) -> ListOut:
    """Show one."""
    return _list(queries.address_list(request.actor, list_id))


@calls.done("/lists/{uuid:list_id}/addresses", ListOut, "เพิ่มที่อยู่ในรายชื่อ", "Add addresses to a list")
def add_addresses(request: Request, list_id: UUID, sent: AddressesIn) -> ListOut:
    """Add addressees; all of them or none."""
    services.add_addresses(request.actor, list_id, sent.addresses)
    return _list(queries.address_list(request.actor, list_id))


@calls.noted("/lists/{uuid:list_id}/end", "เลิกใช้รายชื่อ", "End a list")
def end_list(request: Request, list_id: UUID) -> None:
    """Take it out of use."""
    services.end_list(request.actor, list_id)


@calls.shown("/do-not-send", Page[BarredOut], "ที่อยู่ที่ขอไม่รับข้อความ", "Do-not-send entries")
def do_not_send(request: Request, paging: Query[Paging]) -> Page[BarredOut]:
    """List the entries."""
    return paginate(queries.barred_visible_to(request.actor), paging, _barred)


@calls.added("/do-not-send", BarredOut, "เพิ่มที่อยู่ที่ขอไม่รับ", "Add a do-not-send entry")
def bar(request: Request, sent: BarredIn) -> BarredOut:
    """Note that an address wants no notices."""
    made = services.bar(request.actor, sent.tenant_id, address=sent.address, reason=sent.reason)
    return _barred(queries.barred(request.actor, made))


@calls.noted("/do-not-send/{uuid:barred_id}/end", "ยกเลิกการห้ามส่ง", "End a do-not-send entry")
def unbar(request: Request, barred_id: UUID) -> None:
    """Let the address take notices again."""
    services.unbar(request.actor, barred_id)
