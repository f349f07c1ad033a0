"""The forms of links: record, change, begin, suspend, lift, end, appeal, decide."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.errors import ConflictError, ForbiddenError, NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.scope import tenants_with
from phithak.core.i18n import show
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages.files.views import checked
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.forms.agreements import ReasonForm, label, see_version
from phithak.registry.forms.shares import (
    AppealForm,
    BringForm,
    DecideForm,
    ShareForm,
    SuspendForm,
    facts_of,
    initial_of,
    reason_of,
)
from phithak.registry.models import DataShare
from phithak.registry.queries import agreements, organisations
from phithak.registry.queries.shares import doors
from phithak.registry.queries.shares.doors import AppealState
from phithak.registry.services import shares as services
from phithak.registry.services.shares.errors import ShareChangedError
from phithak.registry.sheets import MOST_BYTES
from phithak.registry.views.agreements.shown import found, kinds_text, tenants_for
from phithak.registry.views.shares import shown

_NEW = Text("บันทึกการให้ข้อมูล", "Record a data-sharing link")
_BRING = Text("นำเข้าจากไฟล์ CSV", "Record links from a file")
_EDIT = Text("แก้การให้ข้อมูล", "Change a data-sharing link")
_SUSPEND = Text("ระงับการให้ข้อมูล", "Suspend the link")
_LIFT = Text("ยกเลิกการระงับ", "Lift the suspension")
_END = Text("ยุติการให้ข้อมูล", "End the link")
_APPEAL = Text("อุทธรณ์การระงับ", "Appeal against the suspension")
_DECIDE = Text("อุทธรณ์", "Appeal")
_MOST = 50
_FAULTS = 100


def _agreements(request: Request) -> list[tuple[UUID, Text]]:
    rows = agreements.standing_on(agreements.visible_to(request.actor), agreements.Standing.VALID)
    rows |= agreements.standing_on(agreements.visible_to(request.actor), agreements.Standing.ENDING)
    return [
        (row.pk, Text(f"{row.number} {row.title_th}", f"{row.number} {row.title_en or row.title_th}"))
        for row in rows.order_by("number", "pk")[:_MOST]
    ]


def _giver(request: Request) -> UUID | None:
    """Return who gives: the one that is named, else the actor's only organisation."""
    named = request.POST.get("giver") or request.GET.get("giver") or ""
    own = tenants_for(request.actor, doors.MANAGE)
    if not named:
        return own[0][0] if len(own) == 1 else None
    try:
        giver_id = UUID(named)
    except ValueError:
        raise NotFoundError from None
    if not doors.giving_tenants(request.actor).filter(pk=giver_id).exists():
        raise NotFoundError
    return giver_id


@page(doors.MANAGE, title=_NEW, methods=("GET", "POST"))
def new_share(request: Request) -> HttpResponseBase:
    """Record a link: first who gives, then to whom, then what."""
    giver_id, words = _giver(request), request.GET.get("find", "")
    context: dict[str, Any] = {"title": _NEW, "find": words, "giver_id": giver_id}
    if giver_id is None or "choose" in request.GET:
        givers = found(request.actor, words)
        allowed = doors.giving_tenants(request.actor).filter(pk__in=[key for key, _ in givers])
        known = set(allowed.values_list("pk", flat=True))
        context["givers"] = [(key, name) for key, name in givers if key in known]
        return render(request, "registry/shares/giver.html", context)
    holders = [(key, name) for key, name in found(request.actor, words) if key != giver_id]
    form = ShareForm(request.POST or None, found=holders, agreements=_agreements(request))
    made: list[UUID] = []
    if form.submit(
        lambda data: made.append(services.propose(request.actor, tenant_id=giver_id, facts=facts_of(data)))
    ):
        messages.success(
            request, str(Text("บันทึกแล้ว ตรวจแล้วกดเริ่มให้ข้อมูล", "Recorded. Check it, then begin it."))
        )
        return redirect("registry:share", made[0])
    giver = organisations.names([giver_id]).get(giver_id)
    return show_form(
        request, form, "registry/shares/new.html", {**context, "giver": giver, "count": len(holders)}
    )


