"""What pages show of assets: lists that match words, an organisation at a glance, what waits, the search box."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.contrib import WaitingItem
from phithak.core.db.first import first_rows
from phithak.core.search import queries as search
from phithak.registry.models import (
    DataLink,
    DataStore,
    Device,
    Domain,
    IpRange,
    Organisation,
    Software,
    System,
)
from phithak.registry.queries import organisations
from phithak.registry.queries.assets import doors
from phithak.registry.queries.assets.asking import stores_matching
from phithak.registry.queries.assets.kinds import Claim, DataKind, Exposure
from phithak.registry.queries.assets.owners import ranges_with

M = TypeVar("M", bound=Model)
MOST = 50
"""Most rows of a kind that an organisation's overview shows, and most things that wait."""


@dataclass(frozen=True)
class Overview:
    """The running assets of an organisation as far as the actor sees them, at most :data:`MOST` of a kind."""

    domains: list[Domain]
    ranges: list[IpRange]
    systems: list[System]
    software: list[Software]
    devices: list[Device]
    stores: list[DataStore]
    links: list[DataLink]

    @property
    def open_stores(self) -> list[DataStore]:
        """The stores that anybody can read."""
        return [row for row in self.stores if row.exposure == Exposure.PUBLIC]

    @property
    def unchecked(self) -> list[DataStore]:
        """The stores that nobody has checked."""
        return [row for row in self.stores if row.exposure == Exposure.UNKNOWN]

    @property
    def contested(self) -> list[Domain | IpRange]:
        """Names and ranges that wait for the centre."""
        both: list[Domain | IpRange] = [*self.domains, *self.ranges]
        return [row for row in both if row.claim == Claim.CONTESTED]


def overview(actor: Actor, organisation_id: UUID) -> Overview:
    """Return the assets of an organisation.

    Raises:
        NotFoundError: the organisation is not the actor's to see.
    """
    doors.one(doors.owners_visible_to(actor, doors.VIEW), organisation_id)
    family = organisations.family(organisation_id)

    def of(rows: QuerySet[M], order: str) -> list[M]:
        return list(rows.filter(tenant__in=family, ended_at__isnull=True).order_by(order, "pk")[:MOST])

    links = doors.links_visible_to(actor).filter(ended_at__isnull=True)
    at_own = Q(source__tenant__in=family) | Q(target__tenant__in=family) | Q(tenant__in=family)
    return Overview(
        domains=of(doors.domains_visible_to(actor), "reversed"),
        ranges=of(doors.ranges_visible_to(actor), "first"),
        systems=of(doors.systems_visible_to(actor), "name_key"),
        software=of(doors.software_visible_to(actor), "product"),
        devices=of(doors.devices_visible_to(actor), "kind"),
        stores=of(doors.stores_visible_to(actor).prefetch_related("kinds"), "name_key"),
        links=list(links.filter(at_own).order_by("pk")[:MOST]),
    )


def domains_matching(rows: QuerySet[Domain], words: str) -> QuerySet[Domain]:
    """Return those domains that match what was typed: by name, purpose or owner."""
    return _matching(rows, doors.DOMAIN, words)


def ranges_matching(rows: QuerySet[IpRange], words: str) -> QuerySet[IpRange]:
    """Return those ranges that hold the address that was typed, or match by words or owner."""
    found = ranges_with(rows, words)
    return found if found is not None else _matching(rows, doors.RANGE, words)


def systems_matching(rows: QuerySet[System], words: str) -> QuerySet[System]:
    """Return those systems that match what was typed: by names, purpose, parties in words, or owner."""
    return _matching(rows, doors.SYSTEM, words)


def software_matching(rows: QuerySet[Software], words: str) -> QuerySet[Software]:
    """Return that software that matches what was typed: by vendor, product, version, CPE, purl, or owner."""
    return _matching(rows, doors.SOFTWARE, words)


def devices_matching(rows: QuerySet[Device], words: str) -> QuerySet[Device]:
    """Return those devices that match what was typed: by kind, maker, model, place, or owner."""
    return _matching(rows, doors.DEVICE, words)


def links_matching_for(actor: Actor) -> Callable[[QuerySet[DataLink], str], QuerySet[DataLink]]:
    """Return a search over links that looks only at systems which the actor sees: a hidden name finds nothing."""

    def matching(rows: QuerySet[DataLink], words: str) -> QuerySet[DataLink]:
        systems = systems_matching(doors.systems_visible_to(actor), words).values("pk")
        return rows.filter(Q(source__in=systems) | Q(target__in=systems))

    return matching


def kinds_of(row: DataStore) -> list[DataKind]:
    """Return the kinds of data of a store, in the order of the list."""
    held = {one.kind for one in row.kinds.all()}
    return [kind for kind in DataKind if kind in held]


def owner_name(row: Any) -> Text:
    """Return the name of the organisation whose asset it is."""
    return Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th)


def system_name(row: System) -> Text:
    """Return the name of a system."""
    return Text(row.name_th, row.name_en or row.name_th)


def party_name(row: System, role: str) -> Text | None:
    """Return who plays a part in a system; None when nobody was told.

    Also a party that the actor would not see elsewhere: it is named in a record that is the actor's to see.
    """
    held: Organisation | None = getattr(row, role)
    if held is not None:
        return organisations.name_of(held)
    words: str = getattr(row, f"{role}_name")
    return Text(words, words) if words else None


