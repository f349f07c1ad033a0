"""Pages of one campaign: draft, look ahead, two persons, start and stop, figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.requests import is_partial
from phithak.core.ui.states import State
from phithak.notices import queries as wording
from phithak.notices.forms.campaigns import (
    CampaignForm,
    FactsForm,
    ReasonForm,
    facts_initial,
    initial_of,
    plan_of,
)
from phithak.notices.models import Campaign
from phithak.notices.queries import campaigns as queries
from phithak.notices.queries import contacts, lists
from phithak.notices.saying import Said
from phithak.notices.services import campaigns as services
from phithak.notices.services.campaigns.documents import as_pdf
from phithak.notices.states import (
    ANSWER_TEXTS,
    LIVE,
    OPEN_TO_CHANGE,
    Answers,
    CampaignState,
    Delivery,
    Skipped,
    Step,
)
from phithak.notices.texts import Channel as TextChannel
from phithak.notices.texts import slots_in
from phithak.notices.views.campaigns.tables import CAMPAIGNS, CHANNELS, campaign_state, tenant_name

_LIST, _CAMPAIGN = Text("การแจ้ง", "Campaigns"), Text("การแจ้ง", "Campaign")
_DRAFT, _EDIT = Text("ร่างการแจ้ง", "Draft a campaign"), Text("แก้การแจ้ง", "Change the campaign")
_FACTS, _LOOK = Text("เติมข้อความ", "Fill the text"), Text("ดูก่อนแจ้ง", "Look ahead")
_STOP, _RESUME = Text("หยุดเดี๋ยวนี้", "Stop now"), Text("แจ้งต่อ", "Resume")
_CANCEL, _CLOSE = Text("ยกเลิกการแจ้ง", "Cancel the campaign"), Text("จบการแจ้ง", "End the campaign")
_RETURN, _SAVE = Text("ส่งคืนผู้ร่าง", "Return to who drafted it"), Text("บันทึก", "Save")
_POLLED = (CampaignState.GATHERING, CampaignState.RUNNING)


@page(queries.VIEW, title=_LIST)
def index(request: Request) -> HttpResponseBase:
    """List the campaigns."""
    actions = []
    if tenants_with(request.actor, queries.WRITE):
        actions.append((_DRAFT, reverse("notices:campaign_new")))
    return CAMPAIGNS.respond(
        request,
        rows=queries.campaigns_visible_to(request.actor),
        title=_LIST,
        actions=actions,
        intro=Text(
            "แจ้งคนจำนวนมากคนละหนึ่งครั้ง สองคนอนุมัติ หยุดได้ทันที และตามคำตอบจนครบ",
            "Tell many people once each: two persons approve, one button stops, answers are chased.",
        ),
    )


@page(queries.WRITE, title=_DRAFT, methods=("GET", "POST"))
def new(request: Request) -> HttpResponseBase:
    """Draft a campaign."""
    form = CampaignForm(request.POST or None, **_choices(request.actor))
    made: list[UUID] = []
    if form.submit(
        lambda data: made.append(
            services.plan(request.actor, data["tenant_id"], plan_of(data, facts={}, passed=()))
        )
    ):
        messages.success(request, str(Text("ร่างแล้ว เติมข้อความต่อ", "Drafted. Fill the text next.")))
        return redirect("notices:campaign_facts", made[0])
    return show_form(request, form, context={"title": _DRAFT, "submit": _SAVE})


@page(queries.WRITE, title=_EDIT, methods=("GET", "POST"))
def edit(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Change a draft; its list has to be gathered again."""
    row = queries.campaign(request.actor, campaign_id, queries.WRITE)
    form = CampaignForm(request.POST or None, initial=initial_of(row), **_choices(request.actor))
    if form.submit(
        lambda data: services.change(
            request.actor, row.pk, plan_of(data, facts=row.facts, passed=row.passed), seen=data["seen"] or 0
        )
    ):
        messages.success(request, str(Text("บันทึกแล้ว รวบรวมผู้รับใหม่", "Saved. Gather the recipients again.")))
        return redirect("notices:campaign", campaign_id)
    return show_form(request, form, context={"title": _EDIT, "submit": _SAVE})


