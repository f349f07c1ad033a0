"""Whose is it? The owner of an address or name, who else claims it, and whether it may be scanned.

These answer for rooms above and for jobs; they look past who asks, so what they say is not shown to people
without going through the doors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.registry.models import Device, Domain, IpRange, Organisation
from phithak.registry.queries import agreements, organisations
from phithak.registry.queries.assets import names, ranges
from phithak.registry.queries.assets.kinds import Claim


@dataclass(frozen=True)
class Owner:
    """Who holds an address or name: the organisation, the row that says so, and that row as people write it."""

    organisation_id: UUID
    asset_id: UUID
    matched: str


@dataclass(frozen=True)
class Verdict:
    """Whether a target may be scanned.

    Attributes:
        allowed: the answer.
        reason: why, or why not and what to do then.
        organisation_ids: who holds the target; empty when nobody is known to.
        agreement_id: the agreement that consents; None when nothing does.
    """

    allowed: bool
    reason: Text
    organisation_ids: tuple[UUID, ...] = ()
    agreement_id: UUID | None = None


_UNREADABLE = Text(
    "อ่านเป้าหมายไม่ได้ ใส่ชื่อโดเมนหรือหมายเลขไอพี", "The target cannot be read. Give a domain name or an IP address."
)
_UNKNOWN = Text(
    "เป้าหมายไม่อยู่ในทะเบียน จึงสแกนไม่ได้ เพิ่มเป็นทรัพย์สินของหน่วยงานก่อน",
    "The target is not in the registry, so it is not scanned. Add it as an asset first.",
)
_PRIVATE = Text(
    "เป็นไอพีภายใน ซึ่งหลายเครือข่ายใช้ซ้ำกัน จึงสแกนจากภายนอกไม่ได้",
    "It is a private address, which many networks use, so it is not scanned from outside.",
)
_CONTESTED = Text(
    "มีหน่วยงานอื่นอ้างเป็นเจ้าของและศูนย์ยังไม่ตัดสิน จึงยังสแกนไม่ได้",
    "Another organisation claims it and the centre has not decided, so it is not scanned yet.",
)
_NEVER = Text(
    "ทำเครื่องหมายห้ามตรวจไว้ (เช่น เครื่องมือแพทย์) จึงสแกนไม่ได้",
    "It is marked “never probe” (such as medical devices), so it is not scanned.",
)


def owner_of_domain(name: str) -> Owner | None:
    """Return who holds a name, or the nearest name above it; None when nobody does.

    Args:
        name: a host name, web address or e-mail address, in Thai or ASCII.
    """
    found = _domains_over(name).filter(claim=Claim.HELD).order_by("created_at", "pk")
    best = max(found, key=lambda row: row.name.count("."), default=None)
    return _owners([(best.tenant_id, best.pk, best.shown)])[0] if best is not None else None


def owner_of_ip(address: str, *, organisation_id: UUID | None = None) -> Owner | None:
    """Return who holds the smallest range with an address; None when nobody does, or it is no address.

    Args:
        address: IPv4 or IPv6.
        organisation_id: whose private network is meant; private addresses belong to nobody without it.
    """
    return next(iter(owners_of_ip(address, organisation_id=organisation_id)), None)


def owners_of_ip(address: str, *, organisation_id: UUID | None = None) -> list[Owner]:
    """Return everybody who holds a range with an address, the smallest range first."""
    found = ranges.read_address(address)
    if found is None:
        return []
    rows = _ranges_with(ranges.number_of(found)).filter(claim=Claim.HELD)
    rows = (
        rows.filter(Q(private=False) | Q(tenant=organisation_id))
        if organisation_id
        else rows.filter(private=False)
    )
    return _owners([(row.tenant_id, row.pk, row.cidr) for row in sorted(rows, key=_width)])


def parents_of(organisation_id: UUID) -> frozenset[UUID]:
    """Return the organisations that stand over one as its parent now, and those merged into or with it."""
    relations = organisations.running_relations().filter(
        under=organisation_id, kind=organisations.RelationKind.PARENT
    )
    return frozenset([*relations.values_list("over", flat=True), *organisations.family(organisation_id)])


def other_domains(name: names.DomainName, organisation_id: UUID) -> list[Domain]:
    """Return the running names of other organisations that are this one or stand above it, nearest first."""
    rows = Domain.objects.filter(name__in=name.parents, ended_at__isnull=True).exclude(tenant=organisation_id)
    return sorted(rows.select_related("tenant"), key=lambda row: (-row.name.count("."), row.created_at))


def domains_below(name: str) -> QuerySet[Domain]:
    """Return the running names under an ASCII name."""
    start = names.backwards(name) + "."
    rows = Domain.objects.filter(ended_at__isnull=True, reversed__startswith=start)
    if connection.vendor == "sqlite":
        # LIKE there uses no index; the sign after "." closes the span
        rows = rows.filter(reversed__gte=start, reversed__lt=start[:-1] + "/")
    return rows


def other_ranges(found: ranges.Range, organisation_id: UUID) -> list[IpRange]:
    """Return the running public ranges of other organisations that share an address with this one."""
    if found.private:
        return []
    running = IpRange.objects.filter(ended_at__isnull=True, private=False).exclude(tenant=organisation_id)
    begins_inside = running.filter(first__gte=found.first, first__lte=found.last)
    holds_first = running.filter(pk__in=_keys_with(found.low))
    both = {
        row.pk: row
        for row in [*begins_inside.select_related("tenant"), *holds_first.select_related("tenant")]
    }
    return sorted(both.values(), key=_width)


def ranges_with(rows: QuerySet[IpRange], address: str) -> QuerySet[IpRange] | None:
    """Narrow ranges to those that hold an address; None when it is no address."""
    found = ranges.read_address(address)
    if found is None:
        return None
    return rows.filter(pk__in=_keys_with(ranges.number_of(found)))


def may_be_scanned(target: str, *, organisation_id: UUID | None = None) -> Verdict:
    """Tell whether a target may be scanned now: in the registry, not marked “never probe”, and with consent.

    A name and the address that it leads to are two targets: ask for both.

    Args:
        target: a host name, web address or IP address.
        organisation_id: when given, the target must be held by this organisation.

    Returns:
        The verdict; no is the default.
    """
    address = ranges.read_address(names.host_of(target)) or ranges.read_address(target)
    holders, claims, barred = _at_address(str(address)) if address is not None else _at_name(target)
    organisations = tuple(dict.fromkeys(holders))
    if barred:
        return Verdict(allowed=False, reason=_NEVER, organisation_ids=organisations)
    if address is not None and _is_private(address):
        return Verdict(allowed=False, reason=_PRIVATE)
    if address is None and _read(target) is None:
        return Verdict(allowed=False, reason=_UNREADABLE)
    if claims:
        return Verdict(allowed=False, reason=_CONTESTED, organisation_ids=organisations)
    if not organisations or (organisation_id is not None and organisation_id not in organisations):
        return Verdict(allowed=False, reason=_UNKNOWN)
    consent = agreements.flow_is_allowed(organisations, agreements.Flow.SCAN)
    return Verdict(consent.allowed, consent.reason, organisations, consent.agreement_id)


def not_known() -> Verdict:
    """Return the verdict on a target that nobody is known to hold."""
    return Verdict(allowed=False, reason=_UNKNOWN)


def _at_address(address: str) -> tuple[list[UUID], bool, bool]:
    """Return who holds the smallest ranges with an address, whether one is contested, whether one is barred."""
    found = ranges.read_address(address)
    rows = sorted(_ranges_with(ranges.number_of(found)), key=_width) if found is not None else []
    return _told(
        [row for row in rows if not row.private],
        _width,
        barred=any(row.never_probe for row in rows) or _holds_barred_device(rows),
    )


def _at_name(target: str) -> tuple[list[UUID], bool, bool]:
    rows = sorted(_domains_over(target), key=_height)
    return _told(rows, _height, barred=any(row.never_probe for row in rows))


def _told(rows: list[Domain] | list[IpRange], size: object, *, barred: bool) -> tuple[list[UUID], bool, bool]:
    held = [row for row in rows if row.claim == Claim.HELD]
    nearest = [row for row in held if size(row) == size(held[0])]  # type: ignore[operator] # a key function
    return (
        [one.organisation_id for one in _owners([(row.tenant_id, row.pk, "") for row in nearest])],
        (len(held) < len(rows)),
        barred,
    )


def _holds_barred_device(rows: Iterable[IpRange]) -> bool:
    keys = [row.pk for row in rows]
    return Device.objects.filter(range__in=keys, never_probe=True, ended_at__isnull=True).exists()


def _ranges_with(number: int) -> QuerySet[IpRange]:
    return IpRange.objects.filter(pk__in=_keys_with(number), ended_at__isnull=True)


def _keys_with(number: int) -> list[UUID]:
    """Return the ids of the ranges that hold an address, by equality on its 129 blocks.

    The ends are compared here: told of them too, PostgreSQL walks half of all ranges by their first address.
    """
    at = ranges.digits(number)
    near = IpRange.objects.filter(block__in=ranges.blocks_of(number)).values_list("pk", "first", "last")
    return [key for key, first, last in near if first <= at <= last]


def _domains_over(name: str) -> QuerySet[Domain]:
    found = _read(name)
    over = found.parents if found is not None else ()
    return Domain.objects.filter(name__in=over, ended_at__isnull=True)


def _read(target: str) -> names.DomainName | None:
    try:
        return names.read_domain(names.host_of(target))
    except InvalidInputError:
        return None


def _owners(found: list[tuple[UUID, UUID, str]]) -> list[Owner]:
    """Name the organisation that lives on where the holder was merged into another."""
    merged = dict(
        Organisation.objects.filter(
            pk__in={tenant for tenant, _, _ in found}, merged_into__isnull=False
        ).values_list("pk", "merged_into")
    )
    return [Owner(merged.get(tenant) or tenant, key, matched) for tenant, key, matched in found]


def _width(row: IpRange) -> int:
    return int(row.last, 16) - int(row.first, 16)


def _height(row: Domain) -> int:
    return -row.name.count(".")


def _is_private(address: ranges.Address) -> bool:
    try:
        return ranges.read_range(str(address), private=True).private
    except InvalidInputError:
        return False
