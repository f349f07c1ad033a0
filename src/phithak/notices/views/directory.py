"""Pages of the directory: hotlines and registered web addresses."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts.scope import tenants_with
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.engines.thai import phone_uri, show_phone
from phithak.notices import queries, services
from phithak.notices.forms import HotlineForm, NewHotlineForm, UrlForm, hotline_facts
from phithak.notices.models import Hotline
from phithak.notices.views.tables import HOTLINES, URLS, tenant_name

_HOTLINES = Text("ทะเบียนสายด่วน", "Hotlines")
_HOTLINE = Text("สายด่วน", "Hotline")
_ADD = Text("เพิ่มสายด่วน", "Add a hotline")
_URLS = Text("เว็บที่ขึ้นทะเบียน", "Registered web addresses")
_ADD_URL = Text("ขึ้นทะเบียนเว็บ", "Register an address")
_RETIRE_URL = Text("ถอนทะเบียนเว็บ", "Take an address off")
_SAVED = Text("บันทึกแล้ว มีผลกับทุกข้อความทันที", "Saved. Every text shows it from now on.")


@page(queries.VIEW, title=_HOTLINES)
def hotlines(request: Request) -> HttpResponseBase:
    """List the hotlines."""
    rows = queries.hotlines_visible_to(request.actor).select_related("tenant")
    actions = [(_URLS, reverse("notices:urls"))]
    if tenants_with(request.actor, queries.DIRECTORY):
        actions.insert(0, (_ADD, reverse("notices:new_hotline")))
    return HOTLINES.respond(
        request,
        rows=rows,
        title=_HOTLINES,
        actions=actions,
        intro=Text(
            "ข้อความทุกฉบับใช้เลขจากหน้านี้ แก้ที่นี่ครั้งเดียวเปลี่ยนทุกที่",
            "Every text takes its numbers from here: change one here and it changes everywhere.",
        ),
    )


@page(queries.DIRECTORY, title=_ADD, methods=("GET", "POST"))
def new_hotline(request: Request) -> HttpResponseBase:
    """Add a hotline."""
    form = NewHotlineForm(request.POST or None, tenants=queries.tenants_for(request.actor, queries.DIRECTORY))
    if form.submit(
        lambda data: services.add_hotline(
            request.actor, tenant_id=data["tenant_id"], slot=data["slot"], facts=hotline_facts(data)
        )
    ):
        messages.success(request, str(_SAVED))
        return redirect("notices:hotlines")
    return show_form(request, form, context={"title": _ADD})


@page(queries.VIEW, title=_HOTLINE, methods=("GET", "POST"))
def hotline(request: Request, hotline_id: UUID) -> HttpResponseBase:
    """Show one hotline with its number to dial; POST changes it."""
    row = queries.hotlines_visible_to(request.actor).filter(pk=hotline_id).select_related("tenant").first()
    if row is None:
        raise NotFoundError
    may_manage = row.active and row.tenant_id in tenants_with(request.actor, queries.DIRECTORY)
    form = HotlineForm(request.POST if request.method == "POST" else None, initial=_initial(row))
    if form.submit(lambda data: services.change_hotline(request.actor, hotline_id, hotline_facts(data))):
        messages.success(request, str(_SAVED))
        return redirect("notices:hotline", hotline_id)
    shown = {
        "hotline": row,
        "name": Text(row.name_th, row.name_en),
        "hours": Text(row.hours_th, row.hours_en),
        "number": show_phone(row.number),
        "dial": phone_uri(row.number),
        "tenant": tenant_name(row),
        "may_manage": may_manage,
        "form": form,
        "title": Text(f"สายด่วน {show_phone(row.number)}", f"Hotline {show_phone(row.number)}"),
    }
    return render(request, "notices/hotline.html", shown, status=form.status)


@page(queries.DIRECTORY, title=_HOTLINE, methods=("POST",))
def retire_hotline(request: Request, hotline_id: UUID) -> HttpResponseBase:
    """Take a hotline out of the directory."""
    services.retire_hotline(request.actor, hotline_id)
    messages.success(request, str(Text("เลิกใช้แล้ว", "Retired.")))
    return redirect("notices:hotlines")


@page(queries.VIEW, title=_URLS)
def urls(request: Request) -> HttpResponseBase:
    """List the registered web addresses."""
    rows = queries.urls_visible_to(request.actor).select_related("tenant")
    may_manage = bool(tenants_with(request.actor, queries.DIRECTORY))
    actions = [(_ADD_URL, reverse("notices:new_url"))] if may_manage else []
    return URLS.respond(request, rows=rows, title=_URLS, actions=actions)


@page(queries.DIRECTORY, title=_ADD_URL, methods=("GET", "POST"))
def new_url(request: Request) -> HttpResponseBase:
    """Register a web address."""
    form = UrlForm(request.POST or None, tenants=queries.tenants_for(request.actor, queries.DIRECTORY))
    if form.submit(
        lambda data: services.register_url(
            request.actor,
            tenant_id=data["tenant_id"],
            host=data["host"],
            name=Text(data["name_th"], data["name_en"]),
        )
    ):
        messages.success(request, str(Text("ขึ้นทะเบียนแล้ว", "Registered.")))
        return redirect("notices:urls")
    return show_form(request, form, context={"title": _ADD_URL})


@page(queries.DIRECTORY, title=_RETIRE_URL, methods=("GET", "POST"))
def retire_url(request: Request, url_id: UUID) -> HttpResponseBase:
    """Ask, then take a web address off the register."""
    row = queries.urls_visible_to(request.actor, queries.DIRECTORY).filter(pk=url_id, active=True).first()
    if row is None:
        raise NotFoundError
    if request.method == "POST":
        services.retire_url(request.actor, url_id)
        messages.success(request, str(Text("ถอนทะเบียนแล้ว", "Taken off the register.")))
        return redirect("notices:urls")
    return render(request, "notices/retire_url.html", {"host": row.host, "title": _RETIRE_URL})


def _initial(row: Hotline) -> dict[str, object]:
    return {
        "number": show_phone(row.number),
        "name_th": row.name_th,
        "name_en": row.name_en,
        "owner": row.owner,
        "hours_th": row.hours_th,
        "hours_en": row.hours_en,
        "toll_free": row.toll_free,
    }