@page(doors.MANAGE, title=_BRING, methods=("GET", "POST"))
def bring_shares(request: Request) -> HttpResponseBase:
    """Record links out of a file; with a fault nothing is recorded, and each is shown with row and column."""
    form = BringForm(request.POST or None, request.FILES or None, givers=_givers(request))
    done: list[services.Brought] = []

    def bring(data: dict[str, Any]) -> None:
        content = checked(data["file"]).read(MOST_BYTES + 1)
        done.append(services.bring(request.actor, data["giver"], content))

    if form.submit(bring) and not done[0].faults:
        told = Text(
            f"บันทึก {done[0].recorded} รายการ มีอยู่แล้ว {done[0].repeated} รายการ",
            f"Recorded: {done[0].recorded}. Already there: {done[0].repeated}.",
        )
        messages.success(request, str(told))
        return redirect(f"{reverse('registry:shares')}?state=proposed")
    faults = done[0].faults if done else ()
    context = {"title": _BRING, "form": form, "faults": faults[:_FAULTS], "more": len(faults) > _FAULTS}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else form.status
    return render(request, "registry/shares/bring.html", context, status=status)


def _givers(request: Request) -> list[tuple[UUID, Text]]:
    own = tenants_for(request.actor, doors.MANAGE)
    named = request.GET.get("giver", "")
    if not named:
        return own
    giver_id = _giver(request)
    names = organisations.names([giver_id]) if giver_id else {}
    return list(names.items()) or own


@page(doors.MANAGE, title=_EDIT, methods=("GET", "POST"))
def edit_share(request: Request, share_id: UUID) -> HttpResponseBase:
    """Change a link; after a conflict what was typed stays, beside what the other one saved."""
    row = doors.share(request.actor, share_id, doors.MANAGE)
    holder = [(row.holder_id, doors.holder(row))]
    form = ShareForm(
        request.POST or None, initial=initial_of(row), found=holder, agreements=_agreements(request)
    )
    conflict: list[ShareChangedError] = []

    def save(data: dict[str, Any]) -> None:
        try:
            facts = facts_of(data, row.store_id)
            services.change(request.actor, share_id, facts, version=data["version"] or 0)
        except ShareChangedError as error:
            conflict.append(error)
            raise

    if form.submit(save):
        messages.success(request, str(Text("บันทึกแล้ว", "Saved.")))
        return redirect("registry:share", share_id)
    context: dict[str, Any] = {"title": _EDIT, "share": row, "theirs": []}
    if conflict:
        row.refresh_from_db()
        context["theirs"] = _differences(form, row)
        see_version(form, row.version)
    return show_form(request, form, "registry/shares/edit.html", context)


def _differences(form: ShareForm, row: DataShare) -> list[tuple[Text, str]]:
    now = initial_of(row)
    readable: dict[str, Any] = {"until": show.long, "fields_given": lambda value: str(kinds_text(value))}
    return [
        (label(form, name), readable.get(name, str)(now[name]))
        for name in ("fields_given", "purpose", "until", "people")
        if form.cleaned_data.get(name) != now[name]
    ]


@page(doors.MANAGE, title=Text("เริ่มให้ข้อมูล", "Begin the link"), methods=("POST",))
def begin_share(request: Request, share_id: UUID) -> HttpResponseBase:
    """Begin a proposed link."""
    doors.share(request.actor, share_id, doors.MANAGE)
    try:
        services.activate(request.actor, share_id)
    except ConflictError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, str(Text("เริ่มแล้ว", "Begun.")))
    return redirect("registry:share", share_id)


@page(doors.MANAGE, title=_SUSPEND, methods=("GET", "POST"))
def suspend_share(request: Request, share_id: UUID) -> HttpResponseBase:
    """Suspend a link: reason and moment have answers already, the button is the second click."""
    row = doors.share(request.actor, share_id, doors.MANAGE)
    form = SuspendForm(request.POST or None)
    if form.submit(
        lambda data: services.suspend(
            request.actor, share_id, reason=reason_of(data), effective_at=data["effective_at"]
        )
    ):
        messages.success(request, str(Text("ระงับแล้ว และแจ้งผู้ถือข้อมูลแล้ว", "Suspended; the holder is told.")))
        return redirect("registry:share", share_id)
    context = {"title": _SUSPEND, "intro": _about(row), "submit": _SUSPEND}
    return show_form(request, form, context=context)


