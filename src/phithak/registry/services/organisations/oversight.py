"""Keeping ``accounts.Oversight`` in step with relations, scopes and merged organisations.

For a pair of organisations and a reason one question is asked: does a running relation or scope still call for
the oversight? The answer is written, so adding, ending and merging all come down to :func:`follow`. A merged
organisation counts as the one that it was merged into, on either side, because its rows stay under its own id.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from phithak.base import clock
from phithak.core.accounts import services as accounts
from phithak.core.accounts.scope import Reason
from phithak.core.db.transactions import write
from phithak.registry.models import AuthorityScope, Organisation, Relation
from phithak.registry.queries import rights, sectors
from phithak.registry.queries.organisations import OVERSIGHT, family, running_relations
from phithak.registry.services.organisations.rows import SYSTEM

Pair = tuple[UUID, UUID, Reason]


def follow(pairs: Iterable[Pair]) -> None:
    """Write or end the oversight of each pair (upper, lower, reason), as relations and scopes say now.

    Both ids are of organisations that are not merged; families are spread here. Inside the transaction.
    """
    for over, under, reason in dict.fromkeys(pairs):
        wanted, until = _wanted(over, under, reason)
        for upper in family(over):
            for lower in family(under):
                if wanted:
                    accounts.set_oversight(SYSTEM, over=upper, under=lower, reason=reason, until=until)
                else:
                    accounts.end_oversight(SYSTEM, over=upper, under=lower, reason=reason)


def pairs_of(organisation_id: UUID) -> list[Pair]:
    """Return every pair in which an organisation stands now, as upper or lower."""
    rows = Relation.objects.filter(ended_at__isnull=True).filter(
        Q(over=organisation_id) | Q(under=organisation_id)
    )
    found: list[Pair] = [
        (over, under, OVERSIGHT[kind])  # type: ignore[index] # a StrEnum equals its text
        for over, under, kind in rows.values_list("over", "under", "kind")
        if kind in OVERSIGHT
    ]
    code = Organisation.objects.filter(pk=organisation_id).values_list("sector__code", flat=True).first()
    return [*found, *scope_pairs(organisation_id, code or "")]


def scope_pairs(organisation_id: UUID, sector: str) -> list[Pair]:
    """Return the pairs of the authorities whose scope takes in a sector, with an organisation below them."""
    if not sector:
        return []
    scopes = AuthorityScope.objects.filter(
        sector__code__in=sectors.ancestors(sector), ended_at__isnull=True
    ).exclude(tenant=organisation_id)
    return [
        (authority, organisation_id, Reason.AUTHORITY)
        for authority in scopes.values_list("tenant", flat=True)
    ]


def _wanted(over: UUID, under: UUID, reason: Reason) -> tuple[bool, datetime | None]:
    """Tell whether the oversight is called for, and until when (None = no end)."""
    if over == under or rights.among_anonymised([over]):
        return False, None  # whoever gets figures alone is shown nothing by name, also not from below
    kinds = [kind for kind, writes in OVERSIGHT.items() if writes is reason]
    ends = list(
        running_relations().filter(over=over, under=under, kind__in=kinds).values_list("until", flat=True)
    )
    if reason is Reason.AUTHORITY and _in_scope(over, under):
        ends.append(None)
    if not ends:
        return False, None
    known = [end for end in ends if end is not None]
    return True, None if len(known) < len(ends) else max(known)


def _in_scope(authority: UUID, organisation_id: UUID) -> bool:
    code = Organisation.objects.filter(pk=organisation_id).values_list("sector__code", flat=True).first()
    return AuthorityScope.objects.filter(
        tenant=authority, sector__code__in=sectors.ancestors(code or ""), ended_at__isnull=True
    ).exists()


def end_expired(limit: int = 500) -> int:
    """Mark relations whose end has passed as ended; their oversight ended by itself at that moment.

    Returns:
        How many were marked; call it again until it answers 0.
    """
    now = clock.now()
    with write("registry.end_expired"):
        gone = list(
            Relation.objects.filter(ended_at__isnull=True, until__lte=now).values_list("pk", flat=True)[
                :limit
            ]
        )
        return Relation.objects.filter(pk__in=gone).update(ended_at=now) if gone else 0
