"""Writes of systems: the owner is the tenant; builder, operator and controller stand apart (S2-24)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.search import services as search
from phithak.registry.events.assets import Tag
from phithak.registry.models import DataLink, System
from phithak.registry.queries import organisations
from phithak.registry.queries.assets import doors
from phithak.registry.queries.assets.errors import AssetInUseError
from phithak.registry.queries.sorting import name_key
from phithak.registry.services.assets import rows

_URL = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
ROLES = ("builder", "operator", "controller")


@dataclass(frozen=True)
class Party:
    """Who plays a part in a system: an organisation of the registry, or the name of one that is not in it."""

    organisation_id: UUID | None = None
    name: str = ""


@dataclass(frozen=True)
class SystemFacts:
    """What is told of a system.

    Attributes:
        name: in Thai; English may be empty.
        purpose: what it is for.
        builder: who made it.
        operator: who runs it.
        controller: who decides on the data in it (PDPA section 6).
        internet_facing: whether it can be reached from the internet.
        care_critical: whether care of patients depends on it.
        url: its web address, if it has one.
    """

    name: Text
    purpose: str = ""
    builder: Party = field(default_factory=Party)
    operator: Party = field(default_factory=Party)
    controller: Party = field(default_factory=Party)
    internet_facing: bool = False
    care_critical: bool = False
    url: str = ""


def add_system(actor: Actor, organisation_id: UUID, facts: SystemFacts) -> UUID:
    """Add a system to its owner.

    Raises:
        NotFoundError: the organisation, or one that is named as a party, is not the actor's to see.
        AssetValueError: a name or the address cannot be used.
    """
    rows.need_owner(actor, organisation_id)
    row = System(tenant_id=organisation_id, **_columns(actor, facts))
    with write("registry.add_system"):
        row.save(force_insert=True)
        _index(row.pk, row)
        rows.note(actor, Tag.SYSTEM_ADDED, doors.SYSTEM, row, row.name_th)
    return row.pk


def change_system(actor: Actor, system_id: UUID, facts: SystemFacts, *, version: int) -> None:
    """Change a system.

    Raises:
        AssetChangedError, AssetEndedError: somebody was faster.
        NotFoundError, AssetValueError: as for a new one.
    """
    row = rows.managed(actor, doors.systems_visible_to, system_id)
    columns = rows.changes(row, _columns(actor, facts, row))
    with write("registry.change_system"):
        rows.update(row, version, columns)
        for name, value in columns.items():
            setattr(row, name, value)
        _index(row.pk, row)
        rows.note(actor, Tag.SYSTEM_CHANGED, doors.SYSTEM, row, row.name_th, fields=rows.fields_of(columns))


def end_system(actor: Actor, system_id: UUID) -> None:
    """End a system.

    Raises:
        AssetInUseError: data links still lead to it; they are ended first, so that nobody forgets one.
    """
    row = rows.managed(actor, doors.systems_visible_to, system_id)
    with write("registry.end_system"):
        links = DataLink.objects.filter(Q(source=row) | Q(target=row), ended_at__isnull=True).count()
        if links:
            raise AssetInUseError(names=str(Text(f"การเชื่อมโยงข้อมูล {links} รายการ", f"data links: {links}")))
        rows.end(row)
        search.remove(doors.SYSTEM, row.pk)
        rows.note(actor, Tag.SYSTEM_ENDED, doors.SYSTEM, row, row.name_th)


def _columns(actor: Actor, facts: SystemFacts, row: System | None = None) -> dict[str, Any]:
    name_th = rows.words(facts.name.th, "name_th", 200, needed=True)
    url = rows.words(facts.url, "url", 300)
    if url and not _URL.fullmatch(url):
        raise rows.wrong(
            "url",
            "ใส่ที่อยู่เว็บเต็ม เช่น https://his.example.th",
            "Give the whole web address, such as https://his.example.th.",
        )
    columns: dict[str, Any] = {
        "name_th": name_th,
        "name_en": rows.words(facts.name.en, "name_en", 200),
        "name_key": name_key(name_th),
        "purpose": rows.words(facts.purpose, "purpose", 500),
        "internet_facing": facts.internet_facing,
        "care_critical": facts.care_critical,
        "url": url,
    }
    for role in ROLES:
        columns |= _party(actor, role, getattr(facts, role), row)
    return columns


def _party(actor: Actor, role: str, party: Party, row: System | None) -> dict[str, Any]:
    known = getattr(row, f"{role}_id") if row is not None else None
    # who stands there already may stay, also when this actor does not see it
    if party.organisation_id is not None and party.organisation_id != known:
        organisations.organisation(actor, party.organisation_id)
    name = "" if party.organisation_id is not None else rows.words(party.name, role, 200)
    return {f"{role}_id": party.organisation_id, f"{role}_name": name}


def _index(key: UUID, row: System) -> None:
    search.put(
        doors.SYSTEM,
        key,
        row.name_th,
        row.name_en,
        row.purpose,
        row.url,
        row.builder_name,
        row.operator_name,
        row.controller_name,
    )
