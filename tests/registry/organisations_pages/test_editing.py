"""Adding and changing by the forms: wrong input is named and kept, two people see each other's changes."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from phithak.registry.models import Organisation, Relation
from phithak.registry.queries.kinds import Kind
from phithak.registry.services import organisations as services
from tests.people import People
from tests.registry.organisations_pages.conftest import Add, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]

NEW = reverse("registry:new")
LEAST = {"name_th": "โรงพยาบาลใบชา", "kind": "hospital", "country": "TH"}


def address(name: str, organisation_id: UUID) -> str:
    return reverse(f"registry:{name}", args=[organisation_id])


def opened(browser: Client, organisation_id: UUID) -> dict[str, Any]:
    """Open the edit form and return what it would send unchanged."""
    return sent(browser.get(address("edit", organisation_id)).content.decode())


def sent(html: str) -> dict[str, Any]:
    """Return what a browser would send of the form in ``main``."""
    main = html[html.index("<main") : html.index("</main>")]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input\b[^>]*>", main):
        told = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        if told.get("type") in {"checkbox", "radio"} and "checked" not in tag:
            continue
        if told.get("type") == "checkbox" and told["name"] == "legal_roles":
            found.setdefault("legal_roles", []).append(told["value"])
        elif "name" in told:
            found[told["name"]] = told.get("value", "on" if told.get("type") == "checkbox" else "")
    for name, body in re.findall(r'<textarea\b[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', main, re.DOTALL):
        found[name] = unescape(body).strip()
    for name, body in re.findall(r'<select\b[^>]*name="(\w+)"[^>]*>(.*?)</select>', main, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


def test_name_and_kind_are_enough(people: People) -> None:
    browser = people.client("analyst")
    answer = browser.post(NEW, LEAST)
    made = Organisation.objects.get(name_th="โรงพยาบาลใบชา")
    assert answer.status_code == 302
    assert answer["Location"] == address("organisation", made.pk)
    assert made.legal_roles == ["controller"]  # as the kind proposes
    assert text_of(browser.get(answer["Location"]).content.decode()).count("โรงพยาบาลใบชา") >= 1


WRONG = {
    "juristic_id": ("๐๑๐๕๕๖๑๐๐๐๐๑๒", "เลขประจำตัวไม่ถูกต้อง (หลักตรวจสอบไม่ตรง)"),
    "name_th": ("โรง\u202eลาบายพ", "อักขระที่มองไม่เห็น"),
    "name_en": ("Good\u2066 Clinic", "อักขระที่มองไม่เห็น"),
    "website": ("ไม่ใช่เว็บ", "www.example.or.th"),
    "service_revenue_thb": ("900", "มากกว่ารายได้รวมไม่ได้"),
    "registered_on": ("31 กุมภาพันธ์ 2569", ""),
    "revenue_thb": ("หลายบาท", ""),
}


@pytest.mark.parametrize("field", WRONG)
def test_what_is_wrong_is_named_and_what_was_typed_stays(people: People, field: str) -> None:
    typed, words = WRONG[field]
    data = {**LEAST, "address": "ตำบลหนึ่ง อำเภอสอง", "revenue_thb": "100", field: typed}
    answer = people.client("analyst").post(NEW, data)
    html = answer.content.decode()
    assert answer.status_code == 422
    shown = re.search(rf'id="id_{field}_error">(.*?)</p>', html, re.DOTALL)
    assert shown is not None, "the error does not stand at its field"
    assert words in unescape(shown[1])
    assert sent(html)["address"] == "ตำบลหนึ่ง อำเภอสอง"
    assert sent(html)[field] == typed
    assert not Organisation.objects.filter(address="ตำบลหนึ่ง อำเภอสอง").exists()


def test_messages_are_english_on_an_english_page(people: People) -> None:
    browser = people.client("analyst", language="en")
    answer = browser.post(NEW, {**LEAST, "name_th": "โรง\u202eลาบายพ", "juristic_id": "123"})
    assert "it holds invisible characters that change what is read" in answer.content.decode()


def test_a_zero_width_space_is_dropped_without_a_word(people: People) -> None:
    people.client("analyst").post(NEW, {**LEAST, "name_th": "โรงพยาบาล\u200bใบเตย "})
    assert Organisation.objects.filter(name_th="โรงพยาบาลใบเตย").exists()


def test_saving_without_a_change_loses_nothing(people: People, add: Add) -> None:
    made = add(
        "ตลาดครบทุกช่อง", Kind.PLATFORM, name_en="Every Field", short_th="ครบ", aliases=("Every Alias",), country="KE",
        revenue_thb=1_500_000_000, service_revenue_thb=900_000, users_per_month=7, address="ถนนหนึ่ง",
        legal_roles=("processor", "platform"), website="every.example", sector="e-commerce",
        juristic_id="0105561000011",
    )  # fmt: skip
    before = Organisation.objects.values().get(pk=made)
    browser = people.client("analyst")
    data = opened(browser, made)
    assert data["revenue_thb"] == "1,500,000,000"
    assert browser.post(address("edit", made), data).status_code == 302
    assert Organisation.objects.values().get(pk=made) == before
    data["address"] = "ถนนสอง"
    assert browser.post(address("edit", made), data).status_code == 302
    after = Organisation.objects.values().get(pk=made)
    differ = {name for name in before if before[name] != after[name]}
    assert differ == {"address", "version", "updated_at"}


def test_the_second_sees_what_the_first_changed_and_decides(people: People, add: Add) -> None:
    made = add("โรงพยาบาลสองคน", name_en="Two People", province="TH-50", address="เดิม", website="two.example")
    first, second = people.client("analyst"), people.client("cert_admin")
    own, others = opened(first, made), opened(second, made)
    own |= {"name_en": "First Was Here", "address": "ที่อยู่ของคนแรก", "province": "TH-57"}
    assert first.post(address("edit", made), own).status_code == 302
    others |= {"address": "ที่อยู่ของคนที่สอง", "short_th": "สองคน", "province": "TH-57"}
    answer = second.post(address("edit", made), others)
    assert answer.status_code == 422
    html = answer.content.decode()
    said = text_of(html)
    # field by field: before, theirs, mine; what both set alike is no question
    assert "ชื่ออังกฤษ เดิม: Two People ใช้ค่าที่อีกคนบันทึก: First Was Here ใช้ค่าในแบบฟอร์มของคุณ: Two People" in said
    assert "ที่อยู่ เดิม: เดิม ใช้ค่าที่อีกคนบันทึก: ที่อยู่ของคนแรก ใช้ค่าในแบบฟอร์มของคุณ: ที่อยู่ของคนที่สอง" in said
    assert "take_province" not in html
    proposed = sent(html)
    assert proposed["short_th"] == "สองคน"  # what was typed is kept
    assert (proposed["take_name_en"], proposed["take_address"]) == ("theirs", "mine")
    assert Organisation.objects.get(pk=made).address == "ที่อยู่ของคนแรก"  # nothing was overwritten
    assert second.post(address("edit", made), proposed).status_code == 302
    row = Organisation.objects.get(pk=made)
    assert (row.name_en, row.address, row.short_th) == ("First Was Here", "ที่อยู่ของคนที่สอง", "สองคน")


def test_the_other_decision(people: People, add: Add) -> None:
    made = add("โรงพยาบาลตัดสินใจ", name_en="Undecided", address="เดิม")
    browser = people.client("analyst")
    stale = opened(browser, made) | {"address": "ของฉัน"}
    browser.post(address("edit", made), opened(browser, made) | {"name_en": "Theirs", "address": "ของเขา"})
    again = sent(browser.post(address("edit", made), stale).content.decode())
    again |= {"take_name_en": "mine", "take_address": "theirs"}
    # a third change in between: asked anew, nothing lost
    browser.post(address("edit", made), opened(browser, made) | {"website": "third.example"})
    third = browser.post(address("edit", made), again)
    assert third.status_code == 422
    assert "third.example" in third.content.decode()
    assert browser.post(address("edit", made), sent(third.content.decode())).status_code == 302
    row = Organisation.objects.get(pk=made)
    assert (row.name_en, row.address, row.website) == ("Undecided", "ของเขา", "third.example")


def test_a_forged_beginning_is_no_beginning(people: People, add: Add) -> None:
    made = add("โรงพยาบาลปลอม", address="เดิม")
    browser = people.client("analyst")
    stale = opened(browser, made) | {"seen": "forged", "version": "7", "address": "ของฉัน"}
    answer = browser.post(address("edit", made), stale)
    assert answer.status_code == 422
    assert "ใช้ค่าที่อีกคนบันทึก: เดิม" in text_of(answer.content.decode())


def test_closing_takes_a_staff_session_and_a_reason(people: People, add: Add) -> None:
    made = add("คลินิกเลิกกิจการ", Kind.CLINIC)
    url = address("close", made)
    assert "เปิดช่วงสิทธิ์พิเศษ" in people.client("cert_admin").get(url).content.decode()
    browser = people.client("cert_admin", staff=True)
    assert browser.post(url, {"reason": "สั้น"}).status_code == 422
    assert Organisation.objects.get(pk=made).state == "registered"
    assert browser.post(url, {"reason": "เลิกกิจการตามหนังสือแจ้ง"}).status_code == 302
    said = text_of(browser.get(address("organisation", made)).content.decode())
    assert "ปิดแล้ว" in said
    assert browser.get(address("edit", made)).status_code == 409


def test_names_come_and_go(people: People, add: Add) -> None:
    """A record takes further names, Thai or Latin, and each finds it at once.

    Proves (part): S0-10
    """
    made = add("ตลาดใบเงิน", Kind.PLATFORM)
    browser = people.client("analyst")
    url, listed = address("aliases", made), reverse("registry:organisations")
    for name, kind in (("SilverLeaf", "latin"), ("ใบเงินช้อป", "brand")):
        assert browser.post(url, {"aliases": name, "kind": kind}).status_code == 302
        assert "ตลาดใบเงิน" in text_of(browser.get(listed, {"q": name}).content.decode())
    twice = browser.post(url, {"aliases": "SilverLeaf", "kind": "brand"})
    assert twice.status_code == 422
    assert "มีชื่อ SilverLeaf อยู่แล้ว" in text_of(twice.content.decode())
    hidden = re.search(r'name="alias" value="([^"]+)"', browser.get(url).content.decode())
    assert hidden is not None
    assert browser.post(address("remove_alias", made), {"alias": hidden[1]}).status_code == 302
    assert "ตลาดใบเงิน" not in text_of(browser.get(listed, {"q": "SilverLeaf"}).content.decode())
    assert browser.post(address("remove_alias", made), {"alias": "no id"}).status_code == 404


def test_relations_by_search_and_a_circle_is_refused(people: People, add: Add) -> None:
    first, second, third = (add(f"กรมวงกลม{name}", Kind.MINISTRY_UNIT) for name in ("หนึ่ง", "สอง", "สาม"))
    browser = people.client("analyst")
    for over, under, words in ((first, second, "กรมวงกลมสอง"), (second, third, "กรมวงกลมสาม")):
        url = f"{address('relations', over)}?q={words}"
        assert f'value="{under}"' in browser.get(url).content.decode()
        assert browser.post(url, {"other": under, "way": "parent.over"}).status_code == 302
    url = f"{address('relations', first)}?q=กรมวงกลมสาม"
    answer = browser.post(url, {"other": third, "way": "parent.under"})
    assert answer.status_code == 422
    assert "หน่วยงานแม่จะวนเป็นวง" in text_of(answer.content.decode())
    assert Relation.objects.count() == 2
    # an organisation that the search did not find cannot be named past it
    assert browser.post(url, {"other": second, "way": "allied.over"}).status_code == 422
    running = re.search(r'name="relation" value="([^"]+)"', browser.get(url).content.decode())
    assert running is not None
    assert browser.post(address("end_relation", first), {"relation": running[1]}).status_code == 302
    assert Relation.objects.filter(ended_at__isnull=True).count() == 1


def test_an_authority_sees_its_sectors(people: People, add: Add) -> None:
    services.find_tenants()
    made = add("ตลาดใต้กำกับ", Kind.PLATFORM, sector="e-commerce")
    authority = people.tenant_id("authority")
    seen = address("organisation", made)
    assert people.client("authority").get(seen).status_code == 404
    browser = people.client("cert_admin")
    assert browser.post(address("scopes", authority), {"sector": "e-commerce"}).status_code == 302
    assert people.client("authority").get(seen).status_code == 200
    running = re.search(
        r'name="scope" value="([^"]+)"', browser.get(address("scopes", authority)).content.decode()
    )
    assert running is not None
    assert browser.post(address("end_scope", authority), {"scope": running[1]}).status_code == 302
    assert people.client("authority").get(seen).status_code == 404
    wrong = browser.post(address("scopes", made), {"sector": "e-commerce"})
    assert "ไม่ใช่หน่วยงานกำกับดูแล" in text_of(wrong.content.decode())
    assert people.client("analyst").get(address("scopes", authority)).status_code == 403


def test_the_restricted_standing_has_a_page_of_its_own(people: People, add: Add) -> None:
    made = add("เขื่อนสมมติ", Kind.PRIVATE)
    url = address("standing", made)
    assert people.client("analyst").post(url, {"cii": "candidate"}).status_code == 302
    assert Organisation.objects.get(pk=made).cii == "candidate"
    assert people.client("auditor").get(url).status_code in {403, 404}
    assert people.client("member_admin").get(url).status_code == 403


def test_a_day_to_come_is_most_often_a_year_of_the_other_era(people: People) -> None:
    answer = people.client("analyst").post(NEW, LEAST | {"registered_on": "1/1/2669"})
    assert answer.status_code == 422
    assert "วันนี้ยังมาไม่ถึง ตรวจปี พ.ศ. หรือ ค.ศ." in text_of(answer.text)
    assert not Organisation.objects.filter(name_th=LEAST["name_th"]).exists()
