"""Writes of IP ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from phithak.base.errors import ConflictError
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.search import services as search
from phithak.registry.events.assets import Tag
from phithak.registry.models import Device, IpRange
from phithak.registry.queries import organisations
from phithak.registry.queries.assets import doors, owners
from phithak.registry.queries.assets.errors import AssetInUseError, AssetTakenError
from phithak.registry.queries.assets.kinds import Claim
from phithak.registry.queries.assets.ranges import Range, read_range
from phithak.registry.services.assets import rows
from phithak.registry.services.assets.claims import Settlement


@dataclass(frozen=True)
class RangeFacts:
    """What is told of a range: the addresses as people write them, what for, private, never probed."""

    cidr: str
    purpose: str = ""
    private: bool = False
    never_probe: bool = False


def add_range(actor: Actor, organisation_id: UUID, facts: RangeFacts) -> UUID:
    """Add a range of addresses to an organisation.

    A public range that shares an address with another organisation's is stored as contested, as a domain is.

    Raises:
        NotFoundError: the organisation is not the actor's to change.
        AssetValueError: the range cannot be used; says what to type instead.
        AssetTakenError: the organisation has it already.
    """
    rows.need_owner(actor, organisation_id)
    found = read_range(facts.cidr, private=facts.private)
    row = IpRange(
        tenant_id=organisation_id,
        cidr=found.cidr,
        first=found.first,
        last=found.last,
        block=found.block,
        private=found.private,
        **_columns(facts),
    )
    try:
        with write("registry.add_range"):
            rows.stand_in_line()
            others = contesting(found, organisation_id)
            row.claim = Claim.CONTESTED if others else Claim.HELD
            row.save(force_insert=True)
            search.put(doors.RANGE, row.pk, row.cidr, row.purpose)
            if others:
                held = ", ".join(sorted({other.cidr for other in others})[:10])
                rows.note(actor, Tag.RANGE_CONTESTED, doors.RANGE, row, row.cidr, held=held)
            else:
                rows.note(actor, Tag.RANGE_ADDED, doors.RANGE, row, row.cidr)
    except IntegrityError as error:
        raise AssetTakenError(field="cidr", entry=found.cidr) from error
    return row.pk


def change_range(actor: Actor, range_id: UUID, facts: RangeFacts, *, version: int) -> None:
    """Change purpose and probing of a range; its addresses stay (end it and add the right one instead).

    Raises:
        AssetChangedError, AssetEndedError: somebody was faster.
        AssetValueError: the purpose cannot be used.
    """
    row = rows.managed(actor, doors.ranges_visible_to, range_id)
    columns = rows.changes(row, _columns(facts))
    with write("registry.change_range"):
        rows.update(row, version, columns)
        search.put(doors.RANGE, row.pk, row.cidr, columns.get("purpose", row.purpose))
        rows.note(actor, Tag.RANGE_CHANGED, doors.RANGE, row, row.cidr, fields=rows.fields_of(columns))


def end_range(actor: Actor, range_id: UUID) -> None:
    """End a range.

    Raises:
        AssetInUseError: devices stand in it, which would lose their protection from probes.
    """
    row = rows.managed(actor, doors.ranges_visible_to, range_id)
    with write("registry.end_range"):
        standing = Device.objects.filter(range=row, ended_at__isnull=True).values_list("kind", flat=True)
        if names := sorted(set(standing[:5])):
            raise AssetInUseError(names=", ".join(names))
        _end(actor, row)


def settle_range(actor: Actor, range_id: UUID, settlement: Settlement) -> None:
    """Decide on a contested range; the centre's act. ``take_over`` ends entries of the very same range of others.

    Raises:
        ConflictError: it is not contested any more.
    """
    permissions.require(actor, organisations.MANAGE)
    row = rows.managed(actor, doors.ranges_visible_to, range_id)
    with write("registry.settle_range"):
        contested = IpRange.objects.filter(pk=row.pk, claim=Claim.CONTESTED, ended_at__isnull=True)
        if not contested.update(claim=Claim.HELD, version=F("version") + 1):
            raise ConflictError
        if settlement is Settlement.REFUSE:
            _end(actor, row)
        if settlement is Settlement.TAKE_OVER:
            same = IpRange.objects.filter(
                first=row.first, last=row.last, private=False, ended_at__isnull=True
            )
            for other in same.exclude(pk=row.pk):
                _end(actor, other)
        rows.note(actor, Tag.RANGE_SETTLED, doors.RANGE, row, row.cidr, settlement=settlement.value)


def contesting(found: Range, organisation_id: UUID) -> list[IpRange]:
    """Return the ranges of others that make a claim contested: those that share an address, but not its parent's."""
    others = owners.other_ranges(found, organisation_id)
    above = owners.parents_of(organisation_id) if others else frozenset[UUID]()
    same = (found.first, found.last)
    return [other for other in others if (other.first, other.last) == same or other.tenant_id not in above]


def _end(actor: Actor, row: IpRange) -> None:
    rows.end(row)
    search.remove(doors.RANGE, row.pk)
    rows.note(actor, Tag.RANGE_ENDED, doors.RANGE, row, row.cidr)


def _columns(facts: RangeFacts) -> dict[str, Any]:
    return {"purpose": rows.words(facts.purpose, "purpose", 200), "never_probe": facts.never_probe}
