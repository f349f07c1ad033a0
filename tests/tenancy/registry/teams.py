"""What the sweep of tenants knows of teams, shifts and call sheets: see ``objects`` and ``test_control``."""

from __future__ import annotations

from datetime import timedelta

from phithak.base import clock, ids
from phithak.registry.models import CallSheet, Person, Shift, Team, TeamMember
from phithak.registry.queries.sorting import name_key
from tests.people import People
from tests.tenancy.kind import Kind
from tests.tenancy.makers import OWNER, Made

_CENTRE = ("cert_admin", "cert_admin_2", "analyst", "executive", "call_agent", "trainer", "auditor")
_SEE = (*_CENTRE, "member_admin_b", "member_staff_b")


def team(people: People) -> Made:
    """A team of the second hospital."""
    row = Team.objects.create(tenant=people.tenant(OWNER), name_th="ทีมมีเครื่องหมาย", name_en="Marked team")
    return Made(row, "ทีมมีเครื่องหมาย")


def shift(people: People) -> Made:
    """A shift of that team."""
    row = team(people).row
    name = "เวร มีเครื่องหมาย"
    person = Person.objects.create(tenant=people.tenant(OWNER), name_th=name, name_key=name_key(name))
    member = TeamMember.objects.create(team_id=row.pk, person=person)
    now = clock.now()
    made = Shift.objects.create(
        team_id=row.pk, member=member, starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=9)
    )
    return Made(made, str(made.pk))


def sheet(people: People) -> Made:
    """A call sheet; that it was made may be seen from above, what stands on it may not."""
    row = CallSheet.objects.create(
        tenant=people.tenant(OWNER), file_id=ids.uuid7(), contacts=3, password_id=ids.uuid7()
    )
    return Made(row, str(row.pk))


KINDS: dict[str, Kind] = {
    "team_id": Kind(team, _SEE, ("/registry/teams/", "/api/v1/registry/teams")),
    "shift_id": Kind(shift, _SEE),
    "sheet_id": Kind(sheet, ("cert_admin", "cert_admin_2", "analyst"), ("/registry/sheets/",)),
}
DOORS: dict[str, str] = {
    "phithak.registry.queries.teams.rows.visible_to": "team_id",
    "phithak.registry.queries.teams.rows.shifts_visible_to": "shift_id",
    "phithak.registry.queries.callsheets.visible_to": "sheet_id",
}
SPARE: dict[str, str] = {}
