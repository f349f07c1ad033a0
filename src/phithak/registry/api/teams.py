"""Teams, shifts, chains and call sheets over the API."""

from __future__ import annotations

from uuid import UUID

from django.http.response import HttpResponseBase

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.ui.api import Page, Paging, Query, Request, Router, paginate
from phithak.core.ui.pages.files.answers import download
from phithak.registry.api.calls import Calls
from phithak.registry.api.shapes.teams import (
    GiveIn,
    MemberIn,
    OtherIn,
    PatternIn,
    PlannedOut,
    ReasonIn,
    SheetIn,
    SheetOut,
    ShiftOut,
    StepIn,
    TeamIn,
    TeamNames,
    TeamOut,
    pattern_of,
    sheet_out,
    shift_out,
    team_out,
)
from phithak.registry.queries import callsheets, teams
from phithak.registry.services import callsheets as sheet_services
from phithak.registry.services import teams as services
from phithak.registry.services.teams import Step

router = Router()
calls = Calls(router, view=teams.VIEW, manage=teams.MANAGE)
sheet_calls = Calls(router, view=callsheets.MAKE, manage=callsheets.MAKE)


@calls.shown("/teams", Page[TeamOut], "ทีม", "Teams")
def all_teams(request: Request, paging: Query[Paging]) -> Page[TeamOut]:
    """List the teams."""
    return paginate(teams.visible_to(request.actor), paging, team_out)


@calls.added("/teams", TeamOut, "ตั้งทีม", "Make a team")
def new_team(request: Request, sent: TeamIn) -> TeamOut:
    """Make one."""
    made = services.create(request.actor, sent.tenant_id, Text(sent.name_th, sent.name_en))
    return _planned(request, made)


@calls.shown(
    "/teams/{uuid:team_id}", TeamOut, "ทีมหนึ่ง: สมาชิก ผู้อยู่เวร ลำดับเรียกตัว", "One team: members, duty, chain"
)
def team(request: Request, team_id: UUID) -> TeamOut:
    """Show one."""
    return team_out(teams.team(request.actor, team_id))


@calls.changed("/teams/{uuid:team_id}", TeamOut, "เปลี่ยนชื่อทีม", "Rename a team")
def rename_team(request: Request, team_id: UUID, sent: TeamNames) -> TeamOut:
    """Rename one."""
    services.rename(request.actor, team_id, Text(sent.name_th, sent.name_en))
    return _planned(request, team_id)


@calls.done("/teams/{uuid:team_id}/end", TeamOut, "ยุบทีม", "End a team")
def end_team(request: Request, team_id: UUID) -> TeamOut:
    """End one; its coming shifts are cancelled."""
    services.end(request.actor, team_id)
    return _planned(request, team_id)


@calls.done("/teams/{uuid:team_id}/members", TeamOut, "เพิ่มสมาชิก", "Add a member")
def add_team_member(request: Request, team_id: UUID, sent: MemberIn) -> TeamOut:
    """Add a person of the team's organisation."""
    services.add_member(request.actor, team_id, sent.person_id, lead=sent.lead)
    return _planned(request, team_id)


@calls.changed("/teams/{uuid:team_id}/chain", TeamOut, "ตั้งลำดับเรียกตัว", "Set the escalation chain")
def set_team_chain(request: Request, team_id: UUID, sent: list[StepIn]) -> TeamOut:
    """Replace the chain."""
    steps = [Step(one.after_minutes, one.contact_id, one.on_duty) for one in sent]
    services.set_chain(request.actor, team_id, steps)
    return _planned(request, team_id)


@calls.added("/teams/{uuid:team_id}/shifts", PlannedOut, "จัดเวรตามแบบ", "Plan shifts by a pattern")
def plan_shifts(request: Request, team_id: UUID, sent: PatternIn) -> PlannedOut:
    """Plan shifts; an overlap of a person refuses all of them."""
    teams.team(request.actor, team_id, teams.MANAGE)
    count = services.plan(request.actor, team_id, pattern_of(sent))
    now = clock.now()
    gaps = teams.gaps_of(team_id, now, teams.horizon(team_id, now))
    return PlannedOut(shifts=count, gaps=len(gaps))


