"""Working with others: the meeting of five, checks that differ, the room of three, the report by two people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from phithak.base import clock
from phithak.cases.models import Decision, Entry, Meeting, Task
from phithak.cases.queries.meetstates import within
from phithak.cases.services import meetings
from phithak.registry.models import Sector
from phithak.registry.queries.kinds import Kind
from tests.cases.conftest import Desk
from tests.cases.test_reports import contact_of
from tests.cases.test_work import ready
from tests.registry.factory import organisation

pytestmark = [pytest.mark.django_db, pytest.mark.db]

FIVE = ("hospital", "hospital_b", "platform", "merchant", "partner")
TUESDAY = {
    "title": "ประชุมผู้ประกอบการ", "begins_at": "24 พ.ย. 2563 13:30", "ends_at": "24 พ.ย. 2563 16:00",
    "place": "สพธอ. กรุงเทพฯ", "sector": "",
}  # fmt: skip


def test_within_seven_days_from_tuesday_24_november_2563_is_1_december() -> None:
    assert within(7, date(2020, 11, 24)) == date(2020, 12, 1)
    assert within(1, date(2020, 12, 31)) == date(2021, 1, 1)


def test_the_meeting_of_five_with_one_commitment_unacknowledged(desk: Desk) -> None:
    """Proves: S0-8, S0-23, S3-7."""
    for key in FIVE:
        contact_of(desk, key)
    case_id = desk.case(*FIVE)
    browser = desk.people.client("analyst", language="en")
    assert browser.post(reverse("cases:new_meeting", args=[case_id]), TUESDAY).status_code == 302
    row = Meeting.objects.get()
    assert row.begins_at == datetime(2020, 11, 24, 6, 30, tzinfo=UTC)
    invitees = desk.ask("analyst", "GET", f"/meetings/{row.pk}")[1]["invitees"]
    assert len(invitees) == 5
    assert all(one["contact_id"] for one in invitees)
    ics = browser.get(reverse("cases:calendar", args=[row.pk])).content.decode()
    assert "DTSTART;TZID=Asia/Bangkok:20201124T133000\r\n" in ics
    assert "TZOFFSETTO:+0700" in ics
    assert max(len(line.encode()) for line in ics.split("\r\n")) <= 75
    # each decision becomes a task with owner and due date
    owner = str(desk.organisation("platform"))
    decided = {"text": "ส่งรายชื่อร้านค้า", "organisation_id": owner, "within_days": "7"}
    assert browser.post(reverse("cases:decide", args=[row.pk]), decided).status_code == 302
    task = Task.objects.get()
    assert str(task.organisation_id) == owner
    assert task.due_at is not None
    assert task.due_at.astimezone(clock.BANGKOK).date() == date(2020, 12, 1)
    # four of the five stand by the commitment: the fifth is shown by name
    commitment = desk.ask("analyst", "POST", f"/meetings/{row.pk}/commitments", {"text": "แพลตฟอร์มตอบก่อน"})[
        1
    ]["id"]
    said = {"hospital": "member_admin", "hospital_b": "member_admin_b", "platform": "platform_admin"}
    for person in said.values():
        browser_of = desk.people.client(person)
        assert browser_of.get(reverse("cases:acknowledge", args=[commitment])).status_code == 200
        assert browser_of.post(reverse("cases:acknowledge", args=[commitment])).status_code == 302
    by_phone = {"organisation_id": str(desk.organisation("partner"))}
    assert desk.ask("analyst", "POST", f"/commitments/{commitment}/acknowledge", by_phone)[0] == 204
    assert desk.ask("member_admin", "POST", f"/commitments/{commitment}/acknowledge", {})[0] == 409
    promise = desk.ask("analyst", "GET", f"/meetings/{row.pk}")[1]["commitments"][0]
    assert (promise["acknowledged"], promise["missing"]) == (4, ["ร้านใบตองทอง"])
    page = browser.get(reverse("cases:meeting", args=[row.pk])).content.decode()
    assert page.count("Not acknowledged") == 1
    assert "สมศรี ใจงาม" in page, "who acknowledged"
    # a member learns nothing of the others
    page = desk.people.client("merchant_admin").get(reverse("cases:meeting", args=[row.pk])).content.decode()
    assert "ธารเมฆ" not in page


def test_a_relative_day_is_reminded_before_it_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: S0-29."""
    case_id = desk.case("platform")
    browser = desk.people.client("analyst")
    assert browser.post(reverse("cases:new_meeting", args=[case_id]), TUESDAY).status_code == 302
    row = Meeting.objects.get()
    decided = {"text": "เชิญทุกระดับขึ้นทะเบียน", "within_days": "7"}
    assert browser.post(reverse("cases:decide", args=[row.pk]), decided).status_code == 302
    one = Decision.objects.get()
    assert (one.due_on, one.remind_on) == (date(2020, 12, 1), date(2020, 11, 30))
    for bad in ({"text": "x"}, {"text": "x", "within_days": "7", "due_on": "1 ธ.ค. 2563"},
                {"text": "x", "due_on": "23 พ.ย. 2563"}):  # fmt: skip
        assert browser.post(reverse("cases:decide", args=[row.pk]), bad).status_code == 422
    with monkeypatch.context() as patched:
        patched.setattr(clock, "today", lambda: date(2020, 11, 29))
        meetings.remind()
        assert not Entry.objects.filter(text__contains="Due soon").exists()
        patched.setattr(clock, "today", lambda: date(2020, 11, 30))
        meetings.remind()
        meetings.remind()
    assert Entry.objects.filter(text__contains="Due soon").count() == 1
    home = desk.people.client("analyst", language="en").get("/").content.decode()
    assert "Due soon: เชิญทุกระดับขึ้นทะเบียน" in home


