"""Who is told, who has not answered, the answer by telephone; lists of addresses; the page of the code."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.scope import tenants_with
from phithak.core.links import queries as links
from phithak.core.privacy import masks
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.notices import codes
from phithak.notices import queries as wording
from phithak.notices.forms.campaigns import AddressesForm, AnswerForm, BarForm, ListForm
from phithak.notices.models import Recipient
from phithak.notices.queries import campaigns as queries
from phithak.notices.queries import lists
from phithak.notices.services import campaigns as services
from phithak.notices.services import lists as list_services
from phithak.notices.states import Answers, CampaignState, How, Why
from phithak.notices.views.campaigns.tables import (
    BARRED,
    CHANNELS,
    ENTRIES,
    LISTS,
    RECIPIENTS,
    SILENT,
    answer_state,
    delivery_state,
    tenant_name,
)

_RECIPIENTS, _SILENT = Text("ผู้รับของการแจ้ง", "Recipients"), Text("ใครยังไม่ตอบ", "Who has not answered")
_RECIPIENT, _ANSWER = Text("ผู้รับ", "Recipient"), Text("บันทึกคำตอบทางโทรศัพท์", "Record an answer by telephone")
_LISTS, _LIST, _ADD_LIST = (
    Text("รายชื่อที่อยู่", "Address lists"),
    Text("รายชื่อที่อยู่", "Address list"),
    Text("เพิ่มรายชื่อ", "Add a list"),
)
_BARRED, _BAR = Text("ขอไม่รับข้อความ", "Do not send"), Text("เพิ่มที่อยู่ที่ขอไม่รับ", "Add an address")
_SAVE = Text("บันทึก", "Save")
_TOLD = (CampaignState.RUNNING, CampaignState.STOPPED, CampaignState.CLOSED)


@page(queries.RECIPIENTS, title=_RECIPIENTS)
def recipients(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """List the recipients of a campaign and what became of each."""
    row = queries.campaign(request.actor, campaign_id, queries.VIEW)
    rows = queries.recipients_visible_to(request.actor).filter(campaign=row)
    return RECIPIENTS.respond(
        request,
        rows=queries.with_delivery(rows),
        title=Text(f"ผู้รับ: {row.title}", f"Recipients: {row.title}"),
        actions=[(Text("กลับไปการแจ้ง", "Back to the campaign"), reverse("notices:campaign", args=[row.pk]))],
        intro=Text(
            "ค้นด้วยรหัสอ้างอิง 8 ตัวหรือชื่อหน่วยงาน",
            "Search by the reference of 8 characters or an organisation's name.",
        ),
    )


@page(queries.RECIPIENTS, title=_SILENT)
def silent(request: Request) -> HttpResponseBase:
    """List who has not answered, over all campaigns."""
    rows = queries.with_delivery(queries.silent(request.actor))
    return SILENT.respond(request, rows=rows, title=_SILENT)


@page(queries.RECIPIENTS, title=_SILENT)
def silent_of(request: Request, campaign_id: UUID) -> HttpResponseBase:
    """List who of a campaign has not answered."""
    row = queries.campaign(request.actor, campaign_id, queries.VIEW)
    rows = queries.with_delivery(queries.silent(request.actor).filter(campaign=row))
    return SILENT.respond(
        request,
        rows=rows,
        title=Text(f"ใครยังไม่ตอบ: {row.title}", f"Who has not answered: {row.title}"),
        actions=[(Text("กลับไปการแจ้ง", "Back to the campaign"), reverse("notices:campaign", args=[row.pk]))],
    )


@page(queries.RECIPIENTS, title=_RECIPIENT)
def recipient(request: Request, recipient_id: UUID) -> HttpResponseBase:
    """Show one recipient: every message, the answer, and what comes next."""
    row = queries.recipient(request.actor, recipient_id)
    shown = queries.with_delivery(queries.recipients_visible_to(request.actor).filter(pk=row.pk)).get()
    name = queries.names(queries.actor_of(row.campaign.tenant_id), [row])[row.pk]
    may_answer = (
        row.campaign.answers != Answers.NONE
        and row.campaign.state in _TOLD
        and row.campaign.tenant_id in tenants_with(request.actor, queries.ANSWER)
    )
    return render(
        request,
        "notices/campaigns/recipient.html",
        {
            "recipient": row,
            "name": name,
            "organisation": queries.parties([row]).get(row.party) if row.party else None,
            "delivery": delivery_state(shown),
            "answer": answer_state(row),
            "how": How(row.how).text if row.answer else None,
            "note": _note(row),
            "code": codes.code_of(row.pk),
            "history": [(Why(one.why).text, CHANNELS[one.channel], one) for one in queries.history(row)],
            "may_answer": may_answer,
            "title": name,
        },
    )


@page(queries.ANSWER, title=_ANSWER, methods=("GET", "POST"))
def answered(request: Request, recipient_id: UUID) -> HttpResponseBase:
    """Write down what a recipient said on the telephone."""
    row = queries.recipient(request.actor, recipient_id, queries.ANSWER)
    form = AnswerForm(request.POST or None, answers=Answers(row.campaign.answers))
    if form.submit(lambda data: services.record_answer(request.actor, row.pk, data["answer"])):
        messages.success(request, str(Text("บันทึกคำตอบแล้ว", "The answer is recorded.")))
        return redirect("notices:silent_of", row.campaign_id)
    return show_form(request, form, context={"title": _ANSWER, "submit": _SAVE})


def _note(row: Recipient) -> str:
    return masks.scrub(links.answer_of(row.link_id).note) if row.link_id and row.answer else ""


# -- lists of addresses ---------------------------------------------------------------------------------


@page(lists.MANAGE, title=_LISTS)
def address_lists(request: Request) -> HttpResponseBase:
    """List the lists."""
    return LISTS.respond(
        request,
        rows=lists.lists_visible_to(request.actor),
        title=_LISTS,
        actions=[(_ADD_LIST, reverse("notices:list_new")), (_BARRED, reverse("notices:do_not_send"))],
    )


@page(lists.MANAGE, title=_ADD_LIST, methods=("GET", "POST"))
def list_new(request: Request) -> HttpResponseBase:
    """Make a list."""
    form = ListForm(request.POST or None, tenants=wording.tenants_for(request.actor, lists.MANAGE))
    made: list[UUID] = []
    if form.submit(
        lambda data: made.append(list_services.make_list(request.actor, data["tenant_id"], name=data["name"]))
    ):
        return redirect("notices:list", made[0])
    return show_form(request, form, context={"title": _ADD_LIST, "submit": _SAVE})


@page(lists.MANAGE, title=_LIST, methods=("GET", "POST"))
def address_list(request: Request, list_id: UUID) -> HttpResponseBase:
    """Show a list, masked; POST adds addresses."""
    row = lists.address_list(request.actor, list_id)
    form = AddressesForm(request.POST if request.method == "POST" else None)
    added: list[int] = []
    if form.submit(
        lambda data: added.append(list_services.add_addresses(request.actor, row.pk, data["addresses"]))
    ):
        messages.success(request, str(Text(f"เพิ่มแล้ว {added[0]:,} ราย", f"Added: {added[0]:,}")))
        return redirect("notices:list", row.pk)
    answer = ENTRIES.respond(
        request,
        rows=lists.entries_of(row),
        title=Text(row.name, row.name),
        actions=[(_LISTS, reverse("notices:lists"))],
        context={"form": form, "list": row, "tenant": tenant_name(row)},
    )
    answer.status_code = form.status
    return answer


@page(lists.MANAGE, title=_LIST, methods=("POST",))
def list_end(request: Request, list_id: UUID) -> HttpResponseBase:
    """Take a list out of use."""
    list_services.end_list(request.actor, list_id)
    messages.success(request, str(Text("เลิกใช้แล้ว", "Ended.")))
    return redirect("notices:lists")


@page(lists.MANAGE, title=_BARRED)
def do_not_send(request: Request) -> HttpResponseBase:
    """List the addresses that want no notices."""
    return BARRED.respond(
        request,
        rows=lists.barred_visible_to(request.actor),
        title=_BARRED,
        actions=[(_BAR, reverse("notices:do_not_send_new")), (_LISTS, reverse("notices:lists"))],
        intro=Text(
            "ใครอยู่ที่นี่จะถูกแจ้งอีกทางหนึ่ง หรือให้คนโทรหา ไม่ใช่ไม่ได้รับแจ้งตามกฎหมาย",
            "Whoever is here is told by another way, or called; a lawful notice is never silenced.",
        ),
    )


@page(lists.MANAGE, title=_BAR, methods=("GET", "POST"))
def do_not_send_new(request: Request) -> HttpResponseBase:
    """Add an address that wants no notices."""
    form = BarForm(request.POST or None, tenants=wording.tenants_for(request.actor, lists.MANAGE))
    if form.submit(
        lambda data: list_services.bar(
            request.actor, data["tenant_id"], address=data["address"], reason=data["reason"]
        )
    ):
        messages.success(request, str(Text("บันทึกแล้ว", "Saved.")))
        return redirect("notices:do_not_send")
    return show_form(request, form, context={"title": _BAR, "submit": _SAVE})


@page(lists.MANAGE, title=_BARRED, methods=("GET", "POST"))
def barred(request: Request, barred_id: UUID) -> HttpResponseBase:
    """Show an entry; POST ends it."""
    row = lists.barred(request.actor, barred_id)
    if request.method == "POST":
        list_services.unbar(request.actor, row.pk)
        messages.success(
            request, str(Text("ยกเลิกแล้ว ที่อยู่นี้รับข้อความได้อีก", "Ended. The address takes notices again."))
        )
        return redirect("notices:do_not_send")
    shown = {"entry": row, "channel": CHANNELS[row.channel], "tenant": tenant_name(row), "title": _BARRED}
    return render(request, "notices/campaigns/barred.html", shown)
