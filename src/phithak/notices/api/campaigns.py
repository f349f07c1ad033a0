"""Campaigns over the API: draft, look ahead, two persons, run, recipients, answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field

from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, paginate
from phithak.notices import codes
from phithak.notices.models import Campaign, Recipient
from phithak.notices.queries import campaigns as queries
from phithak.notices.services import campaigns as services
from phithak.notices.services.campaigns import Plan
from phithak.notices.states import Answers, Delivery, Step
from phithak.registry.api.calls import Calls, filled

router = Router()
calls = Calls(router, view=queries.VIEW, manage=queries.WRITE)
REASON_MOST = 300


class StepIn(Schema):
    """One step of the chase: hours after the first message, and what is done then."""

    hours: int = Field(ge=1, le=1440)
    step: Step


class CampaignIn(Schema):
    """A campaign as it is drafted; ``dates`` are facts that are days."""

    title: str = Field(min_length=1, max_length=200)
    template: str = Field(max_length=20)
    source: str = Field(max_length=60, description="Such as notices.list or registry.contacts")
    source_args: dict[str, Any] = Field({}, description="What the source needs, such as {list: id}")
    answers: Answers = Answers.NONE
    facts: dict[str, str] = {}
    dates: dict[str, date] = {}
    passed: list[str] = Field([], max_length=50)
    tlp: str = Field("AMBER", max_length=12)
    exercise: bool = False
    urgent: bool = False
    day_only: bool = False
    calls_per_hour: int = Field(0, ge=0, le=1_000_000)
    call_percent: int = Field(10, ge=1, le=100)
    due_hours: int = Field(24, ge=1, le=1440)
    chase: list[StepIn] = Field([], max_length=6)


class NewCampaignIn(CampaignIn):
    """A new campaign: also whose."""

    tenant_id: UUID


class ChangeIn(CampaignIn):
    """A draft written anew; ``seen`` is the version that was looked at."""

    seen: int = Field(ge=1, le=2_000_000_000)


class CampaignOut(Schema):
    """A campaign and how it stands; ``deliveries`` add up to ``recipients``."""

    id: UUID
    tenant_id: UUID
    title: str
    template: str
    template_version: int
    channel: str
    source: str
    answers: str
    tlp: str
    exercise: bool
    urgent: bool
    day_only: bool
    calls_per_hour: int
    call_percent: int
    due_hours: int
    state: str
    version: int
    seal: str
    recipients: int
    waves: int
    next_wave: int
    wave_at: datetime | None
    submitted_at: datetime | None
    approved_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    reason: str
    deliveries: dict[str, int]
    answered: dict[str, int]
    silent: int
    to_call: int


class SaidOut(Schema):
    """What recipients of a channel are told; ``parts`` of an SMS."""

    channel: str
    subject: str
    body: str
    missing: list[str]
    parts: int


class WaveOut(Schema):
    """One wave."""

    number: int
    count: int
    begins: datetime


class LookOut(Schema):
    """What a campaign will do."""

    said: list[SaidOut]
    channels: dict[str, int]
    skipped: dict[str, int]
    switched: int
    parts: int
    cost_satang: int | None
    waves: list[WaveOut]
    calls: int


class RecipientOut(Schema):
    """A recipient: opaque, never a name or an address."""

    id: UUID
    campaign_id: UUID
    place: int
    key: str
    party: UUID | None
    channel: str
    skipped: str
    switched: str
    wave: int
    delivery: str
    rounds: int
    reference: str
    asked_at: datetime | None
    due_at: datetime | None
    answer: str
    answered_at: datetime | None
    how: str
    to_call: bool


class SeenIn(Schema):
    """The version that was looked at."""

    seen: int = Field(ge=1, le=2_000_000_000)


class SealIn(Schema):
    """The seal of words, plan and list that the approver looked at."""

    seal: str = Field(min_length=64, max_length=64)


class WhyIn(Schema):
    """Why something is done."""

    reason: str = Field(min_length=1, max_length=REASON_MOST)


class AnswerIn(Schema):
    """What a recipient said on the telephone."""

    answer: str = Field(max_length=20)


class RecipientFilter(Schema):
    """Narrows the list of recipients."""

    delivery: Delivery | None = None
    silent: bool | None = None


def _plan(sent: CampaignIn) -> Plan:
    return Plan(
        title=sent.title,
        template=sent.template,
        source=sent.source,
        source_args=sent.source_args,
        answers=sent.answers,
        facts={**sent.facts, **sent.dates},
        passed=tuple(sent.passed),
        tlp=sent.tlp,
        exercise=sent.exercise,
        urgent=sent.urgent,
        day_only=sent.day_only,
        calls_per_hour=sent.calls_per_hour,
        call_percent=sent.call_percent,
        due_hours=sent.due_hours,
        chase=tuple((one.hours, one.step) for one in sent.chase),
    )


def _campaign(row: Campaign) -> CampaignOut:
    counted = queries.figures(row)
    return filled(
        CampaignOut,
        row,
        template=row.text.template.code,
        template_version=row.text.number,
        deliveries={one.value: counted.deliveries[one] for one in Delivery if counted.deliveries[one]},
        answered=dict(counted.answers),
        silent=counted.silent,
        to_call=counted.to_call,
    )


def _recipient(row: Any) -> RecipientOut:
    return filled(RecipientOut, row, delivery=row.delivery, reference=codes.code_of(row.pk))


def _now(request: Request, campaign_id: UUID) -> CampaignOut:
    return _campaign(queries.campaign(request.actor, campaign_id))


@calls.shown("/campaigns", Page[CampaignOut], "การแจ้ง", "Campaigns")
def campaigns(request: Request, paging: Query[Paging]) -> Page[CampaignOut]:
    """List the campaigns."""
    return paginate(queries.campaigns_visible_to(request.actor), paging, _campaign)


@calls.added("/campaigns", CampaignOut, "ร่างการแจ้ง", "Draft a campaign")
def draft_campaign(request: Request, sent: NewCampaignIn) -> CampaignOut:
    """Draft one; nobody is told before it was approved and started."""
    made = services.plan(request.actor, sent.tenant_id, _plan(sent))
    return _now(request, made)


@calls.shown("/campaigns/{uuid:campaign_id}", CampaignOut, "การแจ้งหนึ่งเรื่อง", "One campaign")
def campaign(request: Request, campaign_id: UUID) -> CampaignOut:
    """Show one."""
    return _now(request, campaign_id)


@calls.changed("/campaigns/{uuid:campaign_id}", CampaignOut, "แก้ร่างการแจ้ง", "Change a draft")
def change_campaign(request: Request, campaign_id: UUID, sent: ChangeIn) -> CampaignOut:
    """Write a draft anew."""
    services.change(request.actor, campaign_id, _plan(sent), seen=sent.seen)
    return _now(request, campaign_id)


@calls.shown("/campaigns/{uuid:campaign_id}/look", LookOut, "ดูก่อนแจ้ง", "What a campaign will do")
def look_ahead(request: Request, campaign_id: UUID) -> LookOut:
    """Show words, cost and waves."""
    found = services.look(queries.campaign(request.actor, campaign_id))
    return LookOut(
        said=[
            SaidOut(
                channel=channel.value,
                subject=one.subject,
                body=one.body,
                missing=list(one.missing),
                parts=one.sms.parts if one.sms else 0,
            )
            for channel, one in found.said
        ],
        channels={channel.value: count for channel, count in found.channels.items()},
        skipped={kind.value: count for kind, count in found.skipped.items()},
        switched=found.switched,
        parts=found.parts,
        cost_satang=found.cost_satang,
        waves=[WaveOut(number=one.number, count=one.count, begins=one.begins) for one in found.waves],
        calls=found.calls,
    )


@calls.done("/campaigns/{uuid:campaign_id}/gather", CampaignOut, "รวบรวมผู้รับ", "Gather the recipients")
def gather_recipients(request: Request, campaign_id: UUID, sent: SeenIn) -> CampaignOut:
    """Let a job gather the list (anew)."""
    services.gather(request.actor, campaign_id, seen=sent.seen)
    return _now(request, campaign_id)


@calls.done("/campaigns/{uuid:campaign_id}/submit", CampaignOut, "ส่งขออนุมัติ", "Submit for approval")
def submit_campaign(request: Request, campaign_id: UUID, sent: SeenIn) -> CampaignOut:
    """Ask for approval; ``seal`` of the answer is what is approved."""
    services.submit(request.actor, campaign_id, seen=sent.seen)
    return _now(request, campaign_id)


@calls.done(
    "/campaigns/{uuid:campaign_id}/approve",
    CampaignOut,
    "อนุมัติเป็นคนที่สอง",
    "Approve as the second person",
    permission=queries.APPROVE,
)
def approve_campaign(request: Request, campaign_id: UUID, sent: SealIn) -> CampaignOut:
    """Approve."""
    services.approve(request.actor, campaign_id, seen=sent.seal)
    return _now(request, campaign_id)


@calls.done(
    "/campaigns/{uuid:campaign_id}/return",
    CampaignOut,
    "ส่งคืนผู้ร่าง",
    "Return to who drafted it",
    permission=queries.APPROVE,
)
def return_campaign(request: Request, campaign_id: UUID, sent: WhyIn) -> CampaignOut:
    """Return with a reason."""
    services.send_back(request.actor, campaign_id, reason=sent.reason)
    return _now(request, campaign_id)


@calls.noted("/campaigns/{uuid:campaign_id}/test", "ส่งทดสอบถึงตนเอง", "Send a test to oneself")
def test_campaign(request: Request, campaign_id: UUID) -> None:
    """Send the words to the caller's own address."""
    services.send_test(request.actor, campaign_id)


