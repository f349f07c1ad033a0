"""Pages of offline call sheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.scope import tenants_with
from phithak.core.i18n import show
from phithak.core.ui.pages.files.answers import download
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import Column, State, Table
from phithak.registry.forms.teams import ReasonForm
from phithak.registry.queries import callsheets as queries
from phithak.registry.services import callsheets as services

_LIST = Text("ใบรายชื่อโทรออฟไลน์", "Offline call sheets")
_SHEET = Text("ใบรายชื่อโทรออฟไลน์", "Offline call sheet")
_HOLDS = State("current", Text("ฉบับปัจจุบัน", "Current"), "good")
_OLD = State("superseded", Text("มีฉบับใหม่แล้ว", "Superseded"), "neutral")


def _beside(rows: Sequence[Any]) -> None:
    newest = queries.newest_of(rows)
    for row in rows:
        row.state = _HOLDS if row.pk in newest else _OLD


SHEETS = Table(
    name="sheets",
    columns=[
        Column(
            "made",
            Text("จัดทำ", "Made"),
            value="created_at",
            sort="created_at",
            kind="datetime",
            link=lambda row: reverse("registry:sheet", args=[row.pk]),
        ),
        Column("contacts", Text("ผู้ติดต่อ", "Contacts"), value="contacts", kind="number"),
        Column("state", Text("สถานะ", "State"), value="state", kind="state"),
    ],
    default_sort="-created_at",
    beside=_beside,
    template="registry/callsheets/list.html",
    empty=Text(
        "ยังไม่มีใบรายชื่อ ระบบทำให้ทุกวันจันทร์ 06:00 น. หรือกดทำตอนนี้",
        "No sheet yet. One is made each Monday at 06:00, or make one now.",
    ),
)


@page(queries.MAKE, title=_LIST)
def index(request: Request) -> HttpResponseBase:
    """List the call sheets."""
    return SHEETS.respond(
        request,
        rows=queries.visible_to(request.actor),
        title=_LIST,
        intro=Text(
            "PDF เข้ารหัสสำหรับวันที่ระบบหรือเครือข่ายล่ม พิมพ์หรือเก็บในเครื่องที่ไม่ต่อเครือข่าย",
            "An encrypted PDF for the day on which system or network is down. Print it, or keep it offline.",
        ),
    )


@page(queries.MAKE, title=_LIST, methods=("POST",))
def make(request: Request) -> HttpResponseBase:
    """Make a sheet of each of the actor's centres now."""
    made = [
        services.make(request.actor, tenant) for tenant in sorted(tenants_with(request.actor, queries.MAKE))
    ]
    messages.success(request, str(Text("ทำใบรายชื่อแล้ว", "The sheet is made.")))
    return redirect("registry:sheet", made[0]) if made else redirect("registry:sheets")


@page(queries.MAKE, title=_SHEET, methods=("GET", "POST"))
def sheet(request: Request, sheet_id: UUID) -> HttpResponseBase:
    """Show a sheet; POST opens its password for a reason, on this answer alone."""
    row = queries.sheet(request.actor, sheet_id)
    mine = queries.visible_to(request.actor, own=True).filter(pk=row.pk).exists()
    holds = row.pk in queries.newest_of([row])
    form = ReasonForm(request.POST if request.method == "POST" else None)
    opened: list[str] = []
    form.submit(lambda data: opened.append(services.password(request.actor, sheet_id, data["reason"])))
    shown = {
        "title": Text(
            f"ใบรายชื่อ {show.moment(row.created_at, 'th')}",
            f"Call sheet of {show.moment(row.created_at, 'en')}",
        ),
        "sheet": row,
        "state": _HOLDS if holds else _OLD,
        "holds": holds,
        "mine": mine,
        "form": form,
        "may_open": permissions.has(request.actor, "privacy.unmask"),
        "password": opened[0] if opened else None,
    }
    answer = render(request, "registry/callsheets/sheet.html", shown, status=form.status)
    answer["Cache-Control"] = "no-store"
    return answer


@page(queries.MAKE, title=_SHEET)
def file(request: Request, sheet_id: UUID) -> HttpResponseBase:
    """Send the encrypted PDF."""
    return download(request, services.open_sheet(request.actor, sheet_id))
