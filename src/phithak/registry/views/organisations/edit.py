"""Adding, changing and closing an organisation; two people at one record see each other's changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.i18n import show
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.forms.organisations import (
    AMOUNTS,
    TYPED,
    OrganisationForm,
    OwnedForm,
    ReasonForm,
    as_typed,
    facts_from,
    initial_of,
    read_seen,
    sign,
)
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import sectors
from phithak.registry.queries.facts import FIELDS, OrganisationFacts, facts_of
from phithak.registry.services import organisations as services
from phithak.registry.services.organisations import ChangedMeanwhileError
from phithak.registry.services.organisations.access import managed
from phithak.registry.services.organisations.owners import seal_owner
from phithak.registry.views.clash import NO, NOTHING, PREFIX, TAKE, YES, Clash
from phithak.registry.views.organisations import words
from phithak.registry.views.organisations.tables import provinces

NEW = Text("เพิ่มหน่วยงาน", "Add an organisation")
EDIT = Text("แก้ไขหน่วยงาน", "Edit the organisation")
CLOSE = Text("ปิดหน่วยงาน", "Close the organisation")
CLOSE_TENANT = "accounts.tenant.close"


@page(queries.MANAGE, title=NEW, methods=("GET", "POST"))
def new(request: Request) -> HttpResponseBase:
    """Add an organisation to the constituency."""
    form = _form(request.POST if request.method == "POST" else None, {"country": "TH"})
    made: list[UUID] = []

    def store(data: dict[str, Any]) -> None:
        facts = facts_from(data, None)
        if data["owner_number"]:
            facts = replace(facts, owner_id=seal_owner(request.actor, data["owner_number"], facts))
        made.append(services.create(request.actor, facts))

    if form.submit(store):
        messages.success(request, str(Text("ขึ้นทะเบียนแล้ว", "Registered.")))
        return redirect("registry:organisation", made[0])
    intro = Text(
        "กรอกชื่อไทยและประเภทก่อน ที่เหลือเติมภายหลังได้ ถ้าชื่อคล้ายหน่วยงานเดิม ระบบจะเสนอให้ตรวจ",
        "Name and kind are enough to begin. A name like an existing one is proposed for a check.",
    )
    return show_form(request, form, context={"title": NEW, "intro": intro})


@page(queries.MANAGE, title=EDIT, methods=("GET", "POST"))
def edit(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Change the facts of an organisation; whoever saves second decides on each field that the first changed."""
    row = managed(request.actor, organisation_id)
    now = facts_of(row)
    typed = _decided(request.POST, now) if request.method == "POST" else None
    form = _form(
        typed,
        {**initial_of(now), "version": row.version, "seen": sign(now)},
        kept=words.owner_of(row),
    )
    clashes: list[Clash] = []

    def store(data: dict[str, Any]) -> None:
        facts = facts_from(data, now)
        if data.get("remove_owner"):
            facts = replace(facts, owner_id=None)
        # only for what is about to be stored: a conflict is told below, and what was typed stays
        if data["owner_number"] and data["version"] == row.version:
            number = data["owner_number"]
            sealed = seal_owner(request.actor, number, facts, organisation_id=organisation_id)
            facts = replace(facts, owner_id=sealed)
        try:
            services.change(request.actor, organisation_id, facts, version=data["version"] or 0)
        except ChangedMeanwhileError as error:
            clashes.extend(_clashes(form, read_seen(data["seen"]), error.now, facts))
            if typed is not None:
                _begin_anew(form, typed, error)
            raise

    if form.submit(store):
        messages.success(request, str(Text("บันทึกแล้ว", "Saved.")))
        return redirect("registry:organisation", organisation_id)
    status = form.status
    if clashes:
        # the questions themselves say what is wrong
        form.errors.pop(NON_FIELD_ERRORS, None)
        form.hide([clash.name for clash in clashes])
    shown = {"title": EDIT, "organisation": row, "clashes": clashes, "form": form}
    return render(request, "registry/organisations/edit.html", shown, status=status)


@page(queries.MANAGE, title=CLOSE, methods=("GET", "POST"))
def close(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Close an organisation, with a reason; nothing of it is erased."""
    row = managed(request.actor, organisation_id)
    # before anything is typed: it takes a staff session
    permissions.require(request.actor, CLOSE_TENANT)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.submit(lambda data: services.close(request.actor, organisation_id, data["reason"])):
        messages.success(request, str(Text("ปิดแล้ว", "Closed.")))
        return redirect("registry:organisation", organisation_id)
    shown = {"title": CLOSE, "organisation": row}
    return show_form(request, form, "registry/organisations/close.html", shown)


def _form(data: QueryDict | None, initial: dict[str, Any], *, kept: str = "") -> OwnedForm:
    return OwnedForm(
        data,
        initial=initial,
        kept=kept,
        sectors=sectors.choices(),
        countries=list(words.COUNTRIES.items()),
        provinces=provinces(),
    )


def _decided(typed: QueryDict, now: OrganisationFacts) -> QueryDict:
    """Return what was typed, with the record's own value in each field in which the other's is taken."""
    data = typed.copy()
    stands = as_typed(now)
    for name in TYPED:
        if typed.get(PREFIX + name) == TAKE:
            data.setlist(name, stands[name])
    return data


def _begin_anew(form: OrganisationForm, data: QueryDict, error: ChangedMeanwhileError) -> None:
    """Let the next try begin from the record as it is now; what was typed stays."""
    data["version"], data["seen"] = str(error.version), sign(error.now)
    form.data = data


def _clashes(
    form: OrganisationForm, seen: dict[str, list[str]] | None, now: OrganisationFacts, sent: OrganisationFacts
) -> list[Clash]:
    """Return the fields that changed since the writer began, as far as they differ from what was typed."""
    theirs, mine = as_typed(now), as_typed(sent)
    before = seen if seen is not None and set(seen) == set(TYPED) else mine
    return [
        Clash(
            name,
            FIELDS[name],
            _shown(form, name, before[name]),
            _shown(form, name, theirs[name]),
            _shown(form, name, mine[name]),
            keeps=seen is None or mine[name] != before[name],
        )
        for name in TYPED
        if theirs[name] not in (before[name], mine[name])
    ]


def _shown(form: OrganisationForm, name: str, values: list[str]) -> str:
    """Return a field's value as people read it."""
    field = form.fields[name]
    if name == "is_juristic":
        return str(YES if values else NO)
    if not values:
        return str(NOTHING)
    choices = dict(getattr(field, "choices", ()))
    if choices:
        return ", ".join(str(choices.get(value, value)) for value in values)
    if name in AMOUNTS:
        return show.number(int(values[0]))
    return values[0]
