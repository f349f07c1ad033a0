"""Systems and the data links between them: who plays which part, and what is linked one and two steps away."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID

import pytest

from phithak.base import clock
from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from phithak.base.text import Text
from phithak.registry.models import Agreement, AgreementParty, DataLink, Organisation, SharingRule, System
from phithak.registry.queries import assets
from phithak.registry.queries.assets.kinds import DataKind, Direction
from phithak.registry.queries.sorting import name_key
from phithak.registry.services import assets as services
from phithak.registry.services.assets import LinkFacts, Party, SystemFacts
from tests.people import People
from tests.registry.factory import organisation, organisation_of

HEALTH = (DataKind.HEALTH_RECORD,)


def system(people: People, owner: Organisation, name: str = "ระบบเวชระเบียน") -> UUID:
    return services.add_system(people.actor("analyst"), owner.pk, SystemFacts(Text(name, "")))


def link(people: People, source: UUID, target: UUID) -> UUID:
    return services.add_link(people.actor("analyst"), LinkFacts(source, target, HEALTH, "HL7 FHIR"))


@pytest.mark.db
def test_a_system_has_four_parties_and_each_is_an_organisation_or_words(people: People) -> None:
    hospital, vendor = organisation_of(people, "hospital"), organisation(people)
    admin = people.actor("analyst")
    key = services.add_system(
        admin,
        hospital.pk,
        SystemFacts(
            Text("ระบบจองวัคซีน", "Vaccine booking"),
            builder=Party(vendor.pk),
            operator=Party(name="ร้านคอมพิวเตอร์ปากซอย"),
            controller=Party(hospital.pk),
        ),
    )
    row = System.objects.get(pk=key)
    assert row.tenant_id == hospital.pk
    assert (row.builder_id, row.builder_name) == (vendor.pk, "")
    assert (row.operator_id, row.operator_name) == (None, "ร้านคอมพิวเตอร์ปากซอย")
    assert row.controller_id == hospital.pk
    member = people.actor("member_admin")
    with pytest.raises(NotFoundError):
        services.add_system(member, hospital.pk, SystemFacts(Text("อื่น", ""), builder=Party(vendor.pk)))
    # who stands there already stays, also when the member does not see it
    services.change_system(
        member, key, SystemFacts(Text("ระบบจองวัคซีน 2", ""), builder=Party(vendor.pk)), version=1
    )
    assert System.objects.get(pk=key).builder_id == vendor.pk
    with pytest.raises(InvalidInputError):
        services.change_system(member, key, SystemFacts(Text("ก", ""), url="his.example.th"), version=2)


@pytest.mark.db
def test_systems_one_and_two_steps_away_with_way_kinds_and_path(people: People) -> None:
    mine, centre, far, beyond = (organisation(people) for _ in range(4))
    his, hub, archive, insurer = (
        system(people, owner, name)
        for owner, name in ((mine, "ต้นทาง"), (centre, "ศูนย์แลกเปลี่ยน"), (far, "คลังภาพ"), (beyond, "ประกัน"))
    )
    link(people, his, hub)
    link(people, archive, his)
    link(people, hub, insurer)
    link(people, insurer, archive)  # a cycle
    found = {
        one.node.system_id: one for one in assets.linked(people.actor("analyst"), organisation_id=mine.pk)
    }
    assert set(found) == {hub, archive, insurer}
    assert (found[hub].steps, found[hub].direction, found[hub].kinds) == (1, Direction.OUT, HEALTH)
    assert (found[archive].steps, found[archive].direction) == (1, Direction.IN)
    assert found[insurer].steps == 2
    assert found[insurer].path[0].system_id == his
    assert found[insurer].path[-1].system_id == insurer
    assert len(found[insurer].path) == 3
    assert found[hub].node.organisation_id == centre.pk
    assert not found[hub].on
    one_step = assets.linked(people.actor("analyst"), system_id=his, steps=1)
    assert {one.node.system_id for one in one_step} == {hub, archive}


@pytest.mark.db
def test_links_both_ways_are_one_neighbour(people: People) -> None:
    first, second = organisation(people), organisation(people)
    one, other = system(people, first), system(people, second)
    link(people, one, other)
    link(people, other, one)
    found = assets.linked(people.actor("analyst"), system_id=one)
    assert [(item.node.system_id, item.direction) for item in found] == [(other, Direction.BOTH)]


@pytest.mark.db
def test_two_steps_over_a_system_that_both_send_to_are_neither_in_nor_out(people: People) -> None:
    hub, first, second, third = (system(people, organisation(people), name) for name in "กขคง")
    link(people, first, hub)
    link(people, second, hub)
    link(people, hub, third)
    found = {
        one.node.system_id: one.direction for one in assets.linked(people.actor("analyst"), system_id=first)
    }
    assert found == {hub: Direction.OUT, second: Direction.MIXED, third: Direction.OUT}


@pytest.mark.db
def test_a_member_sees_only_its_own_links_and_no_names_behind_them(people: People) -> None:
    mine, theirs = organisation_of(people, "hospital"), organisation_of(people, "hospital_b")
    third = organisation(people)
    his, other, last = system(people, mine), system(people, theirs, "ระบบลับ"), system(people, third)
    own, foreign = link(people, his, other), link(people, other, last)
    member = people.actor("member_admin")
    found = assets.linked(member, organisation_id=mine.pk)
    assert [(one.steps, one.node.system_id, one.node.organisation_id) for one in found] == [(1, None, None)]
    assert "ลับ" not in found[0].node.name.th
    assert set(assets.links_visible_to(member).values_list("pk", flat=True)) == {own}
    assert foreign in set(assets.links_visible_to(people.actor("analyst")).values_list("pk", flat=True))
    with pytest.raises(NotFoundError):
        assets.linked(member, organisation_id=theirs.pk)
    with pytest.raises(NotFoundError):
        assets.linked(member, system_id=other)


@pytest.mark.db
def test_a_link_needs_two_systems_one_of_them_own_and_both_seen(people: People) -> None:
    mine, theirs = organisation_of(people, "hospital"), organisation_of(people, "hospital_b")
    his, other = system(people, mine), system(people, theirs)
    member = people.actor("member_admin")
    with pytest.raises(NotFoundError):
        services.add_link(member, LinkFacts(his, other, HEALTH))
    with pytest.raises(InvalidInputError):
        services.add_link(member, LinkFacts(his, his, HEALTH))
    with pytest.raises(InvalidInputError):
        services.add_link(people.actor("analyst"), LinkFacts(his, other, ()))
    made = link(people, his, other)
    with pytest.raises(ConflictError):
        link(people, his, other)
    with pytest.raises(ForbiddenError):
        services.end_link(people.actor("member_admin_b"), made)
    with pytest.raises(ConflictError):
        services.end_system(member, his)
    services.end_link(member, made)
    services.end_system(member, his)


@pytest.mark.db
def test_a_link_is_on_only_while_an_agreement_allows_its_data(people: People) -> None:
    mine, theirs = organisation_of(people, "hospital"), organisation_of(people, "hospital_b")
    made = link(people, system(people, mine), system(people, theirs))
    admin = people.actor("analyst")
    with pytest.raises(ForbiddenError, match="no_agreement"):
        services.switch_link_on(admin, made)
    assert not DataLink.objects.get(pk=made).active
    paper = _agreement(people, "hospital", "hospital_b", kinds=["health_record"])
    services.switch_link_on(admin, made)
    row = assets.links_visible_to(admin).get(pk=made)
    assert row.agreement_id == paper.pk
    assert assets.is_on(row)
    # more data than was agreed on: off again, and refused
    services.change_link(admin, made, kinds=(*HEALTH, DataKind.PAYMENT), version=row.version)
    assert not DataLink.objects.get(pk=made).active
    with pytest.raises(ForbiddenError, match="payment"):
        services.switch_link_on(admin, made)
    services.change_link(admin, made, kinds=HEALTH, version=row.version + 1)
    services.switch_link_on(admin, made)
    Agreement.objects.filter(pk=paper.pk).update(ends_on=clock.today() - timedelta(days=1))
    assert not assets.is_on(assets.links_visible_to(admin).get(pk=made))
    services.switch_link_off(admin, made)
    assert DataLink.objects.get(pk=made).agreement_id is None


@pytest.mark.db
def test_inside_one_organisation_no_agreement_is_needed(people: People) -> None:
    mine = organisation_of(people, "hospital")
    made = link(people, system(people, mine), system(people, mine, "ห้องปฏิบัติการ"))
    services.switch_link_on(people.actor("member_admin"), made)
    assert assets.is_on(assets.links_visible_to(people.actor("member_admin")).get(pk=made))


@pytest.mark.db
def test_two_thousand_links_are_followed_fast(people: People) -> None:
    owners = [organisation(people) for _ in range(20)]
    systems = System.objects.bulk_create(
        System(
            tenant_id=owners[number % 20].pk, name_th=f"ระบบ {number}", name_key=name_key(f"ระบบ {number}")
        )
        for number in range(600)
    )
    DataLink.objects.bulk_create(
        DataLink(
            tenant_id=source.tenant_id,
            source=source,
            target=systems[(number + jump) % 600],
            kinds=["health_record"],
        )
        for number, source in enumerate(systems)
        for jump in (1, 37, 211, 400)[: 4 if number < 200 else 3]
    )
    assert DataLink.objects.count() == 2_000
    actor = people.actor("analyst")
    started = time.process_time()
    found = assets.linked(actor, organisation_id=owners[0].pk)
    taken = time.process_time() - started  # of the processor: others may want it meanwhile
    assert {one.steps for one in found} == {1, 2}
    assert not {one.node.organisation_id for one in found} & {owners[0].pk}
    assert taken < 1.0


def _agreement(people: People, *parties: str, kinds: list[str]) -> Agreement:
    today = clock.today()
    paper = Agreement.objects.create(
        tenant=people.tenant("cert"),
        number="สมมติ 2/2569",
        title_th="แลกเปลี่ยนข้อมูลสุขภาพ",
        kind="mou",
        scope="ข้อมูลสุขภาพ",
        flows=["data_flow"],
        data_kinds=kinds,
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=300),
        state="signed",
    )
    for party in parties:
        tenant = people.tenant_id(party)
        AgreementParty.objects.create(agreement=paper, organisation_id=tenant, signed_on=today)
        SharingRule.objects.create(
            agreement=paper, party_id=tenant, flow="data_flow", data_kinds=kinds, on=True
        )
    return paper
