"""Pages of shifts: a rota by a pattern, and one shift: given, swapped, cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.i18n import show
from phithak.core.ui.forms import Form, show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import State
from phithak.registry.forms.teams import (
    CancelForm,
    GiveForm,
    PatternForm,
    SwapForm,
    first_day_initial,
    pattern_of,
)
from phithak.registry.models import Shift
from phithak.registry.queries import teams as queries
from phithak.registry.services import teams as services

_PLAN, _SHIFT = Text("จัดเวร", "Plan shifts"), Text("เวร", "Shift")
_SWAP_DAYS = 60


@page(queries.MANAGE, title=_PLAN, methods=("GET", "POST"))
def plan(request: Request, team_id: UUID) -> HttpResponseBase:
    """Add shifts by a pattern; an overlap of a person refuses all of them."""
    row = queries.team(request.actor, team_id, queries.MANAGE)
    form = PatternForm(request.POST or None, members=_members(row.pk), initial=first_day_initial())
    made: list[int] = []
    if form.submit(lambda data: made.append(services.plan(request.actor, team_id, pattern_of(data)))):
        now = clock.now()
        holes = queries.gaps_of(row.pk, now, queries.horizon(row.pk, now))
        messages.success(request, str(Text(f"เพิ่ม {made[0]} เวรแล้ว", f"Shifts added: {made[0]}")))
        if holes:
            told = Text(
                f"ยังมีช่วงที่ไม่มีผู้อยู่เวรหลัก {len(holes)} ช่วง เริ่ม {show.moment(holes[0].starts_at, 'th')}",
                f"Gaps without a first on duty: {len(holes)}, from {show.moment(holes[0].starts_at, 'en')}",
            )
            messages.warning(request, str(told))
        return redirect("registry:team", team_id)
    title = Text(f"จัดเวร {row.name_th}", f"Plan shifts of {row.name_en or row.name_th}")
    return show_form(request, form, context={"title": title})


@page(queries.VIEW, title=_SHIFT)
def shift(request: Request, shift_id: UUID) -> HttpResponseBase:
    """Show one shift, and what can be done with it."""
    row = queries.shift(request.actor, shift_id)
    return _show(request, row, {})


@page(queries.MANAGE, title=_SHIFT, methods=("POST",))
def give(request: Request, shift_id: UUID) -> HttpResponseBase:
    """Give a shift to another member."""
    row = queries.shift(request.actor, shift_id, queries.MANAGE)
    form = GiveForm(request.POST, members=_members(row.team_id))
    if form.submit(lambda data: services.give(request.actor, shift_id, data["member_id"])):
        return _done(request, row, Text("เปลี่ยนผู้อยู่เวรแล้ว", "Given to another."))
    return _show(request, row, {"give": form})


@page(queries.MANAGE, title=_SHIFT, methods=("POST",))
def swap(request: Request, shift_id: UUID) -> HttpResponseBase:
    """Swap a shift with another."""
    row = queries.shift(request.actor, shift_id, queries.MANAGE)
    form = SwapForm(request.POST, shifts=_others(row))
    if form.submit(lambda data: services.swap(request.actor, shift_id, data["other_id"])):
        return _done(request, row, Text("สลับเวรแล้ว", "Swapped."))
    return _show(request, row, {"swap": form})


@page(queries.MANAGE, title=_SHIFT, methods=("POST",))
def cancel(request: Request, shift_id: UUID) -> HttpResponseBase:
    """Cancel a shift."""
    row = queries.shift(request.actor, shift_id, queries.MANAGE)
    form = CancelForm(request.POST)
    if form.submit(lambda data: services.cancel(request.actor, shift_id, data["reason"])):
        return _done(request, row, Text("ยกเลิกเวรแล้ว ช่วงนี้ว่าง", "Cancelled; this time is empty now."))
    return _show(request, row, {"cancel": form})


def _show(request: Request, row: Shift, forms: dict[str, Form]) -> HttpResponseBase:
    may = (
        row.cancelled_at is None
        and row.ends_at > clock.now()
        and queries.shifts_visible_to(request.actor, queries.MANAGE).filter(pk=row.pk).exists()
    )
    shown: dict[str, Any] = {
        "title": Text(
            f"เวร {row.member.person.name_th} {show.moment(row.starts_at, 'th')}",
            f"Shift of {row.member.person.name_en or row.member.person.name_th}, {show.moment(row.starts_at, 'en')}",
        ),
        "shift": row,
        "state": _state(row),
        "duty": queries.Duty(row.duty).text,
        "team_name": queries.name_of(row.team),
        "may_manage": may,
    }
    if may:
        shown["give"] = forms.get("give") or GiveForm(members=_members(row.team_id), auto_id="give_%s")
        shown["swap"] = forms.get("swap") or SwapForm(shifts=_others(row), auto_id="swap_%s")
        shown["cancel"] = forms.get("cancel") or CancelForm(auto_id="cancel_%s")
    status = max((form.status for form in forms.values()), default=200)
    return render(request, "registry/teams/shift.html", shown, status=status)


def _state(row: Shift) -> State:
    now = clock.now()
    if row.cancelled_at is not None:
        return State("cancelled", Text("ยกเลิกแล้ว", "Cancelled"), "bad")
    if row.ends_at <= now:
        return State("over", Text("จบแล้ว", "Over"), "neutral")
    if row.starts_at <= now:
        return State("running", Text("กำลังอยู่เวร", "On duty"), "good")
    return State("coming", Text("ยังไม่ถึง", "To come"), "info")


def _done(request: Request, row: Shift, told: Text) -> HttpResponseBase:
    messages.success(request, str(told))
    return redirect("registry:team", row.team_id)


def _members(team_id: UUID) -> list[tuple[str, Text]]:
    return [
        (str(member.pk), Text(member.person.name_th, member.person.name_en or member.person.name_th))
        for member in queries.members(team_id)
    ]


def _others(row: Shift) -> list[tuple[str, Text]]:
    now = clock.now()
    found = []
    for other in queries.shifts_between(row.team_id, now, now + timedelta(days=_SWAP_DAYS)):
        if other.pk != row.pk and other.member_id != row.member_id:
            person = other.member.person
            found.append(
                (
                    str(other.pk),
                    Text(
                        f"{person.name_th} {show.moment(other.starts_at, 'th')}",
                        f"{person.name_en or person.name_th}, {show.moment(other.starts_at, 'en')}",
                    ),
                )
            )
    return found
