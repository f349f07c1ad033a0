"""What the sweep of tenants knows of contact drills: see ``objects`` and ``test_control``."""

from __future__ import annotations

from phithak.base import clock
from phithak.registry.models import Drill, DrillCheck
from tests.people import People
from tests.tenancy.kind import Kind
from tests.tenancy.makers import OWNER, Made
from tests.tenancy.registry.people import beside

_CENTRE = ("cert_admin", "cert_admin_2", "analyst", "executive", "auditor")


def drill(people: People) -> Made:
    """A drill of the second hospital, as a hub would see it of a centre under it."""
    row = Drill.objects.create(
        tenant=people.tenant(OWNER), name="การซ้อมมีเครื่องหมาย", state="closed", started_at=clock.now()
    )
    return Made(row, "การซ้อมมีเครื่องหมาย")


def check(people: People) -> Made:
    """A check of that drill."""
    contact = beside(people)
    row = DrillCheck.objects.create(drill_id=drill(people).row.pk, contact=contact, state="missed")
    return Made(row, str(row.pk))


KINDS: dict[str, Kind] = {
    "drill_id": Kind(drill, _CENTRE, ("/registry/drills/", "/api/v1/registry/drills")),
    "check_id": Kind(check, _CENTRE),
}
DOORS: dict[str, str] = {
    "phithak.registry.queries.drills.rows.visible_to": "drill_id",
    "phithak.registry.queries.drills.rows.checks_visible_to": "check_id",
}
SPARE: dict[str, str] = {}
