"""Requests: the list, one with its differences, decisions, and a member's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.errors import PhithakError
from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.scope import tenants_with
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import Column, Filter, State, Table
from phithak.registry.forms.joining import DecideForm, RefuseForm
from phithak.registry.forms.organisations import OrganisationForm, facts_from, initial_of
from phithak.registry.models import ChangeRequest
from phithak.registry.queries import organisations as door
from phithak.registry.queries import sectors
from phithak.registry.queries.facts import facts_of
from phithak.registry.queries.joining import requests as queries
from phithak.registry.queries.joining.requests import DECIDE, MAKE, VIEW, RequestKind, RequestState
from phithak.registry.services import joining
from phithak.registry.services.joining import RecordMovedError
from phithak.registry.services.joining.requests import own_organisation
from phithak.registry.views.organisations import words
from phithak.registry.views.organisations.tables import provinces

_LIST = Text("คำขอของทะเบียน", "Requests to the registry")
_ONE = Text("คำขอ", "Request")
_CHANGE = Text("ขอแก้ข้อมูลหน่วยงาน", "Ask for a change of the record")
_RENEWAL = Text("ต่ออายุทะเบียน", "Renew the registration")
_TONES = {
    RequestState.OPEN: "warn",
    RequestState.APPROVED: "good",
    RequestState.REFUSED: "bad",
    RequestState.WITHDRAWN: "neutral",
}
_HIDDEN = ("registered_on",)


def badge(row: ChangeRequest) -> State:
    """Return the state of a request as a badge."""
    state = RequestState(row.state)
    return State(state.value, state.text, _TONES[state])


TABLE = Table(
    name="requests",
    columns=[
        Column("made", Text("ยื่นเมื่อ", "Made"), value="created_at", sort="created_at", kind="datetime"),
        Column(
            "name",
            Text("หน่วยงาน", "Organisation"),
            value=queries.name_of,
            link=lambda row: reverse("registry:request", args=[row.pk]),
        ),
        Column("kind", Text("เรื่อง", "What"), value=lambda row: RequestKind(row.kind).text, sort="kind"),
        Column("reference", Text("อ้างอิง", "Reference"), value="reference", kind="code"),
        Column("state", Text("สถานะ", "State"), value=badge, kind="state"),
    ],
    filters=[
        Filter(
            "state",
            Text("สถานะ", "State"),
            options=[(state.value, state.text) for state in RequestState],
            apply=lambda rows, value: rows.filter(state=value),
            default=RequestState.OPEN.value,
        ),
        Filter(
            "kind",
            Text("เรื่อง", "What"),
            options=[(kind.value, kind.text) for kind in RequestKind],
            apply=lambda rows, value: rows.filter(kind=value),
        ),
    ],
    search=lambda rows, told: rows.filter(reference__istartswith=told.replace("-", "")),
    default_sort="created_at",
    empty=Text(
        "ไม่มีคำขอที่รอพิจารณา หน่วยงานขึ้นทะเบียนเองได้ที่หน้า /registry/join/",
        "No request waits. Organisations register by themselves at /registry/join/.",
    ),
)


@page(VIEW, title=_LIST)
def index(request: Request) -> HttpResponseBase:
    """List the requests that wait, oldest first; those that were decided are one click away."""
    actions = [(Text("หน้าขึ้นทะเบียนสาธารณะ", "The public form"), reverse("registry:join"))]
    return TABLE.respond(
        request, rows=queries.requests_visible_to(request.actor), title=_LIST, actions=actions
    )


@page(VIEW, title=_ONE)
def one(request: Request, request_id: UUID) -> HttpResponseBase:
    """Show one request with its differences, and what may be done."""
    return _show(request, queries.request(request.actor, request_id), RefuseForm())


@page(DECIDE, title=_ONE, methods=("POST",))
def approve(request: Request, request_id: UUID) -> HttpResponseBase:
    """Approve a request."""
    row = queries.request(request.actor, request_id, DECIDE)
    form = DecideForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        joining.approve(request.actor, request_id, version=version)
    except RecordMovedError as error:
        return _show(request, row, RefuseForm(), problem=error)
    messages.success(request, str(Text("อนุมัติแล้ว แจ้งผู้ยื่นทางอีเมล", "Approved; the other side is told by mail.")))
    return redirect("registry:request", request_id)


@page(DECIDE, title=_ONE, methods=("POST",))
def refuse(request: Request, request_id: UUID) -> HttpResponseBase:
    """Refuse a request with a reason."""
    row = queries.request(request.actor, request_id, DECIDE)
    form = RefuseForm(request.POST)
    if form.submit(lambda data: joining.refuse(request.actor, request_id, data["reason"])):
        messages.success(
            request, str(Text("ไม่อนุมัติ แจ้งผู้ยื่นพร้อมเหตุผลแล้ว", "Refused; the other side is told why."))
        )
        return redirect("registry:request", request_id)
    return _show(request, row, form)


@page(MAKE, title=_ONE, methods=("POST",))
def withdraw(request: Request, request_id: UUID) -> HttpResponseBase:
    """Withdraw an own request."""
    joining.withdraw(request.actor, request_id)
    messages.success(request, str(Text("ถอนคำขอแล้ว", "Withdrawn.")))
    return redirect("registry:request", request_id)


@page(MAKE, title=_CHANGE, methods=("GET", "POST"))
def ask_change(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Ask for a change of the own record."""
    row = own_organisation(request.actor, organisation_id)
    now = facts_of(row)
    form = _form(request, {**initial_of(now), "version": row.version})
    made: list[UUID] = []

    def store(data: dict[str, Any]) -> None:
        facts = facts_from(data, now)
        version = data["version"] or row.version
        made.append(joining.ask_change(request.actor, organisation_id, facts, version=version))

    if form.submit(store):
        messages.success(
            request, str(Text("ส่งคำขอแล้ว ศูนย์จะแจ้งผลทางอีเมล", "Sent. The centre answers by mail."))
        )
        return redirect("registry:request", made[0])
    intro = Text(
        "แก้เฉพาะช่องที่เปลี่ยน ศูนย์เห็นเฉพาะช่องที่ต่างจากเดิมแล้วตัดสิน",
        "Change only what differs; the centre sees those fields and decides.",
    )
    return show_form(
        request,
        form,
        context={"title": _CHANGE, "intro": intro, "submit": Text("ส่งคำขอ", "Send the request")},
    )


