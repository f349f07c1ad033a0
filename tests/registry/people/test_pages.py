"""The pages of contacts and people: directory, night shift, forms, leaving."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from phithak.base import clock
from phithak.core.journal.models import Entry
from phithak.registry.models import ContactPoint, Organisation, Person, Position, Sector
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.services.people import (
    PersonFacts,
    PositionFacts,
    add_person,
    add_position,
    mark_liveness,
)
from tests.people import People
from tests.registry.factory import organisation_of
from tests.registry.people.conftest import OFFICE, MakeContact, bangkok

pytestmark = pytest.mark.db


def _text(answer: Any) -> str:
    streamed = getattr(answer, "streaming_content", None)
    return (b"".join(streamed) if streamed is not None else answer.content).decode()


def test_the_directory_by_kind_gives_the_right_person_and_no_diplomat_gets_a_technical_alert(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    """The filter by kind names the contact of that kind; the routes page leaves the diplomat out.

    Proves: S3-4
    """
    make_contact(hospital, ContactKind.TECHNICAL, label_th="เวรเครือข่าย")
    diplomat = make_contact(hospital, ContactKind.DIPLOMATIC, label_th="อัครราชทูต")
    make_contact(hospital, ContactKind.DEFENCE, label_th="นายทหารติดต่อ")
    make_contact(hospital, ContactKind.LAW_ENFORCEMENT, label_th="ตำรวจไซเบอร์")
    make_contact(hospital, ContactKind.POLICY, label_th="ฝ่ายนโยบาย")
    labels = {
        "technical": "เวรเครือข่าย",
        "diplomatic": "อัครราชทูต",
        "defence": "นายทหารติดต่อ",
        "law_enforcement": "ตำรวจไซเบอร์",
        "policy": "ฝ่ายนโยบาย",
    }
    browser = people.client("analyst")
    for kind, label in labels.items():
        page = _text(browser.get("/registry/contacts/", {"kind": kind}))
        assert [other for other in labels.values() if other in page] == [label]

    routes = f"/registry/{hospital.pk}/contacts/routes/"
    page = _text(browser.get(routes, {"message": "technical_alert"}))
    taken, left = page.split("ไม่ได้รับ", 1)
    assert "เวรเครือข่าย" in taken.split("ผู้รับตามลำดับ")[1]
    assert "อัครราชทูต" not in taken.split("ผู้รับตามลำดับ")[1]
    assert "อัครราชทูต" in left

    choose = f"/registry/contacts/{diplomat.pk}/choose/?message=technical_alert"
    assert browser.post(choose, {"reason": "สั้น"}).status_code == 422
    assert not Entry.objects.filter(tag="registry:contact:chosen").exists()
    assert browser.post(choose, {"reason": "สถานทูตเองเป็นเป้าหมาย"}).status_code == 302
    assert Entry.objects.filter(tag="registry:contact:chosen").count() == 1


def test_given_a_country_or_sector_and_a_time_the_page_names_whom_to_call_and_the_fallback(
    people: People, country_of_ten: list[Organisation], make_contact: MakeContact
) -> None:
    """By day the chief is called and the desk is the fallback, by night the other way round.

    Proves: S3-22
    """
    centre, _, _ = country_of_ten
    centre.sector = Sector.objects.create(code="t-health", name_th="สุขภาพ", name_en="Health", pack="t")
    centre.save(update_fields=["sector"])
    desk = make_contact(centre, label_th="เวรศูนย์ 24 ชม.", label_en="Desk", rank=2, time_zone="Asia/Vientiane")
    make_contact(
        centre,
        label_th="หัวหน้าศูนย์",
        label_en="Chief",
        rank=1,
        hours=OFFICE,
        time_zone="Asia/Vientiane",
        backup_id=desk.pk,
        languages=("lo", "en"),
    )
    browser = people.client("call_agent")

    def order(moment: str, **place: str) -> list[tuple[str, str]]:
        page = _text(browser.get("/registry/contacts/now/", {**place, "at": moment}))
        return re.findall(r'<h2 id="step-\d">\s*(โทรก่อน|ถ้าไม่รับ): <span hx-ignore>(.+?)</span>', page)

    by_day = [("โทรก่อน", "หัวหน้าศูนย์"), ("ถ้าไม่รับ", "เวรศูนย์ 24 ชม.")]
    by_night = [("โทรก่อน", "เวรศูนย์ 24 ชม."), ("ถ้าไม่รับ", "หัวหน้าศูนย์")]
    for place in ({"country": "LA"}, {"sector": "t-health"}):
        assert order("2026-11-23 10:00", **place) == by_day
        assert order("2026-11-23 22:00", **place) == by_night
    answer = browser.get(
        "/api/v1/registry/contacts/now", {"country": "LA", "at": bangkok(22).isoformat()}
    ).json()
    assert [step["label_en"] for step in answer["steps"]] == ["Desk", "Chief"]
    assert answer["steps"][1]["languages"] == ["lo", "en"]
    assert answer["steps"][0]["phone"].endswith("xxx-xxxx") or "x" in answer["steps"][0]["phone"]


def test_a_person_with_two_positions_is_addressed_by_the_position_fit_to_the_message(
    people: People, hospital: Organisation, make_holder: Any
) -> None:
    """One person, two positions: the page shows each kind of message with its own opening.

    Proves: S4-41
    """
    person_id, _ = make_holder(hospital, "นพ.พงศ์พันธุ์ ทองดี", "รองผู้อำนวยการ", ContactKind.DIRECTOR)
    add_position(
        people.actor("analyst"),
        person_id,
        hospital.pk,
        PositionFacts(title_th="ผู้บริหารเทคโนโลยีสารสนเทศระดับสูง", kinds=(ContactKind.TECHNICAL,)),
    )
    page = _text(people.client("analyst").get(f"/registry/people/{person_id}/"))
    assert page.count("รองผู้อำนวยการ") >= 2
    openings = dict(re.findall(r"<dt>(เรียน [^<]+)</dt><dd>([^<]+)<br>", page))
    chief = openings["เรียน ผู้บริหารเทคโนโลยีสารสนเทศระดับสูง"].split(" · ")
    deputy = openings["เรียน รองผู้อำนวยการ"].split(" · ")
    assert "แจ้งเตือนทางเทคนิค" in chief
    assert "คำสั่ง" in deputy
    assert not set(chief) & set(deputy)
    assert "เรียน นพ.พงศ์พันธุ์ ทองดี" in page


def test_the_call_button_opens_the_number_once_it_is_journalled(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital, phone="081-234-5678")
    browser = people.client("call_agent")
    page = _text(browser.get("/registry/contacts/now/", {"organisation": str(hospital.pk)}))
    assert "08x-xxx-5678" in page
    assert "2345678" not in page.replace("-", "")
    opened = browser.post(f"/registry/contacts/{row.pk}/call/")
    assert 'href="tel:+66812345678"' in _text(opened)
    assert opened["Cache-Control"] == "no-store"
    assert Entry.objects.filter(tag="registry:contact:called").count() == 1
    fragment = browser.post(f"/registry/contacts/{row.pk}/call/", headers={"HX-Request": "true"})
    assert "<html" not in _text(fragment)
    assert people.client("member_admin").post(f"/registry/contacts/{row.pk}/call/").status_code == 403


def test_exports_never_hold_personal_data_in_clear(
    people: People, hospital: Organisation, make_contact: MakeContact, make_holder: Any
) -> None:
    _, held = make_holder(hospital, "นางสาวกุสุมา ผ่องแผ้ว", "หัวหน้าเวร")
    make_contact(hospital, position_id=held, phone="0812345678", email="kusuma@thanmek.example")
    browser = people.client("analyst")
    for address in ("/registry/contacts/", "/registry/people/"):
        for kind in ("csv", "json"):
            text = _text(browser.get(address, {"format": kind}))
            assert "โรงพยาบาลธารเมฆ" in text
            for secret in ("กุสุมา", "ผ่องแผ้ว", "2345678", "kusuma"):
                assert secret not in text.replace("-", ""), (address, kind, secret)
    assert "กุสุมา" in _text(browser.get("/registry/people/"))


def _contact_form(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "technical",
        "label_th": "เวรไอที",
        "phone": "๐๘๑-๒๓๔-๕๖๗๘",
        "languages": ["th"],
        "hours": "จ-ศ 08:30-16:30",
        "time_zone": "Asia/Bangkok",
        "rank": "1",
        "tlp_most": "AMBER",
        **changes,
    }


def test_a_member_keeps_its_own_contacts_by_forms(people: People, hospital: Organisation) -> None:
    browser = people.client("member_admin")
    new = f"/registry/{hospital.pk}/contacts/new/"
    assert browser.get(new).status_code == 200
    wrong = browser.post(new, _contact_form(phone="08", hours="วันไหนก็ได้"))
    assert wrong.status_code == 422
    assert "อ่านเวลาเวรไม่ได้" in _text(wrong)
    made = browser.post(new, _contact_form(), follow=True)
    row = ContactPoint.objects.get()
    assert row.hours == [[day, "08:30", "16:30"] for day in range(5)]
    assert "ไม่มีอีเมลนอกโดเมน" in _text(made)
    edit = f"/registry/contacts/{row.pk}/edit/"
    assert "08x-xxx-5678" in _text(browser.get(edit))
    assert browser.post(edit, _contact_form(phone="", label_th="เวรใหม่", version="1")).status_code == 302
    row.refresh_from_db()
    assert (row.label_th, row.version) == ("เวรใหม่", 2)
    assert row.phone_id is not None


def test_a_conflict_says_what_differs_keeps_the_words_and_can_be_sent_again(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital, label_th="เวรไอที")
    edit = f"/registry/contacts/{row.pk}/edit/"
    browser = people.client("member_admin")
    assert (
        people.client("analyst").post(edit, _contact_form(phone="", rank="7", version="1")).status_code == 302
    )
    refused = browser.post(edit, _contact_form(phone="", label_en="Night desk", version="1"))
    assert refused.status_code == 422
    page = _text(refused)
    assert "ลำดับ" in page
    assert 'value="Night desk"' in page
    assert browser.post(edit, _contact_form(phone="", label_en="Night desk", version="2")).status_code == 302
    assert 'name="version" value="2"' in page


def test_a_conflict_at_a_person_and_a_position_tells_what_stands_now(
    people: People, hospital: Organisation
) -> None:
    made = add_person(people.actor("member_admin"), hospital.pk, PersonFacts(name_th="กุสุมา ใจงาม"))
    person = Person.objects.get(pk=made)
    edit = f"/registry/people/{person.pk}/edit/"
    browser = people.client("member_admin")
    typed = {"name_th": "กุสุมา ใจงาม", "languages": ["th"], "version": "1"}
    assert people.client("analyst").post(edit, typed | {"languages": ["th", "en"]}).status_code == 302
    refused = browser.post(edit, typed | {"title": "นาง"})
    assert refused.status_code == 422
    assert "ขณะนี้บันทึกไว้ว่า ไทย, อังกฤษ" in _text(refused)
    assert 'value="นาง"' in _text(refused)
    assert browser.post(edit, typed | {"title": "นาง", "version": "2"}).status_code == 302
    person.refresh_from_db()
    assert (person.title, person.languages, person.version) == ("นาง", ["th"], 3)

    new = {"organisation_id": str(hospital.pk), "title_th": "หัวหน้า", "since": "1/10/2568"}
    assert browser.post(f"/registry/people/{person.pk}/positions/new/", new).status_code == 302
    position = Position.objects.get(person=person)
    edit = f"/registry/positions/{position.pk}/edit/"
    typed = {"title_th": "หัวหน้า", "since": "1/10/2568", "version": "1"}
    assert people.client("analyst").post(edit, typed | {"since": "2/11/2568"}).status_code == 302
    refused = browser.post(edit, typed | {"unit": "ไอที"})
    assert refused.status_code == 422
    assert "ขณะนี้บันทึกไว้ว่า 2 พ.ย. 2568" in _text(refused)
    assert browser.post(edit, typed | {"unit": "ไอที", "version": "2"}).status_code == 302


def test_end_and_confirm_by_page(people: People, hospital: Organisation, make_contact: MakeContact) -> None:
    row = make_contact(hospital)
    browser = people.client("member_admin")
    address = f"/registry/contacts/{row.pk}/"
    assert browser.get(f"{address}confirm/").status_code == 200
    assert browser.post(f"{address}confirm/", {"how": "โทรกลับแล้ว"}).status_code == 302
    assert browser.get(f"{address}end/").status_code == 200
    assert browser.post(f"{address}end/").status_code == 302
    assert "ต้องหาผู้รับช่วง" in _text(browser.get(address))
    assert "contacts/?check=successor" in _text(browser.get("/"))
    assert str(row.pk) in _text(browser.get("/registry/contacts/", {"check": "successor"}))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "เครือ"}, True),
        ({"q": "คร"}, True),
        ({"q": "กุสุ"}, True),
        ({"q": "ไม่มีคำนี้"}, False),
        ({"language": "lo"}, True),
        ({"language": "km"}, False),
        ({"liveness": "red"}, True),
        ({"liveness": "green"}, False),
        ({"country": "TH"}, True),
        ({"country": "LA"}, False),
        ({"duty": "on"}, True),
        ({"duty": "off"}, False),
        ({"check": "unconfirmed"}, True),
        ({"check": "alone"}, True),
        ({"check": "key"}, False),
    ],
)
def test_the_list_is_narrowed(
    people: People,
    networks: ContactPoint,
    query: dict[str, str],
    found: bool,  # noqa: FBT001 - the answer
) -> None:
    row = networks
    page = _text(people.client("analyst").get("/registry/contacts/", query))
    assert (str(row.pk) in page) is found


@pytest.fixture
def networks(hospital: Organisation, make_contact: MakeContact, make_holder: Any) -> ContactPoint:
    """Give a contact with a person and two languages that did not answer the drill."""
    _, held = make_holder(hospital, "นางสาวกุสุมา ผ่องแผ้ว", "หัวหน้าเวร")
    row = make_contact(hospital, label_th="เวรเครือข่าย", languages=("th", "lo"), position_id=held)
    mark_liveness(row.pk, "red")
    return row


def test_people_by_forms_positions_and_leaving(people: People, hospital: Organisation) -> None:
    browser = people.client("member_admin")
    user = people.user("member_staff")
    made = browser.post(
        f"/registry/{hospital.pk}/people/new/",
        {"name_th": "นายณัฐ ขยันยิ่ง", "languages": ["th"], "user_id": str(user.pk)},
    )
    assert made.status_code == 302
    person = Person.objects.get()
    address = f"/registry/people/{person.pk}/"
    position = {"title_th": "เจ้าหน้าที่ไอที", "kinds": ["technical"], "organisation_id": str(hospital.pk)}
    assert browser.post(f"{address}positions/new/", position).status_code == 302
    page = _text(browser.get(address))
    assert "เจ้าหน้าที่ไอที" in page
    assert browser.get(f"{address}edit/").status_code == 200
    assert browser.get(f"{address}leave/").status_code == 200
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert browser.post(f"{address}leave/", {"on": tomorrow}).status_code == 302
    assert "จะพ้นหน้าที่" in _text(browser.get(address))
    assert browser.post(f"{address}stay/").status_code == 302
    session = people.client("member_staff")
    assert session.get("/").status_code == 200
    assert browser.post(f"{address}leave/", {"on": clock.today().isoformat()}).status_code == 302
    assert session.get("/").status_code == 302


def test_the_panel_is_a_fragment_on_the_organisations_page_and_a_page_alone(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    make_contact(hospital, label_th="เวรกลาง")
    browser = people.client("analyst")
    address = f"/registry/{hospital.pk}/contacts/"
    assert "<html" in _text(browser.get(address))
    fragment = _text(browser.get(address, headers={"HX-Request": "true"}))
    assert "<html" not in fragment
    assert "เวรกลาง" in fragment


def test_the_search_box_finds_people_and_contacts(
    people: People, hospital: Organisation, make_contact: MakeContact, make_holder: Any
) -> None:
    person_id, held = make_holder(hospital, "นางสาวกุสุมา ผ่องแผ้ว", "หัวหน้าเวร")
    row = make_contact(hospital, position_id=held)
    page = _text(people.client("analyst").get("/search/", {"q": "กุสุมา"}))
    assert f"/registry/people/{person_id}/" in page
    assert f"/registry/contacts/{row.pk}/" in page
    other = _text(people.client("member_admin_b").get("/search/", {"q": "กุสุมา"}))
    assert str(person_id) not in other


@pytest.mark.parametrize(
    "query", [{"country": "XX"}, {"sector": "none"}, {"at": "เมื่อวาน"}, {"organisation": "x"}]
)
def test_a_wrong_question_of_the_night_page_is_told(people: People, query: dict[str, str]) -> None:
    answer = people.client("call_agent").get("/registry/contacts/now/", query)
    assert answer.status_code == 422


def test_visitors_are_sent_to_the_login(db: None) -> None:
    for address in ("/registry/contacts/", "/registry/contacts/now/", "/registry/people/"):
        assert Client().get(address).status_code == 302


def test_the_demo_gives_every_organisation_contacts_and_is_the_same_when_run_again(people: People) -> None:
    from phithak.registry.contributions import people_demo  # noqa: PLC0415 - models are ready only now

    organisation_of(people, "peer", country="LA", kind="peer_cert")
    organisation_of(people, "hospital")
    people_demo.build()
    before = ContactPoint.objects.count()
    assert before == 6 + 3
    people_demo.build()
    assert ContactPoint.objects.count() == before
