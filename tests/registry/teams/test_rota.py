"""Teams, rotas over midnight, overlaps, gaps, swaps, and the chain of calls."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from phithak.base import clock
from phithak.base.errors import ForbiddenError, InvalidInputError, NotFoundError
from phithak.base.text import Text
from phithak.registry.models import ContactPoint, Person, Shift
from phithak.registry.queries import teams as queries
from phithak.registry.queries.teams import Duty, Pattern, Span, Turn
from phithak.registry.services import teams
from phithak.registry.services.teams import Step
from tests.people import People
from tests.registry.drills.contacts import contact, person
from tests.registry.factory import organisation_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
EVERY_DAY = frozenset(range(7))


class Desk:
    """The centre's night desk with some members."""

    def __init__(self, people: People, count: int = 3) -> None:
        self.people = people
        self.actor = people.actor("analyst")
        self.org = organisation_of(people, "cert")
        self.id = teams.create(self.actor, self.org.pk, Text("เวรเฝ้าระวัง", "Watch desk"))
        self.persons = [person(self.org, f"เวร คนที่{number}") for number in range(count)]
        self.members = [teams.add_member(self.actor, self.id, one.pk) for one in self.persons]

    def plan(self, starts: time, ends: time, **more: object) -> int:
        """Plan a week from Monday."""
        base = {"weekdays": EVERY_DAY, "members": tuple(self.members), "first_day": MONDAY, "weeks": 1}
        return teams.plan(self.actor, self.id, Pattern(**{**base, "starts": starts, "ends": ends, **more}))  # type: ignore[arg-type] # a test's keywords

    def duty(self, moment: datetime) -> list[str]:
        """The names on duty at a moment in Bangkok."""
        return [one.name.th for one in queries.on_duty(self.id, moment.astimezone(UTC))]


def bangkok(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=clock.BANGKOK)


@pytest.fixture
def desk(people: People) -> Desk:
    with clock.at(NOW):
        return Desk(people)


def test_a_night_shift_runs_over_midnight_and_turns(desk: Desk) -> None:
    with clock.at(NOW):
        assert desk.plan(time(20), time(8)) == 7
    assert desk.duty(bangkok(23, 19, 59, 59)) == []
    assert desk.duty(bangkok(23, 20)) == ["เวร คนที่0"]
    assert desk.duty(bangkok(24, 7, 59, 59)) == ["เวร คนที่0"]
    assert desk.duty(bangkok(24, 8)) == []
    assert desk.duty(bangkok(24, 23)) == ["เวร คนที่1"]
    assert desk.duty(bangkok(26, 23)) == ["เวร คนที่0"]
    assert [one.name.th for one in queries.next_on_duty(desk.id, bangkok(24, 9))] == ["เวร คนที่1"]


def test_a_weekly_turn_keeps_a_person_for_the_week(desk: Desk) -> None:
    with clock.at(NOW):
        desk.plan(time(8), time(16), weeks=2, turn=Turn.WEEK)
    assert {tuple(desk.duty(bangkok(day, 12))) for day in range(23, 30)} == {("เวร คนที่0",)}
    assert desk.duty(bangkok(30, 12)) == ["เวร คนที่1"]


def test_nobody_is_on_duty_twice_also_over_teams(desk: Desk) -> None:
    with clock.at(NOW):
        desk.plan(time(20), time(8), members=(desk.members[0],))
        # touching at 20:00 is no overlap; the night that ends at 08:00 is
        desk.plan(time(8), time(20), members=(desk.members[1],))
        with pytest.raises(teams.OverlapError) as caught:
            desk.plan(time(7), time(9), members=(desk.members[0],))
        assert "เวร คนที่0" in str(caught.value.message)
        other = teams.create(desk.actor, desk.org.pk, Text("ทีมสอง", "Second team"))
        member = teams.add_member(desk.actor, other, desk.persons[0].pk)
        pattern = Pattern(frozenset({0}), time(22), time(23), (member,), MONDAY, 1)
        with pytest.raises(teams.OverlapError):
            teams.plan(desk.actor, other, pattern)
    assert Shift.objects.filter(team=other).count() == 0


def test_gaps_are_shown_and_a_cancelled_or_left_member_makes_one(desk: Desk) -> None:
    with clock.at(NOW):
        desk.plan(time(8), time(20))
        desk.plan(time(20), time(8), members=(desk.members[1], desk.members[2], desk.members[0]))
        whole = (bangkok(23, 8), bangkok(30, 8))
        assert queries.gaps_of(desk.id, *whole) == []
        night = queries.on_duty(desk.id, bangkok(24, 23))[0]
        teams.cancel(desk.actor, night.shift_id, "ลาป่วย")
        assert queries.gaps_of(desk.id, *whole) == [Span(bangkok(24, 20), bangkok(25, 8))]
        Person.objects.filter(pk=desk.persons[0].pk).update(left_at=bangkok(26, 12))
        found = queries.gaps_of(desk.id, *whole)
        assert Span(bangkok(26, 12), bangkok(26, 20)) in found
        assert desk.duty(bangkok(26, 13)) == []
        items = queries.waiting(desk.actor)
    assert any("เวรว่าง" in item.text.th for item in items)


