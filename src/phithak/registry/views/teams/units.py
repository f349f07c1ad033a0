"""Pages of teams: list, one team, its members, its chain, hand-over; the panel of an organisation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base import clock
from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.scope import tenants_with
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.requests import is_partial
from phithak.core.ui.tables import Column, Filter, State, Table
from phithak.registry.forms.teams import (
    ChainForm,
    MemberForm,
    NewTeamForm,
    TeamForm,
    chain_initial,
)
from phithak.registry.models import Team
from phithak.registry.queries import organisations
from phithak.registry.queries import teams as queries
from phithak.registry.services import teams as services

_LIST, _TEAM = Text("ทีมและเวร", "Teams and shifts"), Text("ทีม", "Team")
_NEW = Text("ตั้งทีม", "New team")
_MEMBERS = Text("เพิ่มสมาชิก", "Add a member")
_CHAIN = Text("ลำดับเรียกตัว", "Escalation chain")
_HANDOVER = Text("ส่งเวร", "Hand-over")
_RENAME = Text("เปลี่ยนชื่อทีม", "Rename the team")
_PANEL = Text("ทีมและผู้อยู่เวร", "Teams and who is on duty")
WEEKS_SHOWN = 2
HANDOVER_ITEMS = 100


def _duty_beside(rows: Any) -> None:
    found = queries.on_duty_of(list(rows), clock.now())
    for row in rows:
        row.duties = found.get(row.pk, [])


def _duty_names(row: Any) -> Text:
    if not row.duties:
        return Text("ไม่มีใครอยู่เวร", "Nobody")
    return Text(", ".join(one.name.th for one in row.duties), ", ".join(one.name.en for one in row.duties))


def _life(row: Team) -> State:
    if row.ended_at is None:
        return State("running", Text("ใช้อยู่", "In use"), "good")
    return State("ended", Text("ยุบแล้ว", "Ended"), "neutral")


TEAMS = Table(
    name="teams",
    columns=[
        Column(
            "name",
            _TEAM,
            value=queries.name_of,
            sort="name_th",
            link=lambda row: reverse("registry:team", args=[row.pk]),
        ),
        Column(
            "organisation",
            Text("หน่วยงาน", "Organisation"),
            value=lambda row: Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th),
        ),
        Column("duty", Text("อยู่เวรตอนนี้", "On duty now"), value=_duty_names),
        Column("state", Text("สถานะ", "State"), value=_life, kind="state"),
    ],
    filters=[
        Filter(
            "state",
            Text("สถานะ", "State"),
            options=[("running", Text("ใช้อยู่", "In use")), ("ended", Text("ยุบแล้ว", "Ended"))],
            apply=lambda rows, value: rows.filter(ended_at__isnull=value == "running"),
        )
    ],
    search=queries.search_teams,
    default_sort="name_th",
    beside=_duty_beside,
    empty=Text(
        "ยังไม่มีทีม ตั้งทีมก่อน แล้วเพิ่มสมาชิกและจัดเวร", "No team yet. Make one, then add members and plan shifts."
    ),
)


@page(queries.VIEW, title=_LIST)
def index(request: Request) -> HttpResponseBase:
    """List the teams with who is on duty."""
    may = tenants_with(request.actor, queries.MANAGE)
    return TEAMS.respond(
        request,
        rows=queries.visible_to(request.actor),
        title=_LIST,
        actions=[(_NEW, reverse("registry:team_new"))] if may else [],
    )


@page(queries.MANAGE, title=_NEW, methods=("GET", "POST"))
def new(request: Request) -> HttpResponseBase:
    """Make a team."""
    own = sorted(tenants_with(request.actor, queries.MANAGE))
    names = accounts.tenant_names(own)
    form = NewTeamForm(request.POST or None, tenants=[(key, names[key]) for key in own if key in names])
    made: list[UUID] = []
    if form.submit(
        lambda data: made.append(
            services.create(request.actor, data["tenant_id"], Text(data["name_th"], data["name_en"]))
        )
    ):
        messages.success(request, str(Text("ตั้งทีมแล้ว เพิ่มสมาชิกต่อได้เลย", "Team made. Add its members now.")))
        return redirect("registry:team", made[0])
    return show_form(request, form, context={"title": _NEW})


@page(queries.VIEW, title=_TEAM)
def team(request: Request, team_id: UUID) -> HttpResponseBase:
    """Show a team: who is on duty now and next, members, the rota with its gaps, the chain."""
    row = queries.team(request.actor, team_id)
    now = clock.now()
    until = now + timedelta(weeks=WEEKS_SHOWN)
    planned = queries.horizon(row.pk, now)
    shown = {
        "title": queries.name_of(row),
        "team": row,
        "state": _life(row),
        "organisation": Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th),
        "members": queries.members(row.pk),
        "now": queries.on_duty(row.pk, now),
        "next": queries.next_on_duty(row.pk, now),
        "shifts": [
            (shift, queries.Duty(shift.duty).text) for shift in queries.shifts_between(row.pk, now, until)
        ],
        "gaps": queries.gaps_of(row.pk, now, min(until, planned)),
        "planned_until": planned if planned > now else None,
        "chain": queries.chain(row.pk, now),
        "may_manage": _may_manage(request, row),
    }
    return render(request, "registry/teams/team.html", shown)


def _may_manage(request: Request, row: Team) -> bool:
    return (
        row.ended_at is None and queries.visible_to(request.actor, queries.MANAGE).filter(pk=row.pk).exists()
    )


@page(queries.MANAGE, title=_RENAME, methods=("GET", "POST"))
def rename(request: Request, team_id: UUID) -> HttpResponseBase:
    """Rename a team."""
    row = queries.team(request.actor, team_id, queries.MANAGE)
    form = TeamForm(request.POST or None, initial={"name_th": row.name_th, "name_en": row.name_en})
    if form.submit(
        lambda data: services.rename(request.actor, team_id, Text(data["name_th"], data["name_en"]))
    ):
        messages.success(request, str(Text("บันทึกแล้ว", "Saved.")))
        return redirect("registry:team", team_id)
    return show_form(request, form, context={"title": _RENAME})


@page(queries.MANAGE, title=_TEAM, methods=("POST",))
def end(request: Request, team_id: UUID) -> HttpResponseBase:
    """End a team."""
    services.end(request.actor, team_id)
    messages.success(
        request, str(Text("ยุบทีมแล้ว เวรที่เหลือถูกยกเลิก", "The team has ended; its coming shifts are cancelled."))
    )
    return redirect("registry:teams")


@page(queries.MANAGE, title=_MEMBERS, methods=("GET", "POST"))
def add_member(request: Request, team_id: UUID) -> HttpResponseBase:
    """Add a member."""
    row = queries.team(request.actor, team_id, queries.MANAGE)
    form = MemberForm(request.POST or None, people=queries.candidates(row))
    if form.submit(
        lambda data: services.add_member(request.actor, team_id, data["person_id"], lead=data["lead"])
    ):
        messages.success(request, str(Text("เพิ่มสมาชิกแล้ว", "Member added.")))
        return redirect("registry:team", team_id)
    intro = Text(
        "เลือกจากบุคคลของหน่วยงานนี้ ถ้าไม่มีชื่อ เพิ่มที่หน้าบุคคลก่อน",
        "People of this organisation. If a name is missing, add the person first.",
    )
    return show_form(request, form, context={"title": _MEMBERS, "intro": intro})


@page(queries.MANAGE, title=_TEAM, methods=("POST",))
def remove_member(request: Request, team_id: UUID) -> HttpResponseBase:
    """Take a member out."""
    row = queries.team(request.actor, team_id, queries.MANAGE)
    count = services.remove_member(request.actor, row.pk, _uuid(request.POST.get("member", "")))
    told = Text(f"นำออกแล้ว ยกเลิกเวรที่เหลือ {count} เวร", f"Taken out; shifts cancelled: {count}")
    messages.success(request, str(told))
    return redirect("registry:team", team_id)


def _uuid(text: str) -> UUID:
    try:
        return forms.UUIDField().clean(text)  # type: ignore[no-any-return] # Django's field is not typed
    except forms.ValidationError as error:
        raise InvalidInputError(
            field="member", reason_th="ไม่ได้เลือกสมาชิก", reason_en="no member was chosen"
        ) from error


@page(queries.MANAGE, title=_CHAIN, methods=("GET", "POST"))
def chain(request: Request, team_id: UUID) -> HttpResponseBase:
    """Set the chain of calls."""
    row = queries.team(request.actor, team_id, queries.MANAGE)
    form = ChainForm(
        request.POST or None,
        contacts=queries.contact_choices(row),
        initial=chain_initial(queries.steps(row.pk)),
    )
    if form.submit(lambda _: services.set_chain(request.actor, team_id, form.steps())):
        messages.success(request, str(Text("บันทึกลำดับแล้ว", "The chain is saved.")))
        return redirect("registry:team", team_id)
    intro = Text(
        "ถ้าขั้นก่อนไม่รับสาย ระบบไปขั้นถัดไปเมื่อครบนาทีที่ตั้ง นาทีนับจากการเรียกครั้งแรก",
        "When nobody answers, the next step comes after its minutes, counted from the first call.",
    )
    return show_form(request, form, context={"title": _CHAIN, "intro": intro})


@page(queries.VIEW, title=_HANDOVER)
def handover(request: Request, team_id: UUID) -> HttpResponseBase:
    """The hand-over: who hands over to whom and when, and all that waits, with the next step of each."""
    row = queries.team(request.actor, team_id)
    now = clock.now()
    items = [item for source in contrib.waiting for item in source.items(request.actor)]
    items.sort(key=lambda item: (item.due is None, item.due or item.since or now))
    shown = {
        "title": Text(f"ส่งเวร {row.name_th}", f"Hand-over of {row.name_en or row.name_th}"),
        "team": row,
        "made_at": now,
        "now": queries.on_duty(row.pk, now),
        "next": queries.next_on_duty(row.pk, now),
        "urgent": [item for item in items if item.due is not None and item.due <= now],
        "others": [item for item in items if item.due is None or item.due > now][:HANDOVER_ITEMS],
        "gaps": queries.gaps_of(row.pk, now, now + timedelta(days=1)),
    }
    return render(request, "registry/teams/handover.html", shown)


@page(queries.VIEW, title=_PANEL)
def organisation_teams(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """The fragment: the teams of an organisation and who is on duty."""
    organisation = organisations.organisation(request.actor, organisation_id)
    rows = list(queries.visible_to(request.actor).filter(tenant=organisation.pk, ended_at__isnull=True)[:20])
    duties = queries.on_duty_of(rows, clock.now())
    shown = {
        "title": _PANEL,
        "organisation": organisation,
        "rows": [(row, queries.name_of(row), duties.get(row.pk, [])) for row in rows],
    }
    template = "_panel.html" if is_partial(request) else "panel.html"
    return render(request, f"registry/teams/{template}", shown)
