"""What the sweep of tenants knows of this part: see ``objects`` and ``test_control``."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.registry.models import DataLink, DataStore, Device, Domain, IpRange, Software, System
from phithak.registry.queries.assets.kinds import DataKind, Place
from phithak.registry.services import assets as services
from phithak.registry.services.assets import (
    DeviceFacts,
    DomainFacts,
    LinkFacts,
    RangeFacts,
    SoftwareFacts,
    StoreFacts,
    SystemFacts,
)
from tests.people import People
from tests.registry.factory import organisation_of
from tests.tenancy.kind import Kind
from tests.tenancy.makers import OWNER, SYSTEM, Made


def domain(people: People) -> Made:
    """A domain."""
    owner = organisation_of(people, OWNER)
    key = services.add_domain(SYSTEM, owner.pk, DomainFacts("marked-domain.example.th"))
    return Made(Domain.objects.get(pk=key), "marked-domain.example.th")


def ip_range(people: People) -> Made:
    """A range of addresses."""
    key = services.add_range(SYSTEM, organisation_of(people, OWNER).pk, RangeFacts("203.0.113.208/29"))
    return Made(IpRange.objects.get(pk=key), "203.0.113.208/29")


def system(people: People) -> Made:
    """A system."""
    return _system(people, "ระบบมีเครื่องหมาย")


def _system(people: People, name: str) -> Made:
    key = services.add_system(SYSTEM, organisation_of(people, OWNER).pk, SystemFacts(Text(name, "")))
    return Made(System.objects.get(pk=key), name)


def software(people: People) -> Made:
    """A product."""
    owner = organisation_of(people, OWNER)
    key = services.add_software(SYSTEM, owner.pk, SoftwareFacts("ซอฟต์แวร์มีเครื่องหมาย", "1.0"))
    return Made(Software.objects.get(pk=key), "ซอฟต์แวร์มีเครื่องหมาย")


def device(people: People) -> Made:
    """A device."""
    key = services.add_device(SYSTEM, organisation_of(people, OWNER).pk, DeviceFacts("เครื่องมีเครื่องหมาย"))
    return Made(Device.objects.get(pk=key), "เครื่องมีเครื่องหมาย")


def store(people: People) -> Made:
    """A data store."""
    facts = StoreFacts("คลังมีเครื่องหมาย", Place.PUBLIC_CLOUD, kinds=(DataKind.ID_CARD_IMAGE,))
    key = services.add_store(SYSTEM, organisation_of(people, OWNER).pk, facts)
    return Made(DataStore.objects.get(pk=key), "คลังมีเครื่องหมาย")


def data_link(people: People) -> Made:
    """A link between two systems of the second hospital."""
    source, target = _system(people, "ต้นทาง"), _system(people, "ปลายทาง")
    facts = LinkFacts(source.row.pk, target.row.pk, (DataKind.HEALTH_RECORD,), "วิธีมีเครื่องหมาย")
    key = services.add_link(SYSTEM, facts)
    return Made(DataLink.objects.get(pk=key), str(key))


_DESK = ("member_admin_b", "member_staff_b", "data_owner_b")
_CENTRE = ("cert_admin", "cert_admin_2", "analyst", "auditor", "no_factor")
_INSIDERS = (*_DESK, *_CENTRE)

KINDS: dict[str, Kind] = {
    "domain_id": Kind(
        domain,
        _INSIDERS,
        ("/registry/domains/", "/registry/domains/?format=csv", "/api/v1/registry/domains"),
    ),
    "range_id": Kind(
        ip_range,
        _INSIDERS,
        ("/registry/ranges/", "/registry/ranges/?q=203.0.113.210", "/api/v1/registry/ranges"),
    ),
    "system_id": Kind(
        system,
        _INSIDERS,
        ("/registry/systems/", "/registry/systems/?q=เครื่องหมาย", "/api/v1/registry/systems"),
    ),
    "software_id": Kind(software, _INSIDERS, ("/registry/software/", "/api/v1/registry/software")),
    "device_id": Kind(device, _INSIDERS, ("/registry/devices/", "/api/v1/registry/devices")),
    "store_id": Kind(
        store,
        _INSIDERS,
        ("/registry/stores/", "/registry/stores/?place=public_cloud", "/api/v1/registry/stores"),
    ),
    "data_link_id": Kind(data_link, _INSIDERS, ("/registry/data-links/", "/api/v1/registry/data-links")),
}

_HERE = "phithak.registry.queries.assets.doors."
DOORS: dict[str, str] = {
    f"{_HERE}domains_visible_to": "domain_id",
    f"{_HERE}ranges_visible_to": "range_id",
    f"{_HERE}systems_visible_to": "system_id",
    f"{_HERE}software_visible_to": "software_id",
    f"{_HERE}devices_visible_to": "device_id",
    f"{_HERE}stores_visible_to": "store_id",
    f"{_HERE}links_visible_to": "data_link_id",
}
SPARE: dict[str, str] = {
    f"{_HERE}store_kinds_visible_to": "for rooms above: no page asks for kinds of data without their store",
    f"{_HERE}owners_visible_to": "the organisations themselves: guarded as organisation_id by their own part",
}
