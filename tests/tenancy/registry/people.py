"""What the sweep of tenants knows of this part: see ``objects`` and ``test_control``."""

from __future__ import annotations

from phithak.registry.models import ContactPoint, Person, Position
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.sorting import name_key
from phithak.registry.services import people as services
from phithak.registry.services.people import ContactFacts, PersonFacts, PositionFacts
from tests.people import People
from tests.registry.factory import organisation_of
from tests.tenancy.kind import Kind
from tests.tenancy.makers import OWNER, SYSTEM, Made

_NAME = "บุคคลมีเครื่องหมาย นามสมมติ"
_TITLE = "ตำแหน่งมีเครื่องหมาย"
_LABEL = "เวรมีเครื่องหมาย"
_READERS = (
    "member_admin_b",
    "member_staff_b",
    "cert_admin",
    "cert_admin_2",
    "analyst",
    "auditor",
    "call_agent",
)


def _person(people: People) -> Made:
    owner = organisation_of(people, OWNER)
    person_id = services.add_person(SYSTEM, owner.pk, PersonFacts(name_th=_NAME))
    return Made(Person.objects.get(pk=person_id), _NAME)


def _position(people: People) -> Made:
    person = _person(people).row
    owner = organisation_of(people, OWNER)
    position_id = services.add_position(SYSTEM, person.pk, owner.pk, PositionFacts(title_th=_TITLE))
    return Made(Position.objects.get(pk=position_id), _TITLE)


def _contact(people: People) -> Made:
    owner = organisation_of(people, OWNER)
    facts = ContactFacts(kind=ContactKind.TECHNICAL, label_th=_LABEL, phone="1669")
    contact_id = services.add_contact(SYSTEM, owner.pk, facts)
    return Made(ContactPoint.objects.get(pk=contact_id), _LABEL)


def beside(people: People) -> ContactPoint:
    """Return the contact that a drill of the second hospital asks; made when there is none yet."""
    name = "ผู้ติดต่อมีเครื่องหมาย"
    row, _ = ContactPoint.objects.get_or_create(
        tenant=people.tenant(OWNER), kind="technical", label_th=name, defaults={"name_key": name_key(name)}
    )
    return row


KINDS: dict[str, Kind] = {
    "person_id": Kind(
        _person,
        _READERS,
        (
            "/registry/people/",
            "/registry/people/?q=มีเครื่องหมาย",
            "/api/v1/registry/people",
            "/search/?q=มีเครื่องหมาย",
        ),
    ),
    "position_id": Kind(_position, _READERS),
    "contact_id": Kind(
        _contact,
        _READERS,
        (
            "/registry/contacts/",
            "/registry/contacts/?q=มีเครื่องหมาย",
            "/registry/contacts/?format=csv",
            "/registry/contacts/now/?country=TH",
            "/api/v1/registry/contacts",
            "/api/v1/registry/contacts/now?country=TH",
        ),
    ),
}
DOORS: dict[str, str] = {
    "phithak.registry.queries.people_doors.people_visible_to": "person_id",
    "phithak.registry.queries.people_doors.positions_visible_to": "position_id",
    "phithak.registry.queries.people_doors.contacts_visible_to": "contact_id",
    "phithak.registry.queries.people_doors.organisations_for": "organisation_id",
}
SPARE: dict[str, str] = {}
