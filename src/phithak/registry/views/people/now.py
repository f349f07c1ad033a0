"""The night shift's page: whom to call now and who comes next; opening a number; who receives a message."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from phithak.base import clock
from phithak.base.errors import InvalidInputError, PhithakError
from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.requests import is_partial
from phithak.registry.forms.people import ChooseForm, NowForm, RouteForm
from phithak.registry.queries import people as queries
from phithak.registry.queries import sectors
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people import Left, MessageKind
from phithak.registry.services import people as services
from phithak.registry.views.people import show
from phithak.registry.views.people.tables import COUNTRIES

_NOW = Text("โทรหาใครขณะนี้", "Whom to call now")
_CALL = Text("โทรหาผู้ประสานงาน", "Call a contact")
_ROUTE = Text("ใครรับข้อความใด", "Who receives what")
_CHOOSE = Text("เลือกผู้รับเอง", "Choose a receiver")


@page(queries.VIEW, title=_NOW)
def contacts_now(request: Request) -> HttpResponseBase:
    """Name whom to call now in a country, a sector or an organisation, and who comes next."""
    asked = {name: value for name, value in request.GET.items() if value}
    form = NowForm(
        request.GET if asked else None,
        initial={"kind": ContactKind.TECHNICAL.value},
        countries=COUNTRIES,
        sectors=sectors.choices(),
    )
    plan, organisation = None, None
    if asked and form.is_valid():
        data = form.cleaned_data
        if data["organisation"]:
            organisation = queries.organisation(request.actor, data["organisation"])
        try:
            plan = queries.call_now(
                request.actor,
                at=data["at"] or clock.now(),
                organisation_id=organisation.pk if organisation else None,
                country=data["country"] or None,
                sector=data["sector"] or None,
                kind=ContactKind(data["kind"] or ContactKind.TECHNICAL),
            )
        except PhithakError as error:
            form.take(error)
    shown = {
        "title": _NOW,
        "form": form,
        "plan": plan,
        "steps": [_step(step) for step in plan.steps] if plan else [],
        "organisation": queries.tenant_name(organisation) if organisation else None,
        "may_call": permissions.has(request.actor, queries.CALL),
    }
    return render(request, "registry/people/now.html", shown, status=form.status)


@page(queries.CALL, title=_CALL, methods=("POST",))
def call_contact(request: Request, contact_id: UUID) -> HttpResponseBase:
    """Open a number to call it; the journal keeps who did."""
    row = queries.contact(request.actor, contact_id, queries.CALL)
    try:
        number = services.call(request.actor, row.pk)
    except PhithakError as error:
        if not is_partial(request):
            raise
        # the button sits in a page that stays: the reason takes its place
        refused = {"problem": error.message}
        return render(request, "registry/people/_no_number.html", refused, status=error.status)
    shown = {
        "title": queries.label_of(row),
        "contact": row,
        "number": number,
        "organisation": queries.tenant_name(row),
    }
    template = "_number" if is_partial(request) else "number"
    answer = render(request, f"registry/people/{template}.html", shown)
    answer["Cache-Control"] = "no-store"
    return answer


@page(queries.VIEW, title=_ROUTE)
def routes(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Show who in an organisation receives a kind of message, and who never does by default."""
    organisation = queries.organisation(request.actor, organisation_id)
    asked = request.GET or {"message": MessageKind.TECHNICAL_ALERT.value, "tlp": "AMBER"}
    form = RouteForm(asked, systems=queries.systems_of(request.actor, organisation.pk))
    found = None
    if form.is_valid():
        data = form.cleaned_data
        found = queries.route(
            MessageKind(data["message"]),
            organisation.pk,
            tlp=data["tlp"] or "AMBER",
            system_id=data["system_id"],
        )
    manages = queries.organisations_for(request.actor, queries.MANAGE).filter(pk=organisation.pk).exists()
    shown = {
        "title": Text(
            f"{_ROUTE.th} {queries.tenant_name(organisation).th}",
            f"{_ROUTE.en}: {queries.tenant_name(organisation).en}",
        ),
        "organisation": organisation,
        "form": form,
        "found": found,
        "message": found.message_kind.value if found else "",
        "taken": [_line(row) for row in found.contacts] if found else [],
        "left": [
            {**_line(row), "why": why.text, "may_choose": manages and why in {Left.NEVER, Left.OTHER_KIND}}
            for row, why in (found.left_out if found else ())
        ],
    }
    return render(request, "registry/people/routes.html", shown, status=form.status)


@page(queries.MANAGE, title=_CHOOSE, methods=("GET", "POST"))
def choose(request: Request, contact_id: UUID) -> HttpResponseBase:
    """Send a message to somebody who would not receive it by default; asks why."""
    row = queries.contact(request.actor, contact_id, queries.MANAGE)
    asked = request.GET.get("message", MessageKind.TECHNICAL_ALERT.value)
    if asked not in set(MessageKind):
        raise InvalidInputError(
            field="message", reason_th="ไม่มีข้อความชนิดนี้", reason_en="there is no such message"
        )
    kind = MessageKind(asked)
    form = ChooseForm(request.POST or None)
    if form.submit(lambda data: services.choose(request.actor, kind, row.pk, data["reason"])):
        messages.success(request, str(Text("บันทึกการเลือกผู้รับแล้ว", "The choice is recorded.")))
        return redirect("registry:contact", row.pk)
    label = queries.label_of(row)
    title = Text(f"ส่ง{kind.text.th}ถึง {label.th}", f"Send to {label.en}: {kind.text.en}")
    return show_form(request, form, context={"title": title})


def _step(step: queries.CallStep) -> dict[str, Any]:
    return {
        "step": step,
        "kind": step.kind.text,
        "languages": show.languages(step.languages),
        "tlp": f"TLP:{step.tlp_most}",
        "who": f"{step.person} · {step.position}" if step.person_id else "",
        "duty": show.ON_DUTY if step.on_duty else show.OFF_DUTY,
        "liveness": show.LIVENESS.get(step.liveness, show.LIVENESS["unknown"]),
        "local": f"{step.local_time:%H:%M}",
    }


def _line(row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "label": queries.label_of(row),
        "kind": ContactKind(row.kind).text,
        "who": show.held_by(row),
        "duty": show.duty(row),
    }
