"""Writes of data stores: where data lies, what it is, and whether anybody can read it (S1-11, S1-25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from phithak.base import clock
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.i18n import show
from phithak.core.search import services as search
from phithak.registry.events.assets import Tag
from phithak.registry.models import DataStore, DataStoreKind
from phithak.registry.queries.assets import doors
from phithak.registry.queries.assets.errors import AssetEndedError, NewerCheckError
from phithak.registry.queries.assets.kinds import DataKind, Exposure, Place, Technique
from phithak.registry.queries.sorting import name_key
from phithak.registry.services.assets import rows

MOST_PEOPLE = 2_000_000_000
_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class StoreFacts:
    """What is told of a store; its exposure is written by :func:`set_exposure` alone.

    Attributes:
        name: what people call it.
        place: where it lies.
        technique: how the data is kept.
        kinds: what the data is; at least one.
        provider: whose cloud or centre, in words.
        locator: address of the bucket, name of the server, number of the cabinet.
        system_id: the system that it belongs to.
        people: whose data it holds, estimated; None when nobody knows.
    """

    name: str
    place: Place
    technique: Technique = Technique.OTHER
    kinds: tuple[DataKind, ...] = ()
    provider: str = ""
    locator: str = ""
    system_id: UUID | None = None
    people: int | None = None


def add_store(actor: Actor, organisation_id: UUID, facts: StoreFacts) -> UUID:
    """Add a store to who holds it; its exposure is unknown until somebody checks.

    Raises:
        NotFoundError: the organisation is not the actor's to change.
        AssetValueError: a field cannot be used, or the system is another's.
    """
    rows.need_owner(actor, organisation_id)
    row = DataStore(tenant_id=organisation_id, **_columns(actor, organisation_id, facts))
    with write("registry.add_store"):
        row.save(force_insert=True)
        _set_kinds(row, facts.kinds)
        _index(row)
        rows.note(actor, Tag.STORE_ADDED, doors.STORE, row, row.name, place=row.place)
    return row.pk


def change_store(actor: Actor, store_id: UUID, facts: StoreFacts, *, version: int) -> None:
    """Change a store.

    A new place or address makes the former check worthless: the exposure is unknown again.

    Raises:
        AssetChangedError, AssetEndedError: somebody was faster.
        AssetValueError: as for a new one.
    """
    row = rows.managed(actor, doors.stores_visible_to, store_id)
    columns = rows.changes(row, _columns(actor, row.tenant_id, facts))
    fields = rows.fields_of(columns)
    if {"place", "locator"} & columns.keys() and row.exposure == Exposure.PRIVATE:
        columns |= {"exposure": Exposure.UNKNOWN.value, "checked_at": None, "checked_how": ""}
    with write("registry.change_store"):
        rows.update(row, version, columns)
        if _set_kinds(row, facts.kinds):
            fields = ", ".join(part for part in (fields, "kinds") if part)
        for name, value in columns.items():
            setattr(row, name, value)
        _index(row)
        rows.note(actor, Tag.STORE_CHANGED, doors.STORE, row, row.name, fields=fields)


def set_exposure(actor: Actor, store_id: UUID, state: Exposure, how: str, at: datetime) -> None:
    """Write down whether anybody can read a store; who holds it and who oversees it may, and checks by machine.

    Args:
        actor: who checked, or the process that did.
        store_id: a running store.
        state: what was found; ``unknown`` when the check could not tell.
        how: how it was checked, in words.
        at: when (aware); not in the future, not before the check that is on record.

    Raises:
        ForbiddenError, NotFoundError: not the actor's to check.
        NewerCheckError: a later check is on record.
        AssetEndedError: the store was ended.
        AssetValueError: no word on how, or a moment in the future.
    """
    row = rows.managed(actor, _checked_door, store_id)
    told = rows.words(how, "how", 200, needed=True)
    if at > clock.now() + _AHEAD:
        raise rows.wrong("at", "เวลาตรวจอยู่ในอนาคต", "The moment of the check lies in the future.")
    with write("registry.set_exposure"):
        running = DataStore.objects.filter(pk=row.pk, ended_at__isnull=True)
        older = running.filter(Q(checked_at__isnull=True) | Q(checked_at__lte=at))
        if not older.update(exposure=state.value, checked_at=at, checked_how=told, version=F("version") + 1):
            known = running.values_list("checked_at", flat=True).first()
            if known is None:
                raise AssetEndedError
            raise NewerCheckError(at=show.moment(known))
        rows.note(
            actor,
            Tag.STORE_CHECKED,
            doors.STORE,
            row,
            row.name,
            before=row.exposure,
            exposure=state.value,
            how=told,
        )


def end_store(actor: Actor, store_id: UUID) -> None:
    """End a store: the data lies there no more."""
    row = rows.managed(actor, doors.stores_visible_to, store_id)
    with write("registry.end_store"):
        rows.end(row)
        search.remove(doors.STORE, row.pk)
        rows.note(actor, Tag.STORE_ENDED, doors.STORE, row, row.name)


def _checked_door(actor: Actor, permission: str = doors.VIEW) -> Any:
    return doors.stores_checked_by(actor) if permission == doors.MANAGE else doors.stores_visible_to(actor)


def _columns(actor: Actor, organisation_id: UUID, facts: StoreFacts) -> dict[str, Any]:
    name = rows.words(facts.name, "name", 200, needed=True)
    if not facts.kinds:
        raise rows.wrong("kinds", "เลือกชนิดข้อมูลอย่างน้อยหนึ่งอย่าง", "Choose at least one kind of data.")
    if facts.people is not None and not 0 <= facts.people <= MOST_PEOPLE:
        raise rows.wrong("people", "จำนวนคนไม่ถูกต้อง", "That is no number of people.")
    systems = doors.systems_visible_to(actor).filter(tenant=organisation_id, ended_at__isnull=True)
    if facts.system_id is not None and not systems.filter(pk=facts.system_id).exists():
        raise rows.wrong("system_id", "ไม่มีระบบนี้ในหน่วยงาน", "The organisation has no such system.")
    return {
        "name": name,
        "name_key": name_key(name),
        "place": facts.place.value,
        "technique": facts.technique.value,
        "provider": rows.words(facts.provider, "provider", 120),
        "locator": rows.words(facts.locator, "locator", 500),
        "system_id": facts.system_id,
        "people": facts.people,
    }


def _set_kinds(row: DataStore, kinds: tuple[DataKind, ...]) -> bool:
    """Make the kinds of a store those; tell whether anything changed."""
    wanted = {kind.value for kind in kinds}
    stored = set(DataStoreKind.objects.filter(store=row).values_list("kind", flat=True))
    DataStoreKind.objects.filter(store=row, kind__in=stored - wanted).delete()
    DataStoreKind.objects.bulk_create(DataStoreKind(store=row, kind=kind) for kind in sorted(wanted - stored))
    return wanted != stored


def _index(row: DataStore) -> None:
    search.put(doors.STORE, row.pk, row.name, row.provider, row.locator)
