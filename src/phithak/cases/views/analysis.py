"""Pages of what is known of a case: findings, attack path, questions, outages, lessons."""

from __future__ import annotations

from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from phithak.base.text import Text
from phithak.cases import queries
from phithak.cases.forms.work import (
    EndOutageForm,
    FindingForm,
    LessonForm,
    OutageForm,
    QuestionForm,
    TechniqueForm,
)
from phithak.cases.queries import working
from phithak.cases.queries.states import Phase
from phithak.cases.queries.workstates import TECHNIQUES, Basis, FindingState, LessonKind
from phithak.cases.services import analysis
from phithak.cases.views.acts import act, posted, title_of
from phithak.cases.views.work import parties_of
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.queries import organisations

_BOTH = ("GET", "POST")
_KNOWN = Text("สิ่งที่ทราบ", "What is known")
_FINDING = Text("ผลตรวจระบบ", "Finding")
_TECHNIQUE = Text("เส้นทางโจมตี", "Attack path")
_QUESTION = Text("คำถามสาเหตุ", "Question of the root cause")
_ANSWER = Text("ตอบคำถามสาเหตุ", "Answer a question")
_OUTAGE = Text("บริการที่หยุด", "Outage")
_BACK = Text("บริการกลับมา", "Service is back")
_LESSON = Text("บทเรียน", "Lesson")


@page(queries.VIEW, title=_KNOWN)
def known(request: Request, case_id: UUID) -> HttpResponseBase:
    """Show what is known; elsewhere than at the desk, the own organisation's part."""
    actor = request.actor
    row = queries.case(actor, case_id)
    desk = queries.at_desk(actor, row)
    shown = {
        "title": title_of(row, _KNOWN),
        "case": row,
        "back": reverse("cases:case", args=[row.pk]),
        "desk": desk,
        "may_work": row.phase != Phase.CLOSED
        and queries.visible_to(actor, queries.WORK).filter(pk=row.pk).exists(),
        "findings": [
            (
                one,
                FindingState(one.state).state,
                Basis(one.basis).text,
                organisations.name_of(one.organisation) if one.organisation else None,
            )
            for one in working.findings_of(actor, row)
        ],
        "path": [(one, TECHNIQUES[one.code]) for one in working.techniques_of(row)] if desk else [],
        "questions": list(working.questions_visible_to(actor).filter(case=row.pk).order_by("created_at")),
        "outages": list(working.outages_visible_to(actor).filter(case=row.pk).order_by("since")),
        "lessons": [(one, LessonKind(one.kind).text) for one in working.lessons_of(row)] if desk else [],
    }
    return render(request, "cases/known.html", shown)


@page(queries.WORK, title=_FINDING, methods=_BOTH)
def new_finding(request: Request, case_id: UUID) -> HttpResponseBase:
    """Write down what is said of a system."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = FindingForm(posted(request), parties=parties_of(request.actor, row))
    return act(request, row, form, lambda data: analysis.find(request.actor, case_id, **data), title=_FINDING)


@page(queries.WORK, title=_TECHNIQUE, methods=_BOTH)
def new_technique(request: Request, case_id: UUID) -> HttpResponseBase:
    """Add a step to the attack path."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = TechniqueForm(posted(request))
    return act(
        request,
        row,
        form,
        lambda data: analysis.add_technique(request.actor, case_id, data["code"], note=data["note"]),
        title=_TECHNIQUE,
    )


@page(queries.WORK, title=_QUESTION, methods=_BOTH)
def new_question(request: Request, case_id: UUID) -> HttpResponseBase:
    """Ask a question of the root cause."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = QuestionForm(posted(request))
    return act(
        request, row, form, lambda data: analysis.ask(request.actor, case_id, data["text"]), title=_QUESTION
    )


@page(queries.WORK, title=_ANSWER, methods=_BOTH)
def answer(request: Request, question_id: UUID) -> HttpResponseBase:
    """Answer a question of the root cause."""
    found = working.question(request.actor, question_id)
    form = QuestionForm(posted(request))
    return act(
        request,
        found.case,
        form,
        lambda data: analysis.answer(request.actor, question_id, data["text"]),
        title=_ANSWER,
        shown={"about": found.text},
    )


@page(queries.WORK, title=_OUTAGE, methods=_BOTH)
def new_outage(request: Request, case_id: UUID) -> HttpResponseBase:
    """Note a service that is down."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = OutageForm(posted(request), parties=parties_of(request.actor, row))
    return act(
        request, row, form, lambda data: analysis.begin_outage(request.actor, case_id, **data), title=_OUTAGE
    )


@page(queries.WORK, title=_BACK, methods=_BOTH)
def end_outage(request: Request, outage_id: UUID) -> HttpResponseBase:
    """Note that a service is back."""
    found = working.outage(request.actor, outage_id)
    form = EndOutageForm(posted(request))
    return act(
        request,
        found.case,
        form,
        lambda data: analysis.end_outage(request.actor, outage_id, data["until"]),
        title=_BACK,
        shown={"about": found.service},
    )


@page(queries.WORK, title=_LESSON, methods=_BOTH)
def new_lesson(request: Request, case_id: UUID) -> HttpResponseBase:
    """Write down what was learnt."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = LessonForm(posted(request))
    return act(request, row, form, lambda data: analysis.learn(request.actor, case_id, **data), title=_LESSON)
