"""Systems, software and devices over the API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field

from phithak.base.text import Text
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, operation, paginate
from phithak.registry.api.assets.rows import AssetOut, ListQuery, VersionIn, base, narrowed
from phithak.registry.models import Device, Software, System
from phithak.registry.queries import assets
from phithak.registry.queries.assets import showing
from phithak.registry.services import assets as services
from phithak.registry.services.assets import DeviceFacts, Party, SoftwareFacts, SystemFacts

router = Router()


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


def _fields(row: object, schema: type[Schema]) -> dict[str, object]:
    return {name: getattr(row, name) for name in schema.model_fields}


def _system(row: System) -> SystemOut:
    return SystemOut.model_validate({**base(row), **_fields(row, SystemFields)})


def _software(row: Software) -> SoftwareOut:
    told = {**base(row), **_fields(row, SoftwareFields), "seen_at": row.seen_at, "source": row.source}
    return SoftwareOut.model_validate(told)


def _device(row: Device) -> DeviceOut:
    return DeviceOut.model_validate({**base(row), **_fields(row, DeviceFields)})


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
    return DeviceFacts(
        sent.kind,
        sent.maker,
        sent.model,
        sent.firmware,
        sent.count,
        sent.place,
        sent.system_id,
        sent.range_id,
        sent.never_probe,
    )


def _one_system(request: Request, system_id: UUID) -> SystemOut:
    return _system(assets.one(assets.systems_visible_to(request.actor), system_id))


def _one_software(request: Request, software_id: UUID) -> SoftwareOut:
    return _software(assets.one(assets.software_visible_to(request.actor), software_id))


def _one_device(request: Request, device_id: UUID) -> DeviceOut:
    return _device(assets.one(assets.devices_visible_to(request.actor), device_id))


@operation(
    router.get, "/systems", permission=assets.VIEW, response=Page[SystemOut], th="รายการระบบ", en="Systems"
)
def systems(request: Request, paging: Query[Paging], asked: Query[ListQuery]) -> Page[SystemOut]:
    """List them."""
    rows = narrowed(assets.systems_visible_to(request.actor), asked, showing.systems_matching)
    return paginate(rows, paging, _system)


@operation(
    router.post,
    "/systems",
    permission=assets.MANAGE,
    response=SystemOut,
    status=201,
    th="เพิ่มระบบ",
    en="Add a system",
)
def add_system(request: Request, sent: SystemIn) -> tuple[int, SystemOut]:
    """Add one."""
    made = services.add_system(request.actor, sent.organisation_id, _system_facts(sent))
    return 201, _one_system(request, made)


@operation(
    router.get,
    "/systems/{uuid:system_id}",
    permission=assets.VIEW,
    response=SystemOut,
    th="ระบบหนึ่งระบบ",
    en="One system",
)
def system(request: Request, system_id: UUID) -> SystemOut:
    """Show one."""
    return _one_system(request, system_id)


@operation(
    router.put,
    "/systems/{uuid:system_id}",
    permission=assets.MANAGE,
    response=SystemOut,
    th="แก้ระบบ",
    en="Change a system",
)
def change_system(request: Request, system_id: UUID, sent: SystemChangeIn) -> SystemOut:
    """Change one."""
    services.change_system(request.actor, system_id, _system_facts(sent), version=sent.version)
    return _one_system(request, system_id)


@operation(
    router.post,
    "/systems/{uuid:system_id}/end",
    permission=assets.MANAGE,
    response=SystemOut,
    th="เลิกใช้ระบบ",
    en="End a system",
)
def end_system(request: Request, system_id: UUID) -> SystemOut:
    """End one; its data links are ended first."""
    services.end_system(request.actor, system_id)
    return _one_system(request, system_id)


@operation(
    router.get,
    "/software",
    permission=assets.VIEW,
    response=Page[SoftwareOut],
    th="รายการซอฟต์แวร์",
    en="Software",
)
def all_software(request: Request, paging: Query[Paging], asked: Query[ListQuery]) -> Page[SoftwareOut]:
    """List it."""
    rows = narrowed(assets.software_visible_to(request.actor), asked, showing.software_matching)
    return paginate(rows, paging, _software)


@operation(
    router.post,
    "/software",
    permission=assets.MANAGE,
    response=SoftwareOut,
    status=201,
    th="เพิ่มซอฟต์แวร์",
    en="Add software",
)
def add_software(request: Request, sent: SoftwareIn) -> tuple[int, SoftwareOut]:
    """Add one product."""
    made = services.add_software(request.actor, sent.organisation_id, _software_facts(sent))
    return 201, _one_software(request, made)


@operation(
    router.post,
    "/software/paste",
    permission=assets.MANAGE,
    response=PastedOut,
    th="เพิ่มซอฟต์แวร์จากรายการ",
    en="Add a list of software",
)
def paste_software(request: Request, sent: PasteIn) -> PastedOut:
    """Add what a list names; its faults are told by line."""
    done = services.paste_software(request.actor, sent.organisation_id, sent.lines, system_id=sent.system_id)
    faults = [LineOut(number=one.number, words=one.words) for one in done.faults]
    return PastedOut(added=done.added, known=done.known, faults=faults)


@operation(
    router.get,
    "/software/{uuid:software_id}",
    permission=assets.VIEW,
    response=SoftwareOut,
    th="ซอฟต์แวร์หนึ่งรายการ",
    en="One product",
)
def one_software(request: Request, software_id: UUID) -> SoftwareOut:
    """Show one."""
    return _one_software(request, software_id)


@operation(
    router.put,
    "/software/{uuid:software_id}",
    permission=assets.MANAGE,
    response=SoftwareOut,
    th="แก้ซอฟต์แวร์",
    en="Change a product",
)
def change_software(request: Request, software_id: UUID, sent: SoftwareChangeIn) -> SoftwareOut:
    """Change one, such as its version after an update."""
    services.change_software(request.actor, software_id, _software_facts(sent), version=sent.version)
    return _one_software(request, software_id)


@operation(
    router.post,
    "/software/{uuid:software_id}/end",
    permission=assets.MANAGE,
    response=SoftwareOut,
    th="เลิกใช้ซอฟต์แวร์",
    en="End a product",
)
def end_software(request: Request, software_id: UUID) -> SoftwareOut:
    """End one."""
    services.end_software(request.actor, software_id)
    return _one_software(request, software_id)


@operation(
    router.get,
    "/devices",
    permission=assets.VIEW,
    response=Page[DeviceOut],
    th="รายการเครื่องมือแพทย์",
    en="Medical devices",
)
def devices(request: Request, paging: Query[Paging], asked: Query[ListQuery]) -> Page[DeviceOut]:
    """List them."""
    rows = narrowed(assets.devices_visible_to(request.actor), asked, showing.devices_matching)
    return paginate(rows, paging, _device)


@operation(
    router.post,
    "/devices",
    permission=assets.MANAGE,
    response=DeviceOut,
    status=201,
    th="เพิ่มเครื่อง",
    en="Add a device",
)
def add_device(request: Request, sent: DeviceIn) -> tuple[int, DeviceOut]:
    """Add one."""
    return 201, _one_device(
        request, services.add_device(request.actor, sent.organisation_id, _device_facts(sent))
    )


@operation(
    router.get,
    "/devices/{uuid:device_id}",
    permission=assets.VIEW,
    response=DeviceOut,
    th="เครื่องหนึ่งรายการ",
    en="One device",
)
def device(request: Request, device_id: UUID) -> DeviceOut:
    """Show one."""
    return _one_device(request, device_id)


@operation(
    router.put,
    "/devices/{uuid:device_id}",
    permission=assets.MANAGE,
    response=DeviceOut,
    th="แก้เครื่อง",
    en="Change a device",
)
def change_device(request: Request, device_id: UUID, sent: DeviceChangeIn) -> DeviceOut:
    """Change one."""
    services.change_device(request.actor, device_id, _device_facts(sent), version=sent.version)
    return _one_device(request, device_id)


@operation(
    router.post,
    "/devices/{uuid:device_id}/end",
    permission=assets.MANAGE,
    response=DeviceOut,
    th="เลิกใช้เครื่อง",
    en="End a device",
)
def end_device(request: Request, device_id: UUID) -> DeviceOut:
    """End one."""
    services.end_device(request.actor, device_id)
    return _one_device(request, device_id)
