"""Pages of senders and sources: enrolment, tokens, switches, revocation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base import config
from phithak.base.text import Text
from phithak.core.ui.forms import Form, show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.monitoring import queries
from phithak.monitoring.forms import PlaceForm, SenderForm, SourceForm, SwitchForm
from phithak.monitoring.queries import board, doors
from phithak.monitoring.queries.states import SenderKind
from phithak.monitoring.services import enrolment
from phithak.monitoring.services import senders as services

_NEW = Text("เพิ่มผู้ส่ง", "Add a sender")
_CODE = Text("รหัสลงทะเบียน", "Enrolment code")
_TOKEN = Text("โทเค็น", "Token")
_REVOKE = Text("เพิกถอนผู้ส่ง", "Revoke a sender")
_SOURCE = Text("เพิ่มแหล่งข้อมูล", "Add a source")
_PLACE = Text("ที่ตั้งของแหล่งข้อมูล", "Where a source lies")
_SWITCH = Text("สวิตช์ของแหล่งข้อมูล", "Switch of a source")
_ON, _OFF = Text("เปิดแหล่งข้อมูล", "Switch the source on"), Text("ปิดแหล่งข้อมูล", "Switch the source off")
_OFF_MEANS = Text(
    "ศูนย์จะไม่รับข้อมูลจากแหล่งนี้จนกว่าจะเปิดอีก หน่วยงานเห็นว่าใครปิด เมื่อไร เพราะอะไร",
    "The centre takes nothing of this source until it is on again. The site sees who, when and why.",
)
_ON_MEANS = Text(
    "เก็บเมื่อหน่วยงานไม่ได้ปิดไว้ด้วย หน่วยงานเห็นว่าใครเปิด เมื่อไร เพราะอะไร",
    "It is collected unless the site has switched it off too. The site sees who, when and why.",
)
_BACK = Text("กลับไปหน่วยงาน", "Back to the site")


@page(queries.MANAGE, title=_NEW, methods=("GET", "POST"))
def new_sender(request: Request, site_id: UUID) -> HttpResponseBase:
    """Add a sender to a site."""
    row = queries.site(request.actor, site_id, queries.MANAGE)
    form = SenderForm(request.POST or None)
    if form.submit(
        lambda data: services.add_sender(
            request.actor, site_id, name=data["name"], kind=SenderKind(data["kind"])
        )
    ):
        return redirect("monitoring:site", site_id)
    return _form(request, form, _about(_NEW, board.name_of(row)), site_id, submit=_NEW)


@page(queries.MANAGE, title=_CODE, methods=("POST",))
def code(request: Request, sender_id: UUID) -> HttpResponseBase:
    """Make a code and show it, once."""
    row = doors.sender(request.actor, sender_id, queries.MANAGE)
    known = config.load().config
    shown = {
        "title": _CODE,
        "sender": row,
        "site": board.name_of(row),
        "code": enrolment.make_code(request.actor, sender_id),
        "fingerprint": enrolment.fingerprint(),
        "address": known.public_url,
    }
    return render(request, "monitoring/code.html", shown)


@page(queries.MANAGE, title=_TOKEN, methods=("GET", "POST"))
def token(request: Request, sender_id: UUID) -> HttpResponseBase:
    """Say what a token does to the one before it; give an agent one and show it, once."""
    row = doors.sender(request.actor, sender_id, queries.MANAGE)
    shown = {
        "title": _TOKEN,
        "sender": row,
        "site": board.name_of(row),
        "address": config.load().config.intake_url,
    }
    if request.method == "POST":
        shown["token"] = services.issue_token(request.actor, sender_id)
    return render(request, "monitoring/token.html", shown)


@page(queries.MANAGE, title=_REVOKE, methods=("GET", "POST"))
def revoke(request: Request, sender_id: UUID) -> HttpResponseBase:
    """Let a sender send nothing any more."""
    row = doors.sender(request.actor, sender_id, queries.MANAGE)
    if request.method == "POST":
        services.revoke(request.actor, sender_id)
        messages.success(
            request, str(Text("เพิกถอนแล้ว มีผลภายในสองวินาที", "Revoked; it holds within two seconds"))
        )
        return redirect("monitoring:site", row.site_id)
    return render(
        request, "monitoring/revoke.html", {"title": _REVOKE, "sender": row, "site": board.name_of(row)}
    )


@page(queries.MANAGE, title=_SOURCE, methods=("GET", "POST"))
def new_source(request: Request, sender_id: UUID) -> HttpResponseBase:
    """Add a source to a sender."""
    row = doors.sender(request.actor, sender_id, queries.MANAGE)
    form = SourceForm(request.POST or None, sender_kind=row.kind)
    if form.submit(lambda _: services.add_source(request.actor, sender_id, form.facts())):
        return redirect("monitoring:site", row.site_id)
    return _form(request, form, _about(_SOURCE, Text(row.name, row.name)), row.site_id, submit=_SOURCE)


@page(queries.MANAGE, title=_PLACE, methods=("GET", "POST"))
def place(request: Request, source_id: UUID) -> HttpResponseBase:
    """Say where a source lies at its site."""
    row = doors.source(request.actor, source_id, queries.MANAGE)
    form = PlaceForm(request.POST or None, initial={"place": row.place})
    if form.submit(lambda data: services.place_source(request.actor, source_id, place=data["place"])):
        return redirect("monitoring:site", row.sender.site_id)
    return _form(request, form, _about(_PLACE, Text(row.label, row.label)), row.sender.site_id)


@page(queries.SWITCH, title=_SWITCH, methods=("GET", "POST"))
def switch(request: Request, source_id: UUID) -> HttpResponseBase:
    """Turn the centre's switch of a source."""
    row = doors.source(request.actor, source_id, queries.SWITCH)
    # the page says how it will be, so that two people who press at once do not undo each other
    form = SwitchForm(request.POST or None, initial={"on": "no" if row.on else "yes"})
    if form.submit(
        lambda data: services.switch(request.actor, source_id, on=data["on"] == "yes", reason=data["reason"])
    ):
        return redirect("monitoring:site", row.sender.site_id)
    off, name = form["on"].value() == "no", Text(row.label, row.label)
    return _form(
        request,
        form,
        _about(_OFF if off else _ON, name),
        row.sender.site_id,
        submit=_OFF if off else _ON,
        intro=_OFF_MEANS if off else _ON_MEANS,
    )


def _about(what: Text, whom: Text) -> Text:
    return Text(f"{what.th} · {whom.th}", f"{what.en} · {whom.en}")


def _form(
    request: Request,
    form: Form,
    title: Text,
    site_id: UUID,
    *,
    submit: Text | None = None,
    intro: Text | None = None,
) -> HttpResponseBase:
    back = [(_BACK, reverse("monitoring:site", args=[site_id]))]
    shown = {"title": title, "submit": submit, "intro": intro, "actions": back, "leads_back": True}
    return show_form(request, form, context=shown)
