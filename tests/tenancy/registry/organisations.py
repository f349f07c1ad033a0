"""What the sweep of tenants knows of this part: see ``objects`` and ``test_control``."""

from __future__ import annotations

from phithak.base import clock
from phithak.registry.models import Alias, AuthorityScope, DuplicateProposal, Organisation, Relation, Sector
from phithak.registry.queries.organisations import RelationKind
from phithak.registry.services import organisations as services
from tests.people import People
from tests.registry.factory import organisation, organisation_of
from tests.tenancy.kind import Kind
from tests.tenancy.makers import OWNER, Made

_NAME = "โรงพยาบาลมีเครื่องหมาย"
_MANAGERS = ("cert_admin", "cert_admin_2", "analyst")
_READERS = (
    "member_admin_b",
    "member_staff_b",
    "data_owner_b",
    *_MANAGERS,
    "executive",
    "call_agent",
    "trainer",
    "auditor",
)


def _marked(people: People) -> Organisation:
    row = organisation_of(people, OWNER, name_th=_NAME, name_en="Marked hospital")
    services.reindex(row.pk)
    return row


def _organisation(people: People) -> Made:
    return Made(_marked(people), _NAME)


def _alias(people: People) -> Made:
    row = _marked(people)
    text = "ชื่ออื่นมีเครื่องหมาย"
    made, _ = Alias.objects.get_or_create(tenant_id=row.pk, text=text, defaults={"folded": text})
    return Made(made, text)


def beside(people: People) -> None:
    """Make the organisations that objects of other kinds belong to, lead to, or are held by."""
    for key in (OWNER, "partner", "cert"):
        organisation_of(people, key)
    _neighbour(people)


def _neighbour(people: People) -> Organisation:
    name = "หน่วยงานข้างเคียงสมมติ"
    return Organisation.objects.filter(name_th=name).first() or organisation(people, name_th=name)


def _relation(people: People) -> Made:
    over, under = organisation_of(people, OWNER), _neighbour(people)
    Relation.objects.filter(over=over, under=under, ended_at=None).update(ended_at=clock.now())
    row = Relation.objects.create(over=over, under=under, kind=RelationKind.ALLIED)
    return Made(row, str(row.pk))


def _scope(people: People) -> Made:
    sector = Sector.objects.get(code="telecom")
    row, _ = AuthorityScope.objects.get_or_create(tenant_id=_marked(people).pk, sector=sector, ended_at=None)
    return Made(row, str(row.pk))


def _duplicate(people: People) -> Made:
    first, second = sorted((organisation_of(people, OWNER).pk, _neighbour(people).pk))
    DuplicateProposal.objects.filter(first=first, second=second).delete()
    row = DuplicateProposal.objects.create(first_id=first, second_id=second, score=90, reasons=["name"])
    return Made(row, str(row.pk))


KINDS: dict[str, Kind] = {
    "organisation_id": Kind(
        _organisation,
        _READERS,
        (
            "/registry/",
            "/registry/?q=มีเครื่องหมาย",
            "/registry/?format=csv",
            "/api/v1/registry/organisations",
            "/api/v1/registry/organisations?q=มีเครื่องหมาย",
        ),
    ),
    "alias_id": Kind(_alias, _READERS),
    "relation_id": Kind(_relation, _MANAGERS),
    "scope_id": Kind(_scope, _READERS, ("/api/v1/registry/scopes",)),
    "duplicate_id": Kind(_duplicate, _MANAGERS, ("/registry/duplicates/", "/api/v1/registry/duplicates")),
}
DOORS: dict[str, str] = {
    "phithak.registry.queries.organisations.visible_to": "organisation_id",
    "phithak.registry.queries.organisations.scopes_visible_to": "scope_id",
    "phithak.registry.queries.duplicates.duplicates_visible_to": "duplicate_id",
}
SPARE: dict[str, str] = {
    "phithak.registry.queries.organisations.relations_visible_to": "both ends go through visible_to",
}