def test_a_sector_is_invited_once_each_and_answers_are_counted(desk: Desk) -> None:
    """Proves (part): S0-30 (the filtered set, once each, with answers counted; sending is the notices' part)."""
    sector = Sector.objects.create(code="shopping", name_th="ซื้อขาย", name_en="Shopping")
    more = [
        organisation(desk.people, Kind.PLATFORM, sector=sector, size=size)
        for size in ("large", "medium", "small")
    ]
    case_id = desk.case("platform")
    desk.people.client("analyst")
    type(more[0]).objects.filter(pk=desk.organisation("platform")).update(sector=sector)
    browser = desk.people.client("analyst", language="en")
    assert (
        browser.post(
            reverse("cases:new_meeting", args=[case_id]), {**TUESDAY, "sector": "shopping"}
        ).status_code
        == 302
    )
    row = Meeting.objects.get()
    told = desk.ask("analyst", "GET", f"/meetings/{row.pk}")[1]["invitees"]
    assert sorted(one["organisation_id"] for one in told) == sorted(
        [str(one.pk) for one in more] + [str(desk.organisation("platform"))]
    )
    page = desk.people.client("platform_admin").post(
        reverse("cases:answer_invitation", args=[row.pk]), {"answer": "accepted"}
    )
    assert page.status_code == 302
    declined = {"answer": "declined", "organisation_id": str(more[0].pk)}
    assert desk.ask("analyst", "POST", f"/meetings/{row.pk}/answer", declined)[0] == 200
    shown = browser.get(reverse("cases:meeting", args=[row.pk])).content.decode()
    assert "Accepted 1 · Declined 1 · No answer 2" in shown
    assert desk.ask("member_admin", "POST", f"/meetings/{row.pk}/answer", {"answer": "accepted"})[0] == 404


def test_two_checks_that_differ_in_two_rows_stand_side_by_side(desk: Desk) -> None:
    """Proves: S2-7."""
    case_id = desk.case()
    results = {
        "partner": {"จำนวนจอง": "1,012", "โควตา": "1,000", "บัญชีที่ใช้": "1", "ถูกเจาะระบบ": "ไม่"},
        "hospital": {"จำนวนจอง": "1,012", "โควตา": "1,000", "บัญชีที่ใช้": "4", "ถูกเจาะระบบ": "ไม่ทราบ"},
    }
    people = {"partner": "partner", "hospital": "member_admin"}
    for key, rows in results.items():
        asked = {"organisation_id": str(desk.organisation(key)), "topic": "การจองวันที่ 27"}
        made = desk.ask("analyst", "POST", f"/cases/{case_id}/verifications", asked)[1]["id"]
        browser = desk.people.client(people[key])
        typed = "\n".join(f"{name} = {value}" for name, value in rows.items())
        address = reverse("cases:verification", args=[made])
        assert browser.post(address, {"result": typed}).status_code == 302
        again = {"rows": [{"name": "จำนวนจอง", "value": "0"}]}
        assert desk.ask(people[key], "POST", f"/verifications/{made}/answer", again)[0] == 409, (
            "fixed once sent"
        )
    told = desk.ask("analyst", "GET", f"/cases/{case_id}/verifications")[1][0]
    assert told["differing"] == 2
    assert {line["name"]: line["values"] for line in told["lines"] if line["differs"]} == {
        "บัญชีที่ใช้": ["1", "4"],
        "ถูกเจาะระบบ": ["ไม่", "ไม่ทราบ"],
    }
    page = desk.people.client("analyst", language="en").get(reverse("cases:side_by_side", args=[case_id]))
    assert page.content.decode().count("<strong>differs</strong>") == 2