@page(queries.WRITE, title=_FACTS, methods=("GET", "POST"))
def facts(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Fill the slots of the text."""
    row = queries.campaign(request.actor, campaign_id, queries.WRITE)
    text = wording.wording_of(row.text)
    used = slots_in(f"{text.subject_th} {text.subject_en} {text.body_th} {text.body_en}")
    form = FactsForm(
        request.POST or None,
        used=used,
        channel=TextChannel(row.text.template.channel),
        initial=facts_initial(row),
    )
    if form.submit(
        lambda data: services.set_facts(
            request.actor, row.pk, facts=form.facts(), passed=form.passed(), seen=data["seen"]
        )
    ):
        messages.success(request, str(Text("บันทึกแล้ว", "Saved.")))
        return redirect("notices:campaign", campaign_id)
    return show_form(request, form, context={"title": _FACTS, "submit": _SAVE})


@page(queries.VIEW, title=_CAMPAIGN)
def campaign(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Show a campaign: how it stands, what it says, what can be done."""
    row = queries.campaign(request.actor, campaign_id)
    shown = {**_figures(row), **_facts(row), **_rights(request.actor, row), "said": _said(services.look(row))}
    return render(request, "notices/campaigns/campaign.html", {**shown, "title": Text(row.title, row.title)})


@page(queries.VIEW, title=_CAMPAIGN)
def figures(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """The fragment: how a campaign stands now."""
    row = queries.campaign(request.actor, campaign_id)
    template = "_figures.html" if is_partial(request) else "figures.html"
    shown = {**_figures(row), **_rights(request.actor, row), "title": Text(row.title, row.title)}
    return render(request, f"notices/campaigns/{template}", shown)


@page(queries.VIEW, title=_LOOK)
def look(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Show what will be said, what it costs, and the waves."""
    row = queries.campaign(request.actor, campaign_id)
    found = services.look(row)
    cost = found.cost_satang
    shown = {
        "campaign": row,
        "look": found,
        "channels": [(CHANNELS[channel.value], count) for channel, count in sorted(found.channels.items())],
        "skipped": [(kind.text, found.skipped[kind]) for kind in Skipped if found.skipped[kind]],
        "said": _said(found),
        "cost": None if cost is None else f"{cost / 100:,.2f}",
        "title": _LOOK,
    }
    return render(request, "notices/campaigns/look.html", shown)


@page(queries.VIEW, title=_CAMPAIGN)
def pdf(request: Request, campaign_id: UUID, language: str) -> HttpResponseBase:
    """The words as a PDF, with the TLP on every page."""
    row = queries.campaign(request.actor, campaign_id)
    answer = HttpResponse(as_pdf(row, "en" if language == "en" else "th"), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="notice-{row.pk.hex[-8:]}-{language}.pdf"'
    return answer


def _act(request: Request, campaign_id: UUID, act: Callable[[], object], told: Text) -> HttpResponseBase:
    act()
    messages.success(request, str(told))
    return redirect("notices:campaign", campaign_id)


@page(queries.WRITE, title=_CAMPAIGN, methods=("POST",))
def gather(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Let the list be gathered."""
    seen = _number(request.POST.get("seen", ""))
    told = Text("กำลังรวบรวมผู้รับ", "Recipients are being gathered.")
    return _act(request, campaign_id, lambda: services.gather(request.actor, campaign_id, seen=seen), told)


@page(queries.WRITE, title=_CAMPAIGN, methods=("POST",))
def submit(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Ask for approval."""
    seen = _number(request.POST.get("seen", ""))
    told = Text("ส่งขออนุมัติแล้ว ผู้อื่นต้องอนุมัติ", "Submitted. Another person has to approve it.")
    return _act(request, campaign_id, lambda: services.submit(request.actor, campaign_id, seen=seen), told)


@page(queries.APPROVE, title=_CAMPAIGN, methods=("POST",))
def approve(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Approve as the second person."""
    seal = request.POST.get("seen", "")
    told = Text("อนุมัติแล้ว", "Approved.")
    return _act(request, campaign_id, lambda: services.approve(request.actor, campaign_id, seen=seal), told)


@page(queries.RUN, title=_CAMPAIGN, methods=("POST",))
def start(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Start an approved campaign."""
    told = Text("เริ่มแล้ว", "Started.")
    return _act(request, campaign_id, lambda: services.start(request.actor, campaign_id), told)


@page(queries.WRITE, title=_CAMPAIGN, methods=("POST",))
def test(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Send the words to the reader's own address."""
    told = Text("ส่งทดสอบถึงอีเมลของคุณแล้ว", "A test goes to your own e-mail address.")
    return _act(request, campaign_id, lambda: services.send_test(request.actor, campaign_id), told)


def _with_reason(
    request: Request, campaign_id: UUID, permission: str, act: Callable[..., object], words: tuple[Text, Text]
) -> HttpResponseBase:
    row = queries.campaign(request.actor, campaign_id, permission)
    form = ReasonForm(request.POST or None)
    if form.submit(lambda data: act(request.actor, row.pk, reason=data["reason"])):
        messages.success(request, str(words[1]))
        return redirect("notices:campaign", campaign_id)
    title = Text(f"{words[0].th}: {row.title}", f"{words[0].en}: {row.title}")
    return show_form(request, form, context={"title": title, "submit": words[0]})


@page(queries.RUN, title=_STOP, methods=("GET", "POST"))
def stop(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Ask why, then stop at once."""
    told = Text("หยุดแล้ว ไม่มีข้อความใดออกอีก", "Stopped. No further message leaves.")
    return _with_reason(request, campaign_id, queries.RUN, services.stop, (_STOP, told))


@page(queries.RUN, title=_RESUME, methods=("GET", "POST"))
def resume(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Ask why, then go on."""
    told = Text("แจ้งต่อแล้ว", "It goes on.")
    return _with_reason(request, campaign_id, queries.RUN, services.resume, (_RESUME, told))


@page(queries.RUN, title=_CANCEL, methods=("GET", "POST"))
def cancel(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Ask why, then cancel for good."""
    told = Text("ยกเลิกแล้ว", "Cancelled.")
    return _with_reason(request, campaign_id, queries.RUN, services.cancel, (_CANCEL, told))


@page(queries.RUN, title=_CLOSE, methods=("GET", "POST"))
def close(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Ask why, then end it though some have not answered."""
    told = Text("จบแล้ว ผู้ที่ยังไม่ตอบยังอยู่ในรายการ", "Ended. The silent stay listed.")
    return _with_reason(request, campaign_id, queries.RUN, services.close, (_CLOSE, told))


@page(queries.APPROVE, title=_RETURN, methods=("GET", "POST"))
def send_back(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """Ask why, then return it."""
    told = Text("ส่งคืนแล้ว", "Returned.")
    return _with_reason(request, campaign_id, queries.APPROVE, services.send_back, (_RETURN, told))


# -- what the pages show --------------------------------------------------------------------------------


def _figures(row: Campaign) -> dict[str, Any]:
    counted = queries.figures(row)
    settled = counted.total - counted.deliveries[Delivery.WAITING] - counted.deliveries[Delivery.QUEUED]
    return {
        "campaign": row,
        "state": campaign_state(row),
        "counts": counted,
        "deliveries": [
            (State(one.value, one.text, one.tone), counted.deliveries[one])
            for one in Delivery
            if counted.deliveries[one]
        ],
        "answers": [
            (code, ANSWER_TEXTS[code], counted.answers[code]) for code, _ in Answers(row.answers).choices
        ],
        "settled": settled,
        "listed": bool(row.list_hash),
        "polled": row.state in _POLLED,
        "asks": row.answers != Answers.NONE,
    }


def _facts(row: Campaign) -> dict[str, Any]:
    return {
        "channel": CHANNELS[row.channel],
        "answers_text": Answers(row.answers).text,
        "tenant": tenant_name(row),
        "chase": [(hours, Step(step).text) for hours, step in row.chase],
        **_persons(row),
        "exercise_mode": settings.CONFIG.exercise_mode,
    }


def _said(found: services.Look) -> list[tuple[Text, Said]]:
    return [(CHANNELS[channel.value], one) for channel, one in found.said]


def _persons(row: Campaign) -> dict[str, str]:
    ids = {"drafted_by": row.author_id, "submitted_by": row.submitter_id, "approved_by": row.approver_id}
    names = wording.user_names(ids.values())
    return {role: names.get(user_id, "") if user_id else "" for role, user_id in ids.items()}


def _rights(actor: Actor, row: Campaign) -> dict[str, bool]:
    def may(permission: str) -> bool:
        return row.tenant_id in tenants_with(actor, permission)

    state = CampaignState(row.state)
    writes, runs = may(queries.WRITE), may(queries.RUN)
    own = actor.user_id in {row.author_id, row.submitter_id} or str(actor.user_id) in row.writers
    before = state in {
        *OPEN_TO_CHANGE,
        CampaignState.GATHERING,
        CampaignState.SUBMITTED,
        CampaignState.APPROVED,
    }
    return {
        "may_edit": writes and state in OPEN_TO_CHANGE,
        "may_test": writes and state not in {CampaignState.CANCELLED, CampaignState.CLOSED},
        "may_submit": writes and state is CampaignState.LISTED,
        "may_approve": may(queries.APPROVE) and state is CampaignState.SUBMITTED and not own,
        "waits_for_other": state is CampaignState.SUBMITTED and own,
        "may_return": may(queries.APPROVE) and state in {CampaignState.SUBMITTED, CampaignState.APPROVED},
        "may_start": runs and state is CampaignState.APPROVED,
        "may_stop": runs and state is CampaignState.RUNNING,
        "may_resume": runs and state is CampaignState.STOPPED,
        "may_cancel": runs and (before or state in LIVE),
        "may_close": runs and state in LIVE and row.next_wave >= row.waves,
        "sees_recipients": may(queries.RECIPIENTS),
    }


def _choices(actor: Actor) -> dict[str, Any]:
    rows = lists.lists_visible_to(actor).filter(ended_at__isnull=True).order_by("name")
    return {
        "tenants": wording.tenants_for(actor, queries.WRITE),
        "templates": wording.sendable(actor),
        "lists": [
            (str(row.pk), Text(f"{row.name} ({row.entries:,})", f"{row.name} ({row.entries:,})"))
            for row in rows
        ],
        "sectors": contacts.sector_choices(),
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
