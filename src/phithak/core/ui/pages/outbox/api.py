"""The outbox over the API: messages, decisions, the stop button, providers' receipts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from phithak.base.text import Text
from phithak.core.outbox import queries, services
from phithak.core.outbox.models import Message
from phithak.core.outbox.services.receipts import BYTES_MOST
from phithak.core.outbox.states import Channel, Decision, State
from phithak.core.ui.api import (
    PUBLIC,
    Page,
    Paging,
    Query,
    Request,
    Router,
    Schema,
    invalid,
    operation,
    paginate,
)

router = Router()
SIGNATURE = "X-Phithak-Signature"


class MessageOut(Schema):
    """A message: no address, no text."""

    id: UUID
    tenant_id: UUID
    channel: Channel
    state: State
    campaign: UUID | None
    renderer: str
    urgent: bool
    attempts: int
    error: str
    created_at: datetime
    next_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None


class MomentOut(Schema):
    """One line of a message's history."""

    at: datetime
    th: str
    en: str
    code: str
    by: str
    reason: str


class MessageDetail(MessageOut):
    """A message with its masked recipient and its history."""

    recipient: str
    provider_id: str
    adapter: str
    history: list[MomentOut]


class MessageFilter(Paging):
    """What a list of messages may be narrowed to."""

    channel: Channel | None = None
    state: State | None = None
    campaign: UUID | None = None


class DecisionIn(Schema):
    """What a person decides."""

    decision: Decision
    reason: str


class StateOut(Schema):
    """A message's state after a decision."""

    state: State


class ReasonIn(Schema):
    """Why all sending is stopped or released."""

    reason: str


class StatusOut(Schema):
    """Whether sending runs."""

    stopped: bool
    since: datetime | None = None
    by: str = ""
    reason: str = ""


class TakenOut(Schema):
    """How many receipts came, and how many moved a message."""

    count: int
    moved: int


def _out(row: Message) -> MessageOut:
    return MessageOut(
        id=row.pk, tenant_id=row.tenant_id, channel=Channel(row.channel), state=State(row.state),
        campaign=row.campaign, renderer=row.renderer, urgent=row.urgent, attempts=row.attempts,
        error=row.error, created_at=row.created_at, next_at=row.next_at, accepted_at=row.accepted_at,
        ended_at=row.ended_at,
    )  # fmt: skip


@operation(
    router.get,
    "/messages",
    permission="outbox.view",
    response=Page[MessageOut],
    th="ข้อความขาออกที่ผู้เรียกมองเห็น",
    en="Outgoing messages that the caller may see",
)
def messages(request: Request, asked: Query[MessageFilter]) -> Page[MessageOut]:
    """Return a page of messages."""
    rows = queries.visible_to(request.actor)
    for name in ("channel", "state", "campaign"):
        value = getattr(asked, name)
        if value is not None:
            rows = rows.filter(**{name: value})
    return paginate(rows, asked, _out)


@operation(
    router.get,
    "/messages/{message_id}",
    permission="outbox.view",
    response=MessageDetail,
    th="ข้อความหนึ่งรายการพร้อมประวัติ",
    en="One message with its history",
)
def message(request: Request, message_id: UUID) -> MessageDetail:
    """Return one message."""
    row = queries.message(request.actor, message_id)
    return MessageDetail(
        **_out(row).dict(),
        recipient=queries.recipients(request.actor, [row]).get(row.pk, queries.NOBODY),
        provider_id=row.provider_id,
        adapter=row.adapter,
        history=[
            MomentOut(at=one.at, th=one.what.th, en=one.what.en, code=one.code, by=one.by, reason=one.reason)
            for one in queries.history(row)
        ],
    )


@operation(
    router.post,
    "/messages/{message_id}/decide",
    permission="outbox.manage",
    response=StateOut,
    th="ตัดสินข้อความที่ไม่ทราบผลหรือส่งไม่สำเร็จ",
    en="Decide about an unknown or failed message",
)
def decide(request: Request, message_id: UUID, body: DecisionIn) -> StateOut:
    """Decide about a message."""
    return StateOut(state=services.decide(request.actor, message_id, body.decision, reason=body.reason))


@operation(
    router.get,
    "/status",
    permission="outbox.view",
    response=StatusOut,
    th="การส่งเดินอยู่หรือถูกหยุด",
    en="Whether sending runs or is stopped",
)
def status(request: Request) -> StatusOut:  # noqa: ARG001 - the same for all who may see it
    """Return whether sending runs."""
    return _status()


def _status() -> StatusOut:
    found = queries.stopped()
    if found is None:
        return StatusOut(stopped=False)
    return StatusOut(stopped=True, since=found.at, by=found.by, reason=found.reason)


@operation(
    router.post,
    "/stop",
    permission="outbox.stop",
    response=StatusOut,
    th="หยุดการส่งทั้งหมดทันที",
    en="Stop all sending at once",
)
def stop(request: Request, body: ReasonIn) -> StatusOut:
    """Stop all sending."""
    services.stop_all(request.actor, reason=body.reason)
    return _status()


@operation(
    router.post,
    "/release",
    permission="outbox.release",
    response=StatusOut,
    th="ปล่อยให้ส่งต่อ (ต้องเปิดช่วงสิทธิ์พิเศษ)",
    en="Let sending go on (needs a staff session)",
)
def release(request: Request, body: ReasonIn) -> StatusOut:
    """Release sending."""
    services.release(request.actor, reason=body.reason)
    return _status()


@operation(
    router.post,
    "/receipts/{channel}",
    permission=PUBLIC,
    response=TakenOut,
    th="ใบตอบรับจากผู้ให้บริการ ลงนามด้วย HMAC",
    en="A provider's delivery receipts, signed by HMAC",
)
def receipts(request: Request, channel: Channel) -> TakenOut:
    """Take a provider's receipts."""
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > BYTES_MOST:
        raise invalid("body", Text("ใบตอบรับใหญ่เกินไป", "the receipt is too large"))
    taken = services.take_receipts(channel, request.body, request.headers.get(SIGNATURE, ""))
    return TakenOut(count=taken.count, moved=taken.moved)
