"""Writes of medical and other special devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.search import services as search
from phithak.registry.events.assets import Tag
from phithak.registry.models import Device
from phithak.registry.queries.assets import doors
from phithak.registry.services.assets import rows

MOST = 100_000


@dataclass(frozen=True)
class DeviceFacts:
    """What is told of a device, or of several that are alike.

    Attributes:
        kind: what it is, such as "CT scanner".
        maker, model, firmware: as the plate says.
        count: how many there are.
        place: where they stand.
        system_id: the system that they belong to.
        range_id: the network that they stand in; it is protected from probes with them.
        never_probe: True unless a person says otherwise.
    """

    kind: str
    maker: str = ""
    model: str = ""
    firmware: str = ""
    count: int = 1
    place: str = ""
    system_id: UUID | None = None
    range_id: UUID | None = None
    never_probe: bool = True


def add_device(actor: Actor, organisation_id: UUID, facts: DeviceFacts) -> UUID:
    """Add a device.

    Raises:
        NotFoundError: the organisation is not the actor's to change.
        AssetValueError: a field cannot be used, or system or range are another's.
    """
    rows.need_owner(actor, organisation_id)
    row = Device(tenant_id=organisation_id, **_columns(actor, organisation_id, facts))
    with write("registry.add_device"):
        row.save(force_insert=True)
        _index(row)
        rows.note(actor, Tag.DEVICE_ADDED, doors.DEVICE, row, title(row))
    return row.pk


def change_device(actor: Actor, device_id: UUID, facts: DeviceFacts, *, version: int) -> None:
    """Change a device.

    Raises:
        AssetChangedError, AssetEndedError: somebody was faster.
        AssetValueError: as for a new one.
    """
    row = rows.managed(actor, doors.devices_visible_to, device_id)
    columns = rows.changes(row, _columns(actor, row.tenant_id, facts))
    with write("registry.change_device"):
        rows.update(row, version, columns)
        for name, value in columns.items():
            setattr(row, name, value)
        _index(row)
        rows.note(actor, Tag.DEVICE_CHANGED, doors.DEVICE, row, title(row), fields=rows.fields_of(columns))


def end_device(actor: Actor, device_id: UUID) -> None:
    """End a device: it is gone."""
    row = rows.managed(actor, doors.devices_visible_to, device_id)
    with write("registry.end_device"):
        rows.end(row)
        search.remove(doors.DEVICE, row.pk)
        rows.note(actor, Tag.DEVICE_ENDED, doors.DEVICE, row, title(row))


def title(row: Device) -> str:
    """Return kind, maker and model as people say them."""
    return " ".join(part for part in (row.kind, row.maker, row.model) if part)


def _columns(actor: Actor, organisation_id: UUID, facts: DeviceFacts) -> dict[str, Any]:
    if not 1 <= facts.count <= MOST:
        raise rows.wrong("count", f"ใส่จำนวน 1 ถึง {MOST:,}", f"Give a number from 1 to {MOST:,}.")
    running = {"tenant": organisation_id, "ended_at__isnull": True}
    systems = doors.systems_visible_to(actor).filter(**running)
    if facts.system_id is not None and not systems.filter(pk=facts.system_id).exists():
        raise rows.wrong("system_id", "ไม่มีระบบนี้ในหน่วยงาน", "The organisation has no such system.")
    ranges = doors.ranges_visible_to(actor).filter(**running)
    if facts.range_id is not None and not ranges.filter(pk=facts.range_id).exists():
        raise rows.wrong("range_id", "ไม่มีช่วงไอพีนี้ในหน่วยงาน", "The organisation has no such IP range.")
    return {
        "kind": rows.words(facts.kind, "kind", 60, needed=True),
        "maker": rows.words(facts.maker, "maker", 120),
        "model": rows.words(facts.model, "model", 120),
        "firmware": rows.words(facts.firmware, "firmware", 80),
        "count": facts.count,
        "place": rows.words(facts.place, "place", 200),
        "system_id": facts.system_id,
        "range_id": facts.range_id,
        "never_probe": facts.never_probe,
    }


def _index(row: Device) -> None:
    search.put(doors.DEVICE, row.pk, title(row), row.firmware, row.place)
