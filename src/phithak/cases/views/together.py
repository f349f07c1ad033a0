"""Pages of meetings, verifications and the report after the incident."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.errors import PhithakError
from phithak.base.text import Text
from phithak.cases import queries
from phithak.cases.forms.together import (
    DecisionForm,
    MeetingForm,
    OfInviteeForm,
    ReportForm,
    ResultForm,
    TextForm,
    VerificationForm,
)
from phithak.cases.models import Meeting
from phithak.cases.queries import meeting as reading
from phithak.cases.queries import reading as finding
from phithak.cases.queries.meetstates import Answer
from phithak.cases.queries.states import Phase
from phithak.cases.queries.workstates import LessonKind, TaskState
from phithak.cases.services import checking, meetings
from phithak.cases.services.meetings import MeetingFacts
from phithak.cases.views.acts import SAVED, act, posted, question, title_of
from phithak.cases.views.work import side
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import Column, Table
from phithak.registry.queries import organisations, sectors

_BOTH = ("GET", "POST")
_LIST = Text("ประชุม", "Meetings")
_ONE = Text("ประชุม", "Meeting")
_CALL = Text("นัดประชุม", "Call a meeting")
_ANSWER = Text("ตอบคำเชิญ", "Answer the invitation")
_MINUTES = Text("รายงานการประชุม", "Minutes")
_COMMIT = Text("ข้อตกลงร่วม", "Commitment")
_DECIDE = Text("มติ", "Decision")
_VERIFY = Text("ขอตรวจยืนยันอิสระ", "Ask for an independent check")
_RESULT = Text("ผลตรวจยืนยัน", "Result of the check")
_SIDE = Text("ผลตรวจยืนยันเทียบกัน", "Checks side by side")
_REPORT = Text("รายงานหลังเหตุ", "Report after the incident")

MEETINGS = Table(
    name="meetings",
    columns=[
        Column("title", Text("เรื่อง", "Title"), value="title",
               link=lambda row: reverse("cases:meeting", args=[row.pk])),
        Column("case", Text("เคส", "Case"), value="case.number", kind="code"),
        Column("begins", Text("เริ่ม", "Begins"), value="begins_at", sort="begins_at", kind="datetime"),
        Column("place", Text("สถานที่", "Place"), value="place"),
    ],
    default_sort="-begins_at",
    empty=Text("ยังไม่มีประชุม นัดจากหน้าของเคส", "No meetings yet. Call one from a case."),
)  # fmt: skip


@page(queries.VIEW, title=_LIST)
def index(request: Request) -> HttpResponseBase:
    """List the meetings that the actor may see."""
    return MEETINGS.respond(request, rows=reading.meetings_visible_to(request.actor), title=_LIST)


@page(queries.WORK, title=_CALL, methods=_BOTH)
def new(request: Request, case_id: UUID) -> HttpResponseBase:
    """Call a meeting from a case: its organisations, and perhaps a whole sector, are invited in one act."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = MeetingForm(posted(request), sectors=sectors.choices())

    def store(data: dict[str, Any]) -> None:
        code = data.pop("sector")
        invited = meetings.parties_of(case_id)
        if code:
            more = organisations.listed(request.actor).filter(sector__in=sectors.ids_under(code))
            invited += list(more.order_by("pk").values_list("pk", flat=True)[: meetings.MOST_INVITED + 1])
        meetings.call(request.actor, case_id, MeetingFacts(**data), invited)

    return act(request, row, form, store, title=_CALL)


