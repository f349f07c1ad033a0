"""Organisations for tests, made past the services: a tenant, its organisation, and the centre's oversight."""

from __future__ import annotations

from itertools import count
from typing import Any

from phithak.core.accounts.models import Oversight, Tenant
from phithak.core.accounts.scope import Reason
from phithak.registry.models import Organisation
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.sorting import name_key
from tests.people import People

_numbers = count(1)


def organisation_of(people: People, key: str, **fields: Any) -> Organisation:
    """Return the organisation of a tenant of :mod:`tests.people`; made when it has none yet."""
    tenant = people.tenant(key)
    kind = Kind(tenant.kind) if tenant.kind in set(Kind) else Kind.OTHER
    fields = {"kind": kind, "name_th": tenant.name_th, "name_en": tenant.name_en, **fields}
    fields["name_key"] = name_key(str(fields["name_th"]))
    found = Organisation.objects.filter(tenant=tenant, **fields).first()
    return found or Organisation.objects.update_or_create(tenant=tenant, defaults=fields)[0]


def organisation(people: People, kind: Kind = Kind.HOSPITAL, **fields: Any) -> Organisation:
    """Make another organisation of the centre's constituency."""
    number = next(_numbers)
    names = {"name_th": f"หน่วยงานสมมติที่ {number}", "name_en": f"Imagined body {number}", **fields}
    tenant = Tenant.objects.create(
        kind=kind.facts.tenant_kind, name_th=names["name_th"], name_en=names["name_en"]
    )
    Oversight.objects.create(over=people.tenant("cert"), under=tenant, reason=Reason.CONSTITUENCY)
    return Organisation.objects.create(
        tenant=tenant, kind=kind, name_key=name_key(str(names["name_th"])), **names
    )
