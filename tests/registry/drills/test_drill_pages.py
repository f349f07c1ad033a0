"""Drills as people and machines meet them: pages, links, call-backs, the board, the API."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from phithak.base import clock
from phithak.core.jobs import services as jobs
from phithak.core.links import queries as links
from phithak.core.links.models import Link
from phithak.registry.models import ContactPoint, Drill, DrillCheck
from phithak.registry.queries.kinds import Kind
from phithak.registry.services.drills import codes
from tests.people import People
from tests.registry.drills.contacts import SYSTEM, T0, begin, contact, hospital, send, tick
from tests.registry.factory import organisation, organisation_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]

HOUR = timedelta(minutes=60)


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def post(browser: Client, url: str, data: dict[str, Any]) -> Any:
    answer = browser.post(url, json.dumps(data), content_type="application/json")
    assert answer.status_code < 300, answer.content.decode()
    return answer.json()


def test_a_drill_from_plan_to_its_end(people: People) -> None:
    """An analyst plans, starts and watches; the contact presses the link; the agent takes the call-back."""
    org = hospital(people)
    by_mail, by_phone = contact(org, mail="a@example.test"), contact(org, phone="0812345601")
    silent = contact(org, mail="b@example.test")
    browser, agent = people.client("analyst"), people.client("call_agent")
    with clock.at(T0):
        plan = {"tenant_id": people.tenant_id("cert"), "name": "ซ้อมเย็นวันศุกร์", "kinds": ["technical"],
                "countries": "th", "due_minutes": "๖๐"}  # fmt: skip
        answer = browser.post(reverse("registry:drill_new"), plan)
        assert answer.status_code == 302, words(answer)
        drill = Drill.objects.get()
        assert (drill.countries, drill.due_minutes) == (["TH"], 60)
        assert browser.post(reverse("registry:drill_start", args=[drill.pk])).status_code == 302
        assert browser.post(reverse("registry:drill_start", args=[drill.pk])).status_code == 409
        jobs.run_pending("normal")
        send()
        page = words(browser.get(reverse("registry:drill", args=[drill.pk])))
        assert "3 จาก 3 ผู้ติดต่อ" in page
        assert page.count("รอคำตอบ") >= 4
    with clock.at(T0 + HOUR / 2):
        link = Link.objects.get(pk=DrillCheck.objects.get(contact=by_mail).link_id)
        path = urlsplit(links.url_of(link)).path
        asked = words(Client().get(path))
        assert "ไม่มีเหตุการณ์ใดกำลังเกิดขึ้น" in asked
        assert "5 พ.ย. 2569 10:00 น." in asked
        told = Client().post(path, {"answer": "changed", "note": "เบอร์ใหม่ 0899999999"})
        assert told.status_code == 200
        code = codes.code_of(DrillCheck.objects.get(contact=by_phone))
        callback = reverse("registry:drill_callback")
        assert by_phone.label_th in words(agent.get(callback))
        assert agent.post(callback, {"code": "12", "how": "call_back"}).status_code == 422
        assert agent.post(callback, {"code": code, "how": "call_back"}).status_code == 302
    with clock.at(T0 + HOUR):
        tick()
    with clock.at(T0 + HOUR + timedelta(minutes=1)):
        page = words(browser.get(reverse("registry:drill", args=[drill.pk])))
        for told in ("จบแล้ว", "ตอบในกำหนด", "ไม่มีใครตอบ"):
            assert told in page
        only = words(browser.get(reverse("registry:drill", args=[drill.pk]) + "?colour=red"))
        assert silent.label_th in only
        assert by_mail.label_th not in only
        assert "เขียว 2 · เหลือง 0 · แดง 1" in words(browser.get(reverse("registry:drills")))
        waiting = words(browser.get(reverse("registry:drill_changes")))
        assert by_mail.label_th in waiting
        check = words(
            browser.get(reverse("registry:drill_check", args=[DrillCheck.objects.get(contact=by_mail).pk]))
        )
        assert "เบอร์ใหม่" in check
        assert "0899999999" not in check
        # whoever changes the contact settles it
        ContactPoint.objects.filter(pk=by_mail.pk).update(changed_at=clock.now())
        assert by_mail.label_th not in words(browser.get(reverse("registry:drill_changes")))


def test_a_contact_without_an_answer_in_the_period_is_flagged_stale(people: People) -> None:
    """A contact that has not answered in the set period is flagged stale, on the board and over the API.

    Proves: S3-20
    """
    org = hospital(people)
    silent, answering = contact(org, mail="a@example.test"), contact(org, mail="b@example.test")
    browser = people.client("analyst")
    with clock.at(T0):
        round_ = begin(people)
        round_.press(answering)
        round_.press(silent)
        tick()
    url, api = reverse("registry:drill_liveness") + "?stale=yes", "/api/v1/registry/liveness?stale=true"

    def flagged(days: float) -> tuple[str, list[str]]:
        with clock.at(T0 + timedelta(days=days)):
            jobs.enqueue("registry.contacts_stale", {"due": "x"}, actor=SYSTEM)
            jobs.run_pending("normal")
            return words(browser.get(url)), [one["label_th"] for one in browser.get(api).json()["items"]]

    assert flagged(34.9)[1] == []
    with clock.at(T0 + timedelta(days=30)):
        again = begin(people, name="เดือนถัดไป")
        again.press(answering)
    page, over_api = flagged(35.1)
    assert over_api == [silent.label_th]
    assert silent.label_th in page
    assert "ขาดการยืนยัน" in page
    assert answering.label_th not in page
    with clock.at(T0 + timedelta(days=36)):
        again.press(silent)
    assert flagged(36.1)[1] == []


def test_the_stop_button_and_who_may_press_it(people: People) -> None:
    contact(hospital(people), mail="a@example.test")
    browser = people.client("analyst")
    with clock.at(T0):
        round_ = begin(people)
        url = reverse("registry:drill_stop", args=[round_.id])
        assert people.client("executive").post(url, {"reason": "หยุดก่อน"}).status_code == 403
        assert people.client("member_admin").get(reverse("registry:drills")).status_code == 403
        assert browser.post(url, {"reason": ""}).status_code == 422
        assert browser.post(url, {"reason": "ส่งผิดรอบ ขอหยุดก่อน"}).status_code == 302
        tick()
        page = words(browser.get(reverse("registry:drill", args=[round_.id])))
    assert "หยุดแล้ว" in page
    assert "ส่งผิดรอบ" in page
    assert "ยกเลิก" in page


def test_a_member_country_without_a_contact_is_flagged(people: People) -> None:
    """Eleven members; ten have a contact, one's contact has ended: the page, the desk and the API name it."""
    browser = people.client("analyst")
    organisation_of(people, "cert", country="TH", kind=Kind.CERT)
    contact(organisation_of(people, "cert", country="TH", kind=Kind.CERT), mail="th@example.test")
    held = {
        code: contact(organisation(people, Kind.PEER_CERT, country=code), mail=f"{code}@example.test")
        for code in ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TL", "VN")
    }
    found = browser.get("/api/v1/registry/member-countries").json()
    assert len(found) == 11
    assert not [one for one in found if one["missing"]]
    ContactPoint.objects.filter(pk=held["LA"].pk).update(ended_at=clock.now())
    found = browser.get("/api/v1/registry/member-countries").json()
    assert [one["code"] for one in found if one["missing"]] == ["LA"]
    page = words(browser.get(reverse("registry:drills")))
    assert re.search(r"LA ลาว +ไม่มีผู้ประสานงาน", page)
    assert "ประเทศสมาชิกไม่มีผู้ประสานงาน: ลาว" in words(browser.get("/"))


