"""Steps that several services take inside their transaction: index, keys, proposals, journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from phithak.core import contrib
from phithak.core.accounts import actors, permissions
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import EventTag
from phithak.core.db.transactions import write
from phithak.core.search import services as search
from phithak.registry.models import DuplicateProposal, MatchKey, Organisation
from phithak.registry.queries import duplicates
from phithak.registry.queries.organisations import KIND, State
from phithak.registry.queries.searching import words_of

SYSTEM = actors.system("registry")
_ENDED = (State.MERGED, State.CLOSED)


def note(actor: Actor, tag: EventTag, row: Organisation, facts: Mapping[str, Any] | None = None) -> None:
    """Record something that happened to an organisation."""
    contrib.record(actor, tag, (KIND, row.pk), tenant_id=row.pk, facts={"name": row.name_th, **(facts or {})})


def for_accounts(actor: Actor, permission: str) -> Actor:
    """Return who acts on tenants: the actor where its own rights allow that, else the registry for it.

    Call it after the registry's own right was checked; the registry's entry in the same transaction names
    the person.
    """
    return actor if permissions.has(actor, permission) else SYSTEM


def refresh(row: Organisation) -> None:
    """Let search and the finder of duplicates know an organisation as it is now; inside the transaction."""
    with write("registry.refresh"):
        known = duplicates.known_of([row])[row.pk]
        if row.state == State.MERGED:
            search.remove(KIND, row.pk)  # its names are the kept one's now
        else:
            words = words_of([row], known={row.pk: known.found})[row.pk]
            search.put(KIND, row.pk, *words, sort_key=row.name_key)
        MatchKey.objects.filter(organisation=row.pk).delete()
        if row.state in _ENDED:
            DuplicateProposal.objects.filter(Q(first=row.pk) | Q(second=row.pk), state="open").delete()
            return
        keys = duplicates.keys_of(known)
        MatchKey.objects.bulk_create(MatchKey(organisation_id=row.pk, key=key) for key in keys)
        propose(row, known, keys)


def propose(row: Organisation, known: duplicates.Known, keys: list[str]) -> int:
    """Compare an organisation with those that share a key; keep, renew or drop its open proposals.

    Returns:
        How many pairs are proposed now.
    """
    rows = DuplicateProposal.objects.filter(Q(first=row.pk) | Q(second=row.pk))
    standing = {(one.first_id, one.second_id): one for one in rows}
    # who was proposed before is compared again, also where a common key names others first
    before = {pk for pair in standing for pk in pair} - {row.pk}
    others = duplicates.known_of(duplicates.candidates(row.pk, keys, before))
    found: dict[tuple[UUID, UUID], tuple[int, list[str]]] = {}
    for other in others.values():
        points, reasons = duplicates.score(known, other)
        if points >= duplicates.LEAST:
            first, second = sorted((row.pk, other.row.pk))
            found[first, second] = (points, reasons)
    gone = [one.pk for pair, one in standing.items() if one.state == "open" and pair not in found]
    if gone:
        DuplicateProposal.objects.filter(pk__in=gone).delete()
    for pair, (points, reasons) in found.items():
        known_pair = standing.get(pair)
        if known_pair is None:
            DuplicateProposal.objects.create(
                first_id=pair[0], second_id=pair[1], score=points, reasons=reasons
            )
        elif known_pair.state == "open" and (known_pair.score, known_pair.reasons) != (points, reasons):
            DuplicateProposal.objects.filter(pk=known_pair.pk).update(score=points, reasons=reasons)
    return len(found)


def index_many(rows: list[Organisation]) -> None:
    """Index many organisations anew for the search alone; inside the caller's transaction."""
    search.put_many(KIND, words_of(rows), {row.pk: row.name_key for row in rows})
