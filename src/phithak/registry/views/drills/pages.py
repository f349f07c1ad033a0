"""Pages of contact drills."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.requests import is_partial
from phithak.registry.forms.drills import CodeForm, PlanForm, SpokenForm, StopForm, plan_of
from phithak.registry.models import Drill, DrillCheck
from phithak.registry.queries import drills as queries
from phithak.registry.queries import organisations
from phithak.registry.queries.drills import CheckState, Colour, DrillState, How
from phithak.registry.services import drills as services
from phithak.registry.views.drills.tables import (
    BOARD,
    CHANGES,
    CHECKS,
    DRILLS,
    check_state,
    colour_state,
    drill_state,
    kind_text,
    label_of,
    person_name,
    tenant_name,
)

_LIST = Text("การซ้อมติดต่อ", "Contact drills")
_DRILL = Text("การซ้อมติดต่อ", "Contact drill")
_PLAN = Text("วางแผนซ้อม", "Plan a drill")
_BOARD = Text("ใครติดต่อได้", "Who can be reached")
_CALLBACK = Text("รับสายโทรกลับ", "Call-backs of a drill")
_STOP = Text("หยุดการซ้อม", "Stop the drill")
_CHANGES = Text("ผู้ประสานงานที่แจ้งว่าข้อมูลเปลี่ยน", "Contacts that say their data changed")
_CHECK = Text("ผลการติดต่อ", "Outcome of a check")
_SHOWN = (Colour.GREEN, Colour.AMBER, Colour.RED, Colour.UNKNOWN)


@page(queries.VIEW, title=_LIST)
def index(request: Request) -> HttpResponseBase:
    """List the drills; below them the member countries."""
    may_plan = bool(tenants_with(request.actor, queries.MANAGE))
    centres = sorted(tenants_with(request.actor, queries.VIEW))
    countries = (
        [(state, colour_state(state.colour)) for state in queries.countries(centres[0])] if centres else []
    )
    return DRILLS.respond(
        request,
        rows=queries.visible_to(request.actor),
        title=_LIST,
        actions=[(_PLAN, reverse("registry:drill_new"))] if may_plan else [],
        intro=Text(
            "ถามผู้ประสานงานว่าติดต่อได้จริง ตอบในกำหนด = เขียว ตอบช้าหรือสำรองตอบ = เหลือง ไม่มีใครตอบ = แดง",
            "Asks whether contacts can be reached: in time = green, late or by the backup = amber, nobody = red.",
        ),
        context={"countries": countries},
    )


@page(queries.MANAGE, title=_PLAN, methods=("GET", "POST"))
def new(request: Request) -> HttpResponseBase:
    """Plan a drill."""
    tenants = _tenants(request.actor)
    form = PlanForm(request.POST or None, tenants=tenants, sectors=queries.sector_choices())
    made: list[UUID] = []
    if form.submit(lambda data: made.append(services.plan(request.actor, data["tenant_id"], plan_of(data)))):
        messages.success(
            request, str(Text("วางแผนแล้ว กดเริ่มเมื่อพร้อม", "Planned. Start it when you are ready."))
        )
        return redirect(_after(request.actor, made[0]))
    return show_form(request, form, context={"title": _PLAN})


def _after(actor: Actor, drill_id: UUID) -> str:
    # a call-centre agent may run drills without seeing their list
    if permissions.has(actor, queries.VIEW):
        return reverse("registry:drill", args=[drill_id])
    return reverse("registry:drill_callback")


@page(queries.VIEW, title=_DRILL)
def drill(request: Request, drill_id: UUID) -> HttpResponseBase:
    """Show a drill: counts, and every check with filters."""
    row = queries.drill(request.actor, drill_id)
    return CHECKS.respond(
        request,
        rows=queries.checks_visible_to(request.actor).filter(drill=row),
        title=Text(row.name, row.name),
        actions=[(_LIST, reverse("registry:drills"))],
        context={"leads_back": True, **_facts(request.actor, row), "polled": row.state == DrillState.RUNNING},
    )


@page(queries.VIEW, title=_DRILL)
def figures(request: Request, drill_id: UUID) -> HttpResponseBase:
    """The fragment: how a drill stands now."""
    row = queries.drill(request.actor, drill_id)
    shown = {
        **_facts(request.actor, row),
        "polled": row.state == DrillState.RUNNING,
        "title": Text(row.name, row.name),
    }
    template = "_figures.html" if is_partial(request) else "figures.html"
    return render(request, f"registry/drills/{template}", shown)


def _facts(actor: Actor, row: Drill) -> dict[str, Any]:
    counted = queries.counts(row)
    mine = queries.visible_to(actor, queries.MANAGE).filter(pk=row.pk).exists()
    return {
        "drill": row,
        "state": drill_state(row),
        "counts": counted,
        "colours": [(colour_state(colour), counted.colours[colour]) for colour in _SHOWN],
        "waiting": counted.states[CheckState.ASKED] + counted.states[CheckState.WAITING],
        "escalated": counted.states[CheckState.ESCALATED],
        "settled": counted.settled,
        "kinds": [kind_text(kind) for kind in row.kinds],
        "may_start": mine and row.state == DrillState.PLANNED,
        "may_stop": mine and row.state in {DrillState.PLANNED, DrillState.RUNNING},
    }


@page(queries.MANAGE, title=_DRILL, methods=("POST",))
def start(request: Request, drill_id: UUID) -> HttpResponseBase:
    """Start a planned drill."""
    services.start(request.actor, drill_id)
    messages.success(
        request, str(Text("เริ่มแล้ว ระบบกำลังถามผู้ประสานงาน", "Started; the contacts are being asked."))
    )
    return redirect(_after(request.actor, drill_id))


@page(queries.MANAGE, title=_STOP, methods=("GET", "POST"))
def stop(request: Request, drill_id: UUID) -> HttpResponseBase:
    """Ask why, then stop a drill."""
    row = queries.drill(request.actor, drill_id, queries.MANAGE)
    form = StopForm(request.POST or None)
    if form.submit(lambda data: services.stop(request.actor, drill_id, data["reason"])):
        messages.success(request, str(Text("หยุดแล้ว ไม่มีใครถูกถามเพิ่ม", "Stopped. Nobody else is asked.")))
        return redirect(_after(request.actor, drill_id))
    title = Text(f"หยุด “{row.name}”", f"Stop “{row.name}”")
    return show_form(request, form, context={"title": title, "submit": _STOP})


@page(queries.VIEW, title=_CHECK)
def check(request: Request, check_id: UUID) -> HttpResponseBase:
    """Show what one contact was asked and answered."""
    row = queries.check(request.actor, check_id)
    may_answer = (
        row.asked_at is not None
        and row.answered_at is None
        and queries.checks_visible_to(request.actor, queries.MANAGE).filter(pk=row.pk).exists()
    )
    shown = {
        **_check_facts(row),
        "note": queries.note_of(row),
        "backup": queries.checks_visible_to(request.actor).filter(pk=row.backup_id).first()
        if row.backup_id
        else None,
        "may_answer": may_answer,
    }
    return render(request, "registry/drills/check.html", shown)


def _check_facts(row: DrillCheck) -> dict[str, Any]:
    return {
        "check": row,
        "state": check_state(row),
        "label": label_of(row.contact),
        "person": person_name(row.contact),
        "organisation": tenant_name(row.contact),
        "kind": kind_text(row.contact.kind),
        "how": queries.how_text(row),
        "title": label_of(row.contact),
    }


@page(queries.MANAGE, title=_CALLBACK, methods=("GET", "POST"))
def answered(request: Request, check_id: UUID) -> HttpResponseBase:
    """Take the answer of a contact that was spoken to without a code."""
    row = queries.check(request.actor, check_id, queries.MANAGE)
    form = SpokenForm(request.POST or None)
    if form.submit(
        lambda data: services.answered(request.actor, check_id, How(data["how"]), changed=data["changed"])
    ):
        _told(request, queries.check(request.actor, check_id, queries.MANAGE))
        return redirect("registry:drill_callback")
    name, organisation = label_of(row.contact), tenant_name(row.contact)
    title = Text(
        f"{name.th} ({organisation.th}) ติดต่อกลับแล้ว", f"{name.en} ({organisation.en}) has called back"
    )
    submit = Text("บันทึกว่าติดต่อกลับแล้ว", "Record the call-back")
    return show_form(request, form, context={"title": title, "submit": submit})


@page(queries.MANAGE, title=_CALLBACK, methods=("GET", "POST"))
def callback(request: Request) -> HttpResponseBase:
    """The agent's page: type the code, or pick the caller from the list."""
    form = CodeForm(request.POST or None)
    found: list[UUID] = []
    if form.submit(
        lambda data: found.append(
            services.answered_by_code(request.actor, data["code"], How(data["how"]), changed=data["changed"])
        )
    ):
        _told(request, queries.check(request.actor, found[0], queries.MANAGE))
        return redirect("registry:drill_callback")
    waiting = queries.awaiting_call(request.actor)
    rows = [(row, _check_facts(row)) for row in waiting[:100]]
    shown = {"title": _CALLBACK, "rows": rows, "total": waiting.count()}
    return show_form(request, form, "registry/drills/callback.html", shown)