def test_the_same_over_the_api(people: People) -> None:
    org = hospital(people)
    one, two = contact(org, phone="0812345601"), contact(org, phone="0812345602")
    browser = people.client("cert_admin")
    with clock.at(T0):
        body = {"tenant_id": str(people.tenant_id("cert")), "name": "ผ่าน API", "due_minutes": 30}
        made = post(browser, "/api/v1/registry/drills", body)
        assert (made["state"], made["contacts"]) == ("planned", 0)
        assert post(browser, f"/api/v1/registry/drills/{made['id']}/start", {})["state"] == "running"
        jobs.run_pending("normal")
        send()
        code = codes.code_of(DrillCheck.objects.get(contact=one))
        answered = post(browser, "/api/v1/registry/drill-codes", {"code": code, "how": "code"})
        assert (answered["state"], answered["colour"], answered["how"]) == ("answered", "green", "code")
        check = DrillCheck.objects.get(contact=two)
        spoken = post(browser, f"/api/v1/registry/drill-checks/{check.pk}/answered", {"how": "call_back"})
        assert spoken["words_en"] == "Answered in time"
        checks = browser.get(f"/api/v1/registry/drills/{made['id']}/checks").json()
        assert checks["total"] == 2
        wrong = browser.post(
            "/api/v1/registry/drills",
            json.dumps({**body, "kinds": ["astrologer"]}),
            content_type="application/json",
        )
        assert wrong.status_code == 422


def test_the_monthly_drill_starts_by_itself_once_and_can_be_switched_off(
    people: People, settings: Any
) -> None:
    from dataclasses import replace  # noqa: PLC0415 - beside its only use

    contact(hospital(people), mail="a@example.test")
    with clock.at(T0):
        for off in (True, False, False):
            settings.CONFIG = replace(settings.CONFIG, drill_monthly=not off)
            jobs.enqueue("registry.drill_monthly", {"due": T0.isoformat()}, actor=SYSTEM)
            jobs.run_pending("normal")
            assert Drill.objects.count() == (0 if off else 1)
    assert Drill.objects.get().name == "การซ้อมประจำเดือนพฤศจิกายน 2569"
    assert DrillCheck.objects.count() == 1