@calls.shown("/teams/{uuid:team_id}/shifts", Page[ShiftOut], "เวรของทีม", "Shifts of a team")
def team_shifts(request: Request, team_id: UUID, paging: Query[Paging]) -> Page[ShiftOut]:
    """List the shifts of a team."""
    row = teams.team(request.actor, team_id)
    return paginate(teams.shifts_visible_to(request.actor).filter(team=row), paging, shift_out)


@calls.shown("/shifts/{uuid:shift_id}", ShiftOut, "เวรหนึ่ง", "One shift")
def shift(request: Request, shift_id: UUID) -> ShiftOut:
    """Show one."""
    return shift_out(teams.shift(request.actor, shift_id))


@calls.done("/shifts/{uuid:shift_id}/swap", ShiftOut, "สลับเวร", "Swap two shifts")
def swap_shift(request: Request, shift_id: UUID, sent: OtherIn) -> ShiftOut:
    """Swap it with another of the same team."""
    services.swap(request.actor, shift_id, sent.shift_id)
    return _planned_shift(request, shift_id)


@calls.done("/shifts/{uuid:shift_id}/give", ShiftOut, "ให้คนอื่นอยู่เวรแทน", "Give a shift to another")
def give_shift(request: Request, shift_id: UUID, sent: GiveIn) -> ShiftOut:
    """Give it to another member."""
    services.give(request.actor, shift_id, sent.member_id)
    return _planned_shift(request, shift_id)


@calls.done("/shifts/{uuid:shift_id}/cancel", ShiftOut, "ยกเลิกเวร", "Cancel a shift")
def cancel_shift(request: Request, shift_id: UUID, sent: ReasonIn) -> ShiftOut:
    """Cancel it."""
    services.cancel(request.actor, shift_id, sent.reason)
    return _planned_shift(request, shift_id)


@sheet_calls.shown("/call-sheets", Page[SheetOut], "ใบรายชื่อโทรออฟไลน์", "Offline call sheets")
def sheets(request: Request, paging: Query[Paging]) -> Page[SheetOut]:
    """List the call sheets."""
    return paginate(callsheets.visible_to(request.actor), paging, sheet_out)


@sheet_calls.added("/call-sheets", SheetOut, "ทำใบรายชื่อโทรออฟไลน์", "Make an offline call sheet")
def make_sheet(request: Request, sent: SheetIn) -> SheetOut:
    """Make one; the one before is superseded."""
    made = sheet_services.make(request.actor, sent.tenant_id)
    return sheet_out(callsheets.sheet(request.actor, made))


@sheet_calls.shown("/call-sheets/{uuid:sheet_id}", SheetOut, "ใบรายชื่อหนึ่งฉบับ", "One call sheet")
def sheet(request: Request, sheet_id: UUID) -> SheetOut:
    """Show one."""
    return sheet_out(callsheets.sheet(request.actor, sheet_id))


@sheet_calls.shown(
    "/call-sheets/{uuid:sheet_id}/file", None, "ดาวน์โหลด PDF เข้ารหัส", "Download the encrypted PDF"
)
def sheet_file(request: Request, sheet_id: UUID) -> HttpResponseBase:
    """Send the encrypted PDF of the sheet that holds."""
    return download(request, sheet_services.open_sheet(request.actor, sheet_id))


def _planned(request: Request, team_id: UUID) -> TeamOut:
    return team_out(teams.team(request.actor, team_id, teams.MANAGE))


def _planned_shift(request: Request, shift_id: UUID) -> ShiftOut:
    return shift_out(teams.shift(request.actor, shift_id, teams.MANAGE))
