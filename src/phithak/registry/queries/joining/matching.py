"""Records of the registry that rows of a file may mean, for some hundred rows at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from phithak.core.accounts.actors import Actor
from phithak.engines.thai import loose_fold
from phithak.registry.models import Alias, Organisation
from phithak.registry.queries import organisations as door
from phithak.registry.queries.facts import AliasFacts, OrganisationFacts
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.sorting import name_key

_FOLDED = 250
"""Length of the column that other names are compared by."""


@dataclass
class Found:
    """Records by key; those that the actor may not change are not among them."""

    rows: dict[UUID, Organisation] = field(default_factory=dict)
    juristic: dict[str, Organisation] = field(default_factory=dict)
    external: dict[str, Organisation] = field(default_factory=dict)
    names: dict[str, list[Organisation]] = field(default_factory=lambda: defaultdict(list))
    aliases: dict[UUID, list[AliasFacts]] = field(default_factory=lambda: defaultdict(list))

    def by_key(self, name: str, value: Any) -> Organisation | None:
        """Return the record of a system id, juristic number or external id."""
        if name == "id":
            return self.rows.get(value)
        return (self.juristic if name == "juristic_id" else self.external).get(value)

    def by_name(self, name: str) -> list[Organisation]:
        """Return the records of that name."""
        return self.names.get(name, [])

    def facts(self, row: Organisation) -> OrganisationFacts:
        """Return the facts of a record without asking the database again."""
        return OrganisationFacts(
            name_th=row.name_th,
            kind=Kind(row.kind),
            name_en=row.name_en,
            short_th=row.short_th,
            short_en=row.short_en,
            sector=row.sector.code if row.sector else "",
            country=row.country,
            province=row.province,
            juristic_id=row.juristic_id,
            owner_id=row.owner_id,
            is_juristic=row.is_juristic,
            revenue_thb=row.revenue_thb,
            service_revenue_thb=row.service_revenue_thb,
            users_per_month=row.users_per_month,
            legal_roles=tuple(row.legal_roles),
            address=row.address,
            website=row.website,
            registered_on=row.registered_on,
            aliases=tuple(self.aliases.get(row.pk, ())),
        )


def organisations(
    actor: Actor,
    *,
    ids: Iterable[UUID],
    juristic_ids: Iterable[str],
    external_ids: Iterable[str],
    names: Iterable[str],
) -> Found:
    """Return the records that the actor may change and that one of the keys names; five queries."""
    numbers, codes, called = list(juristic_ids), list(external_ids), list(names)
    coded = dict(_coded(codes).values_list("text", "tenant_id")) if codes else {}
    visible = door.listed(actor, door.MANAGE)
    wanted = {*ids, *coded.values()}
    # one after the other: each walks an index of its own
    rows = {row.pk: row for row in visible.filter(pk__in=wanted)} if wanted else {}
    if numbers:
        juristic = visible.filter(~Q(juristic_id=""), juristic_id__in=numbers)
        rows |= {row.pk: row for row in juristic}
    if called:
        rows |= {row.pk: row for row in visible.filter(name_key__in=[name_key(name) for name in called])}
    found = Found(rows)
    for row in rows.values():
        if row.juristic_id:
            found.juristic[row.juristic_id] = row
        found.names[row.name_th].append(row)
    for text, tenant_id in coded.items():
        if tenant_id in rows:
            found.external[text] = rows[tenant_id]
    for alias in Alias.objects.filter(tenant_id__in=rows).order_by("pk"):
        found.aliases[alias.tenant_id].append(AliasFacts(alias.text, alias.kind))
    return found


def newer(actor: Actor, known: Found, *, name_keys: Iterable[bytes], external_ids: Iterable[str]) -> bool:
    """Tell whether a name or external id has a record that is not among the ``known`` ones."""
    called, codes = list(name_keys), list(external_ids)
    visible = door.listed(actor, door.MANAGE)
    if called and set(visible.filter(name_key__in=called).values_list("pk", flat=True)) - known.rows.keys():
        return True
    coded = set(_coded(codes).values_list("tenant_id", flat=True)) - known.rows.keys() if codes else set()
    return bool(coded) and visible.filter(pk__in=coded).exists()


def _coded(codes: Sequence[str]) -> QuerySet[Alias]:
    """Return the other names that are one of these external ids, found over the index of their fold."""
    return Alias.objects.filter(folded__in={loose_fold(code)[:_FOLDED] for code in codes}, text__in=codes)
