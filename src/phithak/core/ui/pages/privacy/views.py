"""The vault's pages: the masked list, adding, finding, and seeing one value in full for a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.privacy import queries, services
from phithak.core.privacy.masks import Kind
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages.privacy.forms import AddForm, FindForm, UnmaskForm
from phithak.core.ui.pages.privacy.tables import ITEMS
from phithak.core.ui.pages_kit import Request, page

ADD = Text("ปิดผนึกข้อมูล", "Seal a value")
FIND = Text("ค้นด้วยข้อมูลเต็ม", "Find by full value")
_VAULT = Text("ข้อมูลส่วนบุคคล", "Personal data")
_ITEM = Text("ข้อมูลหนึ่งรายการ", "One sealed value")
_UNMASK = Text("เปิดดูข้อมูลเต็ม", "See the value in full")
_KEYS = Text("กุญแจข้อมูล", "Data keys")


def own_tenants(actor: Actor, permission: str) -> list[tuple[UUID, Text]]:
    """Return the organisations in which the actor holds a permission, with their names."""
    names = accounts.tenant_names(tenants_with(actor, permission))
    return sorted(names.items(), key=lambda pair: str(pair[1]))


def never_kept(answer: HttpResponseBase) -> HttpResponseBase:
    """Forbid every cache, and the next page's referrer, for an answer that holds a value in full."""
    answer["Cache-Control"] = "no-store"
    # the path stays here; with no-referrer browsers send "Origin: null" and every form of the page is refused
    answer["Referrer-Policy"] = "strict-origin"
    return answer


@page("privacy.vault.view", title=_VAULT)
def items(request: Request) -> HttpResponseBase:
    """List sealed values, masked."""
    offers = (
        (ADD, "privacy:add", "privacy.vault.add"),
        (FIND, "privacy:find", "privacy.vault.view"),
        (_KEYS, "privacy:keys", "privacy.key.view"),
    )
    actions = [(text, reverse(name)) for text, name, right in offers if permissions.has(request.actor, right)]
    rows = queries.visible_to(request.actor).select_related("tenant")
    return ITEMS.respond(request, rows=rows, title=_VAULT, actions=actions)


@sensitive_post_parameters("value")
@page("privacy.vault.add", title=ADD, methods=("GET", "POST"))
def add(request: Request) -> HttpResponseBase:
    """Seal one value."""
    form = AddForm(request.POST or None, tenants=own_tenants(request.actor, "privacy.vault.add"))
    made: list[UUID] = []
    if form.submit(lambda data: made.append(services.add_item(request.actor, **data))):
        messages.success(request, str(Text("ปิดผนึกแล้ว", "Sealed.")))
        return redirect("privacy:item", made[0])
    return never_kept(show_form(request, form, context={"title": ADD}))


@sensitive_post_parameters("value")
@page("privacy.vault.view", title=FIND, methods=("GET", "POST"))
def find(request: Request) -> HttpResponseBase:
    """Find the visible items that hold the same value."""
    form = FindForm(request.POST or None)
    found: list[queries.MaskedItem] = []

    def look(data: dict[str, Any]) -> None:
        found.extend(queries.find_by_tag(request.actor, Kind(data["kind"]), data["value"]))

    asked = form.submit(look)
    shown = {"form": form, "found": found, "asked": asked, "title": FIND}
    return never_kept(render(request, "privacy/find.html", shown, status=form.status))


@page("privacy.vault.view", title=_ITEM)
def item(request: Request, item_id: UUID) -> HttpResponseBase:
    """Show one sealed value, masked."""
    shown = {
        "item": queries.item(request.actor, item_id),
        "may_unmask": permissions.has(request.actor, "privacy.unmask"),
        "title": _ITEM,
    }
    return render(request, "privacy/item.html", shown)


@sensitive_variables("value")
@page("privacy.unmask", title=_UNMASK, methods=("GET", "POST"))
def unmask(request: Request, item_id: UUID) -> HttpResponseBase:
    """Ask for the reason, record it, and show the value once: on this answer, which nothing keeps."""
    found = queries.item(request.actor, item_id)
    form = UnmaskForm(request.POST or None)
    value: list[str] = []
    form.submit(lambda data: value.append(services.unmask(request.actor, item_id, data["reason"])))
    shown = {"item": found, "form": form, "value": value[0] if value else None, "title": _UNMASK}
    return never_kept(render(request, "privacy/unmask.html", shown, status=form.status))
