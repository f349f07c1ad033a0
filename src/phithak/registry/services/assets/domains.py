"""Writes of domains."""

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
from phithak.registry.models import Domain
from phithak.registry.queries import organisations
from phithak.registry.queries.assets import doors, owners
from phithak.registry.queries.assets.errors import AssetTakenError
from phithak.registry.queries.assets.kinds import Claim
from phithak.registry.queries.assets.names import DomainName, read_domain
from phithak.registry.services.assets import rows
from phithak.registry.services.assets.claims import Settlement


@dataclass(frozen=True)
class DomainFacts:
    """What is told of a domain: its name as people write it, what it is for, whether it is never probed."""

    name: str
    purpose: str = ""
    never_probe: bool = False


def add_domain(actor: Actor, organisation_id: UUID, facts: DomainFacts) -> UUID:
    """Add a domain to an organisation.

    A name that another organisation holds, or that lies under one of another's, is stored as contested: it
    counts for nothing until the centre settles it, and stands in the centre's list of what waits.

    Returns:
        The domain's id; ask for its ``claim`` to learn whether it counts.

    Raises:
        NotFoundError: the organisation is not the actor's to change.
        AssetValueError: the name cannot be used; says what to type instead.
        AssetTakenError: the organisation has it already.
    """
    rows.need_owner(actor, organisation_id)
    found = read_domain(facts.name)
    row = Domain(
        tenant_id=organisation_id,
        name=found.name,
        shown=found.shown,
        reversed=found.reversed,
        **_columns(facts),
    )
    try:
        with write("registry.add_domain"):
            rows.stand_in_line()
            others = contesting(found, organisation_id)
            row.claim = Claim.CONTESTED if others else Claim.HELD
            row.save(force_insert=True)
            search.put(doors.DOMAIN, row.pk, row.name, row.shown, row.purpose)
            if others:
                held = ", ".join(sorted({other.shown for other in others}))
                rows.note(actor, Tag.DOMAIN_CONTESTED, doors.DOMAIN, row, row.shown, held=held)
            else:
                rows.note(actor, Tag.DOMAIN_ADDED, doors.DOMAIN, row, row.shown)
    except IntegrityError as error:
        raise AssetTakenError(field="name", entry=found.shown) from error
    return row.pk


def change_domain(actor: Actor, domain_id: UUID, facts: DomainFacts, *, version: int) -> None:
    """Change purpose and probing of a domain; its name stays (end it and add the right one instead).

    Raises:
        AssetChangedError, AssetEndedError: somebody was faster.
        AssetValueError: the purpose cannot be used.
    """
    row = rows.managed(actor, doors.domains_visible_to, domain_id)
    columns = rows.changes(row, _columns(facts))
    with write("registry.change_domain"):
        rows.update(row, version, columns)
        search.put(doors.DOMAIN, row.pk, row.name, row.shown, columns.get("purpose", row.purpose))
        rows.note(actor, Tag.DOMAIN_CHANGED, doors.DOMAIN, row, row.shown, fields=rows.fields_of(columns))


def end_domain(actor: Actor, domain_id: UUID) -> None:
    """End a domain; it is found no more, but stays in the records."""
    row = rows.managed(actor, doors.domains_visible_to, domain_id)
    with write("registry.end_domain"):
        _end(actor, row)


def settle_domain(actor: Actor, domain_id: UUID, settlement: Settlement) -> None:
    """Decide on a contested domain; the centre's act.

    Args:
        actor: needs ``registry.manage`` and the right over the domain.
        domain_id: a contested domain.
        settlement: ``take_over`` also ends the entries of the same name of others.

    Raises:
        ConflictError: it is not contested any more.
    """
    permissions.require(actor, organisations.MANAGE)
    row = rows.managed(actor, doors.domains_visible_to, domain_id)
    with write("registry.settle_domain"):
        contested = Domain.objects.filter(pk=row.pk, claim=Claim.CONTESTED, ended_at__isnull=True)
        if not contested.update(claim=Claim.HELD, version=F("version") + 1):
            raise ConflictError
        if settlement is Settlement.REFUSE:
            _end(actor, row)
        if settlement is Settlement.TAKE_OVER:
            for other in Domain.objects.filter(name=row.name, ended_at__isnull=True).exclude(pk=row.pk):
                _end(actor, other)
        rows.note(actor, Tag.DOMAIN_SETTLED, doors.DOMAIN, row, row.shown, settlement=settlement.value)


def contesting(found: DomainName, organisation_id: UUID) -> list[Domain]:
    """Return the entries of others that make a claim contested: the same name, or one above that is no parent's."""
    others = owners.other_domains(found, organisation_id)
    if not others:
        return []
    # under its own parent's name an organisation is at home, as units are under their ministry's
    above = owners.parents_of(organisation_id)
    return [other for other in others if other.name == found.name or other.tenant_id not in above]


def _end(actor: Actor, row: Domain) -> None:
    rows.end(row)
    search.remove(doors.DOMAIN, row.pk)
    rows.note(actor, Tag.DOMAIN_ENDED, doors.DOMAIN, row, row.shown)


def _columns(facts: DomainFacts) -> dict[str, Any]:
    return {"purpose": rows.words(facts.purpose, "purpose", 200), "never_probe": facts.never_probe}