@calls.done(
    "/campaigns/{uuid:campaign_id}/start", CampaignOut, "เริ่มแจ้ง", "Start a campaign", permission=queries.RUN
)
def start_campaign(request: Request, campaign_id: UUID) -> CampaignOut:
    """Start an approved one."""
    services.start(request.actor, campaign_id)
    return _now(request, campaign_id)


@calls.done(
    "/campaigns/{uuid:campaign_id}/stop", CampaignOut, "หยุดการแจ้ง", "Stop a campaign", permission=queries.RUN
)
def stop_campaign(request: Request, campaign_id: UUID, sent: WhyIn) -> CampaignOut:
    """Stop at once."""
    services.stop(request.actor, campaign_id, reason=sent.reason)
    return _now(request, campaign_id)


@calls.done(
    "/campaigns/{uuid:campaign_id}/resume", CampaignOut, "แจ้งต่อ", "Resume a campaign", permission=queries.RUN
)
def resume_campaign(request: Request, campaign_id: UUID, sent: WhyIn) -> CampaignOut:
    """Go on where it was stopped."""
    services.resume(request.actor, campaign_id, reason=sent.reason)
    return _now(request, campaign_id)


@calls.done(
    "/campaigns/{uuid:campaign_id}/cancel",
    CampaignOut,
    "ยกเลิกการแจ้ง",
    "Cancel a campaign",
    permission=queries.RUN,
)
def cancel_campaign(request: Request, campaign_id: UUID, sent: WhyIn) -> CampaignOut:
    """Cancel for good."""
    services.cancel(request.actor, campaign_id, reason=sent.reason)
    return _now(request, campaign_id)


