"""Whom to call now, and who comes next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phithak.base.errors import InvalidInputError
from phithak.core.accounts import actors
from phithak.registry.models import ContactPoint, Organisation, Sector
from phithak.registry.queries.kinds import ContactKind, Kind
from phithak.registry.queries.people import CallPlan, call_now, contact_ids_for_drill
from phithak.registry.services.people import end_contact, mark_liveness
from tests.people import People
from tests.registry.factory import organisation, organisation_of
from tests.registry.people.conftest import MONDAY, OFFICE, MakeContact, bangkok

pytestmark = pytest.mark.db
SYSTEM = actors.system("test")


def _labels(plan: CallPlan) -> list[str]:
    return [step.label.th for step in plan.steps]


def test_in_hours_the_first_rank_is_called_and_its_backup_follows(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    backup = make_contact(hospital, label_th="ผู้ช่วย", rank=9, hours=OFFICE)
    make_contact(hospital, label_th="คนที่สอง", rank=2, hours=OFFICE)
    make_contact(hospital, label_th="หัวหน้า", rank=1, hours=OFFICE, backup_id=backup.pk)

    plan = call_now(people.actor("analyst"), at=bangkok(9), organisation_id=hospital.pk)

    assert _labels(plan) == ["หัวหน้า", "ผู้ช่วย", "คนที่สอง"]
    assert plan.first is not None
    assert plan.first.on_duty
    assert plan.first.why.en == "On duty at this hour · rank 1"
    assert plan.fallbacks[0].why.en == "Stands in for หัวหน้า · On duty at this hour · rank 9"


def test_at_night_whoever_is_on_duty_comes_before_a_better_rank(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    night = tuple((day, "16:30", "08:30") for day in range(7))
    make_contact(hospital, label_th="กลางวัน", rank=1, hours=OFFICE)
    make_contact(hospital, label_th="เวรดึก", rank=5, hours=night)

    at_two = call_now(people.actor("analyst"), at=bangkok(2, days=1), organisation_id=hospital.pk)

    assert _labels(at_two) == ["เวรดึก", "กลางวัน"]
    assert at_two.fallbacks[0].free_from == bangkok(8, 30, days=1)
    assert "เข้าเวร" in at_two.fallbacks[0].why.th


def test_on_a_holiday_office_hours_do_not_count_unless_said(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    make_contact(hospital, label_th="ราชการ", rank=1, hours=OFFICE)
    make_contact(hospital, label_th="ห้องฉุกเฉิน", rank=2, hours=OFFICE, on_holidays=True)
    fathers_day = datetime(2025, 12, 5, 10, tzinfo=ZoneInfo("Asia/Bangkok"))  # a Friday

    plan = call_now(people.actor("analyst"), at=fathers_day, organisation_id=hospital.pk)

    assert _labels(plan) == ["ห้องฉุกเฉิน", "ราชการ"]
    assert [step.on_duty for step in plan.steps] == [True, False]


def test_hours_are_those_of_the_contacts_own_clock_also_when_it_is_put_forward(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    make_contact(hospital, label_th="ลอนดอน", time_zone="Europe/London", hours=OFFICE)
    actor = people.actor("analyst")

    def on_duty(moment: datetime) -> bool:
        first = call_now(actor, at=moment, organisation_id=hospital.pk).first
        assert first is not None
        return first.on_duty

    utc = ZoneInfo("UTC")
    assert not on_duty(datetime(2026, 3, 27, 8, 0, tzinfo=utc))  # Friday in winter: 08:00 in London
    assert on_duty(datetime(2026, 3, 30, 8, 0, tzinfo=utc))  # Monday in summer: 09:00 in London


def test_a_country_is_answered_by_its_centre_before_its_members(
    people: People, country_of_ten: list[Organisation], make_contact: MakeContact
) -> None:
    """Given a country and an hour, the one to call and the fallback are named.

    Proves (part): S3-22
    """
    centre, member, _ = country_of_ten
    make_contact(member, label_th="โรงพยาบาล", rank=1)
    make_contact(centre, label_th="เวรศูนย์", rank=3, time_zone="Asia/Vientiane")
    make_contact(centre, ContactKind.DIPLOMATIC, label_th="ทูต", rank=1)

    plan = call_now(people.actor("analyst"), at=bangkok(3), country="LA")

    assert _labels(plan) == ["เวรศูนย์", "โรงพยาบาล"]
    assert plan.first is not None
    assert plan.first.organisation.en == "Lan Xang CERT"


def test_a_sector_takes_in_its_parts(people: People, make_contact: MakeContact) -> None:
    health = Sector.objects.create(code="t-health", name_th="สุขภาพ", name_en="Health", pack="t")
    part = Sector.objects.create(code="t-health.lab", parent=health, name_th="แล็บ", name_en="Lab", pack="t")
    other = Sector.objects.create(code="t-healthy", name_th="อื่น", name_en="Other", pack="t")
    make_contact(organisation(people, sector=part), label_th="ในสาขา")
    make_contact(organisation(people, sector=other), label_th="นอกสาขา")

    plan = call_now(people.actor("analyst"), at=bangkok(3), sector="t-health")

    assert _labels(plan) == ["ในสาขา"]


def test_who_did_not_answer_the_drill_comes_after_who_did(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    silent = make_contact(hospital, label_th="เงียบ", rank=1)
    make_contact(hospital, label_th="ตอบ", rank=2)
    mark_liveness(silent.pk, "red")

    plan = call_now(people.actor("analyst"), at=bangkok(3), organisation_id=hospital.pk)

    assert _labels(plan) == ["ตอบ", "เงียบ"]


def test_only_contacts_that_the_actor_may_see_are_named(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    make_contact(hospital)
    outsider = people.actor("member_admin_b")
    assert call_now(outsider, at=bangkok(3), organisation_id=hospital.pk).first is None
    assert (
        call_now(people.actor("member_admin"), at=bangkok(3), organisation_id=hospital.pk).first is not None
    )


def test_a_question_without_a_place_is_refused(people: People) -> None:
    with pytest.raises(InvalidInputError):
        call_now(people.actor("analyst"), at=bangkok(3))


def test_a_drill_takes_contacts_in_batches_without_missing_one(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    made = [make_contact(hospital).pk for _ in range(5)]
    make_contact(hospital, ContactKind.LEGAL)
    end_contact(people.actor("analyst"), made[2])

    found, after = [], None
    while batch := contact_ids_for_drill(SYSTEM, kinds=[ContactKind.TECHNICAL], after=after, limit=2):
        found += batch
        after = batch[-1]

    assert found == [made[0], made[1], made[3], made[4]]


_ZONES = ("Asia/Bangkok", "Europe/London", "America/New_York", "Australia/Lord_Howe")
_TIMES = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")
_SPANS = st.lists(st.tuples(st.integers(0, 6), _TIMES, _TIMES).filter(lambda s: s[1] != s[2]), max_size=4)
_CONTACTS = st.lists(
    st.fixed_dictionaries(
        {
            "hours": _SPANS,
            "zone": st.sampled_from(_ZONES),
            "rank": st.integers(1, 3),
            "backup": st.integers(0, 5),
            "ended": st.booleans(),
            "holidays": st.booleans(),
        }
    ),
    min_size=1,
    max_size=5,
)


def _store(owner: Organisation, wanted: list[dict[str, Any]]) -> list[ContactPoint]:
    from phithak.registry.models import DutyPattern  # noqa: PLC0415 - models are ready only now
    from phithak.registry.queries import people_hours  # noqa: PLC0415 - same

    ContactPoint.objects.filter(tenant=owner.pk).update(backup=None)
    ContactPoint.objects.filter(tenant=owner.pk).delete()
    rows = []
    for place, one in enumerate(wanted):
        spans = people_hours.cleaned(one["hours"])
        key = people_hours.duty_key(one["zone"], spans, on_holidays=one["holidays"])
        DutyPattern.objects.get_or_create(
            key=key,
            defaults={
                "time_zone": one["zone"],
                "hours": [list(s) for s in spans],
                "on_holidays": one["holidays"],
            },
        )
        rows.append(
            ContactPoint.objects.create(
                tenant_id=owner.pk,
                kind="technical",
                label_th=str(place),
                hours=[list(s) for s in spans],
                duty_key=key,
                time_zone=one["zone"],
                on_holidays=one["holidays"],
                rank=one["rank"],
                ended_at=MONDAY if one["ended"] else None,
                # a backup is an earlier one, so that no chain comes back
                backup=rows[one["backup"]] if one["backup"] < place else None,
            )
        )
    return rows


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=_CONTACTS, minute=st.integers(0, 3 * 366 * 24 * 60))
def test_whoever_runs_somebody_is_named_and_the_order_holds(
    people: People, hospital: Organisation, wanted: list[dict[str, Any]], minute: int
) -> None:
    rows = _store(hospital, wanted)
    plan = call_now(SYSTEM, at=MONDAY + timedelta(minutes=minute), organisation_id=hospital.pk)
    running = {row.pk for row in rows if row.ended_at is None}
    named = [step.contact_id for step in plan.steps]

    assert set(named) == running  # at most five: nobody is left out, nobody ended is named, nobody twice
    assert len(named) == len(running)
    duty = [step.on_duty for step in plan.steps]
    assert duty == sorted(duty, reverse=True)
    if plan.first is not None:
        ranks = {row.pk: row.rank for row in rows}
        rivals = [step for step in plan.steps if step.on_duty == plan.first.on_duty]
        assert ranks[plan.first.contact_id] == min(ranks[step.contact_id] for step in rivals)


def test_the_fallback_is_another_person_when_there_is_one(
    people: People, hospital: Organisation, make_contact: MakeContact, make_holder: Any
) -> None:
    _, held = make_holder(hospital, "นายสมคิด ทองดี", "หัวหน้าเวร")
    make_contact(hospital, label_th="มือถือ", rank=1, position_id=held)
    make_contact(hospital, label_th="บ้าน", rank=2, position_id=held)
    make_contact(hospital, label_th="คนอื่น", rank=3)

    plan = call_now(people.actor("analyst"), at=bangkok(3), organisation_id=hospital.pk)

    assert _labels(plan) == ["มือถือ", "คนอื่น", "บ้าน"]


def test_the_centre_itself_is_found_as_lead(people: People, make_contact: MakeContact) -> None:
    centre = organisation_of(people, "cert", kind=Kind.CERT)
    make_contact(centre, label_th="เวรศูนย์")
    plan = call_now(people.actor("analyst"), at=bangkok(3), country="TH")
    assert _labels(plan) == ["เวรศูนย์"]
