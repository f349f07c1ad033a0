"""Other names, relations, scope and restricted standing of an organisation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables.asked import MAX_WORDS
from phithak.registry.forms.organisations import (
    OVER,
    AliasForm,
    CiiForm,
    RelationForm,
    ScopeForm,
    way_of,
)
from phithak.registry.models import Organisation
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import searching, sectors
from phithak.registry.queries.facts import AliasKind
from phithak.registry.services import organisations as services
from phithak.registry.services.organisations.access import managed
from phithak.registry.views.organisations import words
from phithak.registry.views.organisations.detail import relation_groups

ALIASES = Text("ชื่ออื่นของหน่วยงาน", "Other names")
RELATIONS = Text("ความสัมพันธ์ของหน่วยงาน", "Relations")
SCOPES = Text("ขอบเขตของหน่วยงานกำกับ", "Scope of the authority")
CII = Text("สถานะโครงสร้างพื้นฐานสำคัญ", "Critical infrastructure")
MOST_FOUND = 20
"""So many organisations are offered as the other side of a relation."""
_SAVED = Text("บันทึกแล้ว", "Saved.")
_ENDED = Text("สิ้นสุดแล้ว", "Ended.")


@page(queries.MANAGE, title=ALIASES, methods=("GET", "POST"))
def aliases(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Show the other names of an organisation; POST adds one."""
    row = managed(request.actor, organisation_id)
    form = AliasForm(request.POST if request.method == "POST" else None)
    if form.submit(
        lambda data: services.add_alias(request.actor, organisation_id, data["aliases"], data["kind"])
    ):
        messages.success(request, str(_SAVED))
        return redirect("registry:aliases", organisation_id)
    known = [(one.pk, one.text, AliasKind(one.kind).text) for one in queries.aliases_of(row)]
    shown = {"title": ALIASES, "organisation": row, "aliases": known}
    return show_form(request, form, "registry/organisations/aliases.html", shown)


@page(queries.MANAGE, title=ALIASES, methods=("POST",))
def remove_alias(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Take another name away; ``alias`` says which."""
    services.remove_alias(request.actor, organisation_id, _named(request, "alias"))
    messages.success(request, str(Text("ถอนชื่อแล้ว", "The name was taken away.")))
    return redirect("registry:aliases", organisation_id)


@page(queries.MANAGE, title=RELATIONS, methods=("GET", "POST"))
def relations(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Show the relations of an organisation; ``q`` looks for another one, POST relates the two."""
    row = managed(request.actor, organisation_id)
    typed = request.GET.get("q", "").strip()[:MAX_WORDS]
    found = _others(request, row, typed) if typed else []
    form = RelationForm(
        request.POST if request.method == "POST" else None,
        found=[(one.pk, _described(one)) for one in found[:MOST_FOUND]],
    )
    if form.submit(lambda data: _relate(request, organisation_id, data)):
        messages.success(request, str(_SAVED))
        return redirect("registry:relations", organisation_id)
    shown = {
        "title": RELATIONS,
        "organisation": row,
        "groups": relation_groups(request.actor, row),
        "words": typed,
        "found": found,
        "more": len(found) > MOST_FOUND,
    }
    return show_form(request, form, "registry/organisations/relations.html", shown)


@page(queries.MANAGE, title=RELATIONS, methods=("POST",))
def end_relation(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """End a relation; ``relation`` says which."""
    services.end_relation(request.actor, _named(request, "relation"))
    messages.success(request, str(_ENDED))
    return redirect("registry:relations", organisation_id)


@page(queries.SCOPE, title=SCOPES, methods=("GET", "POST"))
def scopes(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Show the sectors that an authority watches over; POST adds one."""
    row = managed(request.actor, organisation_id, queries.SCOPE)
    running = queries.scopes_of(row)
    form = ScopeForm(request.POST if request.method == "POST" else None, sectors=sectors.choices())
    if form.submit(lambda data: services.set_scope(request.actor, organisation_id, data["sector"])):
        messages.success(request, str(_SAVED))
        return redirect("registry:scopes", organisation_id)
    shown = {
        "title": SCOPES,
        "organisation": row,
        "scopes": [(one.pk, sectors.name_of(one.sector), one.created_at) for one in running],
    }
    return show_form(request, form, "registry/organisations/scopes.html", shown)


@page(queries.SCOPE, title=SCOPES, methods=("POST",))
def end_scope(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Take a sector out of the scope; ``scope`` says which."""
    services.end_scope(request.actor, _named(request, "scope"))
    messages.success(request, str(_ENDED))
    return redirect("registry:scopes", organisation_id)


@page(queries.CII_VIEW, title=CII, methods=("GET", "POST"))
def standing(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Show and set whether an organisation is critical infrastructure; few may know it."""
    row = managed(request.actor, organisation_id)
    known = queries.cii_of(request.actor, [row.pk])
    if row.pk not in known:
        raise NotFoundError
    form = CiiForm(request.POST if request.method == "POST" else None, initial={"cii": known[row.pk].value})
    if form.submit(lambda data: services.set_cii(request.actor, organisation_id, data["cii"])):
        messages.success(request, str(_SAVED))
        return redirect("registry:organisation", organisation_id)
    return show_form(request, form, "registry/organisations/cii.html", {"title": CII, "organisation": row})


def _relate(request: Request, organisation_id: UUID, data: dict[str, Any]) -> None:
    kind, side = way_of(data["way"])
    over, under = (organisation_id, data["other"]) if side == OVER else (data["other"], organisation_id)
    services.add_relation(request.actor, over=over, under=under, kind=kind, until=data["until"])


def _others(request: Request, row: Organisation, typed: str) -> list[Organisation]:
    rows = searching.matching(queries.listed(request.actor, queries.MANAGE), typed)
    return list(rows.exclude(pk=row.pk).order_by("name_key", "pk")[: MOST_FOUND + 1])


def _described(row: Organisation) -> Text:
    """Return name and place, so that two of one name are told apart."""
    name, place = queries.name_of(row), words.place_of(row)
    if not isinstance(place, Text):
        return name
    return Text(f"{name.th} ({place.th})", f"{name.en} ({place.en})")


def _named(request: Request, name: str) -> UUID:
    """Return the id in a hidden field.

    Raises:
        NotFoundError: it is no id.
    """
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError as error:
        raise NotFoundError from error
