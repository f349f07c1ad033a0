"""Domains and IP ranges over the API."""

from __future__ import annotations

from uuid import UUID

from ninja import Field

from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, operation, paginate
from phithak.registry.api.assets.rows import AssetOut, ListQuery, VersionIn, base, narrowed
from phithak.registry.models import Domain, IpRange
from phithak.registry.queries import assets, organisations
from phithak.registry.queries.assets import showing
from phithak.registry.queries.assets.kinds import Claim
from phithak.registry.services import assets as services
from phithak.registry.services.assets import DomainFacts, RangeFacts, Settlement

router = Router()


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
    return DomainOut(
        **base(row),
        name=row.name,
        shown=row.shown,
        purpose=row.purpose,
        claim=Claim(row.claim),
        never_probe=row.never_probe,
    )


def _range(row: IpRange) -> RangeOut:
    return RangeOut(
        **base(row),
        cidr=row.cidr,
        purpose=row.purpose,
        private=row.private,
        claim=Claim(row.claim),
        never_probe=row.never_probe,
    )


def _one_domain(request: Request, domain_id: UUID) -> DomainOut:
    return _domain(assets.one(assets.domains_visible_to(request.actor), domain_id))


def _one_range(request: Request, range_id: UUID) -> RangeOut:
    return _range(assets.one(assets.ranges_visible_to(request.actor), range_id))


@operation(
    router.get, "/domains", permission=assets.VIEW, response=Page[DomainOut], th="รายการโดเมน", en="Domains"
)
def domains(request: Request, paging: Query[Paging], asked: Query[ClaimQuery]) -> Page[DomainOut]:
    """List them."""
    rows = narrowed(assets.domains_visible_to(request.actor), asked, showing.domains_matching)
    return paginate(rows.filter(claim=asked.claim) if asked.claim else rows, paging, _domain)


@operation(
    router.post,
    "/domains",
    permission=assets.MANAGE,
    response=DomainOut,
    status=201,
    th="เพิ่มโดเมน",
    en="Add a domain",
)
def add_domain(request: Request, sent: DomainIn) -> tuple[int, DomainOut]:
    """Add one; it is contested when another organisation holds it."""
    facts = DomainFacts(sent.name, sent.purpose, sent.never_probe)
    return 201, _one_domain(request, services.add_domain(request.actor, sent.organisation_id, facts))


@operation(
    router.get,
    "/domains/{uuid:domain_id}",
    permission=assets.VIEW,
    response=DomainOut,
    th="โดเมนหนึ่งรายการ",
    en="One domain",
)
def domain(request: Request, domain_id: UUID) -> DomainOut:
    """Show one."""
    return _one_domain(request, domain_id)


@operation(
    router.put,
    "/domains/{uuid:domain_id}",
    permission=assets.MANAGE,
    response=DomainOut,
    th="แก้โดเมน",
    en="Change a domain",
)
def change_domain(request: Request, domain_id: UUID, sent: DomainChangeIn) -> DomainOut:
    """Change purpose and probing."""
    facts = DomainFacts("", sent.purpose, sent.never_probe)
    services.change_domain(request.actor, domain_id, facts, version=sent.version)
    return _one_domain(request, domain_id)


@operation(
    router.post,
    "/domains/{uuid:domain_id}/end",
    permission=assets.MANAGE,
    response=DomainOut,
    th="เลิกใช้โดเมน",
    en="End a domain",
)
def end_domain(request: Request, domain_id: UUID) -> DomainOut:
    """End one."""
    services.end_domain(request.actor, domain_id)
    return _one_domain(request, domain_id)


@operation(
    router.post,
    "/domains/{uuid:domain_id}/settle",
    permission=organisations.MANAGE,
    response=DomainOut,
    th="ตัดสินการอ้างโดเมน",
    en="Settle the claim on a domain",
)
def settle_domain(request: Request, domain_id: UUID, sent: SettlementIn) -> DomainOut:
    """Settle a contested one."""
    services.settle_domain(request.actor, domain_id, sent.settlement)
    return _one_domain(request, domain_id)


@operation(
    router.get, "/ranges", permission=assets.VIEW, response=Page[RangeOut], th="รายการช่วงไอพี", en="IP ranges"
)
def ip_ranges(request: Request, paging: Query[Paging], asked: Query[ClaimQuery]) -> Page[RangeOut]:
    """List them; ``q`` may be an address that they hold."""
    rows = narrowed(assets.ranges_visible_to(request.actor), asked, showing.ranges_matching)
    return paginate(rows.filter(claim=asked.claim) if asked.claim else rows, paging, _range)


@operation(
    router.post,
    "/ranges",
    permission=assets.MANAGE,
    response=RangeOut,
    status=201,
    th="เพิ่มช่วงไอพี",
    en="Add an IP range",
)
def add_range(request: Request, sent: RangeIn) -> tuple[int, RangeOut]:
    """Add one; it is contested when it overlaps another organisation's."""
    facts = RangeFacts(sent.cidr, sent.purpose, sent.private, sent.never_probe)
    return 201, _one_range(request, services.add_range(request.actor, sent.organisation_id, facts))


@operation(
    router.get,
    "/ranges/{uuid:range_id}",
    permission=assets.VIEW,
    response=RangeOut,
    th="ช่วงไอพีหนึ่งรายการ",
    en="One IP range",
)
def ip_range(request: Request, range_id: UUID) -> RangeOut:
    """Show one."""
    return _one_range(request, range_id)


@operation(
    router.put,
    "/ranges/{uuid:range_id}",
    permission=assets.MANAGE,
    response=RangeOut,
    th="แก้ช่วงไอพี",
    en="Change an IP range",
)
def change_range(request: Request, range_id: UUID, sent: RangeChangeIn) -> RangeOut:
    """Change purpose and probing."""
    facts = RangeFacts("", sent.purpose, never_probe=sent.never_probe)
    services.change_range(request.actor, range_id, facts, version=sent.version)
    return _one_range(request, range_id)


@operation(
    router.post,
    "/ranges/{uuid:range_id}/end",
    permission=assets.MANAGE,
    response=RangeOut,
    th="เลิกใช้ช่วงไอพี",
    en="End an IP range",
)
def end_range(request: Request, range_id: UUID) -> RangeOut:
    """End one."""
    services.end_range(request.actor, range_id)
    return _one_range(request, range_id)


@operation(
    router.post,
    "/ranges/{uuid:range_id}/settle",
    permission=organisations.MANAGE,
    response=RangeOut,
    th="ตัดสินการอ้างช่วงไอพี",
    en="Settle the claim on an IP range",
)
def settle_range(request: Request, range_id: UUID, sent: SettlementIn) -> RangeOut:
    """Settle a contested one."""
    services.settle_range(request.actor, range_id, sent.settlement)
    return _one_range(request, range_id)
