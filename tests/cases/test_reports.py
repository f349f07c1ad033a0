"""Reports: by form and by telephone, the caller called back at a number of the registry, what becomes of them."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.urls import reverse

from phithak.cases.models import Case, Report
from phithak.core.db.transactions import write
from phithak.core.search import services as search
from phithak.registry.queries import organisations
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.services import people as contacts
from tests.cases.conftest import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def contact_of(desk: Desk, key: str) -> UUID:
    """Give an organisation a contact that can be called."""
    facts = contacts.ContactFacts(
        kind=ContactKind.TECHNICAL, label_th="เวรไอที", label_en="IT on duty", phone="021234567"
    )
    return contacts.add_contact(desk.people.actor("analyst"), desk.organisation(key), facts)


def test_a_call_at_night_is_one_screen_and_the_caller_is_called_back(desk: Desk) -> None:
    contact = contact_of(desk, "hospital")
    with write("test.index"):
        search.put(organisations.KIND, desk.organisation("hospital"), "โรงพยาบาลธารเมฆ")
    browser = desk.people.client("analyst", language="en")
    address = reverse("cases:phone")
    found = browser.get(address, {"q": "ธารเมฆ"}).content.decode()
    hospital = desk.organisation("hospital")
    assert f"?organisation={hospital}" in found
    page = browser.get(address, {"organisation": hospital}).content.decode()
    assert "Call back at a number of the registry" in page
    assert reverse("registry:call_contact", args=[contact]) in page
    assert "021234567" not in page, "the number opens by its own button, and the journal keeps who"
    told = {
        "caller": "สมหญิง รีบร้อน", "phone": "089-999-8888", "title": "ไฟล์เปิดไม่ได้ทั้งตึก",
        "text": "ขึ้นข้อความเรียกเงิน", "kind": "ransomware", "severity": "4", "severity_reason": "ห้องฉุกเฉินหยุด",
        "patient_safety": "on", "called_back": str(contact), "confirmed": "on",
    }  # fmt: skip
    answer = browser.post(f"{address}?organisation={hospital}", told)
    row = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("cases:case", args=[row.pk]))
    report = Report.objects.get()
    assert (report.state, report.case_id, report.verified) == ("linked", row.pk, "yes")
    assert report.organisation_id == hospital
    assert (row.severity, row.patient_safety, row.priority) == (4, True, 45)
    page = browser.get(answer["Location"]).content.decode()
    assert "Verified by call-back" in page
    shown = browser.get(reverse("cases:report", args=[report.pk])).content.decode()
    for secret in ("สมหญิง รีบร้อน", "0899998888", "+66899998888", "089-999-8888"):
        assert secret not in page + shown, "name and number of the caller are masked"


def test_a_call_without_call_back_is_marked_until_it_is_made(desk: Desk) -> None:
    contact_of(desk, "hospital_b")
    contact = contact_of(desk, "hospital")
    hospital = desk.organisation("hospital")
    browser = desk.people.client("analyst", language="en")
    told = {"title": "เว็บล่ม", "text": "เปิดไม่ได้", "kind": "other", "severity": "0"}
    assert browser.post(f"{reverse('cases:phone')}?organisation={hospital}", told).status_code == 302
    case_page = reverse("cases:case", args=[Case.objects.get().pk])
    assert "Not called back yet" in browser.get(case_page).content.decode()
    report = Report.objects.get()
    elsewhere = str(contact_of(desk, "hospital_b"))
    wrong = desk.ask(
        "analyst", "POST", f"/reports/{report.pk}/verify", {"contact_id": elsewhere, "confirmed": True}
    )
    assert wrong[0] == 422, "a contact of another organisation proves nothing"
    said_no = {"contact_id": str(contact), "confirmed": False}
    assert desk.ask("analyst", "POST", f"/reports/{report.pk}/verify", said_no)[0] == 204
    assert "Called back, not confirmed" in browser.get(case_page).content.decode()


def test_a_member_reports_for_its_own_organisation_alone(desk: Desk) -> None:
    hospital, other = desk.organisation("hospital"), desk.organisation("hospital_b")
    sent = {"title": "อีเมลหลอกลวง", "text": "มีคนคลิก", "organisation_id": str(hospital)}
    status, made = desk.ask("member_staff", "POST", "/reports", sent)
    assert (status, made["state"]) == (201, "new")
    assert len(made["receipt"]) == 8
    for wrong in (str(other), None):
        assert desk.ask("member_staff", "POST", "/reports", {**sent, "organisation_id": wrong})[0] == 404
    assert desk.ask("member_admin", "GET", "/reports")[1]["total"] == 1
    assert desk.ask("member_admin_b", "GET", "/reports")[1]["total"] == 0
    assert desk.ask("member_admin_b", "GET", f"/reports/{made['id']}")[0] == 404
    browser = desk.people.client("member_admin")
    assert browser.get(reverse("cases:new_report")).status_code == 200
    page = browser.post(
        reverse("cases:new_report"), {"title": "เครื่องช้า", "text": "ช้ามาก", "organisation_id": str(hospital)}
    )
    assert page.status_code == 302


def test_a_report_is_decided_on_once(desk: Desk) -> None:
    hospital = str(desk.organisation("hospital"))
    made = [
        desk.ask(
            "analyst", "POST", "/reports", {"title": f"รายงาน {n}", "text": "x", "organisation_id": hospital}
        )[1]
        for n in range(3)
    ]
    status, case = desk.ask("analyst", "POST", f"/reports/{made[0]['id']}/open", {"title": "เคสจากรายงาน"})
    assert (status, case["parties"][0]["role"]) == (201, "affected")
    again = desk.ask("analyst", "POST", f"/reports/{made[0]['id']}/open", {"title": "อีกครั้ง"})
    assert (again[0], again[1]["code"]) == (409, "cases.report_state")
    assert Case.objects.count() == 1, "the second try opened nothing"
    assert desk.ask("analyst", "POST", f"/reports/{made[1]['id']}/put", {"case_id": case["id"]})[0] == 204
    reject = {"state": "rejected", "reason": "ไม่ใช่เหตุ"}
    assert (
        desk.ask("analyst", "POST", f"/reports/{made[2]['id']}/settle", {**reject, "state": "linked"})[0]
        == 422
    )
    assert desk.ask("analyst", "POST", f"/reports/{made[2]['id']}/settle", reject)[0] == 204
    assert sorted(Report.objects.values_list("state", flat=True)) == ["linked", "linked", "rejected"]
    # the member of the organisation cannot decide
    assert desk.ask("member_admin", "POST", f"/reports/{made[2]['id']}/settle", reject)[0] == 403
