"""Adding many organisations in one short transaction: what one ``create`` does, for some hundred rows.

Everything that needs no lock is made before it (:func:`prepare`); proposals of duplicates follow later, in
transactions of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from phithak.base import clock, ids
from phithak.core.accounts import services as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason
from phithak.core.accounts.services import NewTenant
from phithak.core.db import bulk
from phithak.core.search import services as search
from phithak.registry.models import Alias, MatchKey, Organisation
from phithak.registry.queries import duplicates, rights, searching, sizes
from phithak.registry.queries.facts import AliasFacts
from phithak.registry.queries.joining.lookups import Lookups
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.organisations import KIND, State, family
from phithak.registry.services.joining.planning import Planned
from phithak.registry.services.organisations import oversight
from phithak.registry.services.organisations.cleaning import folded
from phithak.registry.services.organisations.renewal import first_renewal
from phithak.registry.services.organisations.rows import SYSTEM, for_accounts


@dataclass(frozen=True)
class New:
    """An organisation that is ready to be stored."""

    number: int
    row: Organisation
    sector: str
    aliases: tuple[AliasFacts, ...]
    keys: tuple[str, ...]
    entry: search.Entry | None = None
    overseers: tuple[UUID, ...] = ()


def prepare(planned: Iterable[Planned], lookups: Lookups) -> list[New]:
    """Make the rows of planned additions; nothing is written."""
    made: list[New] = []
    renewals: dict[tuple[Kind, date], date | None] = {}
    for one in planned:
        if one.cleaned is None or one.facts is None:
            raise ValueError("only planned additions can be prepared")
        columns: dict[str, Any] = dict(one.cleaned.columns)
        kind = Kind(str(columns["kind"]))
        columns["registered_on"] = since = columns["registered_on"] or clock.today()
        if (kind, since) not in renewals:
            renewals[kind, since] = first_renewal(kind, since)
        row = Organisation(
            tenant_id=ids.uuid7(),
            state=State.REGISTERED,
            sector_id=lookups.sector_ids.get(one.facts.sector) if one.facts.sector else None,
            renewal_due=renewals[kind, since],
            **columns,
        )
        decided = sizes.decision_of(row)
        row.size, row.size_rule = decided.size, decided.rule
        names = tuple(name for name in (row.name_th, row.name_en, row.short_th, row.short_en) if name)
        hosts = frozenset({row.website.removeprefix("www.")} if row.website else ())
        known = duplicates.Known(row, names, tuple(alias.text for alias in one.cleaned.aliases), hosts)
        keys = tuple(duplicates.keys_of(known))
        made.append(New(one.number, row, one.facts.sector, one.cleaned.aliases, keys))
    websites = {one.row.pk: [one.row.website] for one in made if one.row.website}
    words = searching.words_of([one.row for one in made], websites, lookups.tree)
    overseers = {sector: _overseers(sector) for sector in {one.sector for one in made if one.sector}}
    told = {one.row.pk: [*words[one.row.pk], *(alias.text for alias in one.aliases)] for one in made}
    sort_keys = {one.row.pk: one.row.name_key for one in made}
    entries = {entry.object_id: entry for entry in search.prepare_many(KIND, told, sort_keys)}
    return [
        replace(
            one,
            entry=entries[one.row.pk],
            overseers=overseers.get(one.sector, ()),
        )
        for one in made
    ]


def store(actor: Actor, new: Sequence[New]) -> None:
    """Write them inside the caller's transaction: rows, tenants, oversight, names, search, keys.

    Raises:
        IntegrityError: another organisation took one of the juristic numbers meanwhile.
    """
    if not new:
        return
    # before their tenants: whoever hears of a new tenant finds its organisation there already
    bulk.insert_all([one.row for one in new])
    accounts.create_tenants(
        for_accounts(actor, "accounts.tenant.create"),
        [
            NewTenant(one.row.pk, Kind(one.row.kind).facts.tenant_kind, one.row.name_th, one.row.name_en)
            for one in new
        ],
    )
    bulk.insert_all(
        [
            Alias(tenant_id=one.row.pk, text=alias.text, folded=folded(alias.text), kind=alias.kind)
            for one in new
            for alias in one.aliases
        ]
    )
    bulk.insert(MatchKey, ("organisation_id", "key"), ((one.row.pk, key) for one in new for key in one.keys))
    by_overseer: dict[UUID, list[UUID]] = defaultdict(list)
    for one in new:
        for over in one.overseers:
            by_overseer[over].append(one.row.pk)
    for over, unders in by_overseer.items():
        accounts.set_oversight_many(SYSTEM, over=over, unders=unders, reason=Reason.AUTHORITY)
    search.put_prepared([one.entry for one in new if one.entry is not None])


def _overseers(sector: str) -> tuple[UUID, ...]:
    """Return the authorities (and what was merged into them) that see organisations of a sector."""
    nobody = ids.uuid7()
    found = [over for over, _, _ in oversight.scope_pairs(nobody, sector)]
    narrow = rights.among_anonymised(found)
    return tuple(upper for over in found if over not in narrow for upper in family(over))
