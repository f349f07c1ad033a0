"""Default rights of a member by the kind of its organisation (domain: kinds of members).

Members of academia and of international bodies get figures in which nobody can be recognised
(:mod:`~phithak.registry.queries.figures`); of other organisations they see nothing by name, whatever else holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.roles import OF_CENTRE, Role
from phithak.registry.models import Organisation
from phithak.registry.queries.kinds import KINDS, DataLevel, Kind

ANONYMISED = tuple(kind for kind, facts in KINDS.items() if facts.level is DataLevel.ANONYMISED)
"""The kinds whose people get figures alone."""

# the data-access owner also belongs to members
_ONLY_OF_CENTRE = OF_CENTRE - {Role.DATA_OWNER}
_ORDER = (DataLevel.ANONYMISED, DataLevel.OWN, DataLevel.SCOPE, DataLevel.FULL)


def data_level(actor: Actor) -> DataLevel:
    """Return what the actor may see of others by default: the widest of its organisations' levels."""
    if actor.kind is ActorKind.SYSTEM:
        return DataLevel.FULL
    kinds = Organisation.objects.filter(pk__in=actor.tenant_ids).values_list("kind", flat=True)
    levels = [KINDS[Kind(kind)].level for kind in kinds if kind in set(Kind)]
    if actor.roles & _ONLY_OF_CENTRE:
        levels.append(DataLevel.FULL)
    return max(levels, key=_ORDER.index, default=DataLevel.ANONYMISED)


def among_anonymised(tenant_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return those organisations among these whose kind gets figures alone."""
    rows = Organisation.objects.filter(pk__in=list(tenant_ids), kind__in=ANONYMISED)
    return frozenset(rows.values_list("pk", flat=True))


def without_tenants(actor: Actor, tenant_ids: frozenset[UUID]) -> Actor:
    """Return the actor without its roles in these tenants."""
    if not tenant_ids:
        return actor
    return replace(actor, grants=tuple(one for one in actor.grants if one.tenant_id not in tenant_ids))
