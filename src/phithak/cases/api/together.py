"""Working with others over the API: meetings, commitments, decisions, verifications, the report afterwards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field
from pydantic import AwareDatetime

from phithak.cases import queries
from phithak.cases.api.core import Made
from phithak.cases.models import Meeting
from phithak.cases.queries import meeting as reading
from phithak.cases.queries.meetstates import Answer
from phithak.cases.services import checking, meetings
from phithak.cases.services.meetings import MeetingFacts
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, paginate
from phithak.registry.api.calls import Calls, filled, pair
from phithak.registry.queries import organisations

router = Router()
calls = Calls(router, view=queries.VIEW, manage=queries.WORK)


class MeetingIn(Schema):
    """A meeting; without ``invited`` the organisations of the case are."""

    title: str = Field(min_length=1, max_length=200)
    begins_at: AwareDatetime
    ends_at: AwareDatetime
    place: str = Field(min_length=1, max_length=300)
    agenda: str = Field("", max_length=10_000)
    invited: list[UUID] = Field([], max_length=500)


class AnswerIn(Schema):
    """The answer; the centre names for whom."""

    answer: Answer
    organisation_id: UUID | None = None


class ForIn(Schema):
    """For which organisation; the centre alone names one."""

    organisation_id: UUID | None = None


class WordsIn(Schema):
    """Minutes, or what was agreed."""

    text: str = Field(min_length=1, max_length=50_000)


class DecisionIn(Schema):
    """A decision: its day, or so many days from the meeting."""

    text: str = Field(min_length=1, max_length=300)
    organisation_id: UUID | None = None
    due_on: date | None = None
    within_days: int | None = Field(None, ge=1, le=366)


class InviteeOut(Schema):
    """An organisation that is invited."""

    organisation_id: UUID
    name_th: str
    name_en: str
    contact_id: UUID | None
    answer: str
    answered_by: str
    answered_at: datetime | None


class PromiseOut(Schema):
    """A commitment with those who have not acknowledged it."""

    id: UUID
    text: str
    acknowledged: int
    missing: list[str]


class DecisionOut(Schema):
    """A decision with its task."""

    id: UUID
    text: str
    due_on: date
    remind_on: date
    reminded_at: datetime | None
    task_id: UUID


class MeetingOut(Schema):
    """A meeting in a list."""

    id: UUID
    case_id: UUID
    title: str
    begins_at: datetime
    ends_at: datetime
    place: str


class MeetingDetailOut(MeetingOut):
    """A meeting with what the caller may see of it."""

    invitees: list[InviteeOut]
    commitments: list[PromiseOut]
    decisions: list[DecisionOut]


class VerificationIn(Schema):
    """Who is asked to check what."""

    organisation_id: UUID
    topic: str = Field(min_length=1, max_length=200)
    due_on: date | None = None


class RowIn(Schema):
    """A row of a result."""

    name: str = Field(min_length=1, max_length=200)
    value: str = Field("", max_length=500)


class ResultIn(Schema):
    """A result; it is fixed once sent."""

    rows: list[RowIn] = Field(min_length=1, max_length=500)


class LineOut(Schema):
    """A row of several results, side by side."""

    name: str
    values: list[str]
    differs: bool


class ComparisonOut(Schema):
    """Results of one topic side by side."""

    topic: str
    heads: list[str]
    lines: list[LineOut]
    differing: int


class ReportIn(Schema):
    """What the case itself does not hold."""

    impact: str = Field(min_length=1, max_length=5000)
    cost: int | None = Field(None, ge=0, le=10**15)


class ReportOut(Schema):
    """A version of the report after the incident."""

    id: UUID
    number: int
    body: dict[str, Any]
    approved_at: datetime | None


def _out(row: Meeting) -> MeetingOut:
    return filled(MeetingOut, row)


def _detail(request: Request, meeting_id: UUID) -> MeetingDetailOut:
    row = reading.meeting(request.actor, meeting_id)
    return filled(
        MeetingDetailOut,
        row,
        invitees=[
            filled(InviteeOut, one, **pair("name", organisations.name_of(one.organisation)))
            for one in reading.invitees_of(request.actor, row)
        ],
        commitments=[
            PromiseOut(
                id=one.id,
                text=one.text,
                acknowledged=len(one.acknowledged),
                missing=[name.th for name in one.missing],
            )
            for one in reading.promises(request.actor, row)
        ],
        decisions=[filled(DecisionOut, one) for one in reading.decisions_of(request.actor, row)],
    )


@calls.shown("/meetings", Page[MeetingOut], "รายการประชุม", "Meetings")
def all_meetings(request: Request, paging: Query[Paging]) -> Page[MeetingOut]:
    """List the meetings."""
    return paginate(reading.meetings_visible_to(request.actor), paging, _out)


@calls.shown("/meetings/{uuid:meeting_id}", MeetingDetailOut, "ประชุมหนึ่งครั้ง", "One meeting")
def meeting(request: Request, meeting_id: UUID) -> MeetingDetailOut:
    """Show one."""
    return _detail(request, meeting_id)


@calls.added(
    "/cases/{uuid:case_id}/meetings", MeetingDetailOut, "นัดประชุมจากเคส", "Call a meeting from a case"
)
def call_meeting(request: Request, case_id: UUID, sent: MeetingIn) -> MeetingDetailOut:
    """Call it and invite in one act."""
    told = sent.dict()
    invited = told.pop("invited")
    if not invited:
        row = queries.case(request.actor, case_id, queries.WORK)
        invited = meetings.parties_of(row.pk)
    return _detail(request, meetings.call(request.actor, case_id, MeetingFacts(**told), invited))


@calls.done(
    "/meetings/{uuid:meeting_id}/answer",
    MeetingDetailOut,
    "ตอบคำเชิญประชุม",
    "Answer an invitation",
    permission=queries.TAKE_PART,
)
def answer(request: Request, meeting_id: UUID, sent: AnswerIn) -> MeetingDetailOut:
    """Answer it."""
    meetings.answer(request.actor, meeting_id, sent.answer, organisation_id=sent.organisation_id)
    return _detail(request, meeting_id)


@calls.done(
    "/meetings/{uuid:meeting_id}/minutes", MeetingDetailOut, "บันทึกรายงานการประชุม", "Write the minutes"
)
def minutes(request: Request, meeting_id: UUID, sent: WordsIn) -> MeetingDetailOut:
    """Write them."""
    meetings.write_minutes(request.actor, meeting_id, sent.text)
    return _detail(request, meeting_id)


@calls.added("/meetings/{uuid:meeting_id}/commitments", Made, "เพิ่มข้อตกลงร่วม", "Add a commitment")
def agree(request: Request, meeting_id: UUID, sent: WordsIn) -> Made:
    """Write down what was agreed."""
    return Made(id=meetings.agree(request.actor, meeting_id, sent.text))


@calls.noted(
    "/commitments/{uuid:commitment_id}/acknowledge",
    "รับทราบข้อตกลงร่วม",
    "Acknowledge a commitment",
    permission=queries.TAKE_PART,
)
def acknowledge(request: Request, commitment_id: UUID, sent: ForIn) -> None:
    """Stand by it."""
    meetings.acknowledge(request.actor, commitment_id, organisation_id=sent.organisation_id)


@calls.added("/meetings/{uuid:meeting_id}/decisions", Made, "เพิ่มมติ", "Add a decision")
def decide(request: Request, meeting_id: UUID, sent: DecisionIn) -> Made:
    """Write one down; it becomes a task."""
    return Made(id=meetings.decide(request.actor, meeting_id, **sent.dict()))


@calls.added("/cases/{uuid:case_id}/verifications", Made, "ขอตรวจยืนยันอิสระ", "Ask for an independent check")
def ask_verification(request: Request, case_id: UUID, sent: VerificationIn) -> Made:
    """Ask for one."""
    return Made(id=checking.ask(request.actor, case_id, **sent.dict()))


@calls.shown(
    "/cases/{uuid:case_id}/verifications", list[ComparisonOut], "ผลตรวจยืนยันเทียบกัน", "Checks side by side"
)
def verifications(request: Request, case_id: UUID) -> list[ComparisonOut]:
    """Show them side by side."""
    row = queries.case(request.actor, case_id)
    return [
        ComparisonOut(
            topic=one.topic,
            heads=[head.th for head in one.heads],
            lines=[
                LineOut(name=name, values=list(values), differs=differs)
                for name, values, differs in one.lines
            ],
            differing=one.differing,
        )
        for one in reading.comparisons(request.actor, row)
    ]


@calls.noted(
    "/verifications/{uuid:verification_id}/answer",
    "ส่งผลตรวจยืนยัน",
    "Give the result of a check",
    permission=queries.TAKE_PART,
)
def answer_verification(request: Request, verification_id: UUID, sent: ResultIn) -> None:
    """Give it, once."""
    checking.answer(request.actor, verification_id, [(one.name, one.value) for one in sent.rows])


@calls.added("/cases/{uuid:case_id}/report", Made, "ทำรายงานหลังเหตุ", "Make the report after the incident")
def make_report(request: Request, case_id: UUID, sent: ReportIn) -> Made:
    """Make a version from the case."""
    return Made(id=checking.make_report(request.actor, case_id, impact=sent.impact, cost=sent.cost))


@calls.shown(
    "/cases/{uuid:case_id}/report",
    list[ReportOut],
    "รายงานหลังเหตุทุกฉบับ",
    "Versions of the report",
    permission=queries.WORK,
)
def reports(request: Request, case_id: UUID) -> list[ReportOut]:
    """Show the versions, newest first."""
    row = queries.case(request.actor, case_id, queries.WORK)
    return [filled(ReportOut, one) for one in reading.reports_of(row)]


@calls.noted(
    "/cases/{uuid:case_id}/report/{int:number}/approve", "อนุมัติรายงานหลังเหตุ", "Approve a version of the report"
)
def approve_report(request: Request, case_id: UUID, number: int) -> None:
    """Approve it; never one's own."""
    checking.approve_report(request.actor, case_id, number)
