"""The forms of agreements: add, change, party, signature, copy, end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from phithak.base.errors import ConflictError
from phithak.base.text import Text
from phithak.core.i18n import show
from phithak.core.ui.forms import Form, show_form
from phithak.core.ui.pages.files.views import checked
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.forms.agreements import (
    DATA_KINDS,
    ChangeAgreementForm,
    CopyForm,
    NewAgreementForm,
    OrganisationChoice,
    ReasonForm,
    RuleForm,
    SignForm,
    facts_of,
    initial_of,
    label,
    see_version,
)
from phithak.registry.models import Agreement
from phithak.registry.queries import agreements as queries
from phithak.registry.queries.agreements import AgreementKind, Flow, State
from phithak.registry.services import agreements as services
from phithak.registry.services.agreements.errors import AgreementChangedError, RuleChangedError
from phithak.registry.views.agreements import shown

_NEW = Text("เพิ่มข้อตกลง", "Add an agreement")
_EDIT = Text("แก้ข้อตกลง", "Change an agreement")
_PARTY = Text("เพิ่มคู่สัญญา", "Add a party")
_SIGN = Text("บันทึกการลงนาม", "Record a signature")
_COPY = Text("แนบฉบับลงนาม", "Attach the signed copy")
_RULE = Text("แก้สิ่งที่ส่งได้", "Change what may flow")
_KINDS = Text("ข้อมูลที่ส่งได้", "Data that may flow")
_END = Text("ยุติข้อตกลง", "End an agreement")
_SAVED = Text("บันทึกแล้ว", "Saved.")


@page(queries.MANAGE, title=_NEW, methods=("GET", "POST"))
def new_agreement(request: Request) -> HttpResponseBase:
    """Add an agreement; parties come next."""
    form = NewAgreementForm(request.POST or None, tenants=shown.tenants_for(request.actor, queries.MANAGE))
    made: list[UUID] = []
    if form.submit(
        lambda data: made.append(
            services.create(request.actor, tenant_id=data["tenant_id"], facts=facts_of(data))
        )
    ):
        messages.success(request, str(Text("เพิ่มแล้ว ต่อไปเพิ่มคู่สัญญา", "Added. Now add its parties.")))
        return redirect("registry:agreement", made[0])
    return show_form(request, form, context={"title": _NEW})


@page(queries.MANAGE, title=_EDIT, methods=("GET", "POST"))
def edit_agreement(request: Request, agreement_id: UUID) -> HttpResponseBase:
    """Change an agreement; after a conflict what was typed stays, beside what the other one saved."""
    row = queries.agreement(request.actor, agreement_id, queries.MANAGE)
    signed = row.state == State.SIGNED
    form = ChangeAgreementForm(request.POST or None, initial=initial_of(row), signed=signed)
    conflict: list[AgreementChangedError] = []

    def save(data: dict[str, Any]) -> None:
        try:
            services.change(
                request.actor,
                agreement_id,
                facts_of(data),
                version=data["version"],
                again=bool(data.get("again")),
            )
        except AgreementChangedError as error:
            conflict.append(error)
            raise

    if form.submit(save):
        messages.success(request, str(_SAVED))
        return redirect("registry:agreement", agreement_id)
    context: dict[str, Any] = {"title": _EDIT, "agreement": row, "theirs": []}
    if conflict:
        row.refresh_from_db()
        context["theirs"] = differences(form, row)
        see_version(form, row.version)
    return show_form(request, form, "registry/agreements/edit.html", context)


def differences(form: Form, row: Agreement) -> list[tuple[Text, str]]:
    """Return label and present value of each field that differs from what was typed."""
    now = initial_of(row)
    readable: dict[str, Any] = {
        "kind": lambda value: str(AgreementKind(value).text),
        "starts_on": show.long,
        "ends_on": show.long,
        "flows": lambda value: ", ".join(str(Flow(flow).text) for flow in value),
        "data_kinds": lambda value: str(shown.kinds_text(value)),
        "scan_consent": lambda value: str(Text("ยินยอม", "Yes") if value else Text("ไม่ยินยอม", "No")),
    }
    found = []
    for name in form.fields:
        if name in {"version", "again"} or form.cleaned_data.get(name) == now.get(name):
            continue
        read = readable.get(name, str)
        found.append((label(form, name), read(now[name])))
    return found


@page(queries.MANAGE, title=_PARTY, methods=("GET", "POST"))
def add_party(request: Request, agreement_id: UUID) -> HttpResponseBase:
    """Add a party out of those that the search found."""
    row = queries.agreement(request.actor, agreement_id, queries.MANAGE)
    words = request.GET.get("find", "")
    found = shown.found(request.actor, words)
    form = OrganisationChoice(request.POST or None, found=found)
    if form.submit(lambda data: services.add_party(request.actor, agreement_id, data["organisation_id"])):
        messages.success(request, str(Text("เพิ่มคู่สัญญาแล้ว", "Party added.")))
        return redirect("registry:agreement", agreement_id)
    context = {"title": _PARTY, "agreement": row, "find": words, "count": len(found)}
    return show_form(request, form, "registry/agreements/party.html", context)


@page(queries.MANAGE, title=_SIGN, methods=("GET", "POST"))
def sign_agreement(request: Request, agreement_id: UUID) -> HttpResponseBase:
    """Write down that a party signed."""
    row = queries.agreement(request.actor, agreement_id, queries.MANAGE)
    unsigned = [
        (party.organisation_id, queries.name(party.organisation))
        for party in queries.parties_of(request.actor, row)
        if party.signed_on is None
    ]
    form = SignForm(request.POST or None, found=unsigned)
    if form.submit(lambda data: services.sign(request.actor, agreement_id, **data)):
        messages.success(request, str(Text("บันทึกการลงนามแล้ว", "Signature recorded.")))
        return redirect("registry:agreement", agreement_id)
    intro = None if unsigned else Text("ทุกฝ่ายลงนามแล้ว", "Every party has signed.")
    return show_form(request, form, context={"title": _SIGN, "intro": intro})


@page(queries.MANAGE, title=_COPY, methods=("GET", "POST"))
def attach_copy(request: Request, agreement_id: UUID) -> HttpResponseBase:
    """Keep the signed copy."""
    row = queries.agreement(request.actor, agreement_id, queries.MANAGE)
    form = CopyForm(request.POST or None, request.FILES or None)

    def store(data: dict[str, Any]) -> None:
        sent = checked(data["file"])
        services.attach(request.actor, agreement_id, sent, name=sent.name, media_type=sent.content_type or "")

    if form.submit(store):
        messages.success(request, str(Text("ปิดผนึกและเก็บฉบับลงนามแล้ว", "The signed copy is sealed and kept.")))
        return redirect("registry:agreement", agreement_id)
    context = {"form": form, "title": _COPY, "agreement": row}
    return render(request, "registry/agreements/copy.html", context, status=form.status)


@page(queries.MANAGE, title=_END, methods=("GET", "POST"))
def end_agreement(request: Request, agreement_id: UUID) -> HttpResponseBase:
    """End an agreement now."""
    row = queries.agreement(request.actor, agreement_id, queries.MANAGE)
    form = ReasonForm(request.POST or None)
    if form.submit(lambda data: services.end(request.actor, agreement_id, reason=data["reason"])):
        messages.success(
            request, str(Text("ยุติแล้ว ทุกอย่างที่อาศัยข้อตกลงนี้ปิดแล้ว", "Ended. All that rested on it is off."))
        )
        return redirect("registry:agreement", agreement_id)
    intro = Text(
        f"ข้อตกลง {row.number}: ทุกอย่างที่เปิดตามข้อตกลงจะปิดทันที และการให้ข้อมูลต่อจะถูกระงับ",
        f"Agreement {row.number}: all that it allows goes off at once, and data sharing is suspended.",
    )
    return show_form(request, form, context={"title": _END, "intro": intro, "submit": _END})


@page(queries.MANAGE, title=_RULE, methods=("GET", "POST"))
def edit_rule(request: Request, rule_id: UUID) -> HttpResponseBase:
    """Change what a rule lets through; after a conflict what was typed stays, beside what the other one saved."""
    rule = queries.rule(request.actor, rule_id, queries.MANAGE)
    if rule.agreement.state == State.ENDED:
        raise ConflictError
    kinds = [(kind, text) for kind, text in DATA_KINDS if kind in rule.agreement.data_kinds]
    initial = {"version": rule.version, "tlp_most": rule.tlp_most, "data_kinds": rule.data_kinds}
    form = RuleForm(request.POST or None, initial=initial, kinds=kinds)
    lost: list[RuleChangedError] = []

    def save(data: dict[str, Any]) -> None:
        told = services.RuleFacts(data["tlp_most"], tuple(data.get("data_kinds", ())))
        try:
            services.change_rule(request.actor, rule_id, told, version=data["version"])
        except RuleChangedError as error:
            lost.append(error)
            raise

    if form.submit(save):
        messages.success(request, str(_SAVED))
        return redirect("registry:agreement", rule.agreement_id)
    flow, party = Flow(rule.flow).text, queries.name(rule.party)
    context: dict[str, Any] = {
        "title": Text(f"{flow.th} · {party.th}", f"{flow.en} · {party.en}"),
        "agreement": rule.agreement,
        "theirs": [],
    }
    if lost:
        rule.refresh_from_db()
        context["theirs"] = [
            (label(form, "tlp_most"), f"TLP:{rule.tlp_most}"),
            (_KINDS, str(shown.kinds_text(rule.data_kinds))),
        ]
        see_version(form, rule.version)
    return show_form(request, form, "registry/agreements/edit.html", context)