@page(queries.VIEW, title=_ONE)
def one(request: Request, meeting_id: UUID) -> HttpResponseBase:
    """Show a meeting: who comes, minutes, commitments with the missing, decisions."""
    actor = request.actor
    row = reading.meeting(actor, meeting_id)
    invitees = reading.invitees_of(actor, row)
    answers = [found.answer for found in invitees]
    shown = {
        "title": Text(row.title, row.title),
        "meeting": row,
        "leads": reading.leads(actor, row, queries.VIEW),
        "may_work": reading.leads(actor, row) and row.case.phase != Phase.CLOSED,
        "own": reading.own_invitee(actor, row),
        "invitees": [
            (found, organisations.name_of(found.organisation), Answer(found.answer).state)
            for found in invitees
        ],
        "counts": [
            (kind.text, answers.count(kind.value)) for kind in (Answer.ACCEPTED, Answer.DECLINED, Answer.NONE)
        ],
        "promises": reading.promises(actor, row),
        "decisions": [
            (found, TaskState(found.task.state).state, side(found.task))
            for found in reading.decisions_of(actor, row)
        ],
        "sees_case": queries.visible_to(actor).filter(pk=row.case_id).exists(),
    }
    return render(request, "cases/meeting.html", shown)


@page(queries.VIEW, title=Text("ไฟล์ปฏิทิน", "Calendar file"))
def calendar(request: Request, meeting_id: UUID) -> HttpResponseBase:
    """Give a meeting as a calendar file."""
    row = reading.meeting(request.actor, meeting_id)
    answer = HttpResponse(reading.calendar(row), content_type="text/calendar; charset=utf-8; method=REQUEST")
    answer["Content-Disposition"] = 'attachment; filename="phithak-meeting.ics"'
    return answer


@page(queries.TAKE_PART, title=_ANSWER, methods=("POST",))
def answer(request: Request, meeting_id: UUID) -> HttpResponseBase:
    """Answer an invitation by its button."""
    told = request.POST.get("organisation_id", "")
    try:
        organisation_id = UUID(told) if told else None
    except ValueError:
        organisation_id = None
    meetings.answer(
        request.actor, meeting_id, request.POST.get("answer", ""), organisation_id=organisation_id
    )
    messages.success(request, str(SAVED))
    return redirect("cases:meeting", meeting_id)


@page(queries.WORK, title=_MINUTES, methods=_BOTH)
def minutes(request: Request, meeting_id: UUID) -> HttpResponseBase:
    """Write the minutes."""
    row = reading.meeting(request.actor, meeting_id)
    form = TextForm(posted(request), initial={"text": row.minutes})
    return _done(
        request,
        row,
        form,
        lambda data: meetings.write_minutes(request.actor, meeting_id, data["text"]),
        _MINUTES,
    )


@page(queries.WORK, title=_COMMIT, methods=_BOTH)
def commit(request: Request, meeting_id: UUID) -> HttpResponseBase:
    """Write down what the invited agreed on."""
    row = reading.meeting(request.actor, meeting_id)
    form = TextForm(posted(request))
    return _done(
        request, row, form, lambda data: meetings.agree(request.actor, meeting_id, data["text"]), _COMMIT
    )


@page(queries.WORK, title=_DECIDE, methods=_BOTH)
def decide(request: Request, meeting_id: UUID) -> HttpResponseBase:
    """Write down a decision, which becomes a task."""
    row = reading.meeting(request.actor, meeting_id)
    form = DecisionForm(posted(request), parties=_invited(request, row))
    return _done(request, row, form, lambda data: meetings.decide(request.actor, meeting_id, **data), _DECIDE)


@page(queries.TAKE_PART, title=_COMMIT, methods=_BOTH)
def acknowledge(request: Request, commitment_id: UUID) -> HttpResponseBase:
    """Stand by a commitment: an organisation for itself, the centre for one that told it."""
    made = reading.commitment(request.actor, commitment_id)
    row = made.meeting
    if not reading.leads(request.actor, row):
        if request.method == "POST":
            try:
                meetings.acknowledge(request.actor, commitment_id)
            except PhithakError as error:
                messages.error(request, str(error.message))
            else:
                messages.success(request, str(SAVED))
            return redirect("cases:meeting", row.pk)
        return render(
            request, "cases/acknowledge.html", {"title": _COMMIT, "commitment": made, "meeting": row}
        )
    form = OfInviteeForm(posted(request), parties=_invited(request, row))
    return _done(
        request,
        row,
        form,
        lambda data: meetings.acknowledge(
            request.actor, commitment_id, organisation_id=data["organisation_id"]
        ),
        _COMMIT,
    )


