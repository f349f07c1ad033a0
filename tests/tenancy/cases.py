"""What the sweep of tenants knows of cases: see ``objects`` and ``test_control``."""

from __future__ import annotations

from datetime import timedelta

from phithak.base import clock, ids
from phithak.cases.models import (
    Case,
    CaseBody,
    Commitment,
    Entry,
    Invitee,
    Meeting,
    Outage,
    PartAccess,
    Party,
    Question,
    Report,
    RestrictedPart,
    Task,
    Verification,
)
from phithak.cases.services.rows import index
from phithak.core.db.transactions import write
from tests.people import People
from tests.registry.factory import organisation_of
from tests.tenancy.kind import Kind
from tests.tenancy.makers import OWNER, Made

_DESK = ("cert_admin", "cert_admin_2", "analyst")
_MEMBERS = ("member_admin_b", "member_staff_b")
_SEE = (*_DESK, "auditor", *_MEMBERS)
MARKED = "เคสมีเครื่องหมาย"


def case(people: People) -> Made:
    """A case of the centre in which the second hospital takes part."""
    now = clock.now()
    row = Case.objects.create(
        tenant=people.tenant("cert"),
        originator=people.tenant("cert"),
        number=f"PHT-INC-{ids.public_reference()}",
        title=MARKED,
        kind="other",
        opened_at=now,
        updated_at=now,
    )
    CaseBody.objects.create(case=row)
    Party.objects.create(case=row, organisation=organisation_of(people, OWNER), role="affected")
    with write("test.index"):
        index(row)
    return Made(row, MARKED)


def entry(people: People) -> Made:
    """An entry of its timeline that it shares."""
    row = Entry.objects.create(
        case_id=case(people).row.pk,
        kind="note",
        at=clock.now(),
        text="บันทึกมีเครื่องหมาย",
        by="กานต์",
        shared=True,
    )
    return Made(row, str(row.pk))


def party(people: People) -> Made:
    """The hospital's part in the case."""
    row = Party.objects.get(case_id=case(people).row.pk)
    return Made(row, str(row.pk))


def report(people: People) -> Made:
    """A report of the hospital."""
    row = Report.objects.create(
        tenant=people.tenant("cert"),
        organisation=organisation_of(people, OWNER),
        channel="form",
        reporter="member",
        receipt=ids.public_reference(),
        title="รายงานมีเครื่องหมาย",
        text="ทดสอบ",
        received_at=clock.now(),
    )
    return Made(row, "รายงานมีเครื่องหมาย")


def task(people: People) -> Made:
    """A task of the hospital."""
    of = case(people).row
    row = Task.objects.create(
        case_id=of.pk,
        organisation=organisation_of(people, OWNER),
        title_th="งานมีเครื่องหมาย",
        due_at=clock.now(),
    )
    return Made(row, "งานมีเครื่องหมาย")


def question(people: People) -> Made:
    """A question of the root cause, for the desk alone."""
    row = Question.objects.create(case_id=case(people).row.pk, text="คำถามมีเครื่องหมาย")
    return Made(row, str(row.pk))


def outage(people: People) -> Made:
    """A service of the hospital that is down."""
    row = Outage.objects.create(
        case_id=case(people).row.pk,
        organisation=organisation_of(people, OWNER),
        service="บริการมีเครื่องหมาย",
        since=clock.now(),
    )
    return Made(row, str(row.pk))


def part(people: People) -> Made:
    """A restricted part for which one analyst is named."""
    user = people.user("analyst")
    row = RestrictedPart.objects.create(case_id=case(people).row.pk, title="ส่วนจำกัดมีเครื่องหมาย", made_by=user)
    PartAccess.objects.create(part=row, user=user, reason="ผู้สอบสวน")
    return Made(row, str(row.pk))


def meeting(people: People) -> Made:
    """A meeting to which the hospital is invited."""
    now = clock.now()
    row = Meeting.objects.create(
        tenant=people.tenant("cert"),
        case_id=case(people).row.pk,
        title="ประชุมมีเครื่องหมาย",
        begins_at=now,
        ends_at=now + timedelta(hours=1),
        place="กรุงเทพฯ",
    )
    Invitee.objects.create(meeting=row, organisation=organisation_of(people, OWNER))
    return Made(row, "ประชุมมีเครื่องหมาย")


def commitment(people: People) -> Made:
    """What was agreed there."""
    row = Commitment.objects.create(meeting_id=meeting(people).row.pk, text="ข้อตกลงมีเครื่องหมาย")
    return Made(row, str(row.pk))


def verification(people: People) -> Made:
    """A check for which the hospital was asked."""
    row = Verification.objects.create(
        case_id=case(people).row.pk, organisation=organisation_of(people, OWNER), topic="ตรวจมีเครื่องหมาย"
    )
    return Made(row, str(row.pk))


KINDS: dict[str, Kind] = {
    "case_id": Kind(
        case, _SEE, ("/cases/", "/cases/?q=เครื่องหมาย", "/cases/?format=csv", "/api/v1/cases/cases")
    ),
    "line_id": Kind(entry, _DESK),
    "party_id": Kind(party, _DESK),
    "task_id": Kind(task, _SEE, ("/cases/tasks/", "/cases/tasks/?format=csv")),
    "question_id": Kind(question, _DESK),
    "outage_id": Kind(outage, _DESK),
    "part_id": Kind(part, ("analyst",)),
    "meeting_id": Kind(
        meeting, _SEE, ("/cases/meetings/", "/cases/meetings/?format=csv", "/api/v1/cases/meetings")
    ),
    "commitment_id": Kind(commitment, (*_DESK, *_MEMBERS)),
    "verification_id": Kind(verification, (*_DESK, *_MEMBERS)),
    "report_id": Kind(
        report, _SEE, ("/cases/reports/", "/cases/reports/?format=csv", "/api/v1/cases/reports")
    ),
}
DOORS: dict[str, str] = {
    "phithak.cases.queries.doors.visible_to": "case_id",
    "phithak.cases.queries.doors.parties_visible_to": "party_id",
    "phithak.cases.queries.doors.entries_visible_to": "line_id",
    "phithak.cases.queries.doors.reports_visible_to": "report_id",
    "phithak.cases.queries.meeting.meetings_visible_to": "meeting_id",
    "phithak.cases.queries.meeting.verifications_visible_to": "verification_id",
    "phithak.cases.queries.working.tasks_visible_to": "task_id",
    "phithak.cases.queries.working.questions_visible_to": "question_id",
    "phithak.cases.queries.working.outages_visible_to": "outage_id",
    "phithak.cases.queries.working.parts_visible_to": "part_id",
}
SPARE: dict[str, str] = {}
