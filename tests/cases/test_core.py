"""The case itself: triage, phases, who sees what, two people at once, the timeline, legal clocks."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from phithak.base import clock
from phithak.cases.models import Case, Entry
from phithak.cases.queries.states import CaseKind
from phithak.cases.services import opening
from phithak.core.accounts import actors
from phithak.core.clocks.models import RunningClock
from phithak.core.journal.models import Entry as JournalEntry
from tests.cases.conftest import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.db]

FACTS = {"title": "เวชระเบียนเปิดไม่ได้", "kind": "ransomware", "severity": 4, "severity_reason": "ห้องฉุกเฉินหยุด"}


def test_a_case_cannot_leave_triage_without_the_personal_data_answer(desk: Desk) -> None:
    """Proves (part): S4-39, without the breach record that a yes opens."""
    status, made = desk.ask("analyst", "POST", "/cases", FACTS)
    assert (status, made["phase"], made["missing"]) == (201, "triage", ["the answer about personal data"])
    move = {"phase": "containment"}
    status, told = desk.ask("analyst", "POST", f"/cases/{made['id']}/move", move)
    assert (status, told["code"]) == (409, "cases.triage_open")
    status, told = desk.ask("analyst", "POST", f"/cases/{made['id']}/personal", {"answer": "unknown"})
    assert (status, told["code"]) == (422, "cases.field_refused"), "not yet known needs a day"
    look_on = (clock.today() + timedelta(days=1)).isoformat()
    answer = {"answer": "unknown", "look_on": look_on}
    assert desk.ask("analyst", "POST", f"/cases/{made['id']}/personal", answer)[0] == 200
    status, told = desk.ask("analyst", "POST", f"/cases/{made['id']}/move", move)
    assert (status, told["phase"], told["personal_look_on"]) == (200, "containment", look_on)
    # back to triage only with a reason
    assert desk.ask("analyst", "POST", f"/cases/{made['id']}/move", {"phase": "triage"})[0] == 422
    back = {"phase": "triage", "reason": "พบระบบอื่นเพิ่ม"}
    assert desk.ask("analyst", "POST", f"/cases/{made['id']}/move", back)[0] == 200


def test_triage_lists_all_that_is_missing(desk: Desk) -> None:
    case_id = desk.case(kind=CaseKind.OTHER)
    page = desk.people.client("analyst", language="en").get(reverse("cases:case", args=[case_id]))
    for words in ("the class (RSIT)", "severity with its reason", "the answer about personal data"):
        assert words in page.content.decode()
    status, told = desk.ask(
        "analyst", "POST", f"/cases/{case_id}/close", {"outcome": "impact", "reason": "จบ"}
    )
    assert (status, told["code"]) == (409, "cases.triage_open")


def test_patients_in_danger_are_never_of_low_severity(desk: Desk) -> None:
    low = {**FACTS, "severity": 2, "patient_safety": True}
    status, told = desk.ask("analyst", "POST", "/cases", low)
    assert (status, told["code"]) == (422, "cases.field_refused")
    for facts in ({**FACTS, "patient_safety": True}, FACTS, {**FACTS, "severity": 3, "patient_safety": True}):
        assert desk.ask("analyst", "POST", "/cases", facts)[0] == 201
    assert sorted(Case.objects.values_list("priority", flat=True)) == [35, 40, 45]
    assert desk.ask("analyst", "POST", "/cases", {**FACTS, "severity_reason": ""})[0] == 422


def test_abuse_by_insiders_is_a_kind_of_its_own_with_two_classes(desk: Desk) -> None:
    """Proves (part): S2-2 (the type and its two RSIT classes)."""
    status, made = desk.ask("analyst", "POST", "/cases", {"title": "ขายคิววัคซีน", "kind": "service_abuse"})
    assert status == 201
    assert made["rsit"] == "fraud.unauthorised-use-of-resources"
    assert made["rsit_also"] == "information-content-security.unauthorised-modification"
    refused = desk.ask("analyst", "POST", "/cases", {"title": "x", "rsit": "no.such-class"})
    assert refused[0] == 422


def test_two_analysts_on_one_case_are_shown_the_conflict_and_lose_nothing(desk: Desk) -> None:
    case_id = desk.case(summary="เริ่มต้น")
    address = reverse("cases:edit", args=[case_id])
    first, second = desk.people.client("analyst"), desk.people.client("cert_admin", language="en")
    form = second.get(address).context["form"]
    told = {name: form.initial[name] for name in form.fields}
    began = {name: value for name, value in told.items() if value is not False}
    assert first.post(address, {**began, "title": "ชื่อของคนแรก", "tlp": "AMBER"}).status_code == 302
    late = second.post(address, {**began, "title": "ชื่อของคนที่สอง", "summary": "สรุปของคนที่สอง"})
    page = late.content.decode()
    assert late.status_code == 422
    assert "Somebody saved first" in page
    for words in ("ชื่อของคนแรก", "ชื่อของคนที่สอง", "สรุปของคนที่สอง", "ระบบเวชระเบียนถูกเข้ารหัส"):
        assert words in page, "the former, theirs and mine are all there"
    assert Case.objects.get(pk=case_id).title == "ชื่อของคนแรก", "nothing was stored over it"
    again = {name: late.context["form"][name].value() for name in form.fields}
    sent = {name: value for name, value in again.items() if value is not None and value is not False}
    done = second.post(address, {**sent, "take_title": "theirs"})
    assert done.status_code == 302
    row = Case.objects.select_related("body").get(pk=case_id)
    assert (row.title, row.body.summary, row.version) == ("ชื่อของคนแรก", "สรุปของคนที่สอง", 3)
    status, told = desk.ask("analyst", "PUT", f"/cases/{case_id}", {**FACTS, "version": 1})
    assert (status, told["code"]) == (409, "cases.changed")


def test_members_see_what_is_shared_and_nothing_else(desk: Desk) -> None:
    case_id = desk.case("hospital", "hospital_b")
    for text, shared in (("บันทึกภายในของศูนย์", False), ("แจ้งทุกหน่วยงานแล้ว", True)):
        entry = {"text": text, "shared": shared}
        assert desk.ask("analyst", "POST", f"/cases/{case_id}/timeline", entry)[0] == 201
    page = desk.people.client("member_admin").get(reverse("cases:case", args=[case_id])).content.decode()
    assert "แจ้งทุกหน่วยงานแล้ว" in page
    assert "บันทึกภายในของศูนย์" not in page
    assert "ธารเมก" in page or "ธารเมฆ" in page
    assert "ดอยแสงจันทร์" not in page, "an organisation learns nothing of the others"
    told = desk.ask("member_admin", "GET", f"/cases/{case_id}/timeline")[1]
    assert [line["text"] for line in told if line["text"].startswith(("แจ้ง", "บันทึก"))] == ["แจ้งทุกหน่วยงานแล้ว"]
    # what a member writes is for all who take part, and in the name of its organisation
    wrote = {"text": "โรงพยาบาลปิดเครือข่ายแล้ว", "organisation_id": str(desk.organisation("hospital_b"))}
    assert desk.ask("member_staff", "POST", f"/cases/{case_id}/timeline", wrote)[0] == 201
    entry_row = Entry.objects.get(text=wrote["text"])
    assert (entry_row.shared, entry_row.organisation_id) == (True, desk.organisation("hospital"))
    assert desk.ask("member_staff", "PUT", f"/cases/{case_id}", {**FACTS, "version": 1})[0] == 403
    # RED opens to named persons alone
    Case.objects.filter(pk=case_id).update(tlp="RED")
    assert desk.ask("member_admin", "GET", f"/cases/{case_id}")[0] == 404
    assert desk.ask("merchant_admin", "GET", f"/cases/{case_id}")[0] == 404
    assert desk.ask("member_admin", "GET", "/cases")[1]["total"] == 0
    assert desk.ask("authority", "GET", f"/cases/{case_id}")[0] == 403, "an authority never reads case notes"


def test_the_timeline_shows_three_days_from_finding_to_the_public_answer(desk: Desk) -> None:
    """Proves: S2-8."""
    case_id = desk.case()
    browser = desk.people.client("analyst", language="en")
    for kind, at in (("detected", "27 ก.ค. 2564 09:00"), ("published", "30 ก.ค. 2564 10:00")):
        sent = {"kind": kind, "text": "ตามข่าว", "at": at}
        assert browser.post(reverse("cases:new_entry", args=[case_id]), sent).status_code == 302
    page = browser.get(reverse("cases:case", args=[case_id])).content.decode()
    assert "From finding to published" in page
    assert "<strong>3 days 1 hours</strong>" in page
    table = browser.get(reverse("cases:timeline", args=[case_id]) + "?format=csv")
    lines = list(csv.reader(io.StringIO(b"".join(table.streaming_content).decode("utf-8-sig"))))
    assert ["2021-07-27T02:00:00Z", "Detected", "ตามข่าว"] in [line[:3] for line in lines]
    # a wrong entry is struck, never rewritten
    entry = Entry.objects.get(kind="published")
    struck = browser.post(reverse("cases:strike", args=[entry.pk]), {"reason": "อ่านวันที่ผิด"})
    assert struck.status_code == 302
    page = browser.get(reverse("cases:case", args=[case_id])).content.decode()
    assert "From finding to published" not in page
    assert "<s>ตามข่าว</s> (อ่านวันที่ผิด)" in page
    assert desk.ask("analyst", "POST", f"/entries/{entry.pk}/strike", {"reason": "อีกครั้ง"})[0] == 409


def test_the_clock_starts_by_the_controllers_awareness_alone(desk: Desk) -> None:
    case_id, hospital = desk.case("hospital"), desk.organisation("hospital")
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/personal", {"answer": "yes"})[0] == 200
    assert not RunningClock.objects.exists(), "the centre's own awareness starts nothing"
    aware = {"kind": "aware", "text": "ไอทีแจ้งผู้อำนวยการ", "organisation_id": str(hospital)}
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/timeline", aware)[0] == 422, "evidence is needed"
    at = clock.now() - timedelta(hours=5)
    aware |= {"at": at.isoformat(), "evidence": "อีเมลภายใน"}
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/timeline", aware)[0] == 201
    running = RunningClock.objects.get()
    assert (running.code, running.tenant_id, running.state) == ("pdpc_notice", hospital, "proposed")
    assert running.due_at == at + timedelta(hours=72)
    # the other way round: aware first, the answer later; and a law that was not in force is told, not invented
    other = desk.case("hospital_b")
    old = {**aware, "organisation_id": str(desk.organisation("hospital_b")), "at": "2020-11-24T03:00:00Z"}
    assert desk.ask("analyst", "POST", f"/cases/{other}/timeline", old)[0] == 201
    assert desk.ask("analyst", "POST", f"/cases/{other}/personal", {"answer": "yes"})[0] == 200
    page = desk.people.client("analyst", language="en").get(reverse("cases:case", args=[other]))
    assert "not yet in force" in page.content.decode()


def test_only_a_person_sets_the_level_of_section_60_with_a_reason(desk: Desk) -> None:
    case_id = desk.case()
    level = {"level": "critical", "reason": "บริการห้องฉุกเฉินทั้งจังหวัดหยุด"}
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/level", {**level, "reason": "-"})[0] == 422
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/level", level)[0] == 200
    row = Case.objects.get(pk=case_id)
    assert (row.level, row.level_by_id) == ("critical", desk.people.user("analyst").pk)
    assert JournalEntry.objects.filter(tag="cases:case:level").count() == 1


def test_the_tlp_is_lowered_by_its_originator_alone(desk: Desk) -> None:
    case_id = desk.case(tlp="AMBER")
    Case.objects.filter(pk=case_id).update(originator=desk.people.tenant("peer"))
    lower = {**FACTS, "tlp": "GREEN", "version": 1}
    status, told = desk.ask("analyst", "PUT", f"/cases/{case_id}", lower)
    assert (status, told["code"]) == (403, "cases.tlp_lowered")
    assert desk.ask("analyst", "PUT", f"/cases/{case_id}", {**FACTS, "tlp": "RED", "version": 1})[0] == 200


def test_an_alert_opens_one_case_however_often_it_is_told(desk: Desk) -> None:
    hospital = desk.organisation("hospital")
    facts = opening.CaseFacts("สแกนพบมัลแวร์", CaseKind.RANSOMWARE)
    system = actors.system("detection")
    found = datetime(2026, 11, 1, tzinfo=UTC)
    told = {"source": "detection.alert", "organisation_id": hospital, "detected_at": found}
    first = opening.open_from_alert(system, facts, ref="a1", **told)
    assert opening.open_from_alert(system, facts, ref="a1", **told) == first
    assert opening.open_from_alert(system, facts, ref="a2", **told) != first
    assert Case.objects.count() == 2
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert [number[-6:] for number in numbers] == ["000001", "000002"]
    assert Entry.objects.get(case=first, kind="detected").at == found


def test_the_queue_filters_sorts_searches_and_exports(desk: Desk) -> None:
    desk.case("hospital", title="เวชระเบียนล่ม", severity=4, severity_reason="หยุดบริการ")
    desk.case(title="เว็บพนัน", kind=CaseKind.DEFACEMENT)
    browser = desk.people.client("analyst")

    def titles(question: str) -> list[str]:
        return [row.title for row in browser.get(reverse("cases:cases") + question).context["part"].rows]

    assert titles("") == ["เว็บพนัน", "เวชระเบียนล่ม"]
    assert titles("?sort=-severity") == ["เวชระเบียนล่ม", "เว็บพนัน"]
    assert titles("?kind=defacement") == ["เว็บพนัน"]
    assert titles("?rsit=abusive-content.spam") == ["เว็บพนัน"], "the second class is found too"
    assert titles("?q=ธารเมฆ") == ["เวชระเบียนล่ม"], "by the name of an organisation in it"
    assert titles("?assignee=me") == []
    case_id = Case.objects.get(title="เว็บพนัน").pk
    mine = {"user_id": str(desk.people.user("analyst").pk)}
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/assign", mine)[0] == 200
    assert titles("?assignee=me") == ["เว็บพนัน"]
    stranger = {"user_id": str(desk.people.user("member_admin").pk)}
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/assign", stranger)[0] == 422
    answer = browser.get(reverse("cases:cases") + "?format=json")
    assert b"PHT-INC-" in b"".join(answer.streaming_content)


@pytest.mark.parametrize("at", ["2026-01-01T00:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_moments_that_cannot_be_meant_are_refused(desk: Desk, at: str) -> None:
    case_id = desk.case()
    for path, body in (
        ("timeline", {"text": "บันทึก", "at": at}),
        ("tasks", {"title": "งาน", "due_at": at}),
        ("outages", {"service": "เว็บ", "since": at}),
        (
            "meetings",
            {"title": "ประชุม", "begins_at": at, "ends_at": "2027-01-01T00:00:00Z", "place": "กรุงเทพฯ"},
        ),
    ):
        assert desk.ask("analyst", "POST", f"/cases/{case_id}/{path}", body)[0] == 422, path
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/report/{2**70}/approve")[0] == 404