def _told(request: Request, row: DrillCheck) -> None:
    name, organisation, words = label_of(row.contact), tenant_name(row.contact), queries.words_of(row)
    told = Text(
        f"บันทึกแล้ว: {name.th} {organisation.th} ({words.th})",
        f"Recorded: {name.en}, {organisation.en} ({words.en})",
    )
    messages.success(request, str(told))


@page(queries.VIEW_CONTACTS, title=_BOARD)
def liveness(request: Request) -> HttpResponseBase:
    """The board: every running contact with its colour, in words."""
    colours, stale = queries.liveness_counts(request.actor)
    return BOARD.respond(
        request,
        rows=queries.board(request.actor),
        title=_BOARD,
        context={
            "colours": [(colour, colour_state(colour), colours[colour]) for colour in _SHOWN],
            "stale": stale,
        },
    )


@page(queries.VIEW, title=_CHANGES)
def changes(request: Request) -> HttpResponseBase:
    """List the contacts that said "my data changed" and were not changed since."""
    return CHANGES.respond(
        request,
        rows=queries.unsettled_changes(request.actor),
        title=_CHANGES,
        intro=Text(
            "เปิดดูข้อความที่แจ้ง แล้วแก้ข้อมูลผู้ประสานงาน รายการจะหายไปเอง",
            "Read what they said and change the contact; the line then goes away.",
        ),
    )


@page(queries.VIEW_CONTACTS, title=_BOARD)
def organisation_liveness(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """The fragment: how the contacts of an organisation answer."""
    organisation = organisations.organisation(request.actor, organisation_id)
    rows = queries.of_organisation(request.actor, organisation.pk)[:20]
    shown = {
        "title": _BOARD,
        "organisation": organisation,
        "rows": [(label_of(row), colour_state(row.liveness), row) for row in rows],
    }
    template = "_panel.html" if is_partial(request) else "panel.html"
    return render(request, f"registry/drills/{template}", shown)


def _tenants(actor: Actor) -> list[tuple[UUID, Text]]:
    own = sorted(tenants_with(actor, queries.MANAGE))
    names = accounts.tenant_names(own)
    return [(key, names[key]) for key in own if key in names]
