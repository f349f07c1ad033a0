"""Requests made by hand for the cases room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from phithak.base import clock
from phithak.cases.models import Outage, Question, Report, Task
from phithak.cases.queries.states import PartyRole
from phithak.cases.services import analysis, checking, meetings, opening, reports, tasks, timeline
from phithak.cases.services.meetings import MeetingFacts
from phithak.cases.services.opening import CaseFacts
from tests.api.request import Good
from tests.people import People
from tests.registry.factory import organisation

ROOT = "/api/v1/cases"
Made = tuple[str, Callable[[People], Good]]


def _case(people: People, *parties: UUID) -> str:
    wanted = [(one, PartyRole.AFFECTED) for one in parties]
    facts = CaseFacts("เคสทดสอบ", severity=2, severity_reason="ทดสอบ", rsit="other.other")
    return str(opening.open_case(people.actor("analyst"), facts, parties=wanted))


def _on_case(path: str, body: Any = None, method: str = "POST") -> dict[str, Made]:
    return {
        f"{method} {ROOT}/cases/{{case_id}}{path}": (
            "analyst",
            lambda people: Good({"case_id": _case(people)}, body=body),
        )
    }


def _report(people: People) -> str:
    facts = reports.ReportFacts("รายงานทดสอบ", "ทดสอบ")
    made = reports.receive(people.actor("analyst"), facts, organisation_id=organisation(people).pk)
    return str(Report.objects.get(pk=made).pk)


def _task(people: People) -> str:
    made = tasks.add(people.actor("analyst"), UUID(_case(people)), title="งานทดสอบ")
    return str(Task.objects.get(pk=made).pk)


def _question(people: People) -> str:
    return str(
        Question.objects.get(pk=analysis.ask(people.actor("analyst"), UUID(_case(people)), "เพราะอะไร")).pk
    )


def _outage(people: People) -> str:
    since = clock.now() - timedelta(hours=3)
    made = analysis.begin_outage(people.actor("analyst"), UUID(_case(people)), service="เว็บ", since=since)
    return str(Outage.objects.get(pk=made).pk)


def _meeting(people: People) -> tuple[str, str]:
    invited = organisation(people).pk
    now = clock.now()
    facts = MeetingFacts("ประชุมทดสอบ", now, now + timedelta(hours=1), "กรุงเทพฯ")
    made = meetings.call(people.actor("analyst"), UUID(_case(people)), facts, [invited])
    return str(made), str(invited)


def _answer(people: People) -> Good:
    made, invited = _meeting(people)
    return Good({"meeting_id": made}, body={"answer": "accepted", "organisation_id": invited})


def _acknowledge(people: People) -> Good:
    made, invited = _meeting(people)
    agreed = meetings.agree(people.actor("analyst"), UUID(made), "ตกลงร่วมกัน")
    return Good({"commitment_id": str(agreed)}, body={"organisation_id": invited})


def _verification(people: People) -> Good:
    asked = checking.ask(people.actor("analyst"), UUID(_case(people)), organisation(people).pk, topic="ทดสอบ")
    return Good({"verification_id": str(asked)}, body={"rows": [{"name": "แถว", "value": "1"}]})


def _called(people: People) -> Good:
    now = clock.now()
    body = {
        "title": "ประชุม",
        "begins_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(),
        "place": "กรุงเทพฯ",
        "invited": [str(organisation(people).pk)],
    }
    return Good({"case_id": _case(people)}, body=body)


def _strike(people: People) -> Good:
    made = timeline.add(people.actor("analyst"), UUID(_case(people)), text="ผิด")
    return Good({"line_id": str(made)}, body={"reason": "พิมพ์ผิด"})


def _since(hours: int) -> str:
    return (clock.now() - timedelta(hours=hours)).isoformat()


CASES: dict[str, Made] = {
    f"POST {ROOT}/cases": ("analyst", lambda _: Good(body={"title": "เคสใหม่", "kind": "ransomware"})),
    **_on_case("", method="GET"),
    **_on_case("", {"title": "แก้แล้ว", "version": 1}, method="PUT"),
    **_on_case("/personal", {"answer": "no"}),
    **_on_case("/level", {"level": "none", "reason": "ไม่เข้าเกณฑ์"}),
    **_on_case("/assign", {"user_id": None}),
    **_on_case("/timeline", method="GET"),
    **_on_case("/timeline", {"text": "บันทึก"}),
    **_on_case("/playbook", {"code": "ransomware"}),
    **_on_case("/tasks", method="GET"),
    **_on_case("/tasks", {"title": "งาน"}),
    **_on_case("/findings", {"system": "เว็บ", "state": "unknown", "basis": "verified"}),
    **_on_case("/techniques", {"code": "T1078"}),
    **_on_case("/questions", {"text": "เพราะอะไร"}),
    **_on_case("/lessons", {"kind": "rule", "text": "กฎใหม่"}),
    **_on_case("/verifications", method="GET"),
    **_on_case("/report", method="GET"),
    f"POST {ROOT}/cases/{{case_id}}/outages": (
        "analyst",
        lambda people: Good({"case_id": _case(people)}, body={"service": "เว็บ", "since": _since(2)}),
    ),
    f"POST {ROOT}/cases/{{case_id}}/parties": (
        "analyst",
        lambda people: Good(
            {"case_id": _case(people)},
            body={"organisation_id": str(organisation(people).pk), "role": "helper"},
        ),
    ),
    f"POST {ROOT}/cases/{{case_id}}/meetings": ("analyst", _called),
    f"POST {ROOT}/entries/{{line_id}}/strike": ("analyst", _strike),
    f"POST {ROOT}/reports": (
        "analyst",
        lambda people: Good(
            body={"title": "แจ้งเหตุ", "text": "ทดสอบ", "organisation_id": str(organisation(people).pk)}
        ),
    ),
    f"GET {ROOT}/reports/{{report_id}}": ("analyst", lambda people: Good({"report_id": _report(people)})),
    f"POST {ROOT}/reports/{{report_id}}/open": (
        "analyst",
        lambda people: Good({"report_id": _report(people)}, body={"title": "จากรายงาน"}),
    ),
    f"POST {ROOT}/reports/{{report_id}}/put": (
        "analyst",
        lambda people: Good({"report_id": _report(people)}, body={"case_id": _case(people)}),
    ),
    f"POST {ROOT}/reports/{{report_id}}/settle": (
        "analyst",
        lambda people: Good({"report_id": _report(people)}, body={"state": "rejected", "reason": "ทดสอบ"}),
    ),
    f"GET {ROOT}/tasks/{{task_id}}": ("analyst", lambda people: Good({"task_id": _task(people)})),
    f"POST {ROOT}/tasks/{{task_id}}/move": (
        "analyst",
        lambda people: Good({"task_id": _task(people)}, body={"state": "done"}),
    ),
    f"POST {ROOT}/terms/{{code}}": (
        "cert_admin",
        lambda _: Good({"code": "first_call"}, body={"minutes": 60, "reason": "ทดสอบ"}),
    ),
    f"POST {ROOT}/questions/{{question_id}}/answer": (
        "analyst",
        lambda people: Good({"question_id": _question(people)}, body={"text": "เพราะรหัสผ่าน"}),
    ),
    f"POST {ROOT}/outages/{{outage_id}}/end": (
        "analyst",
        lambda people: Good({"outage_id": _outage(people)}, body={"until": _since(1)}),
    ),
    f"GET {ROOT}/meetings/{{meeting_id}}": (
        "analyst",
        lambda people: Good({"meeting_id": _meeting(people)[0]}),
    ),
    f"POST {ROOT}/meetings/{{meeting_id}}/answer": ("analyst", _answer),
    f"POST {ROOT}/meetings/{{meeting_id}}/minutes": (
        "analyst",
        lambda people: Good({"meeting_id": _meeting(people)[0]}, body={"text": "รายงาน"}),
    ),
    f"POST {ROOT}/meetings/{{meeting_id}}/commitments": (
        "analyst",
        lambda people: Good({"meeting_id": _meeting(people)[0]}, body={"text": "ตกลง"}),
    ),
    f"POST {ROOT}/meetings/{{meeting_id}}/decisions": (
        "analyst",
        lambda people: Good({"meeting_id": _meeting(people)[0]}, body={"text": "มติ", "within_days": 7}),
    ),
    f"POST {ROOT}/commitments/{{commitment_id}}/acknowledge": ("analyst", _acknowledge),
    f"POST {ROOT}/verifications/{{verification_id}}/answer": ("analyst", _verification),
}
"""Operation to who sends it, and what."""
