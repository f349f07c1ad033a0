"""Pages of reports: the list, one, a new one, and the telephone call on one screen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.cases import queries
from phithak.cases.forms.core import FactsForm, facts_of
from phithak.cases.forms.reports import (
    CallForm,
    PutForm,
    ReportForm,
    SettleForm,
    VerifyForm,
    call_facts,
    report_of,
)
from phithak.cases.models import Report
from phithak.cases.queries import reading
from phithak.cases.queries.states import Channel, Reporter, ReportState
from phithak.cases.services import reports as services
from phithak.cases.views.acts import SAVED, posted, question
from phithak.cases.views.tables import REPORTS, organisation_of, verified_state
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.privacy import queries as privacy
from phithak.core.ui.forms import Form, show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.queries import organisations
from phithak.registry.queries import people as contacts
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people import CallStep

_LIST = Text("รายงานเหตุ", "Reports of incidents")
_ONE = Text("รายงานเหตุ", "Report of an incident")
_NEW = Text("แจ้งเหตุ", "Report an incident")
_PHONE = Text("รับสายแจ้งเหตุ", "Take a call")
_OPEN = Text("เปิดเคสจากรายงาน", "Open a case from the report")
_CALL = "registry.call"


@page(queries.REPORTS, title=_LIST)
def index(request: Request) -> HttpResponseBase:
    """List the reports: all at the desk, the own organisation's elsewhere."""
    actions = [(_NEW, reverse("cases:new_report"))] if tenants_with(request.actor, queries.TELL) else []
    rows = queries.reports_visible_to(request.actor)
    return REPORTS.respond(request, rows=rows, title=_LIST, actions=actions)


@page(queries.TELL, title=_NEW, methods=("GET", "POST"))
def new(request: Request) -> HttpResponseBase:
    """Report an incident; a member for its own organisation."""
    actor = request.actor
    desk = bool(queries.led_by(actor, queries.TELL))
    words = question(request)
    if desk:
        found = reading.find_organisations(actor, words)
    else:
        own = organisations.visible_to(actor).filter(pk__in=tenants_with(actor, queries.TELL))
        found = [(one.pk, organisations.name_of(one)) for one in own]
    form = ReportForm(posted(request), found=found, desk=desk)
    made: list[UUID] = []

    def store(data: dict[str, Any]) -> None:
        facts = report_of(data)
        made.append(services.receive(actor, facts, organisation_id=data["organisation_id"]))

    if form.submit(store):
        messages.success(request, str(Text("ศูนย์ได้รับรายงานแล้ว", "The centre has received the report.")))
        return redirect("cases:report", made[0])
    shown = {"title": _NEW, "q": words, "found": found, "submit": _NEW, "back": reverse("cases:reports")}
    return show_form(request, form, "cases/find_and_act.html" if desk else "ui/form_page.html", shown)


@page(queries.WORK, title=_PHONE, methods=("GET", "POST"))
def phone(request: Request) -> HttpResponseBase:
    """Take a call: who calls, call back at a number of the registry, what happened, one button."""
    actor, words = request.actor, question(request)
    chosen = _chosen(request)
    steps = _steps(actor, chosen)
    form = CallForm(posted(request), contacts=[(step.contact_id, step.label) for step in steps])
    made: list[UUID] = []

    def store(data: dict[str, Any]) -> None:
        report, case = call_facts(data)
        made.append(
            services.take_call(
                actor,
                report,
                case,
                organisation_id=chosen[0] if chosen else None,
                called_back=data["called_back"],
                confirmed=data["confirmed"],
            )
        )

    if form.submit(store):
        messages.success(request, str(Text("เปิดเคสแล้ว", "The case is open.")))
        return redirect("cases:case", made[0])
    shown = {
        "title": _PHONE,
        "q": words,
        "found": reading.find_organisations(actor, words),
        "organisation": chosen,
        "steps": steps,
        "may_call": bool(tenants_with(actor, _CALL)),
        "form": form,
    }
    return render(request, "cases/phone.html", shown, status=form.status)


def _chosen(request: Request) -> tuple[UUID, Text] | None:
    try:
        key = UUID(request.GET.get("organisation", ""))
    except ValueError:
        return None
    row = organisations.organisation(request.actor, key)
    return row.pk, organisations.name_of(row)


def _steps(actor: Actor, chosen: tuple[UUID, Text] | None) -> tuple[CallStep, ...]:
    if chosen is None:
        return ()
    plan = contacts.call_now(actor, at=clock.now(), organisation_id=chosen[0], kind=ContactKind.TECHNICAL)
    return plan.steps


