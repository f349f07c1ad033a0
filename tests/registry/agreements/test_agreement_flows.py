"""What an agreement allows, on which days, and what goes off with it."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import clock
from phithak.base.errors import ForbiddenError, NotFoundError, PhithakError
from phithak.base.text import Text
from phithak.core.journal.models import Entry
from phithak.core.outbox.models import Message
from phithak.registry.models import Agreement, AgreementParty, DataLink, SharingRule, System
from phithak.registry.queries import agreements as queries
from phithak.registry.queries.agreements import Flow, Standing
from phithak.registry.queries.kinds import Kind
from phithak.registry.services import agreements
from phithak.registry.services.agreements.errors import (
    AgreementChangedError,
    AgreementStateError,
    NumberTakenError,
    PartyTakenError,
    RuleRefusedError,
    RuleSwitchedError,
    SignedTermsError,
)
from phithak.registry.services.shares.errors import FieldRefusedError
from tests.people import People
from tests.registry.agreements.makers import (
    FIRST,
    LAST,
    SYSTEM,
    days_before_end,
    draft,
    facts,
    morning,
    rule,
    sign,
    signed,
)
from tests.registry.factory import organisation, organisation_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DURING = morning(date(2026, 12, 1))


def refusal(error: pytest.ExceptionInfo[PhithakError]) -> str:
    return error.value.message.en


def test_each_party_gets_a_rule_for_each_flow_and_all_stand_off(people: People) -> None:
    first, second = organisation(people), organisation(people)
    row = draft(people, organisation_of(people, "cert"), first, second)
    found = {(item.party_id, item.flow, item.on) for item in SharingRule.objects.filter(agreement=row)}
    assert found == {
        (party.pk, flow, False)
        for party in (first, second)
        for flow in ("sensor", "sharing", "data_flow", "scan")
    }


def test_a_rule_is_switched_on_only_while_its_agreement_holds_it_up(people: People) -> None:
    party = organisation(people)
    row = draft(people, party)
    item = rule(row, party)
    analyst = people.actor("analyst")
    with clock.at(DURING), pytest.raises(RuleRefusedError) as unsigned:
        agreements.switch(analyst, item.pk, on=True)
    assert "not signed by all" in refusal(unsigned)
    with clock.at(DURING):
        sign(row, party.pk)
    with clock.at(morning(FIRST - timedelta(days=1))), pytest.raises(RuleRefusedError) as early:
        agreements.switch(analyst, item.pk, on=True)
    assert "begins on 1 Oct 2026" in refusal(early)
    with clock.at(morning(LAST + timedelta(days=1))), pytest.raises(RuleRefusedError) as late:
        agreements.switch(analyst, item.pk, on=True)
    assert "was over on 30 Sep 2027" in refusal(late)
    with clock.at(DURING):
        agreements.switch(analyst, item.pk, on=True)
        assert (
            queries.flow_is_allowed([party.pk], Flow.DATA_FLOW, data_kinds=["phone"]).agreement_id == row.pk
        )
    item.refresh_from_db()
    assert (item.on, item.switched_by_id, item.switched_at) == (True, people.user("analyst").pk, DURING)


def test_a_party_that_joined_later_signs_before_its_flows_go_on(people: People) -> None:
    first, late = organisation(people), organisation(people)
    row = signed(people, first)
    with clock.at(DURING):
        agreements.add_party(SYSTEM, row.pk, late.pk)
        with pytest.raises(RuleRefusedError) as error:
            agreements.switch(SYSTEM, rule(row, late).pk, on=True)
        assert "has not signed" in refusal(error)
        agreements.switch(SYSTEM, rule(row, first).pk, on=True)
        sign(row, late.pk)
        agreements.switch(SYSTEM, rule(row, late).pk, on=True)


def test_scans_need_consent_and_flows_must_be_provided_for(people: People) -> None:
    party = organisation(people)
    row = signed(people, party, flows=("sensor",), scan_consent=True, data_kinds=())
    assert not SharingRule.objects.filter(agreement=row, flow="data_flow").exists()
    with clock.at(DURING):
        agreements.switch(SYSTEM, rule(row, party, Flow.SCAN).pk, on=True)
        agreements.switch(SYSTEM, rule(row, party, Flow.SENSOR).pk, on=True)
        Agreement.objects.filter(pk=row.pk).update(scan_consent=False, flows=[])
        assert not queries.flow_is_allowed([party.pk], Flow.SCAN).allowed
        assert not queries.flow_is_allowed([party.pk], Flow.SENSOR).allowed


def test_a_flow_needs_every_kind_of_data_and_every_party_under_one_agreement(people: People) -> None:
    giver, taker, third = (organisation(people) for _ in range(3))
    row = signed(people, giver, taker)
    other = signed(people, third, data_kinds=("name", "health_record"))
    with clock.at(DURING):
        for one, agreed in ((giver, row), (taker, row), (third, other)):
            agreements.switch(SYSTEM, rule(agreed, one).pk, on=True)

        def verdict(*parties: object, kinds: tuple[str, ...] = ("name",)) -> bool:
            ids = [party.pk for party in parties]  # type: ignore[attr-defined] # organisations
            return queries.flow_is_allowed(ids, "data_flow", data_kinds=kinds).allowed

        assert verdict(giver, taker)
        assert verdict(giver, taker, kinds=("name", "phone"))
        assert not verdict(giver, taker, kinds=("name", "health_record"))
        assert verdict(third, kinds=("health_record",))
        assert not verdict(giver, third)
        assert not verdict()
        # the keeper needs no rule of its own
        assert verdict(giver, organisation_of(people, "cert"))
    reason = queries.flow_is_allowed([giver.pk], "data_flow", data_kinds=["photo"], on=FIRST).reason
    assert "photo" in reason.en.lower()


def test_ending_switches_everything_off_the_same_day(people: People) -> None:
    first, second = organisation(people), organisation(people)
    row = signed(people, first, second)
    systems = [
        System.objects.create(tenant=party.tenant, name_th="ระบบ", name_en="System")
        for party in (first, second)
    ]
    link = DataLink.objects.create(
        tenant=first.tenant, source=systems[0], target=systems[1], agreement=row, active=True
    )
    with clock.at(DURING):
        agreements.switch(SYSTEM, rule(row, first).pk, on=True)
        agreements.end(people.actor("analyst"), row.pk, reason="คู่สัญญาขอเลิก")
        assert not queries.flow_is_allowed([first.pk], Flow.DATA_FLOW).allowed
        with pytest.raises(AgreementStateError):
            agreements.end(SYSTEM, row.pk, reason="อีกครั้ง")
        with pytest.raises(AgreementStateError):
            agreements.change(SYSTEM, row.pk, facts(), version=2)
    link.refresh_from_db()
    assert (rule(row, first).on, link.active) == (False, False)
    assert Entry.objects.filter(tag="registry:agreement:flows_stopped").count() == 1


def test_a_term_that_is_over_counts_for_nothing_though_no_job_ran(people: People) -> None:
    party = organisation(people)
    row = signed(people, party)
    with clock.at(DURING):
        agreements.switch(SYSTEM, rule(row, party).pk, on=True)
    # the last day counts to its last minute in Bangkok, which is 17:00 UTC
    with clock.at(datetime(2027, 9, 30, 16, 59, tzinfo=UTC)):
        assert queries.flow_is_allowed([party.pk], Flow.DATA_FLOW).allowed
        assert agreements.settle() == 0
    with clock.at(datetime(2027, 9, 30, 17, 0, tzinfo=UTC)):
        assert not queries.flow_is_allowed([party.pk], Flow.DATA_FLOW).allowed
        assert rule(row, party).on
        assert agreements.settle() == 1
        assert agreements.settle() == 0
    row.refresh_from_db()
    assert (row.state, rule(row, party).on) == ("ended", False)
    assert Entry.objects.filter(tag="registry:agreement:expired").count() == 1


def test_the_nightly_job_mends_a_rule_that_nothing_holds_up(people: People) -> None:
    party = organisation(people)
    row = draft(people, party)
    SharingRule.objects.filter(agreement=row).update(on=True)
    with clock.at(DURING):
        assert not queries.flow_is_allowed([party.pk], Flow.SHARING).allowed
        assert agreements.settle() == 1
    assert not SharingRule.objects.filter(agreement=row, on=True).exists()


@given(
    begins=st.integers(-400, 400),
    length=st.integers(0, 800),
    asked=st.integers(-900, 1300),
)
def test_a_flow_is_allowed_on_exactly_the_signed_days_of_the_term(
    begins: int, length: int, asked: int
) -> None:
    zero = date(2026, 11, 22)
    first = zero + timedelta(days=begins)
    last, day = first + timedelta(days=length), zero + timedelta(days=asked)
    row = Agreement(state="signed", starts_on=first, ends_on=last)
    days = {first + timedelta(days=number) for number in range(length + 1)}
    assert queries.is_valid(row, day) == (day in days)
    assert (queries.why_not_valid(row, day) is None) == (day in days)
    valid = {Standing.VALID, Standing.ENDING}
    assert (queries.standing(row, day) in valid) == (day in days)
    near = {last - timedelta(days=number) for number in range(61)} & days
    assert (queries.standing(row, day) is Standing.ENDING) == (day in near)


@pytest.mark.parametrize("days", [-1, 0, 59, 60, 61, 364])
def test_lists_and_rows_agree_on_where_an_agreement_stands(people: People, days: int) -> None:
    row = signed(people, organisation(people))
    day = row.ends_on - timedelta(days=days)
    found = {
        stands for stands in Standing if queries.standing_on(Agreement.objects.all(), stands, day).exists()
    }
    assert found == {queries.standing(row, day)}


def test_terms_of_a_signed_agreement_change_only_with_new_signatures(people: People) -> None:
    party = organisation(people)
    row = signed(people, party)
    same = facts(number=row.number, title=Text(row.title_th, row.title_en))
    with clock.at(DURING):
        agreements.switch(SYSTEM, rule(row, party).pk, on=True)
        # a name is no term
        renamed = facts(number=row.number, title=Text("ชื่อใหม่", "New title"))
        agreements.change(SYSTEM, row.pk, renamed, version=row.version)
        assert rule(row, party).on
        wider = facts(number=row.number, title=same.title, data_kinds=("name", "phone", "health_record"))
        with pytest.raises(SignedTermsError):
            agreements.change(SYSTEM, row.pk, wider, version=row.version + 1)
        agreements.change(SYSTEM, row.pk, wider, version=row.version + 1, again=True)
        assert not queries.flow_is_allowed([party.pk], Flow.DATA_FLOW).allowed
    row.refresh_from_db()
    assert (row.state, rule(row, party).on) == ("draft", False)
    assert not AgreementParty.objects.filter(agreement=row, signed_on__isnull=False).exists()


def test_the_second_of_two_editors_is_told(people: People) -> None:
    row = draft(people, organisation(people))
    agreements.change(SYSTEM, row.pk, facts(number="ก 1"), version=1)
    with pytest.raises(AgreementChangedError):
        agreements.change(SYSTEM, row.pk, facts(number="ก 2"), version=1)
    row.refresh_from_db()
    assert (row.number, row.version) == ("ก 1", 2)


def test_a_number_is_used_once_by_its_keeper(people: People) -> None:
    row = draft(people, organisation(people))
    other = draft(people, organisation(people))
    with pytest.raises(NumberTakenError):
        draft(people, number=row.number)
    with pytest.raises(NumberTakenError):
        agreements.change(SYSTEM, other.pk, facts(number=row.number), version=1)
    assert draft(people, keeper="hospital", number=row.number).number == row.number


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("number", {"number": "  "}),
        ("number", {"number": "A\u202e1"}),
        ("title_th", {"title": Text("ชื่อ\u2066ซ่อน", "x")}),
        ("scope", {"scope": ""}),
        ("kind", {"kind": "promise"}),
        ("flows", {"flows": ("rumour",)}),
        ("data_kinds", {"data_kinds": ("gossip",)}),
        ("data_kinds", {"data_kinds": (), "flows": ("data_flow",)}),
        ("ends_on", {"ends_on": FIRST - timedelta(days=1)}),
    ],
)
def test_what_cannot_be_used_is_refused_by_field(people: People, field: str, more: dict[str, object]) -> None:
    with pytest.raises(FieldRefusedError) as error:
        draft(people, **more)
    assert error.value.field == field


def test_who_may_do_what(people: People) -> None:
    hospital = organisation_of(people, "hospital")
    row = signed(people, hospital)
    member = people.actor("member_admin")
    assert queries.agreement(member, row.pk) == row
    with pytest.raises(ForbiddenError):
        agreements.end(member, row.pk, reason="ไม่อยากแล้ว")
    with pytest.raises(ForbiddenError):
        agreements.switch(member, rule(row, hospital).pk, on=True)
    with pytest.raises(NotFoundError):
        queries.agreement(people.actor("member_admin_b"), row.pk)
    with pytest.raises(NotFoundError):
        agreements.create(people.actor("analyst"), tenant_id=people.tenant_id("hospital"), facts=facts())
    with pytest.raises(ForbiddenError):
        agreements.create(member, tenant_id=people.tenant_id("hospital"), facts=facts())


def test_a_party_learns_nothing_of_parties_that_it_cannot_see(people: People) -> None:
    merchant, other = organisation_of(people, "merchant"), organisation(people, Kind.MERCHANT)
    platform = organisation_of(people, "platform")
    row = signed(people, organisation_of(people, "cert"), platform, merchant, other)
    seen = {party.organisation_id for party in queries.parties_of(people.actor("merchant_admin"), row)}
    assert seen == {merchant.pk, people.tenant_id("cert")}
    assert {item.party_id for item in queries.rules_of(people.actor("merchant_admin"), row)} == {merchant.pk}
    above = {party.organisation_id for party in queries.parties_of(people.actor("platform_admin"), row)}
    assert above == {merchant.pk, platform.pk, people.tenant_id("cert")}
    assert len(queries.parties_of(people.actor("analyst"), row)) == 4


def test_a_party_signs_once_and_never_in_the_future(people: People) -> None:
    party = organisation(people)
    row = draft(people, party)
    with clock.at(DURING):
        tomorrow = clock.today() + timedelta(days=1)
        with pytest.raises(FieldRefusedError):
            agreements.sign(SYSTEM, row.pk, organisation_id=party.pk, signer="ก", signed_on=tomorrow)
        with pytest.raises(FieldRefusedError):
            sign(row, organisation(people).pk)
        sign(row, party.pk)
        with pytest.raises(AgreementStateError):
            sign(row, party.pk)
    with pytest.raises(PartyTakenError):
        agreements.add_party(SYSTEM, row.pk, party.pk)


@pytest.mark.parametrize(("days", "mails"), [(61, 0), (60, 2), (59, 2), (0, 2), (-1, 0)])
def test_keepers_are_mailed_once_from_the_sixtieth_day_before_the_end(
    people: People, days: int, mails: int
) -> None:
    row = signed(people, organisation(people))
    with clock.at(days_before_end(row, days)):
        agreements.remind()
        agreements.remind()
    keepers = {people.users[key].pk for key in ("cert_admin", "cert_admin_2", "analyst", "no_factor")}
    told = Message.objects.filter(renderer="registry.agreement_ends")
    assert set(told.values_list("recipient_id", flat=True)) == (keepers if mails else set())
    assert told.count() == len(keepers) * bool(mails)


def test_a_new_end_is_reminded_of_anew(people: People) -> None:
    row = signed(people, organisation(people))
    with clock.at(days_before_end(row, 30)):
        assert agreements.remind() == 1
    Agreement.objects.filter(pk=row.pk).update(ends_on=LAST + timedelta(days=365))
    with clock.at(days_before_end(row, 30)):
        assert agreements.remind() == 0
    with clock.at(morning(LAST + timedelta(days=330))):
        assert agreements.remind() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_switch_at_once_one_does_and_the_other_is_told(people: People) -> None:
    party = organisation(people)
    row = signed(people, party)
    item, both = rule(row, party), threading.Barrier(2)
    results: list[str] = []

    def act(key: str) -> None:
        try:
            with clock.at(DURING):
                actor = people.actor(key)
                both.wait(10)
                agreements.switch(actor, item.pk, on=True)
            results.append("switched")
        except RuleSwitchedError:
            results.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(key,)) for key in ("analyst", "cert_admin")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["switched", "told"]
    assert Entry.objects.filter(tag="registry:rule:switched_on").count() == 1
