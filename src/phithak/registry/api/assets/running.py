"""Systems, software and devices over the API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field

from phithak.base.text import Text
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, paginate
from phithak.registry.api.assets.rows import AssetOut, ListQuery, VersionIn, asset_out, narrowed
from phithak.registry.api.calls import Calls
from phithak.registry.models import Device, Software, System
from phithak.registry.queries import assets
from phithak.registry.queries.assets import showing
from phithak.registry.services import assets as services
from phithak.registry.services.assets import DeviceFacts, Party, SoftwareFacts, SystemFacts

router = Router()
calls = Calls(router, view=assets.VIEW, manage=assets.MANAGE)


class SystemFields(Schema):
    """What is told of a system; the owner is the organisation, the other three parties are fields of their own."""

    name_th: str = Field(max_length=200)
    name_en: str = Field("", max_length=200)
    purpose: str = Field("", max_length=500)
    builder_id: UUID | None = None
    builder_name: str = Field("", max_length=200, description="When the builder is not in the registry")
    operator_id: UUID | None = None
    operator_name: str = Field("", max_length=200)
    controller_id: UUID | None = None
    controller_name: str = Field("", max_length=200)
    internet_facing: bool = False
    care_critical: bool = False
    url: str = Field("", max_length=300)


class SystemIn(SystemFields):
    """A new system."""

    organisation_id: UUID


class SystemChangeIn(SystemFields, VersionIn):
    """A changed system."""


class SystemOut(AssetOut, SystemFields):
    """A system."""


class SoftwareFields(Schema):
    """What is told of a product."""

    product: str = Field(max_length=120)
    release: str = Field("", max_length=80)
    vendor: str = Field("", max_length=120)
    cpe: str = Field("", max_length=300)
    purl: str = Field("", max_length=300)
    system_id: UUID | None = None


class SoftwareIn(SoftwareFields):
    """A new product."""

    organisation_id: UUID


class SoftwareChangeIn(SoftwareFields, VersionIn):
    """A changed product."""


class SoftwareOut(AssetOut, SoftwareFields):
    """A product and version."""

    seen_at: datetime | None
    source: str


class PasteIn(Schema):
    """A pasted list: on each line ``product version``, ``vendor, product, version``, a CPE name or a purl."""

    organisation_id: UUID
    lines: str = Field(max_length=60_000)
    system_id: UUID | None = None


class LineOut(Schema):
    """A line that could not be read."""

    number: int
    words: str


class PastedOut(Schema):
    """What became of a pasted list."""

    added: int
    known: int
    faults: list[LineOut]


class DeviceFields(Schema):
    """What is told of a device; it is never probed unless that is said."""

    kind: str = Field(max_length=60)
    maker: str = Field("", max_length=120)
    model: str = Field("", max_length=120)
    firmware: str = Field("", max_length=80)
    count: int = Field(1, ge=1)
    place: str = Field("", max_length=200)
    system_id: UUID | None = None
    range_id: UUID | None = None
    never_probe: bool = True


class DeviceIn(DeviceFields):
    """A new device."""

    organisation_id: UUID


class DeviceChangeIn(DeviceFields, VersionIn):
    """A changed device."""


class DeviceOut(AssetOut, DeviceFields):
    """A device, or several that are alike."""


def _system(row: System) -> SystemOut:
    return asset_out(SystemOut, row)


def _software(row: Software) -> SoftwareOut:
    return asset_out(SoftwareOut, row)


def _device(row: Device) -> DeviceOut:
    return asset_out(DeviceOut, row)


def _system_facts(sent: SystemFields) -> SystemFacts:
    return SystemFacts(
        Text(sent.name_th, sent.name_en),
        sent.purpose,
        Party(sent.builder_id, sent.builder_name),
        Party(sent.operator_id, sent.operator_name),
        Party(sent.controller_id, sent.controller_name),
        internet_facing=sent.internet_facing,
        care_critical=sent.care_critical,
        url=sent.url,
    )


def _software_facts(sent: SoftwareFields) -> SoftwareFacts:
    return SoftwareFacts(sent.product, sent.release, sent.vendor, sent.cpe, sent.purl, sent.system_id)


def _device_facts(sent: DeviceFields) -> DeviceFacts:
    return DeviceFacts(**{name: getattr(sent, name) for name in DeviceFields.model_fields})


def _one_system(request: Request, system_id: UUID) -> SystemOut:
    return _system(assets.one(assets.systems_visible_to(request.actor), system_id))


def _one_software(request: Request, software_id: UUID) -> SoftwareOut:
    return _software(assets.one(assets.software_visible_to(request.actor), software_id))


def _one_device(request: Request, device_id: UUID) -> DeviceOut:
    return _device(assets.one(assets.devices_visible_to(request.actor), device_id))


@calls.shown("/systems", Page[SystemOut], "รายการระบบ", "Systems")
def systems(request: Request, paging: Query[Paging], asked: Query[ListQuery]) -> Page[SystemOut]:
    """List them."""
    rows = narrowed(assets.systems_visible_to(request.actor), asked, showing.systems_matching)
    return paginate(rows, paging, _system)


@calls.added("/systems", SystemOut, "เพิ่มระบบ", "Add a system")
def add_system(request: Request, sent: SystemIn) -> SystemOut:
    """Add one."""
    made = services.add_system(request.actor, sent.organisation_id, _system_facts(sent))
    return _one_system(request, made)


@calls.shown("/systems/{uuid:system_id}", SystemOut, "ระบบหนึ่งระบบ", "One system")
def system(request: Request, system_id: UUID) -> SystemOut:
    """Show one."""
    return _one_system(request, system_id)


@calls.changed("/systems/{uuid:system_id}", SystemOut, "แก้ระบบ", "Change a system")
def change_system(request: Request, system_id: UUID, sent: SystemChangeIn) -> SystemOut:
    """Change one."""
    services.change_system(request.actor, system_id, _system_facts(sent), version=sent.version)
    return _one_system(request, system_id)


@calls.done("/systems/{uuid:system_id}/end", SystemOut, "เลิกใช้ระบบ", "End a system")
def end_system(request: Request, system_id: UUID) -> SystemOut:
    """End one; its data links are ended first."""
    services.end_system(request.actor, system_id)
    return _one_system(request, system_id)


@calls.shown("/software", Page[SoftwareOut], "รายการซอฟต์แวร์", "Software")
def all_software(request: Request, paging: Query[Paging], asked: Query[ListQuery]) -> Page[SoftwareOut]:
    """List it."""
    rows = narrowed(assets.software_visible_to(request.actor), asked, showing.software_matching)
    return paginate(rows, paging, _software)


@calls.added("/software", SoftwareOut, "เพิ่มซอฟต์แวร์", "Add software")
def add_software(request: Request, sent: SoftwareIn) -> SoftwareOut:
    """Add one product."""
    made = services.add_software(request.actor, sent.organisation_id, _software_facts(sent))
    return _one_software(request, made)


@calls.done("/software/paste", PastedOut, "เพิ่มซอฟต์แวร์จากรายการ", "Add a list of software")
def paste_software(request: Request, sent: PasteIn) -> PastedOut:
    """Add what a list names; its faults are told by line."""
    done = services.paste_software(request.actor, sent.organisation_id, sent.lines, system_id=sent.system_id)
    faults = [LineOut(number=one.number, words=one.words) for one in done.faults]
    return PastedOut(added=done.added, known=done.known, faults=faults)


@calls.shown("/software/{uuid:software_id}", SoftwareOut, "ซอฟต์แวร์หนึ่งรายการ", "One product")
def one_software(request: Request, software_id: UUID) -> SoftwareOut:
    """Show one."""
    return _one_software(request, software_id)


@calls.changed("/software/{uuid:software_id}", SoftwareOut, "แก้ซอฟต์แวร์", "Change a product")
def change_software(request: Request, software_id: UUID, sent: SoftwareChangeIn) -> SoftwareOut:
    """Change one, such as its version after an update."""
    services.change_software(request.actor, software_id, _software_facts(sent), version=sent.version)
    return _one_software(request, software_id)


@calls.done("/software/{uuid:software_id}/end", SoftwareOut, "เลิกใช้ซอฟต์แวร์", "End a product")
def end_software(request: Request, software_id: UUID) -> SoftwareOut:
    """End one."""
    services.end_software(request.actor, software_id)
    return _one_software(request, software_id)


@calls.shown("/devices", Page[DeviceOut], "รายการเครื่องมือแพทย์", "Medical devices")
def devices(request: Request, paging: Query[Paging], asked: Query[ListQuery]) -> Page[DeviceOut]:
    """List them."""
    rows = narrowed(assets.devices_visible_to(request.actor), asked, showing.devices_matching)
    return paginate(rows, paging, _device)


@calls.added("/devices", DeviceOut, "เพิ่มเครื่อง", "Add a device")
def add_device(request: Request, sent: DeviceIn) -> DeviceOut:
    """Add one."""
    return _one_device(request, services.add_device(request.actor, sent.organisation_id, _device_facts(sent)))


@calls.shown("/devices/{uuid:device_id}", DeviceOut, "เครื่องหนึ่งรายการ", "One device")
def device(request: Request, device_id: UUID) -> DeviceOut:
    """Show one."""
    return _one_device(request, device_id)


@calls.changed("/devices/{uuid:device_id}", DeviceOut, "แก้เครื่อง", "Change a device")
def change_device(request: Request, device_id: UUID, sent: DeviceChangeIn) -> DeviceOut:
    """Change one."""
    services.change_device(request.actor, device_id, _device_facts(sent), version=sent.version)
    return _one_device(request, device_id)


@calls.done("/devices/{uuid:device_id}/end", DeviceOut, "เลิกใช้เครื่อง", "End a device")
def end_device(request: Request, device_id: UUID) -> DeviceOut:
    """End one."""
    services.end_device(request.actor, device_id)
    return _one_device(request, device_id)