def test_three_organisations_work_in_one_room_with_a_common_timeline(desk: Desk) -> None:
    """Proves: S3-23."""
    case_id = desk.case("hospital", "hospital_b", "partner")
    for person, text in (
        ("member_admin", "ปิดแชร์แล้ว"),
        ("member_admin_b", "พบไฟล์เดียวกัน"),
        ("partner", "ถอดเครื่องแล้ว"),
    ):
        assert desk.ask(person, "POST", f"/cases/{case_id}/timeline", {"text": text})[0] == 201
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/timeline", {"text": "บันทึกของศูนย์"})[0] == 201
    common = {"ปิดแชร์แล้ว", "พบไฟล์เดียวกัน", "ถอดเครื่องแล้ว"}
    for person in ("member_staff", "member_admin_b", "partner"):
        lines = desk.ask(person, "GET", f"/cases/{case_id}/timeline")[1]
        texts = {line["text"] for line in lines}
        assert common <= texts
        assert "บันทึกของศูนย์" not in texts
    # permissions are separate: one of them is taken out, the others go on
    status = desk.ask("analyst", "GET", f"/cases/{case_id}")[1]["parties"]
    out = next(one["id"] for one in status if "ดอย" in one["name_th"])
    browser = desk.people.client("analyst")
    assert browser.post(reverse("cases:party", args=[out]), {"role": "affected"}).status_code == 302
    assert desk.ask("member_admin_b", "GET", f"/cases/{case_id}")[0] == 404
    assert desk.ask("partner", "GET", f"/cases/{case_id}")[0] == 200


def test_the_report_is_made_from_the_case_and_approved_by_another_person(desk: Desk) -> None:
    """Proves: S4-16."""
    case_id = ready(desk)
    sent = {"impact": "ห้องฉุกเฉินใช้กระดาษ 5 ชั่วโมง", "cost": 120000}
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/report", sent)[0] == 422, "no cause yet"
    question = desk.ask("analyst", "POST", f"/cases/{case_id}/questions", {"text": "เข้ามาอย่างไร"})[1]["id"]
    desk.ask("analyst", "POST", f"/questions/{question}/answer", {"text": "บริการระยะไกลไม่มีสองชั้น"})
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/report", sent)[0] == 422, "no lesson yet"
    desk.ask("analyst", "POST", f"/cases/{case_id}/lessons", {"kind": "control", "text": "เปิดสองชั้นทุกบัญชี"})
    browser = desk.people.client("analyst", language="en")
    address = reverse("cases:post_report", args=[case_id])
    assert browser.post(address, {"impact": sent["impact"], "cost": "120000"}).status_code == 302
    page = browser.get(address).content.decode()
    for words in (
        "Timeline",
        "เข้ามาอย่างไร",
        "บริการระยะไกลไม่มีสองชั้น",
        sent["impact"],
        "120,000 baht",
        "เปิดสองชั้นทุกบัญชี",
    ):
        assert words in page
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/report/1/approve")[0] == 403, "never one's own"
    other = desk.people.client("cert_admin", language="en")
    assert other.post(reverse("cases:approve_report", args=[case_id])).status_code == 302
    assert "Approved" in other.get(address).content.decode()
    told = desk.ask("analyst", "GET", f"/cases/{case_id}/report")[1]
    assert [(one["number"], bool(one["approved_at"])) for one in told] == [(1, True)]
    assert timedelta(0) <= clock.now() - datetime.fromisoformat(told[0]["approved_at"]) < timedelta(minutes=5)
