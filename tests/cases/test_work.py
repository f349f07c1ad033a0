"""Work on a case: playbooks for both sides, unsafe steps, findings, restricted parts, experts, closing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from phithak.base import clock
from phithak.cases.models import Case, PartEntry, Task
from phithak.cases.playbooks import playbooks
from phithak.cases.queries.states import CaseKind
from phithak.core.journal.models import Entry as JournalEntry
from tests.cases.conftest import Desk
from tests.cases.test_reports import contact_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def tasks_of(desk: Desk, person: str, case_id: object) -> dict[str, dict[str, object]]:
    told = desk.ask(person, "GET", f"/cases/{case_id}/tasks?limit=100")[1]
    return {one["step"]: one for one in told["items"]}


def test_the_ransomware_playbook_opens_tasks_with_clocks_for_both_sides_in_one_act(desk: Desk) -> None:
    """Proves: S4-10."""
    case_id = desk.case("hospital")
    before = clock.now()
    browser = desk.people.client("analyst")
    assert browser.post(reverse("cases:playbook", args=[case_id]), {"code": "ransomware"}).status_code == 302
    rows = Task.objects.filter(case=case_id)
    assert rows.count() == 10
    assert rows.filter(organisation=None).count() == 4
    assert rows.filter(organisation=desk.organisation("hospital")).count() == 6
    due = dict(rows.values_list("step", "due_at"))
    for step, minutes in (
        ("ransomware.call", 60),
        ("ransomware.snapshot", 480),
        ("ransomware.restore", 2880),
    ):
        assert abs(due[step] - before - timedelta(minutes=minutes)) < timedelta(minutes=2)
    # again: nothing twice; another hospital: its side alone
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/playbook", {"code": "ransomware"})[1] == []
    hospital_b = {"organisation_id": str(desk.organisation("hospital_b")), "role": "affected"}
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/parties", hospital_b)[0] == 201
    assert len(desk.ask("analyst", "POST", f"/cases/{case_id}/playbook", {"code": "ransomware"})[1]) == 6
    assert set(tasks_of(desk, "member_admin", case_id)) == {step for step in due if step in {
        f"ransomware.{one.code}" for one in playbooks()["ransomware"].steps if one.side == "organisation"
    }}  # fmt: skip


def test_an_unsafe_step_waits_for_a_named_approver_of_the_hospital(desk: Desk) -> None:
    """Proves: S4-13."""
    contact = contact_of(desk, "hospital")
    case_id = desk.case("hospital")
    desk.ask("analyst", "POST", f"/cases/{case_id}/playbook", {"code": "ransomware"})
    tasks = tasks_of(desk, "analyst", case_id)
    unsafe = {step for step, one in tasks.items() if not one["safe"]}
    assert unsafe == {"ransomware.isolate_clinical", "ransomware.restore"}
    browser = desk.people.client("analyst", language="en")
    page = browser.get(reverse("cases:playbook", args=[case_id])).content.decode()
    assert page.count("Safe for clinical systems: no") == 2
    assert page.count("Safe for clinical systems: yes") == 8
    first, second = (tasks[f"ransomware.{name}"]["id"] for name in ("isolate_clinical", "restore"))
    for person in ("analyst", "member_staff"):
        status, told = desk.ask(person, "POST", f"/tasks/{first}/move", {"state": "doing"})
        assert (status, told["code"]) == (409, "cases.approval_needed")
    # neither the desk by itself nor ordinary staff can approve; an administrator of the hospital can
    assert desk.ask("analyst", "POST", f"/tasks/{first}/approve", {})[0] == 422
    assert desk.ask("member_staff", "POST", f"/tasks/{first}/approve", {})[0] == 403
    assert desk.ask("member_admin_b", "POST", f"/tasks/{first}/approve", {})[0] == 404
    status, told = desk.ask("member_admin", "POST", f"/tasks/{first}/approve", {"note": "ตัดได้ 03:00"})
    assert (status, told["approver"]) == (200, "สมศรี ใจงาม")
    assert desk.ask("member_staff", "POST", f"/tasks/{first}/move", {"state": "done"})[0] == 200
    # at night by telephone: the desk names who of the hospital said so
    told = desk.ask("analyst", "POST", f"/tasks/{second}/approve", {"contact_id": str(contact)})[1]
    assert told["approver"] == "เวรไอที · IT on duty"
    assert JournalEntry.objects.filter(tag="cases:task:approved").count() == 2
    assert desk.ask("analyst", "POST", f"/tasks/{second}/approve", {"contact_id": str(contact)})[0] == 409


def test_a_changed_term_changes_the_clock_of_new_cases_alone(desk: Desk) -> None:
    """Proves: S3-30."""
    old, new = desk.case("hospital"), desk.case("hospital_b")
    desk.ask("analyst", "POST", f"/cases/{old}/playbook", {"code": "ransomware"})
    kept = Task.objects.get(case=old, step="ransomware.call").due_at
    term = {"minutes": 30, "reason": "มติประชุมไตรมาส"}
    assert desk.ask("analyst", "POST", "/terms/first_call", term)[0] == 403
    browser = desk.people.client("cert_admin")
    assert browser.post(reverse("cases:set_term", args=["first_call"]), term).status_code == 302
    before = clock.now()
    desk.ask("analyst", "POST", f"/cases/{new}/playbook", {"code": "ransomware"})
    assert Task.objects.get(case=old, step="ransomware.call").due_at == kept
    due = Task.objects.get(case=new, step="ransomware.call").due_at
    assert due is not None
    assert abs(due - before - timedelta(minutes=30)) < timedelta(minutes=2)
    told = {one["code"]: one for one in desk.ask("analyst", "GET", "/terms")[1]}
    assert (told["first_call"]["minutes"], told["first_call"]["version"]) == (30, 1)
    assert told["contain"]["version"] == 0


def test_every_kind_but_other_has_a_playbook_with_both_languages() -> None:
    assert set(playbooks()) == {one.value for one in CaseKind} - {"other"}
    for playbook in playbooks().values():
        assert {step.side for step in playbook.steps} == {"centre", "organisation"}
        assert len({step.code for step in playbook.steps}) == len(playbook.steps)


def test_abuse_by_insiders_has_its_own_playbook_and_tasks(desk: Desk) -> None:
    """Proves: S2-2."""
    made = desk.ask("analyst", "POST", "/cases", {"title": "ขายคิววัคซีน", "kind": "service_abuse"})[1]
    assert (made["rsit"], made["rsit_also"]) == (
        "fraud.unauthorised-use-of-resources",
        "information-content-security.unauthorised-modification",
    )
    hospital = {"organisation_id": str(desk.organisation("hospital")), "role": "affected"}
    desk.ask("analyst", "POST", f"/cases/{made['id']}/parties", hospital)
    desk.ask("analyst", "POST", f"/cases/{made['id']}/playbook", {"code": "service_abuse"})
    steps = set(tasks_of(desk, "analyst", made["id"]))
    assert len(steps) == 7
    assert "service_abuse.serve" in steps, "people who come are served"


def test_not_compromised_needs_evidence_and_says_who_says_so(desk: Desk) -> None:
    """Proves: S2-9."""
    case_id = desk.case("partner")
    said = {"system": "ระบบจองคิว", "state": "not_compromised", "basis": "asserted"}
    said["organisation_id"] = str(desk.organisation("partner"))
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/findings", said)[0] == 422
    said["evidence"] = "หนังสือชี้แจงของบริษัท 30 ก.ค."
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/findings", said)[0] == 201
    unknown = {"system": "ฐานข้อมูลกลาง", "state": "unknown", "basis": "verified"}
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/findings", unknown)[0] == 201
    page = desk.people.client("analyst", language="en").get(reverse("cases:known", args=[case_id]))
    for words in ("Not compromised", "Asserted by the party", "หนังสือชี้แจงของบริษัท 30 ก.ค.", "Unknown"):
        assert words in page.content.decode()


def test_the_attack_path_takes_techniques_from_a_list(desk: Desk) -> None:
    """Proves: S2-22."""
    case_id = desk.case()
    browser = desk.people.client("analyst", language="en")
    address = reverse("cases:new_technique", args=[case_id])
    assert browser.post(address, {"code": "T9999"}).status_code == 422
    assert browser.post(address, {"code": "T1078", "note": "บัญชีจ้างเหมา"}).status_code == 302
    page = browser.get(reverse("cases:known", args=[case_id])).content.decode()
    assert "<code>T1078</code> Valid accounts" in page
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/techniques", {"code": "T1078"})[0] == 409


def ready(desk: Desk) -> str:
    """Return a case whose triage is answered."""
    case_id = str(desk.case(severity=2, severity_reason="ไม่กระทบบริการ"))
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/personal", {"answer": "no"})[0] == 200
    return case_id


def test_a_case_does_not_close_with_an_open_question_or_without_a_lesson(desk: Desk) -> None:
    """Proves: S2-18, S2-36."""
    case_id = ready(desk)
    question = desk.ask("analyst", "POST", f"/cases/{case_id}/questions", {"text": "เข้าระบบกลางได้อย่างไร"})[1][
        "id"
    ]
    close = {"outcome": "impact", "reason": "กู้คืนครบ"}
    status, told = desk.ask("analyst", "POST", f"/cases/{case_id}/close", close)
    assert (status, told["code"]) == (409, "cases.closing_gaps")
    assert "1 open questions" in told["message_en"]
    assert "no new control or rule" in told["message_en"]
    desk.ask("analyst", "POST", f"/questions/{question}/answer", {"text": "บัญชีจ้างเหมาที่ไม่ถูกปิด"})
    told = desk.ask("analyst", "POST", f"/cases/{case_id}/close", close)[1]
    assert "open question" not in told["message_en"]
    desk.ask("analyst", "POST", f"/cases/{case_id}/lessons", {"kind": "other", "text": "ซ้อมปีละครั้ง"})
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/close", close)[0] == 409, "no control, no rule"
    desk.ask("analyst", "POST", f"/cases/{case_id}/lessons", {"kind": "control", "text": "ปิดบัญชีวันที่พ้นงาน"})
    assert desk.ask("analyst", "POST", f"/cases/{case_id}/close", close)[1]["phase"] == "closed"
    # or with a reason, which the journal keeps
    other = ready(desk)
    despite = {**close, "outcome": "false_positive", "despite": "แจ้งเตือนผิด ไม่มีอะไรต้องแก้"}
    assert desk.ask("analyst", "POST", f"/cases/{other}/close", despite)[0] == 200
    assert JournalEntry.objects.filter(tag="cases:case:gaps").count() == 1


def test_care_that_is_down_is_shown_and_lifts_the_case(desk: Desk) -> None:
    """Proves: S4-38."""
    first, second = ready(desk), ready(desk)
    since = clock.now() - timedelta(hours=3)
    down = {"service": "ห้องฉุกเฉิน", "since": since.isoformat(), "care": True}
    assert desk.ask("analyst", "POST", f"/cases/{first}/outages", down)[0] == 422, "care needs a workaround"
    down["workaround"] = "แบบฟอร์มกระดาษ"
    outage = desk.ask("analyst", "POST", f"/cases/{first}/outages", down)[1]["id"]
    browser = desk.people.client("analyst", language="en")

    def queue() -> list[str]:
        page = browser.get(reverse("cases:cases") + "?sort=-severity")
        return [str(row.pk) for row in page.context["part"].rows]

    assert queue() == [first, second]
    page = browser.get(reverse("cases:case", args=[first])).content.decode()
    for words in ("ห้องฉุกเฉิน", "care depends on it", "แบบฟอร์มกระดาษ", "Down"):
        assert words in page
    early = {"until": (since - timedelta(hours=1)).isoformat()}
    assert desk.ask("analyst", "POST", f"/outages/{outage}/end", early)[0] == 422
    back = {"until": (since + timedelta(hours=2)).isoformat()}
    assert desk.ask("analyst", "POST", f"/outages/{outage}/end", back)[0] == 204
    assert queue() == [second, first]
    assert "Back" in browser.get(reverse("cases:case", args=[first])).content.decode()


def test_a_restricted_part_opens_to_named_people_and_each_opening_is_in_the_journal(desk: Desk) -> None:
    """Proves: S2-17."""
    case_id = desk.case()
    maker, other = desk.people.client("analyst"), desk.people.client("cert_admin", language="en")
    assert maker.post(reverse("cases:case_parts", args=[case_id]), {"title": "ผู้ต้องสงสัย"}).status_code == 302
    listed = maker.get(reverse("cases:case_parts", args=[case_id]))
    part = listed.context["parts"][0].pk
    address = reverse("cases:part", args=[part])
    assert maker.post(address, {"text": "นายสมมติ ใจร้อน เข้าระบบ 22:00"}).status_code == 302
    assert "นายสมมติ" not in str(list(PartEntry.objects.values())), "the words lie sealed"
    assert "นายสมมติ" in maker.get(address).content.decode()
    assert other.get(reverse("cases:case", args=[case_id])).status_code == 200, "the case itself is seen"
    assert other.get(address).status_code == 404
    hidden = other.get(reverse("cases:case_parts", args=[case_id])).content.decode()
    assert "ผู้ต้องสงสัย" not in hidden
    assert "other parts for which you are not named" in hidden
    opened = JournalEntry.objects.filter(tag="cases:part:opened")
    assert opened.count() == 1
    grant = {"user_id": str(desk.people.user("cert_admin").pk), "reason": "หัวหน้าสอบสวน"}
    assert maker.post(reverse("cases:grant_part", args=[part]), grant).status_code == 302
    assert "นายสมมติ" in other.get(address).content.decode()
    assert opened.count() == 2


def test_an_expert_sees_the_named_case_alone_and_only_until_the_date(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: S1-29."""
    named, another = desk.case(tlp="RED"), desk.case()
    assert desk.ask("expert", "GET", f"/cases/{named}")[0] == 404
    until = clock.now() + timedelta(days=14)
    sent = {
        "user_id": str(desk.people.user("expert").pk),
        "until": until.isoformat(),
        "reason": "สัญญาจ้างตรวจสอบ",
    }
    wrong = {**sent, "user_id": str(desk.people.user("member_admin").pk)}
    assert desk.ask("analyst", "POST", f"/cases/{named}/experts", wrong)[0] == 422
    assert desk.ask("analyst", "POST", f"/cases/{named}/experts", sent)[0] == 201
    assert desk.ask("expert", "GET", f"/cases/{named}")[0] == 200
    assert desk.ask("expert", "GET", f"/cases/{another}")[0] == 404
    assert desk.ask("expert", "GET", "/cases")[1]["total"] == 1
    assert desk.ask("expert", "POST", f"/cases/{named}/timeline", {"text": "พบ web shell"})[0] == 201
    assert JournalEntry.objects.filter(tag="cases:guest:added").count() == 1
    assert JournalEntry.objects.filter(tag="cases:entry:added", actor_name__contains="เมธี").count() == 1
    monkeypatch.setattr("phithak.base.clock.now", lambda: until + timedelta(seconds=1))
    assert Case.objects.filter(pk=named).exists()
    assert desk.ask("expert", "GET", f"/cases/{named}")[0] == 404
    assert desk.ask("expert", "GET", "/cases")[1]["total"] == 0