@calls.done(
    "/campaigns/{uuid:campaign_id}/close", CampaignOut, "จบการแจ้ง", "End a campaign", permission=queries.RUN
)
def close_campaign(request: Request, campaign_id: UUID, sent: WhyIn) -> CampaignOut:
    """End it though some have not answered."""
    services.close(request.actor, campaign_id, reason=sent.reason)
    return _now(request, campaign_id)


@calls.shown(
    "/campaigns/{uuid:campaign_id}/recipients",
    Page[RecipientOut],
    "ผู้รับของการแจ้ง",
    "Recipients of a campaign",
    permission=queries.RECIPIENTS,
)
def recipients(
    request: Request, campaign_id: UUID, paging: Query[Paging], chosen: Query[RecipientFilter]
) -> Page[RecipientOut]:
    """List the recipients."""
    row = queries.campaign(request.actor, campaign_id)
    rows = queries.recipients_visible_to(request.actor).filter(campaign=row)
    if chosen.delivery is not None:
        rows = rows.filter(queries.condition_of(chosen.delivery))
    if chosen.silent is not None:
        condition = queries.silent_condition()
        rows = rows.filter(condition if chosen.silent else ~condition)
    return paginate(queries.with_delivery(rows), paging, _recipient)


@calls.shown(
    "/recipients/{uuid:recipient_id}",
    RecipientOut,
    "ผู้รับหนึ่งราย",
    "One recipient",
    permission=queries.RECIPIENTS,
)
def recipient(request: Request, recipient_id: UUID) -> RecipientOut:
    """Show one recipient."""
    return _one(request, recipient_id)


@calls.done(
    "/recipients/{uuid:recipient_id}/answer",
    RecipientOut,
    "บันทึกคำตอบทางโทรศัพท์",
    "Record an answer by telephone",
    permission=queries.ANSWER,
)
def answer_recipient(request: Request, recipient_id: UUID, sent: AnswerIn) -> RecipientOut:
    """Write down what a recipient said."""
    services.record_answer(request.actor, recipient_id, sent.answer)
    return _one(request, recipient_id)


@calls.shown(
    "/silent", Page[RecipientOut], "ใครยังไม่ตอบ", "Who has not answered", permission=queries.RECIPIENTS
)
def silent(request: Request, paging: Query[Paging]) -> Page[RecipientOut]:
    """List who has not answered, over all campaigns."""
    return paginate(queries.with_delivery(queries.silent(request.actor)), paging, _recipient)


def _one(request: Request, recipient_id: UUID) -> RecipientOut:
    row: Recipient = queries.recipient(request.actor, recipient_id)
    return _recipient(
        queries.with_delivery(queries.recipients_visible_to(request.actor).filter(pk=row.pk)).get()
    )
