"""What the sweep of tenants knows of this part: see ``objects`` and ``test_control``."""

from __future__ import annotations

from dataclasses import replace

from phithak.base import ids
from phithak.registry.models import ChangeRequest, ImportRun
from phithak.registry.queries.facts import facts_of
from phithak.registry.services import joining
from tests.people import People
from tests.registry.factory import organisation_of
from tests.tenancy.kind import Kind
from tests.tenancy.makers import OWNER, Made

_CENTRE = ("cert_admin", "cert_admin_2", "analyst")


def _request(people: People) -> Made:
    """A change that the second hospital asks for."""
    row = organisation_of(people, OWNER)
    known = ChangeRequest.objects.filter(organisation=row.pk, state="open").first()
    if known is not None:
        return Made(known, known.reference)
    facts = replace(facts_of(row), website="marked.example.th")
    made = joining.ask_change(people.actor("member_admin_b"), row.pk, facts, version=row.version)
    found = ChangeRequest.objects.get(pk=made)
    return Made(found, found.reference)


def _run(people: People) -> Made:
    """An import of the second hospital, as no service would make it: only a centre imports."""
    row = ImportRun.objects.create(
        tenant_id=people.tenant_id(OWNER),
        kind="organisations",
        name="ไฟล์มีเครื่องหมาย.csv",
        file_id=ids.uuid7(),
        state="checked",
        read={"header": ["ชื่อ"], "sample": [["ร้านมีเครื่องหมาย"]], "encoding": "utf-8", "line": 1},
        columns={"0": "name_th"},
    )
    return Made(row, "ไฟล์มีเครื่องหมาย.csv")


KINDS: dict[str, Kind] = {
    "request_id": Kind(
        _request,
        ("member_admin_b", *_CENTRE, "auditor"),
        ("/registry/requests/", "/registry/requests/?format=csv", "/api/v1/registry/requests"),
    ),
    "run_id": Kind(
        _run,
        _CENTRE,
        ("/registry/imports/", "/registry/imports/?format=json", "/api/v1/registry/imports"),
    ),
}
DOORS: dict[str, str] = {
    "phithak.registry.queries.joining.requests.requests_visible_to": "request_id",
    "phithak.registry.queries.joining.imports.runs_visible_to": "run_id",
}
SPARE: dict[str, str] = {}
