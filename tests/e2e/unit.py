"""The operating unit of the tests' own centre: a team on duty, a drill that runs, a call sheet."""

from __future__ import annotations

from datetime import timedelta

from phithak.base import clock
from phithak.core.accounts import actors
from phithak.registry.models import (
    ContactPoint,
    Drill,
    DrillCheck,
    EscalationStep,
    Person,
    Shift,
    Team,
    TeamMember,
)
from phithak.registry.queries.sorting import name_key
from phithak.registry.services import callsheets
from tests.people import People
from tests.registry.factory import organisation_of


def fill(sector: People) -> None:
    """Put a team with shifts and a chain, a running drill with an asked contact, and a sheet into the centre."""
    centre, hospital = sector.tenant("cert"), organisation_of(sector, "hospital").tenant
    organisation_of(sector, "cert")
    label, now = "เวรไอทีนอกเวลา", clock.now()
    contact = ContactPoint.objects.create(
        tenant=hospital, kind="technical", label_th=label, name_key=name_key(label)
    )
    team = Team.objects.create(tenant=centre, name_th="ทีมเฝ้าระวังกลางคืน", name_en="Night desk")
    members = []
    for name in ("นางสาวแก้ว เฝ้ายาม", "นายเพชร ตื่นดึก"):
        person = Person.objects.create(tenant=centre, name_th=name, name_key=name_key(name))
        members.append(TeamMember.objects.create(team=team, person=person))
    for number, member in enumerate(members * 3):
        begins = now + timedelta(hours=12 * number - 2)
        Shift.objects.create(team=team, member=member, starts_at=begins, ends_at=begins + timedelta(hours=12))
    EscalationStep.objects.create(team=team, number=1, after_minutes=0, on_duty="primary")
    EscalationStep.objects.create(team=team, number=2, after_minutes=15, contact=contact)
    drill = Drill.objects.create(
        tenant=centre, name="ซ้อมติดต่อประจำเดือน", state="running", started_at=now - timedelta(minutes=5)
    )
    DrillCheck.objects.create(
        drill=drill, contact=contact, state="asked", channel="sms",
        asked_at=now - timedelta(minutes=5), due_at=now + timedelta(minutes=55),
    )  # fmt: skip
    callsheets.make(actors.system("test"), centre.pk)
