"""Who leaves loses access the same day; contacts go over to whoever stands in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from phithak.base import clock
from phithak.core.accounts import services as accounts
from phithak.core.accounts.models import Membership, User
from phithak.core.jobs import registry as jobs
from phithak.core.schedule import registry as schedules
from phithak.registry.models import ContactPoint, Organisation, Person, Position
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people import call_now
from phithak.registry.services import people as services
from phithak.registry.services.people import PersonFacts, PositionFacts
from tests.people import People
from tests.registry.factory import organisation_of
from tests.registry.people.conftest import MakeContact

pytestmark = pytest.mark.db
NAT = "นายณัฐ ขยันยิ่ง"


@pytest.fixture
def staff(people: People, hospital: Organisation, make_holder: Any) -> tuple[Person, Position]:
    """Give a person of the hospital with an account and one position."""
    user = people.user("member_staff")
    person_id, position_id = make_holder(hospital, NAT, "เจ้าหน้าที่ไอที", ContactKind.TECHNICAL, user_id=user.pk)
    return Person.objects.get(pk=person_id), Position.objects.get(pk=position_id)


def test_who_leaves_today_is_out_at_the_next_click(
    people: People, hospital: Organisation, staff: tuple[Person, Position], make_contact: MakeContact
) -> None:
    person, position = staff
    heir = make_contact(hospital, label_th="ผู้รับช่วง", rank=7)
    gone = make_contact(hospital, rank=1, position_id=position.pk, backup_id=heir.pk)
    browser = people.client("member_staff")
    assert browser.get("/").status_code == 200

    left = services.leave(people.actor("member_admin"), person.pk, clock.today())

    assert browser.get("/", follow=False).status_code == 302  # to the login page: the session is dead
    user = User.objects.get(pk=people.user("member_staff").pk)
    assert not user.is_active
    assert not Membership.objects.filter(user=user, ended_at__isnull=True).exists()
    assert left.done
    assert left.positions == 1
    assert [(one.contact_id, one.heir_id) for one in left.hand_overs] == [(gone.pk, heir.pk)]
    gone.refresh_from_db()
    heir.refresh_from_db()
    assert gone.ended_at is not None
    assert heir.rank == 1
    plan = call_now(people.actor("analyst"), at=clock.now(), organisation_id=hospital.pk)
    assert [step.contact_id for step in plan.steps] == [heir.pk]


def test_a_future_day_is_kept_at_midnight_in_bangkok_and_not_before(
    people: People, staff: tuple[Person, Position]
) -> None:
    person, _ = staff
    day = clock.today() + timedelta(days=3)
    left = services.leave(people.actor("member_admin"), person.pk, day)
    assert not left.done
    schedule = schedules.get("registry.leave_due")
    assert schedule is not None
    due = schedule.next_after(clock.now() + timedelta(days=2)).astimezone(clock.BANGKOK)
    assert (due.hour, due.minute) == (0, 0)
    midnight = clock.now().astimezone(clock.BANGKOK).replace(hour=0, minute=0, second=0, microsecond=0)
    with clock.at(midnight + timedelta(days=3, seconds=-1)):
        assert services.leave_due() == 0
    assert User.objects.get(pk=people.user("member_staff").pk).is_active
    with clock.at(midnight + timedelta(days=3)):
        assert services.leave_due() == 1
        assert services.leave_due() == 0
    assert not User.objects.get(pk=people.user("member_staff").pk).is_active
    person.refresh_from_db()
    assert person.left_at == midnight + timedelta(days=3)


def test_the_nightly_job_is_known(db: None) -> None:
    assert jobs.get("registry.leave_due") is not None


def test_a_planned_leaving_can_be_taken_back(people: People, staff: tuple[Person, Position]) -> None:
    person, _ = staff
    actor = people.actor("member_admin")
    services.leave(actor, person.pk, clock.today() + timedelta(days=1))
    services.stay(actor, person.pk)
    with clock.at(clock.now() + timedelta(days=2)):
        assert services.leave_due() == 0
    with pytest.raises(services.EndedError):
        services.stay(actor, person.pk)


def test_when_the_account_is_closed_the_contacts_end_too(
    people: People, hospital: Organisation, staff: tuple[Person, Position], make_contact: MakeContact
) -> None:
    person, position = staff
    row = make_contact(hospital, position_id=position.pk)
    accounts.leave(people.actor("cert_admin", staff=True), people.user("member_staff").pk)
    row.refresh_from_db()
    person.refresh_from_db()
    assert row.ended_at is not None
    assert row.needs_successor
    assert person.left_at is not None


def test_a_role_in_another_organisation_stays_but_old_sessions_die(
    people: People, hospital: Organisation, make_holder: Any
) -> None:
    user = people.user("two_tenants")
    person_id, _ = make_holder(hospital, "นางจันทร์ สองบ้าน", "ผู้ช่วย", user_id=user.pk)
    browser = people.client("two_tenants")
    services.leave(people.actor("member_admin"), person_id, clock.today())
    assert browser.get("/").status_code == 302
    running = Membership.objects.filter(user=user, ended_at__isnull=True).values_list("tenant", flat=True)
    assert list(running) == [people.tenant("merchant").pk]
    assert User.objects.get(pk=user.pk).is_active


def test_positions_end_in_every_organisation(people: People, staff: tuple[Person, Position]) -> None:
    person, _ = staff
    other = organisation_of(people, "merchant")
    services.add_position(people.actor("analyst"), person.pk, other.pk, PositionFacts(title_th="ที่ปรึกษา"))
    left = services.leave(people.actor("member_admin"), person.pk, clock.today())
    assert left.positions == 2
    assert not Position.objects.filter(person=person, ended_at__isnull=True).exists()
    with pytest.raises(services.EndedError):
        services.leave(people.actor("member_admin"), person.pk, clock.today())
    with pytest.raises(services.EndedError):
        services.add_position(
            people.actor("analyst"), person.pk, other.pk, PositionFacts(title_th="อีกตำแหน่ง")
        )


def test_nobody_records_their_own_leaving_and_an_analyst_cannot_shut_out_an_administrator(
    people: People, make_holder: Any
) -> None:
    centre = organisation_of(people, "cert")
    admin, _ = make_holder(centre, "ปราณี ดูแลดี", "ผู้ดูแล", user_id=people.user("cert_admin").pk)
    analyst, _ = make_holder(centre, "กานต์ มองละเอียด", "นักวิเคราะห์", user_id=people.user("analyst").pk)
    with pytest.raises(services.AdminLeaveError):
        services.leave(people.actor("analyst"), admin, clock.today())
    with pytest.raises(services.OwnLeaveError):
        services.leave(people.actor("analyst"), analyst, clock.today())
    services.leave(people.actor("cert_admin_2", staff=True), admin, clock.today())
    assert not User.objects.get(pk=people.user("cert_admin").pk).is_active


def test_an_account_is_linked_within_its_organisation_and_once(
    people: People, hospital: Organisation, staff: tuple[Person, Position]
) -> None:
    actor = people.actor("analyst")
    for key in ("member_admin_b", "cert_admin", "expired", "member_staff"):
        with pytest.raises(services.AccountElsewhereError):
            services.add_person(
                actor, hospital.pk, PersonFacts(name_th="ใครสักคน", user_id=people.user(key).pk)
            )


def test_leaving_through_a_chain_goes_to_the_next_who_stays(
    people: People, hospital: Organisation, staff: tuple[Person, Position], make_contact: MakeContact
) -> None:
    person, position = staff
    stays = make_contact(hospital, label_th="ผู้อยู่ต่อ", rank=9)
    home = make_contact(hospital, rank=2, position_id=position.pk, backup_id=stays.pk)
    desk = make_contact(hospital, rank=1, position_id=position.pk, backup_id=home.pk)
    waits = make_contact(hospital, rank=5, backup_id=desk.pk)

    left = services.leave(people.actor("member_admin"), person.pk, clock.today())

    assert {one.heir_id for one in left.hand_overs} == {stays.pk}
    waits.refresh_from_db()
    assert waits.backup_id == stays.pk
    assert ContactPoint.objects.get(pk=stays.pk).rank == 1
