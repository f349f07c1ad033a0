"""People with titles and several positions, and how a message addresses them."""

from __future__ import annotations

from typing import Any

import pytest

from phithak.base.errors import InvalidInputError, NotFoundError
from phithak.registry.models import Organisation, Person, Position
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people import (
    MessageKind,
    addressed,
    matching_people,
    people_visible_to,
    shown_name,
)
from phithak.registry.services import people as services
from phithak.registry.services.people import PersonFacts, PositionFacts
from tests.people import People
from tests.registry.factory import organisation, organisation_of

pytestmark = pytest.mark.db


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        (
            PersonFacts(name_th="พล.อ.ต. นพ.อมร ใจกล้า", name_en="Amorn Jaikla"),
            ("พลอากาศตรี นายแพทย์", "อมร ใจกล้า"),
            ("พลอากาศตรี นายแพทย์อมร ใจกล้า", "Air Vice Marshal"),
        ),
        (
            PersonFacts(title="นางสาว", name_th="มาลี  ใจดี"),
            ("นางสาว", "มาลี ใจดี"),
            ("นางสาวมาลี ใจดี", "มาลี"),
        ),
        (PersonFacts(name_th="Somphone Keo"), ("", "Somphone Keo"), ("Somphone Keo", "Somphone Keo")),
        (PersonFacts(title="ฯพณฯ", name_th="ก้อง เกียรติ"), ("ฯพณฯ", "ก้อง เกียรติ"), ("ฯพณฯ", "ก้อง")),
    ],
)
def test_titles_are_read_apart_from_the_name(
    people: People,
    hospital: Organisation,
    typed: PersonFacts,
    stored: tuple[str, str],
    shown: tuple[str, str],
) -> None:
    person_id = services.add_person(people.actor("member_admin"), hospital.pk, typed)
    row = Person.objects.get(pk=person_id)
    assert (row.title, row.name_th) == stored
    assert shown[0] in shown_name(row).th
    assert shown[1] in shown_name(row).en