def test_a_swap_changes_both_and_refuses_what_would_overlap(desk: Desk) -> None:
    with clock.at(NOW):
        desk.plan(time(20), time(8))
        first, second = (queries.on_duty(desk.id, bangkok(day, 23))[0] for day in (23, 24))
        teams.swap(desk.actor, first.shift_id, second.shift_id)
        assert desk.duty(bangkok(23, 23)) == ["เวร คนที่1"]
        assert desk.duty(bangkok(24, 23)) == ["เวร คนที่0"]
        teams.give(desk.actor, first.shift_id, desk.members[2])
        assert desk.duty(bangkok(23, 23)) == ["เวร คนที่2"]
        day = desk.plan(
            time(20), time(22), members=(desk.members[1],), weekdays=frozenset({0}), duty=Duty.BACKUP
        )
        assert day == 1
        with pytest.raises(teams.OverlapError):
            teams.give(desk.actor, first.shift_id, desk.members[1])
    with clock.at(bangkok(24, 9)), pytest.raises(teams.ShiftOverError):
        teams.give(desk.actor, first.shift_id, desk.members[0])


def test_the_chain_names_concrete_contacts_at_their_moments(desk: Desk) -> None:
    """S4-40: the unit has members, shifts and an escalation chain."""
    with clock.at(NOW):
        desk.plan(time(8), time(20), members=(desk.members[0],))
        desk.plan(time(20), time(8), members=(desk.members[1],))
        day = contact(desk.org, phone="0812345001", who=desk.persons[0])
        night = contact(desk.org, phone="0812345002", who=desk.persons[1])
        contact(desk.org, mail="n@example.test", who=desk.persons[1], kind="policy")
        director = contact(desk.org, phone="0812345003", kind="director", label_th="ผู้อำนวยการ")
        teams.set_chain(
            desk.actor,
            desk.id,
            [
                Step(0, on_duty="primary"),
                Step(15, on_duty="primary"),
                Step(20, on_duty="backup"),
                Step(30, director.pk),
            ],
        )
    # a page at 19:50: the first call goes to the day shift, the second after the change to the night
    at = bangkok(23, 19, 50).astimezone(UTC)
    found = queries.chain(desk.id, at)
    assert [step.contact_id for step in found] == [day.pk, night.pk, None, director.pk]
    assert [step.due_at - at for step in found] == [timedelta(minutes=minutes) for minutes in (0, 15, 20, 30)]
    assert "ไม่มีใครอยู่เวร" in found[2].label.th
    ContactPoint.objects.filter(pk=director.pk).update(ended_at=NOW)
    assert queries.chain(desk.id, at)[3].contact_id is None


def test_a_chain_in_the_wrong_order_or_of_strangers_is_refused(desk: Desk) -> None:
    stranger = contact(organisation_of(desk.people, "hospital"), phone="0812345009")
    for steps in (
        [Step(10, on_duty="primary"), Step(10, on_duty="backup")],
        [Step(0, stranger.pk)],
        [Step(0)],
        [Step(0, stranger.pk, "primary")],
        [Step(0, on_duty="whoever")],
    ):
        with pytest.raises(InvalidInputError):
            teams.set_chain(desk.actor, desk.id, steps)


def test_others_see_no_team_and_plan_none(desk: Desk, people: People) -> None:
    assert list(queries.visible_to(people.actor("member_admin"))) == []
    with pytest.raises(NotFoundError):
        teams.create(people.actor("member_admin"), desk.org.pk, Text("แทรก", "Intruder"))
    own = teams.create(people.actor("member_admin"), people.tenant_id("hospital"), Text("เวรไอที", "IT desk"))
    assert queries.team(people.actor("analyst"), own).pk == own
    # the centre sees it, and may not plan it
    with pytest.raises(ForbiddenError):
        teams.end(people.actor("analyst"), own)
    for bad in ("", "x" * 201, "เวร\u202eลับ", "เวร\u200bซ่อน"):
        with pytest.raises(InvalidInputError):
            teams.create(desk.actor, desk.org.pk, Text(bad, "Bad"))


def test_leaving_a_team_cancels_the_coming_shifts(desk: Desk) -> None:
    with clock.at(NOW):
        desk.plan(time(20), time(8))
    with clock.at(bangkok(24, 12)):
        assert teams.remove_member(desk.actor, desk.id, desk.members[0]) == 2
        assert len(queries.members(desk.id)) == 2
        teams.end(desk.actor, desk.id)
        with pytest.raises(teams.TeamEndedError):
            teams.end(desk.actor, desk.id)
    assert not Shift.objects.filter(
        team=desk.id, ends_at__gt=bangkok(24, 12), cancelled_at__isnull=True
    ).exists()
