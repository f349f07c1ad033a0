"""Pages of the roll-out: board, a site, its stage, templates, silences."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts.scope import tenants_with
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.monitoring import queries
from phithak.monitoring.forms import ApplyForm, NewSiteForm, SiteForm
from phithak.monitoring.models import Sender, Site, Source
from phithak.monitoring.queries import board as reading
from phithak.monitoring.queries.states import Cause, Evidence, SenderKind, Side, Stage, condition
from phithak.monitoring.services import enrolment
from phithak.monitoring.services import sites as services
from phithak.monitoring.views.tables import SILENCES, SITES, TURNS, stage
from phithak.registry.queries.kinds import Kind

_BOARD = Text("แผนติดตั้งและสุขภาพ", "Roll-out and health")
_SITE = Text("หน่วยงานที่เฝ้าระวัง", "Site")
_NEW = Text("เพิ่มหน่วยงาน", "Add a site")
_APPLY = Text("ใช้แม่แบบกับหลายหน่วยงาน", "Apply a template")
_SILENCES = Text("ผู้ส่งที่เงียบ", "Silent senders")
_SWITCHES = Text("ใครเปิดปิดสวิตช์เมื่อใด", "Who switched, and when")
_CHANGE = Text("แก้แผนติดตั้ง", "Change the roll-out")
_ALL = [(_BOARD, reverse_lazy("monitoring:board"))]
_SAVED = Text("บันทึกแล้ว", "Saved")


@page(queries.VIEW, title=_BOARD)
def board(request: Request) -> HttpResponseBase:
    """Show every site: stage, health, last heartbeat, version."""
    rows = reading.with_senders(queries.visible_to(request.actor))
    found = reading.figures(rows)
    actions = [(_SILENCES, reverse("monitoring:silences"))]
    if tenants_with(request.actor, queries.MANAGE):
        actions = [(_NEW, reverse("monitoring:new_site")), (_APPLY, reverse("monitoring:apply")), *actions]
    return SITES.respond(
        request,
        rows=rows,
        title=_BOARD,
        actions=actions,
        context={
            "figures": [
                (Text(f"{found.sites} แห่ง", f"{found.sites} sites"), "?"),
                (
                    Text(f"ติดตั้งแล้ว {found.installed}", f"{found.installed} installed"),
                    "?state=installed",
                ),
                (Text(f"ปกติ {found.good}", f"{found.good} well"), "?health=good"),
                (Text(f"ควรดู {found.look}", f"{found.look} need a look"), "?health=look"),
                (Text(f"มืด {found.dark}", f"{found.dark} dark"), "?health=dark"),
                (
                    Text(f"ยังไม่ลงทะเบียน {found.waiting}", f"{found.waiting} not enrolled yet"),
                    "?health=waiting",
                ),
            ]
        },
    )


@page(queries.MANAGE, title=_NEW, methods=("GET", "POST"))
def new_site(request: Request) -> HttpResponseBase:
    """Add an organisation to the roll-out."""
    form = NewSiteForm(request.POST or None, found=services.candidates(request.actor))
    made: list[UUID] = []
    if form.submit(lambda data: made.append(services.add_site(request.actor, **data))):
        return redirect("monitoring:site", made[0])
    return show_form(
        request, form, context={"title": _NEW, "submit": _NEW, "actions": _ALL, "leads_back": True}
    )


@page(queries.VIEW, title=_SITE)
def site(request: Request, site_id: UUID) -> HttpResponseBase:
    """Show a site: its senders, what leaves by each source, the switches of both sides."""
    queries.site(request.actor, site_id)
    row = reading.with_senders(queries.visible_to(request.actor)).get(pk=site_id)
    senders = list(row.senders.all())
    ids = [source.pk for sender in senders for source in sender.sources.all()]
    may_manage = queries.visible_to(request.actor, queries.MANAGE).filter(pk=site_id).exists()
    silences = [
        (one, Cause(one.cause).text, Evidence(one.evidence).text)
        for one in reading.open_silences(request.actor).filter(sender__site=row)
    ]
    return render(
        request,
        "monitoring/site.html",
        {
            "title": reading.name_of(row),
            "site": row,
            "stage": stage(row),
            "condition": reading.condition_of(row),
            "senders": [_sender(one) for one in senders],
            "turns": [(turn, Side(turn.side).text) for turn in reading.turns_of(ids)],
            "silences": silences,
            "may_manage": may_manage,
            "may_switch": queries.visible_to(request.actor, queries.SWITCH).filter(pk=site_id).exists(),
            "may_search": queries.visible_to(request.actor, queries.EVENTS).filter(pk=site_id).exists(),
            "fingerprint": enrolment.fingerprint() if may_manage else "",
        },
    )


def _sender(row: Sender) -> dict[str, Any]:
    found = condition(row, clock.now())
    spool = row.beat.get("spool") or {}
    return {
        "row": row,
        "kind": SenderKind(row.kind).text,
        "health": found.health.state,
        "why": found.why,
        "waiting": spool.get("events", 0),
        "skew": round(row.beat.get("skew_ms", 0) / 1000),
        "memory": round(row.beat.get("memory", 0) / (1 << 20)),
        "cpu": row.beat.get("cpu", 0),
        "sources": [
            (source, _dropped(source)) for source in sorted(row.sources.all(), key=lambda one: one.label)
        ],
        "is_sensor": row.kind == SenderKind.SENSOR,
    }


def _dropped(row: Source) -> int:
    return sum(row.dropped.values())


@page(queries.MANAGE, title=_CHANGE, methods=("GET", "POST"))
def edit(request: Request, site_id: UUID) -> HttpResponseBase:
    """Say where a site stands."""
    row = queries.site(request.actor, site_id, queries.MANAGE)
    form = SiteForm(request.POST or None, initial=_initial(row))
    if form.submit(
        lambda data: services.change_site(request.actor, site_id, **{**data, "state": Stage(data["state"])})
    ):
        messages.success(request, str(_SAVED))
        return redirect("monitoring:site", site_id)
    name = reading.name_of(row)
    title = Text(f"{_CHANGE.th} · {name.th}", f"{_CHANGE.en} · {name.en}")
    back = [(Text("กลับไปหน่วยงาน", "Back to the site"), reverse("monitoring:site", args=[site_id]))]
    return show_form(request, form, context={"title": title, "actions": back, "leads_back": True})


def _initial(row: Site) -> dict[str, Any]:
    return {"state": row.state, "wave": row.wave, "pilot": row.pilot, "note": row.note}


@page(queries.MANAGE, title=Text("ส่งออกแม่แบบ", "Export the template"), methods=("POST",))
def template(request: Request, site_id: UUID) -> HttpResponseBase:
    """Give a site's configuration as a file for the next sites."""
    made = services.export_template(request.actor, site_id)
    answer = HttpResponse(json.dumps(made, ensure_ascii=False, indent=2), content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="phithak-site-template.json"'
    return answer


@page(queries.MANAGE, title=_APPLY, methods=("GET", "POST"))
def apply(request: Request) -> HttpResponseBase:
    """Give many organisations a pilot's configuration in one step."""
    kind = request.GET.get("kind", Kind.HOSPITAL)
    form = ApplyForm(
        request.POST or None,
        request.FILES or None,
        found=services.candidates(request.actor, kind=kind if kind in set(Kind) else ""),
    )
    made: list[UUID] = []
    if form.submit(
        lambda data: made.extend(
            services.apply_template(request.actor, form.content(), data["tenant_ids"], wave=data["wave"])
        )
    ):
        done = Text(
            f"เพิ่ม {len(made)} หน่วยงานแล้ว เหลือเติมเฉพาะค่าของแต่ละแห่ง",
            f"{len(made)} sites added; fill in what differs",
        )
        messages.success(request, str(done))
        return redirect("monitoring:board")
    return show_form(
        request,
        form,
        "monitoring/apply.html",
        {
            "title": _APPLY,
            "actions": _ALL,
            "leads_back": True,
            "kinds": [(one.value, one.text) for one in Kind],
            "kind": kind,
        },
    )


@page(queries.VIEW, title=_SILENCES)
def silences(request: Request) -> HttpResponseBase:
    """List silences: one signal for each, which says link or box."""
    rows = queries.silences_visible_to(request.actor).select_related("sender__tenant")
    return SILENCES.respond(
        request, rows=rows, title=_SILENCES, actions=[(_BOARD, reverse("monitoring:board"))]
    )


@page(queries.VIEW, title=_SWITCHES)
def switches(request: Request) -> HttpResponseBase:
    """List every turn of a switch, at either side: who, when and why."""
    rows = queries.turns_visible_to(request.actor).select_related("source__sender__tenant")
    return TURNS.respond(request, rows=rows, title=_SWITCHES, actions=[(_BOARD, reverse("monitoring:board"))])