@pytest.mark.parametrize("name", ["", "นาย", "12345", "สม\u200bชาย ใจดี", "สมชาย\u202e ใจดี", "ก" * 300])
def test_a_name_that_hides_something_or_is_none_is_refused(
    people: People, hospital: Organisation, name: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        services.add_person(people.actor("member_admin"), hospital.pk, PersonFacts(name_th=name))
    assert refused.value.field == "name_th"


def test_a_person_with_two_positions_is_addressed_by_the_one_that_fits(
    people: People, hospital: Organisation, make_holder: Any
) -> None:
    actor = people.actor("analyst")
    person_id, _ = make_holder(
        hospital, "นพ.พงศ์พันธุ์ ทองดี", "รองผู้อำนวยการ", ContactKind.DIRECTOR, name_en="Phongphan Thongdee"
    )
    services.add_position(
        actor,
        person_id,
        hospital.pk,
        PositionFacts(
            title_th="ผู้บริหารเทคโนโลยีสารสนเทศระดับสูง",
            title_en="Chief Information Officer",
            kinds=(ContactKind.TECHNICAL, ContactKind.POLICY),
        ),
    )
    person = Person.objects.get(pk=person_id)

    alert = addressed(person, MessageKind.TECHNICAL_ALERT)
    order = addressed(person, MessageKind.ORDER)
    english = addressed(person, MessageKind.TECHNICAL_ALERT, language="en")

    assert alert.opening == "เรียน ผู้บริหารเทคโนโลยีสารสนเทศระดับสูง"
    assert alert.lines == "นายแพทย์พงศ์พันธุ์ ทองดี\nผู้บริหารเทคโนโลยีสารสนเทศระดับสูง"
    assert alert.greeting == "เรียน นพ.พงศ์พันธุ์ ทองดี"
    assert order.opening == "เรียน รองผู้อำนวยการ"
    assert "Phongphan Thongdee" in english.opening
    assert english.position == "Chief Information Officer"


def test_the_organisation_that_a_message_goes_to_decides_first(
    people: People, hospital: Organisation, make_holder: Any
) -> None:
    board = organisation(people)
    person_id, _ = make_holder(hospital, "นางวิไล ใจงาม", "หัวหน้าไอที", ContactKind.TECHNICAL)
    services.add_position(
        people.actor("analyst"),
        person_id,
        board.pk,
        PositionFacts(title_th="กรรมการ", kinds=(ContactKind.POLICY,)),
    )
    person = Person.objects.get(pk=person_id)
    assert addressed(person, MessageKind.TECHNICAL_ALERT, organisation_id=board.pk).position == "กรรมการ"
    assert addressed(person, MessageKind.TECHNICAL_ALERT, organisation_id=hospital.pk).position == "หัวหน้าไอที"


def test_an_ended_position_addresses_nobody(people: People, hospital: Organisation, make_holder: Any) -> None:
    person_id, position_id = make_holder(hospital, "นายดำ ดี", "หัวหน้า")
    services.end_position(people.actor("member_admin"), position_id)
    person = Person.objects.get(pk=person_id)
    assert addressed(person, MessageKind.ORDER).opening == "เรียน นายดำ ดี"


def test_a_person_is_seen_by_the_own_organisation_the_centre_and_where_a_position_is_held(
    people: People, hospital: Organisation, make_holder: Any
) -> None:
    person_id, _ = make_holder(hospital, "นายแดง ดี", "หัวหน้า")
    seen = [
        key
        for key in ("member_admin", "member_admin_b", "analyst", "merchant_admin", "authority", "peer_cert")
        if people_visible_to(people.actor(key)).filter(pk=person_id).exists()
    ]
    assert seen == ["member_admin", "analyst"]
    merchant = organisation_of(people, "merchant")
    services.add_position(people.actor("analyst"), person_id, merchant.pk, PositionFacts(title_th="ที่ปรึกษา"))
    assert people_visible_to(people.actor("merchant_admin")).filter(pk=person_id).exists()
    with pytest.raises(NotFoundError):
        services.change_person(
            people.actor("merchant_admin"), person_id, PersonFacts(name_th="ชื่ออื่น"), version=1
        )


def test_people_are_found_by_two_letters_by_misprints_and_by_position(
    people: People, hospital: Organisation, make_holder: Any
) -> None:
    person_id, _ = make_holder(hospital, "น.ส.ศรีสุดา แก้วใส", "เจ้าพนักงานธุรการ", name_en="Srisuda Kaeosai")
    make_holder(hospital, "นายอื่น คนละคน", "คนสวน")
    rows = people_visible_to(people.actor("analyst"))
    for words in ("ศร", "สุดา", "แก้ว", "ธุรการ", "srisuda", "ศรี ธุร"):
        assert [row.pk for row in matching_people(rows, words)] == [person_id], words


def test_two_people_change_one_person_and_the_second_is_told(
    people: People, hospital: Organisation, make_holder: Any
) -> None:
    person_id, position_id = make_holder(hospital, "นายเขียว ดี", "หัวหน้า")
    services.change_person(people.actor("analyst"), person_id, PersonFacts(name_th="นายเขียว ดีมาก"), version=1)
    with pytest.raises(services.ContactChangedError) as refused:
        services.change_person(
            people.actor("member_admin"), person_id, PersonFacts(name_th="นายเขียว ดี"), version=1
        )
    assert "ชื่อไทย" in refused.value.message.th
    services.change_position(
        people.actor("analyst"), position_id, PositionFacts(title_th="ผู้อำนวยการ"), version=1
    )
    with pytest.raises(services.ContactChangedError):
        services.change_position(
            people.actor("member_admin"), position_id, PositionFacts(title_th="รอง"), version=1
        )
    assert Position.objects.get(pk=position_id).title_th == "ผู้อำนวยการ"