def _invited(request: Request, row: Meeting) -> list[tuple[UUID, Text]]:
    found = reading.invitees_of(request.actor, row)
    return [(one.organisation_id, organisations.name_of(one.organisation)) for one in found]


def _done(request: Request, row: Meeting, form: Any, store: Any, title: Text) -> HttpResponseBase:
    if form.submit(store):
        messages.success(request, str(SAVED))
        return redirect("cases:meeting", row.pk)
    return show_form(request, form, context={"title": title})


@page(queries.WORK, title=_VERIFY, methods=_BOTH)
def ask(request: Request, case_id: UUID) -> HttpResponseBase:
    """Ask an organisation for an independent check; it is looked for first."""
    row = queries.case(request.actor, case_id, queries.WORK)
    words = question(request)
    found = finding.find_organisations(request.actor, words)
    form = VerificationForm(posted(request), found=found)
    return act(
        request,
        row,
        form,
        lambda data: checking.ask(
            request.actor, case_id, data["organisation_id"], topic=data["topic"], due_on=data["due_on"]
        ),
        title=_VERIFY,
        template="cases/find_and_act.html",
        shown={"q": words, "found": found, "needs_found": True},
    )


@page(queries.TAKE_PART, title=_RESULT, methods=_BOTH)
def verification(request: Request, verification_id: UUID) -> HttpResponseBase:
    """Show a request to check something; give its result once."""
    asked = reading.verification(request.actor, verification_id)
    form = ResultForm(posted(request))
    if form.submit(lambda _: checking.answer(request.actor, verification_id, form.rows())):
        messages.success(request, str(SAVED))
        return redirect("cases:verification", verification_id)
    shown = {
        "title": _RESULT,
        "asked": asked,
        "name": organisations.name_of(asked.organisation),
        "sees_case": queries.visible_to(request.actor).filter(pk=asked.case_id).exists(),
    }
    return show_form(request, form, "cases/verification.html", shown)


@page(queries.VIEW, title=_SIDE)
def side_by_side(request: Request, case_id: UUID) -> HttpResponseBase:
    """Show the checks of a case side by side, with the rows in which they differ."""
    row = queries.case(request.actor, case_id)
    waits = reading.verifications_visible_to(request.actor).filter(case=row.pk, answered_at__isnull=True)
    shown = {
        "title": title_of(row, _SIDE),
        "case": row,
        "back": reverse("cases:case", args=[row.pk]),
        "comparisons": reading.comparisons(request.actor, row),
        "waits": [(one, organisations.name_of(one.organisation)) for one in waits],
        "may_work": bool(queries.led_by(request.actor, queries.WORK)) and row.phase != Phase.CLOSED,
    }
    return render(request, "cases/side_by_side.html", shown)


@page(queries.WORK, title=_REPORT, methods=_BOTH)
def report(request: Request, case_id: UUID) -> HttpResponseBase:
    """Make the report after the incident from the case, and show its versions."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = ReportForm(posted(request))
    made = reading.reports_of(row)
    newest = made[0] if made else None
    shown = {
        "reports": made,
        "newest": newest,
        "lines": [
            (datetime.fromisoformat(at), Text(th, en), text) for at, th, en, text in newest.body["timeline"]
        ]
        if newest
        else [],
        "lessons": [(LessonKind(kind).text, text) for kind, text in newest.body["lessons"]] if newest else [],
        "may_approve": newest is not None
        and newest.approved_at is None
        and newest.made_by_id != request.actor.user_id,
    }
    return act(
        request,
        row,
        form,
        lambda data: checking.make_report(request.actor, case_id, **data),
        title=_REPORT,
        template="cases/post_report.html",
        shown=shown,
    )


@page(queries.WORK, title=_REPORT, methods=("POST",))
def approve_report(request: Request, case_id: UUID) -> HttpResponseBase:
    """Approve the newest version of the report; never one's own."""
    row = queries.case(request.actor, case_id, queries.WORK)
    made = reading.reports_of(row)
    if made:
        checking.approve_report(request.actor, case_id, made[0].number)
        messages.success(request, str(SAVED))
    return redirect("cases:post_report", case_id)