@page(MAKE, title=_RENEWAL, methods=("GET", "POST"))
def ask_renewal(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Renew the own registration: one press when nothing changed, else with changes."""
    row = own_organisation(request.actor, organisation_id)
    now = facts_of(row)
    as_it_is = request.POST.get("as_it_is") == "yes"
    form = _form(request, {**initial_of(now), "version": row.version})
    problem: PhithakError | None = None
    made: list[UUID] = []

    def store(data: dict[str, Any]) -> None:
        made.append(
            joining.ask_renewal(request.actor, organisation_id, facts_from(data, now), version=row.version)
        )

    if request.method == "POST" and as_it_is:
        try:
            made.append(joining.ask_renewal(request.actor, organisation_id, version=row.version))
        except PhithakError as error:
            problem = error
    elif form.submit(store):
        pass
    if made:
        messages.success(request, str(Text("ส่งคำขอต่ออายุแล้ว", "The renewal is on its way.")))
        return redirect("registry:request", made[0])
    if as_it_is:
        form = _form(request, {**initial_of(now), "version": row.version}, bound=False)
    shown = {
        "form": form,
        "organisation": row,
        "renewable": queries.renewable(row),
        "opens": row.renewal_due is not None,
        "problem": problem,
        "title": _RENEWAL,
    }
    return render(
        request, "registry/joining/renew.html", shown, status=problem.status if problem else form.status
    )


@page(VIEW, title=_LIST)
def panel(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Show the newest requests of an organisation, as a fragment of its page."""
    row = door.organisation(request.actor, organisation_id)
    found = queries.requests_visible_to(request.actor).filter(organisation=row.pk).order_by("-created_at")[:5]
    own = organisation_id in tenants_with(request.actor, MAKE)
    shown = {
        "rows": [(one, badge(one), RequestKind(one.kind).text) for one in found],
        "organisation": row,
        "own": own,
        "renewable": own and queries.renewable(row),
    }
    return render(request, "registry/joining/_panel.html", shown)


def _form(request: Request, initial: dict[str, Any], *, bound: bool = True) -> OrganisationForm:
    form = OrganisationForm(
        request.POST if bound and request.method == "POST" else None,
        initial=initial,
        sectors=sectors.choices(),
        countries=list(words.COUNTRIES.items()),
        provinces=provinces(),
    )
    form.hide(_HIDDEN)
    return form


def _show(
    request: Request, row: ChangeRequest, form: RefuseForm, *, problem: PhithakError | None = None
) -> HttpResponseBase:
    kind = RequestKind(row.kind)
    organisation = row.organisation
    if organisation is not None:
        organisation.refresh_from_db(fields=["version"])
    name = queries.name_of(row)
    is_open = row.state == RequestState.OPEN
    may_decide = is_open and queries.requests_visible_to(request.actor, DECIDE).filter(pk=row.pk).exists()
    shown = {
        "row": row,
        "name": name,
        "kind": kind.text,
        "state": badge(row),
        "differences": queries.differences(row),
        "contact": queries.contact_shown(row) if permissions.has(request.actor, DECIDE) else {},
        "twin": queries.twin_of(row) if may_decide else None,
        "organisation": organisation,
        "decide": DecideForm(initial={"version": organisation.version if organisation else 0}),
        "form": form,
        "may_decide": may_decide,
        "may_withdraw": is_open and row.organisation_id in tenants_with(request.actor, MAKE),
        "problem": problem,
        "registers": kind is RequestKind.REGISTER,
        "title": Text(f"{kind.text.th}: {name.th}", f"{kind.text.en}: {name.en}"),
    }
    status = problem.status if problem else form.status
    return render(request, "registry/joining/request.html", shown, status=status)
