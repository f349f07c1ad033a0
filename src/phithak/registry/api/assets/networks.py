"""Domains and IP ranges over the API."""

from __future__ import annotations

from uuid import UUID

from ninja import Field

from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, paginate
from phithak.registry.api.assets.rows import AssetOut, ListQuery, VersionIn, asset_out, narrowed
from phithak.registry.api.calls import Calls
from phithak.registry.models import Domain, IpRange
from phithak.registry.queries import assets, organisations
from phithak.registry.queries.assets import showing
from phithak.registry.queries.assets.kinds import Claim
from phithak.registry.services import assets as services
from phithak.registry.services.assets import DomainFacts, RangeFacts, Settlement

router = Router()
calls = Calls(router, view=assets.VIEW, manage=assets.MANAGE)


class DomainChangeIn(VersionIn):
    """What can be changed of a domain."""

    purpose: str = Field("", max_length=200)
    never_probe: bool = False


class DomainIn(Schema):
    """A new domain."""

    organisation_id: UUID
    name: str = Field(max_length=300, description="In Thai or ASCII; every name below it counts")
    purpose: str = Field("", max_length=200)
    never_probe: bool = False


class DomainOut(AssetOut):
    """A domain; while its claim is contested it counts for nothing."""

    name: str
    shown: str
    purpose: str
    claim: Claim
    never_probe: bool


class RangeChangeIn(VersionIn):
    """What can be changed of a range."""

    purpose: str = Field("", max_length=200)
    never_probe: bool = False


class RangeIn(Schema):
    """A new range: a block, ``first-last``, or one address."""

    organisation_id: UUID
    cidr: str = Field(max_length=100)
    purpose: str = Field("", max_length=200)
    private: bool = False
    never_probe: bool = False


class RangeOut(AssetOut):
    """A range of addresses."""

    cidr: str
    purpose: str
    private: bool
    claim: Claim
    never_probe: bool


class ClaimQuery(ListQuery):
    """Lists of what can be contested."""

    claim: Claim | None = None


class SettlementIn(Schema):
    """How a contested claim is settled."""

    settlement: Settlement


def _domain(row: Domain) -> DomainOut:
    return asset_out(DomainOut, row)


def _range(row: IpRange) -> RangeOut:
    return asset_out(RangeOut, row)


def _one_domain(request: Request, domain_id: UUID) -> DomainOut:
    return _domain(assets.one(assets.domains_visible_to(request.actor), domain_id))


def _one_range(request: Request, range_id: UUID) -> RangeOut:
    return _range(assets.one(assets.ranges_visible_to(request.actor), range_id))


@calls.shown("/domains", Page[DomainOut], "รายการโดเมน", "Domains")
def domains(request: Request, paging: Query[Paging], asked: Query[ClaimQuery]) -> Page[DomainOut]:
    """List them."""
    rows = narrowed(assets.domains_visible_to(request.actor), asked, showing.domains_matching)
    return paginate(rows.filter(claim=asked.claim) if asked.claim else rows, paging, _domain)


@calls.added("/domains", DomainOut, "เพิ่มโดเมน", "Add a domain")
def add_domain(request: Request, sent: DomainIn) -> DomainOut:
    """Add one; it is contested when another organisation holds it."""
    facts = DomainFacts(sent.name, sent.purpose, sent.never_probe)
    return _one_domain(request, services.add_domain(request.actor, sent.organisation_id, facts))


@calls.shown("/domains/{uuid:domain_id}", DomainOut, "โดเมนหนึ่งรายการ", "One domain")
def domain(request: Request, domain_id: UUID) -> DomainOut:
    """Show one."""
    return _one_domain(request, domain_id)


@calls.changed("/domains/{uuid:domain_id}", DomainOut, "แก้โดเมน", "Change a domain")
def change_domain(request: Request, domain_id: UUID, sent: DomainChangeIn) -> DomainOut:
    """Change purpose and probing."""
    facts = DomainFacts("", sent.purpose, sent.never_probe)
    services.change_domain(request.actor, domain_id, facts, version=sent.version)
    return _one_domain(request, domain_id)


@calls.done("/domains/{uuid:domain_id}/end", DomainOut, "เลิกใช้โดเมน", "End a domain")
def end_domain(request: Request, domain_id: UUID) -> DomainOut:
    """End one."""
    services.end_domain(request.actor, domain_id)
    return _one_domain(request, domain_id)


@calls.done(
    "/domains/{uuid:domain_id}/settle",
    DomainOut,
    "ตัดสินการอ้างโดเมน",
    "Settle the claim on a domain",
    permission=organisations.MANAGE,
)
def settle_domain(request: Request, domain_id: UUID, sent: SettlementIn) -> DomainOut:
    """Settle a contested one."""
    services.settle_domain(request.actor, domain_id, sent.settlement)
    return _one_domain(request, domain_id)


@calls.shown("/ranges", Page[RangeOut], "รายการช่วงไอพี", "IP ranges")
def ip_ranges(request: Request, paging: Query[Paging], asked: Query[ClaimQuery]) -> Page[RangeOut]:
    """List them; ``q`` may be an address that they hold."""
    rows = narrowed(assets.ranges_visible_to(request.actor), asked, showing.ranges_matching)
    return paginate(rows.filter(claim=asked.claim) if asked.claim else rows, paging, _range)


@calls.added("/ranges", RangeOut, "เพิ่มช่วงไอพี", "Add an IP range")
def add_range(request: Request, sent: RangeIn) -> RangeOut:
    """Add one; it is contested when it overlaps another organisation's."""
    facts = RangeFacts(sent.cidr, sent.purpose, sent.private, sent.never_probe)
    return _one_range(request, services.add_range(request.actor, sent.organisation_id, facts))


@calls.shown("/ranges/{uuid:range_id}", RangeOut, "ช่วงไอพีหนึ่งรายการ", "One IP range")
def ip_range(request: Request, range_id: UUID) -> RangeOut:
    """Show one."""
    return _one_range(request, range_id)


@calls.changed("/ranges/{uuid:range_id}", RangeOut, "แก้ช่วงไอพี", "Change an IP range")
def change_range(request: Request, range_id: UUID, sent: RangeChangeIn) -> RangeOut:
    """Change purpose and probing."""
    facts = RangeFacts("", sent.purpose, never_probe=sent.never_probe)
    services.change_range(request.actor, range_id, facts, version=sent.version)
    return _one_range(request, range_id)


@calls.done("/ranges/{uuid:range_id}/end", RangeOut, "เลิกใช้ช่วงไอพี", "End an IP range")
def end_range(request: Request, range_id: UUID) -> RangeOut:
    """End one."""
    services.end_range(request.actor, range_id)
    return _one_range(request, range_id)


@calls.done(
    "/ranges/{uuid:range_id}/settle",
    RangeOut,
    "ตัดสินการอ้างช่วงไอพี",
    "Settle the claim on an IP range",
    permission=organisations.MANAGE,
)
def settle_range(request: Request, range_id: UUID, sent: SettlementIn) -> RangeOut:
    """Settle a contested one."""
    services.settle_range(request.actor, range_id, sent.settlement)
    return _one_range(request, range_id)
