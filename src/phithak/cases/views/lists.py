"""The list of cases, and opening one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from phithak.base.text import Text
from phithak.cases import queries
from phithak.cases.forms.core import NewCaseForm, facts_of
from phithak.cases.queries import reading
from phithak.cases.queries.states import PartyRole
from phithak.cases.services import opening
from phithak.cases.views.acts import posted, question
from phithak.cases.views.tables import cases_table
from phithak.core.accounts.scope import tenants_with
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page

TITLE = Text("เคส", "Cases")
NEW = Text("เปิดเคส", "Open a case")
PHONE = Text("รับสายแจ้งเหตุ", "Take a call")
REPORTS = Text("รายงานเหตุ", "Reports")


@page(queries.VIEW, title=TITLE)
def index(request: Request) -> HttpResponseBase:
    """List the cases that the actor may see."""
    actions = []
    if queries.led_by(request.actor, queries.WORK):
        actions = [(PHONE, reverse("cases:phone")), (NEW, reverse("cases:new"))]
    if tenants_with(request.actor, queries.REPORTS):
        actions.append((REPORTS, reverse("cases:reports")))
    rows = queries.visible_to(request.actor).select_related("assignee")
    return cases_table(request.actor).respond(request, rows=rows, title=TITLE, actions=actions)


@page(queries.WORK, title=NEW, methods=("GET", "POST"))
def new(request: Request) -> HttpResponseBase:
    """Open a case; the organisation is looked for first, or told later."""
    words = question(request)
    found = reading.find_organisations(request.actor, words)
    form = NewCaseForm(posted(request), found=found)
    made: list[UUID] = []

    def store(data: dict[str, Any]) -> None:
        chosen = data["organisation_id"]
        parties = [(chosen, PartyRole.AFFECTED)] if chosen else []
        made.append(opening.open_case(request.actor, facts_of(data), parties=parties))

    if form.submit(store):
        return redirect("cases:case", made[0])
    shown = {"title": NEW, "q": words, "found": found, "submit": NEW, "back": reverse("cases:cases")}
    return show_form(request, form, "cases/find_and_act.html", shown)
