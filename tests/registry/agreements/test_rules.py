"""What a rule lets through: TLP and kinds of data, never more than its agreement; what rests on it follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.journal.models import Entry
from phithak.registry.models import DataLink, SharingRule
from phithak.registry.queries.agreements import Flow, flow_is_allowed
from phithak.registry.queries.assets.kinds import DataKind
from phithak.registry.services import agreements, assets
from phithak.registry.services.agreements import RuleFacts
from phithak.registry.services.agreements.errors import RuleChangedError
from phithak.registry.services.shares.errors import FieldRefusedError
from tests.people import People
from tests.registry.agreements.makers import SYSTEM, draft, facts, morning, rule, signed
from tests.registry.agreements.test_agreement_pages import words
from tests.registry.factory import organisation_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DURING = morning(date(2026, 12, 1))


def edit(item: SharingRule) -> str:
    return reverse("registry:edit_rule", args=[item.pk])


def test_tlp_and_kinds_are_changed_by_the_page_and_shown(people: People) -> None:
    party = organisation_of(people, "hospital")
    row = signed(people, party)
    item, browser = rule(row, party), people.client("analyst")
    with clock.at(DURING):
        form = browser.get(edit(item)).text
        # only what the agreement covers is offered
        assert 'value="name"' in form
        assert 'value="health_record"' not in form
        typed = {"version": "1", "tlp_most": "GREEN", "data_kinds": ["phone"]}
        assert browser.post(edit(item), typed).status_code == 302
        page = words(browser.get(reverse("registry:agreement", args=[row.pk])))
    item.refresh_from_db()
    assert (item.tlp_most, item.data_kinds, item.version) == ("GREEN", ["phone"], 2)
    assert "TLP:GREEN · เฉพาะ" in page
    assert Entry.objects.filter(tag="registry:rule:changed").count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"tlp_most": "PINK", "data_kinds": ["name"]}, "PINK"),
        ({"tlp_most": "RED"}, "เลือกชนิดข้อมูลอย่างน้อยหนึ่งชนิด"),
        ({"tlp_most": "RED", "data_kinds": ["health_record"]}, "health_record"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(people: People, typed: dict[str, Any], said: str) -> None:
    party = organisation_of(people, "hospital")
    item = rule(signed(people, party), party)
    answer = people.client("analyst").post(edit(item), {"version": "1", **typed})
    assert answer.status_code == 422
    assert said in words(answer)
    item.refresh_from_db()
    assert (item.tlp_most, item.data_kinds) == ("AMBER", ["name", "phone"])


def test_the_service_takes_no_kind_beyond_the_agreement(people: People) -> None:
    party = organisation_of(people, "hospital")
    item = rule(signed(people, party), party)
    with pytest.raises(FieldRefusedError) as refused:
        agreements.change_rule(
            people.actor("analyst"), item.pk, RuleFacts("RED", ("name", "health_record")), version=1
        )
    assert refused.value.field == "data_kinds"


def test_the_second_of_two_sees_what_the_first_saved(people: People) -> None:
    party = organisation_of(people, "hospital")
    item = rule(signed(people, party), party)
    browser = people.client("analyst")
    agreements.change_rule(people.actor("cert_admin"), item.pk, RuleFacts("RED", ("name",)), version=1)
    typed = {"version": "1", "tlp_most": "CLEAR", "data_kinds": ["name", "phone"]}
    lost = browser.post(edit(item), typed)
    assert lost.status_code == 422
    assert "ค่าปัจจุบันที่ต่างจากที่คุณพิมพ์" in words(lost)
    assert "TLP:RED" in words(lost)
    assert '<option value="CLEAR" selected' in lost.text
    assert 'name="version" value="2"' in lost.text
    item.refresh_from_db()
    assert item.tlp_most == "RED"
    with pytest.raises(RuleChangedError):
        agreements.change_rule(people.actor("analyst"), item.pk, RuleFacts("CLEAR", ("name",)), version=1)


def test_a_party_and_an_auditor_do_not_change_it_and_an_ended_one_stays(people: People) -> None:
    party = organisation_of(people, "hospital")
    row = signed(people, party)
    item = rule(row, party)
    for key in ("member_admin", "auditor"):
        assert people.client(key).get(edit(item)).status_code == 403
    with clock.at(DURING):
        agreements.end(SYSTEM, row.pk, reason="เลิก")
    assert people.client("analyst").get(edit(item)).status_code == 409


def test_kinds_that_a_rule_no_longer_lets_through_do_not_flow(people: People) -> None:
    centre, party = organisation_of(people, "cert"), organisation_of(people, "hospital")
    row = signed(people, party)
    item, actor = rule(row, party), people.actor("analyst")
    with clock.at(DURING):
        agreements.switch(actor, item.pk, on=True)
        links = [
            _link(centre.pk, party.pk, number, kinds) for number, kinds in enumerate((["name"], ["phone"]))
        ]
        agreements.change_rule(actor, item.pk, RuleFacts("AMBER", ("phone",)), version=1)
        assert not flow_is_allowed([party.pk], Flow.DATA_FLOW, data_kinds=["name"]).allowed
        assert flow_is_allowed([party.pk], Flow.DATA_FLOW, data_kinds=["phone"]).allowed
        assert [DataLink.objects.get(pk=one).active for one in links] == [False, True]
        # switched off: the other one goes off too
        agreements.switch(actor, item.pk, on=False)
        assert not DataLink.objects.get(pk=links[1]).active


def _link(one: Any, other: Any, number: int, kinds: list[str]) -> Any:
    systems = [
        assets.add_system(SYSTEM, tenant, assets.SystemFacts(name=Text(f"ระบบ {number} {place}", "")))
        for place, tenant in enumerate((one, other))
    ]
    made = assets.add_link(SYSTEM, assets.LinkFacts(systems[0], systems[1], tuple(map(DataKind, kinds))))
    assets.switch_link_on(SYSTEM, made)
    assert DataLink.objects.get(pk=made).active
    return made


def test_a_new_party_leaves_a_narrowed_rule_narrow_and_new_kinds_reach_the_others(people: People) -> None:
    hospital, platform = organisation_of(people, "hospital"), organisation_of(people, "platform")
    row = draft(people, hospital)
    actor, narrowed = people.actor("analyst"), rule(row, hospital, Flow.SHARING)
    agreements.change_rule(actor, narrowed.pk, RuleFacts("AMBER", ("name",)), version=1)
    agreements.add_party(actor, row.pk, platform.pk)
    assert rule(row, hospital, Flow.SHARING).data_kinds == ["name"]
    assert rule(row, platform, Flow.SHARING).data_kinds == ["name", "phone"]
    # the agreement takes one kind along and drops another
    more = facts(number=row.number, data_kinds=("name", "address"), ends_on=row.ends_on + timedelta(days=1))
    agreements.change(actor, row.pk, more, version=row.version)
    assert rule(row, hospital, Flow.SHARING).data_kinds == ["name"]
    assert set(rule(row, platform, Flow.SHARING).data_kinds) == {"name", "address"}