@page(doors.MANAGE, title=_LIFT, methods=("GET", "POST"))
def lift_share(request: Request, share_id: UUID) -> HttpResponseBase:
    """Lift the running suspension."""
    row = doors.share(request.actor, share_id, doors.MANAGE)
    form = ReasonForm(request.POST or None)
    if form.submit(lambda data: services.lift(request.actor, share_id, reason=data["reason"])):
        messages.success(request, str(Text("ยกเลิกการระงับแล้ว", "The suspension is lifted.")))
        return redirect("registry:share", share_id)
    return show_form(request, form, context={"title": _LIFT, "intro": _about(row), "submit": _LIFT})


@page(doors.MANAGE, title=_END, methods=("GET", "POST"))
def end_share(request: Request, share_id: UUID) -> HttpResponseBase:
    """End a link for good."""
    row = doors.share(request.actor, share_id, doors.MANAGE)
    form = ReasonForm(request.POST or None)
    if form.submit(lambda data: services.end(request.actor, share_id, reason=data["reason"])):
        messages.success(request, str(Text("ยุติแล้ว", "Ended.")))
        return redirect("registry:share", share_id)
    return show_form(request, form, context={"title": _END, "intro": _about(row), "submit": _END})


def _about(row: DataShare) -> Text:
    kinds = kinds_text(row.fields)
    return Text(
        f"{doors.giver(row).th} ให้ {doors.holder(row).th}: {kinds.th}",
        f"{doors.giver(row).en} to {doors.holder(row).en}: {kinds.en}",
    )


@page(doors.APPEAL, title=_APPEAL, methods=("GET", "POST"))
def appeal(request: Request, suspension_id: UUID) -> HttpResponseBase:
    """Let the holder appeal in its own words."""
    held = doors.suspension(request.actor, suspension_id)
    if held.share.holder_id not in tenants_with(request.actor, doors.APPEAL):
        raise ForbiddenError(permission=doors.APPEAL)
    form = AppealForm(request.POST or None)
    if form.submit(lambda data: services.appeal(request.actor, suspension_id, words=data["words"])):
        messages.success(request, str(Text("ส่งอุทธรณ์แล้ว", "The appeal is sent.")))
        return redirect("registry:share", held.share_id)
    intro = Text(f"เหตุผลที่ถูกระงับ: {held.reason}", f"Reason of the suspension: {held.reason}")
    return show_form(request, form, context={"title": _APPEAL, "intro": intro, "submit": _APPEAL})


@page(doors.VIEW, title=_DECIDE, methods=("GET", "POST"))
def decide_appeal(request: Request, appeal_id: UUID) -> HttpResponseBase:
    """Show an appeal; whoever may decide it does so here."""
    row = doors.appeal(request.actor, appeal_id)
    may_decide = (
        row.state == AppealState.OPEN
        and doors.appeals_visible_to(request.actor, doors.MANAGE).filter(pk=row.pk).exists()
        and row.suspension.by_id != request.actor.user_id
    )
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        permissions.require(request.actor, doors.MANAGE)
        doors.appeal(request.actor, appeal_id, doors.MANAGE)
    if form.submit(
        lambda data: services.decide_appeal(
            request.actor, appeal_id, uphold=data["outcome"] == "upheld", reason=data["reason"]
        )
    ):
        messages.success(request, str(Text("ตัดสินแล้ว และแจ้งผู้ถือข้อมูลแล้ว", "Decided; the holder is told.")))
        return redirect("registry:share", row.suspension.share_id)
    context = {
        "title": _DECIDE,
        "appeal": row,
        "state": shown.appeal_state(row),
        "about": _about(row.suspension.share),
        "share_url": reverse("registry:share", args=[row.suspension.share_id]),
        "may_decide": may_decide,
        "own": row.state == AppealState.OPEN and row.suspension.by_id == request.actor.user_id,
    }
    return show_form(request, form, "registry/shares/appeal.html", context)
