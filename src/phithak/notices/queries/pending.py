"""What of campaigns waits for somebody: approvals, people to call, answers that need us, outcomes that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Min, Q
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import WaitingItem
from phithak.core.db.first import first_rows
from phithak.core.outbox.states import State
from phithak.notices.queries import campaigns as queries
from phithak.notices.states import LIVE, NEEDS_US, CampaignState

_MOST = 50


def waiting(actor: Actor) -> Iterable[WaitingItem]:
    """Yield what waits for the actor, most urgent first."""
    if actor.user_id is None:
        return
    yield from _to_approve(actor)
    yield from _to_start(actor)
    yield from _to_reach(actor)


def _to_approve(actor: Actor) -> Iterable[WaitingItem]:
    for row in first_rows(queries.to_approve(actor).order_by("submitted_at"), _MOST):
        words = Text(
            f"รออนุมัติการแจ้ง “{row.title}” {row.recipients:,} ราย",
            f"Approve campaign “{row.title}”, recipients: {row.recipients:,}",
        )
        yield WaitingItem(words, reverse("notices:campaign", args=[row.pk]), since=row.submitted_at)


def _to_start(actor: Actor) -> Iterable[WaitingItem]:
    rows = queries.campaigns_visible_to(actor, queries.RUN)
    for row in first_rows(rows.filter(state=CampaignState.APPROVED).order_by("approved_at"), _MOST):
        words = Text(f"อนุมัติแล้ว รอเริ่มแจ้ง “{row.title}”", f"Approved, to be started: “{row.title}”")
        yield WaitingItem(words, reverse("notices:campaign", args=[row.pk]), since=row.approved_at)
    for row in first_rows(rows.filter(state=CampaignState.STOPPED).order_by("pk"), _MOST):
        words = Text(
            f"การแจ้ง “{row.title}” หยุดอยู่: {row.reason}", f"Campaign “{row.title}” is stopped: {row.reason}"
        )
        yield WaitingItem(words, reverse("notices:campaign", args=[row.pk]))


def _to_reach(actor: Actor) -> Iterable[WaitingItem]:
    rows = queries.recipients_visible_to(actor, queries.ANSWER).filter(campaign__state__in=LIVE)
    kinds = (
        (
            Q(answer__in=NEEDS_US),
            "answer=needs_us",
            Text("ผู้รับขอความช่วยเหลือหรือทำไม่ได้", "Recipients ask for help or could not do it"),
        ),
        (
            Q(to_call=True, answer=""),
            "call=yes",
            Text("ผู้รับที่ต้องโทรหาหรือแจ้งทางอื่น", "Recipients to be called or reached otherwise"),
        ),
        (
            Q(message__state=State.FAILED, answer="", to_call=False),
            "delivery=failed",
            Text("ข้อความส่งไม่สำเร็จ ต้องแจ้งทางอื่น", "Messages that failed: reach them otherwise"),
        ),
        (
            Q(message__state=State.UNKNOWN),
            "delivery=unknown",
            Text("ข้อความที่ไม่ทราบผล รอคนตัดสิน", "Messages of unknown outcome"),
        ),
    )
    for condition, narrowed, text in kinds:
        found = (
            rows.filter(condition)
            .values("campaign", "campaign__title")
            .annotate(count=Count("pk"), since=Min("asked_at"))
            .order_by("since")
        )
        for one in found[:_MOST]:
            title, count = one["campaign__title"], one["count"]
            yield WaitingItem(
                Text(f"{text.th} “{title}” {count:,} ราย", f"{text.en} in “{title}”: {count:,}"),
                f"{reverse('notices:recipients', args=[one['campaign']])}?{narrowed}",
                since=one["since"],
                count=count,
            )
