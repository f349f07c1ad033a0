"""The fictional centre has teams on duty and one finished drill with every colour; building again adds nothing."""

from __future__ import annotations

import pytest

from phithak.base import clock
from phithak.core.outbox.models import Message
from phithak.registry.contributions import drills_demo, teams_demo
from phithak.registry.models import Drill, DrillCheck, Team
from phithak.registry.queries import drills as queries
from phithak.registry.queries import teams
from phithak.registry.queries.drills import BY_BACKUP, Colour
from tests.people import People
from tests.registry.drills.contacts import contact, hospital
from tests.registry.factory import organisation_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def test_the_demo_shows_every_colour_and_sends_nothing(people: People) -> None:
    organisation_of(people, "cert")
    for number in range(5):
        contact(hospital(people), mail=f"police{number}@example.test", kind="law_enforcement")
    for _ in range(2):
        teams_demo.build()
        drills_demo.build()
    drill = Drill.objects.get(name=drills_demo.NAME)
    assert drill.state == "closed"
    assert Drill.objects.get(name=drills_demo.PLANNED).state == "planned"
    colours = queries.counts(drill).colours
    assert all(colours[colour] for colour in (Colour.GREEN, Colour.AMBER, Colour.RED)), colours
    assert BY_BACKUP in {queries.words_of(row) for row in DrillCheck.objects.filter(drill=drill)}
    assert not Message.objects.exclude(state="cancelled").exists()
    assert Team.objects.count() == 2
    watch = Team.objects.get(name_th=teams_demo.WATCH.th)
    assert [one.duty.value for one in teams.on_duty(watch.pk, clock.now())] == ["primary"]
    assert all(step.contact_id for step in teams.chain(watch.pk, clock.now()))