def organisation_named(actor: Actor, words: str) -> UUID | None:
    """Return the one organisation that the actor sees under exactly that name or short name; None when unsure."""
    typed = words.strip().casefold()
    if not typed:
        return None
    rows = organisations.listed(actor)
    found = rows.filter(pk__in=search.matching(organisations.KIND, words)) | rows.filter(
        pk__in=actor.tenant_ids
    )
    named = {
        row.pk
        for row in found[:MOST]
        if typed
        in {name.casefold() for name in (row.name_th, row.name_en, row.short_th, row.short_en) if name}
    }
    return named.pop() if len(named) == 1 else None


def waiting(actor: Actor) -> Iterable[WaitingItem]:
    """Yield the stores that anybody can read, at the actor's own or below it, and claims that wait for the centre."""
    if actor.kind is ActorKind.SYSTEM:
        return
    open_stores = doors.stores_checked_by(actor).filter(exposure=Exposure.PUBLIC, ended_at__isnull=True)
    for store in first_rows(open_stores.order_by("checked_at", "pk"), MOST):
        owner = owner_name(store)
        yield WaitingItem(
            Text(
                f"คลังข้อมูลเปิดสู่สาธารณะ: {store.name} ของ {owner.th}",
                f"Data store open to the public: {store.name} of {owner.en}",
            ),
            reverse("registry:store", args=[store.pk]),
            since=store.checked_at,
        )
    if not permissions.has(actor, organisations.MANAGE):
        return
    contested = {"claim": Claim.CONTESTED, "ended_at__isnull": True}
    domains = doors.domains_visible_to(actor, doors.MANAGE).filter(**contested)
    for domain in first_rows(domains.order_by("created_at"), MOST):
        yield _claim(domain, domain.shown, reverse("registry:domain", args=[domain.pk]))
    ranges = doors.ranges_visible_to(actor, doors.MANAGE).filter(**contested)
    for row in first_rows(ranges.order_by("created_at"), MOST):
        yield _claim(row, row.cidr, reverse("registry:range", args=[row.pk]))


def _claim(row: Domain | IpRange, name: str, url: str) -> WaitingItem:
    owner = owner_name(row)
    return WaitingItem(
        Text(
            f"ตัดสินว่า {name} เป็นของ {owner.th} หรือไม่ (มีหน่วยงานอื่นถืออยู่)",
            f"Decide whether {name} is {owner.en}'s (another organisation holds it)",
        ),
        url,
        since=row.created_at,
    )


def find_domains(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield domains for the search box."""
    rows = _running(doors.domains_visible_to(actor))
    for row in first_rows(domains_matching(rows, words).order_by("reversed", "pk"), limit):
        yield f"{row.shown} · {owner_name(row)}", reverse("registry:domain", args=[row.pk])


def find_ranges(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield ranges for the search box: those with the address that was typed."""
    rows = _running(doors.ranges_visible_to(actor))
    for row in first_rows(ranges_matching(rows, words).order_by("first", "pk"), limit):
        yield f"{row.cidr} · {owner_name(row)}", reverse("registry:range", args=[row.pk])


def find_systems(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield systems for the search box."""
    rows = _running(doors.systems_visible_to(actor))
    for row in first_rows(systems_matching(rows, words).order_by("name_key", "pk"), limit):
        yield f"{system_name(row)} · {owner_name(row)}", reverse("registry:system", args=[row.pk])


def find_stores(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield stores for the search box, also by questions such as “public cloud stores with ID card images”."""
    rows = _running(doors.stores_visible_to(actor))
    for row in first_rows(stores_matching(rows, words).order_by("name_key", "pk"), limit):
        yield f"{row.name} · {owner_name(row)}", reverse("registry:store", args=[row.pk])


def find_software(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield software for the search box."""
    rows = _running(doors.software_visible_to(actor))
    for row in first_rows(software_matching(rows, words).order_by("product", "pk"), limit):
        name = " ".join(part for part in (row.vendor, row.product, row.release) if part)
        yield f"{name} · {owner_name(row)}", reverse("registry:software", args=[row.pk])


def systems_to_choose(actor: Actor, organisation_id: UUID) -> list[tuple[UUID, Text]]:
    """Return the running systems of an organisation for a choice in a form."""
    rows = _running(doors.systems_visible_to(actor)).filter(tenant=organisation_id)
    return [(row.pk, system_name(row)) for row in rows.order_by("name_key", "pk")[:500]]


def ranges_to_choose(actor: Actor, organisation_id: UUID) -> list[tuple[UUID, Text]]:
    """Return the running ranges of an organisation for a choice in a form."""
    rows = _running(doors.ranges_visible_to(actor)).filter(tenant=organisation_id)
    return [
        (row.pk, Text(f"{row.cidr} {row.purpose}".strip(), f"{row.cidr} {row.purpose}".strip()))
        for row in rows.order_by("first", "pk")[:500]
    ]


def systems_to_link(actor: Actor, system: System, words: str, most: int = MOST) -> list[System]:
    """Return running systems that may stand at the other end of a link: those found, or the own ones first."""
    rows = _running(doors.systems_visible_to(actor)).exclude(pk=system.pk)
    if words:
        return list(systems_matching(rows, words).order_by("name_key", "pk")[:most])
    own = list(rows.filter(tenant=system.tenant_id).order_by("name_key", "pk")[:most])
    others = rows.exclude(tenant=system.tenant_id).order_by("name_key", "pk")
    return [*own, *others[: most - len(own)]]


def _running(rows: QuerySet[M]) -> QuerySet[M]:
    return rows.filter(ended_at__isnull=True)


def _matching(rows: QuerySet[M], kind: str, words: str) -> QuerySet[M]:
    return rows.filter(search.held(kind, words) | search.held(organisations.KIND, words, "tenant"))