@page(queries.REPORTS, title=_ONE)
def report(request: Request, report_id: UUID) -> HttpResponseBase:
    """Show a report; at the desk, decide on it."""
    actor = request.actor
    row = queries.report(actor, report_id)
    works = row.tenant_id in queries.led_by(actor, queries.WORK)
    handles = [one for one in (row.caller_name, row.caller_phone) if one]
    masks = privacy.masked(handles) if row.tenant_id in queries.led_by(actor, queries.REPORTS) else {}
    sees_case = row.case_id is not None and queries.visible_to(actor).filter(pk=row.case_id).exists()
    shown = {
        "title": Text(f"รายงาน {row.receipt}", f"Report {row.receipt}"),
        "report": row,
        "state": ReportState(row.state).state,
        "channel": Channel(row.channel).text,
        "reporter": Reporter(row.reporter).text,
        "organisation": organisation_of(row),
        "verified": verified_state(row),
        "caller": [masks[one] for one in handles if one in masks],
        "case": row.case if sees_case else None,
        "may_decide": works and row.state == ReportState.NEW,
        "may_verify": works and row.organisation_id is not None and row.verified != "yes",
    }
    return render(request, "cases/report.html", shown)


@page(queries.WORK, title=_OPEN, methods=("GET", "POST"))
def open_case(request: Request, report_id: UUID) -> HttpResponseBase:
    """Open a case from a report."""
    row = _mine(request.actor, report_id)
    initial = {"title": row.title, "summary": row.text, "patient_safety": row.patient_safety}
    form = FactsForm(posted(request), initial=initial)
    made: list[UUID] = []
    if form.submit(lambda data: made.append(services.open_from(request.actor, report_id, facts_of(data)))):
        return redirect("cases:case", made[0])
    return show_form(request, form, context={"title": _OPEN, "submit": _OPEN})


@page(queries.WORK, title=Text("ใส่ในเคสที่มีอยู่", "Put into a case"), methods=("GET", "POST"))
def put(request: Request, report_id: UUID) -> HttpResponseBase:
    """Put a report into a case that is there."""
    row = _mine(request.actor, report_id)

    def store(data: dict[str, Any]) -> None:
        wanted = queries.visible_to(request.actor, queries.WORK).filter(number__iexact=data["number"].strip())
        key = wanted.values_list("pk", flat=True).first()
        if key is None:
            raise NotFoundError(field="number")
        services.put_into(request.actor, report_id, key)

    return _decide(request, row, PutForm(posted(request)), store)


@page(queries.WORK, title=Text("ไม่เปิดเคส", "Open no case"), methods=("GET", "POST"))
def settle(request: Request, report_id: UUID) -> HttpResponseBase:
    """Reject a report, or mark it as a duplicate."""
    row = _mine(request.actor, report_id)
    return _decide(
        request,
        row,
        SettleForm(posted(request)),
        lambda data: services.settle(request.actor, report_id, data["state"], reason=data["reason"]),
    )


@page(queries.WORK, title=Text("โทรกลับยืนยัน", "Call back"), methods=("GET", "POST"))
def verify(request: Request, report_id: UUID) -> HttpResponseBase:
    """Call the organisation back at a number of the registry, and write down what it said."""
    row = _mine(request.actor, report_id)
    of = row.organisation
    chosen = (of.pk, organisations.name_of(of)) if of else None
    steps = _steps(request.actor, chosen)
    form = VerifyForm(posted(request), contacts=[(step.contact_id, step.label) for step in steps])
    shown = {"steps": steps, "organisation": chosen, "may_call": bool(tenants_with(request.actor, _CALL))}
    return _decide(
        request,
        row,
        form,
        lambda data: services.verify(
            request.actor, report_id, data["contact_id"], confirmed=data["confirmed"]
        ),
        template="cases/verify.html",
        shown=shown,
    )


def _mine(actor: Actor, report_id: UUID) -> Report:
    """Return a report of a centre for which the actor works."""
    row = queries.report(actor, report_id)
    if row.tenant_id not in queries.led_by(actor, queries.WORK):
        raise NotFoundError
    return row


def _decide(
    request: Request,
    row: Report,
    form: Form,
    store: Any,
    *,
    template: str = "ui/form_page.html",
    shown: dict[str, Any] | None = None,
) -> HttpResponseBase:
    if form.submit(store):
        messages.success(request, str(SAVED))
        return redirect("cases:report", row.pk)
    title = Text(f"รายงาน {row.receipt}", f"Report {row.receipt}")
    return show_form(request, form, template, {"title": title, "report": row, **(shown or {})})
