"""All reads of the outbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.scope import Reason, rows_visible_to, tenants_with
from phithak.core.outbox.models import Campaign, Gate, Message, Note
from phithak.core.outbox.states import Channel, State
from phithak.core.privacy import masks
from phithak.core.privacy import queries as privacy

ALL = "all"
NOBODY = "•••"
DAY_BEGINS, DAY_ENDS = 8, 20

WHAT = {
    "queued": Text("เข้าคิว", "Queued"),
    "sending": Text("เริ่มส่งครั้งล่าสุด", "Last sending began"),
    "accepted": Text("ผู้ให้บริการรับแล้ว", "Accepted by the provider"),
    "delivered": Text("ถึงผู้รับแล้ว", "Delivered"),
    "failed": Text("ส่งไม่สำเร็จ", "Failed"),
    "cancelled": Text("ยกเลิกแล้ว", "Cancelled"),
    "retry": Text("ผู้ให้บริการปฏิเสธ จะส่งใหม่", "Refused by the provider; will be sent again"),
    "unclear": Text("คำตอบไม่มาถึง", "The answer did not arrive"),
    "lost": Text("ตัวส่งหายไปขณะส่ง", "The sender was lost while sending"),
    "asked": Text("ถามผู้ให้บริการแล้ว", "The provider was asked"),
    "receipt": Text("ใบตอบรับ", "Receipt"),
    "unknown": Text("ไม่ทราบผล", "Unknown"),
    "decision": Text("คนตัดสิน", "Decided by a person"),
}
"""What a note can say."""


@dataclass(frozen=True)
class MessageView:
    """A message as other rooms see it: no address, no text."""

    id: UUID
    tenant_id: UUID
    channel: Channel
    state: State
    campaign: UUID | None
    attempts: int
    error: str
    created_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Moment:
    """One line of a message's history."""

    at: datetime
    what: Text
    code: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Stopped:
    """That and why all sending stands still."""

    at: datetime
    by: str
    reason: str


def visible_to(actor: Actor) -> QuerySet[Message]:
    """Return the messages that the actor may see: those of its tenants, and for the centre those of its members."""
    return rows_visible_to(
        Message.objects.all(),
        actor,
        permission="outbox.view",
        through=frozenset({Reason.CONSTITUENCY}),
    )


def message(actor: Actor, message_id: UUID) -> Message:
    """Return one message.

    Raises:
        NotFoundError: no such message, or not the actor's to see.
    """
    row = visible_to(actor).filter(pk=message_id).first()
    if row is None:
        raise NotFoundError
    return row


def view_of(row: Message) -> MessageView:
    """Return what another room may know of a message."""
    return MessageView(
        row.pk, row.tenant_id, Channel(row.channel), State(row.state), row.campaign, row.attempts, row.error,
        row.created_at, row.accepted_at, row.ended_at,
    )  # fmt: skip


def state_of(message_id: UUID) -> MessageView:
    """Return a message by id, for the room that queued it (receivers of signals).

    Raises:
        NotFoundError: no such message.
    """
    row = Message.objects.filter(pk=message_id).first()
    if row is None:
        raise NotFoundError
    return view_of(row)


def by_key(tenant_id: UUID, idempotency_key: str) -> MessageView | None:
    """Return the message that was queued under a key, for the room that queued it."""
    row = Message.objects.filter(tenant_id=tenant_id, idempotency_key=idempotency_key).first()
    return view_of(row) if row else None


def ids_by_keys(tenant_id: UUID, idempotency_keys: Iterable[str]) -> dict[str, UUID]:
    """Return the ids of messages that were queued under keys, for the room that queued them; at most some hundred."""
    rows = Message.objects.filter(tenant=tenant_id, idempotency_key__in=list(idempotency_keys))
    return dict(rows.values_list("idempotency_key", "pk"))


def campaign_counts(campaign: UUID) -> Counter[State]:
    """Count a campaign's messages by state, for the room that queued them."""
    rows = Message.objects.filter(campaign=campaign).values_list("state").annotate(Count("pk"))
    return Counter({State(state): count for state, count in rows})


def recipients(actor: Actor, rows: Iterable[Message]) -> dict[UUID, str]:
    """Return the masked recipient of each message by message id.

    Recipients of a tenant that the actor only oversees are not shown, not even masked.
    """
    own = None if actor.kind is ActorKind.SYSTEM else tenants_with(actor, "outbox.view")
    shown = [row for row in rows if own is None or row.tenant_id in own]
    handles = [row.recipient_id for row in shown if row.recipient_kind == "handle" and row.recipient_id]
    vault = privacy.masked(handles)
    found: dict[UUID, str] = {}
    for row in shown:
        if row.recipient_kind == "handle" and row.recipient_id is not None:
            found[row.pk] = vault.get(row.recipient_id, NOBODY)
        elif row.recipient_kind == "user" and row.recipient_id is not None:
            found[row.pk] = _masked_user(row.recipient_id)
        else:
            found[row.pk] = str(Channel(row.channel).text)
    return found


def _masked_user(user_id: UUID) -> str:
    try:
        found = accounts.user_view(actors.system("outbox"), user_id)
    except NotFoundError:
        return NOBODY
    return masks.mask(masks.Kind.EMAIL, found.email)


def history(row: Message) -> list[Moment]:
    """Return what happened to a message, oldest first; the caller may see it."""
    moments = [Moment(row.created_at, WHAT["queued"], by=row.by_process)]
    if row.sending_at:
        moments.append(Moment(row.sending_at, WHAT["sending"], row.adapter))
    if row.accepted_at:
        moments.append(Moment(row.accepted_at, WHAT["accepted"]))
    if row.ended_at and row.state in WHAT and row.state != State.UNKNOWN:
        moments.append(Moment(row.ended_at, WHAT[row.state], row.error))
    for note in Note.objects.filter(message=row).order_by("created_at"):
        what = WHAT.get(note.what) or Text(note.what, note.what)
        moments.append(Moment(note.created_at, what, note.code, note.by, note.reason))
    return sorted(moments, key=lambda moment: moment.at)


def unknown_to(actor: Actor) -> QuerySet[Message]:
    """Return the messages of which nobody knows whether they were sent."""
    return visible_to(actor).filter(state=State.UNKNOWN)


def dead_letters_to(actor: Actor) -> QuerySet[Message]:
    """Return the messages that no provider took and about which no person has decided yet."""
    return visible_to(actor).filter(DEAD)


DEAD = Q(state=State.FAILED, accepted_at__isnull=True, decided_at__isnull=True)


def oldest(rows: QuerySet[Message]) -> tuple[int, datetime | None]:
    """Return how many rows there are and since when the first of them waits."""
    found = rows.aggregate(count=Count("pk"), since=Min("ended_at"))
    return found["count"], found["since"]


def stopped() -> Stopped | None:
    """Return why all sending stands still, or None when it runs."""
    row = Gate.objects.filter(name=ALL, stopped_at__isnull=False).first()
    if row is None or row.stopped_at is None:
        return None
    return Stopped(row.stopped_at, row.stopped_by, row.reason)


def restored_at() -> datetime | None:
    """Return the moment of the last restore: of what is older, nobody knows whether it was sent since the backup."""
    return Gate.objects.filter(name=ALL).values_list("restored_at", flat=True).first()


def claimable(channel: Channel, now: datetime, limit: int) -> list[UUID]:
    """Return the messages of a channel that are due, urgent ones first; a plain read that decides nothing.

    Those that may be sent by day only come last, and at night not at all; each half is one walk of an index.
    """
    found: list[UUID] = []
    for day_only in (False, True) if is_day(now) else (False,):
        rows = Message.objects.filter(
            channel=channel, state=State.QUEUED, day_only=day_only, next_at__lte=now
        )
        due = rows.order_by("-urgent", "next_at", "id").values_list("pk", flat=True)
        found += due[: limit - len(found)]
    return found


def is_day(now: datetime) -> bool:
    """Tell whether it is between 08:00 and 20:00 in Bangkok."""
    return DAY_BEGINS <= now.astimezone(clock.BANGKOK).hour < DAY_ENDS


def overdue(channel: Channel, now: datetime, limit: int) -> list[Message]:
    """Return the messages whose sender is gone, or whose answer never came."""
    rows = Message.objects.filter(
        lease_until__lte=now, channel=channel, state__in=[State.CLAIMED, State.SENDING]
    )
    return list(rows.order_by("lease_until")[:limit])


def is_stopped() -> bool:
    """Tell whether all sending stands still."""
    return Gate.objects.filter(name=ALL, stopped_at__isnull=False).exists()


def barred(campaigns: Iterable[UUID]) -> dict[UUID, State]:
    """Return which of these campaigns must not send now, and the state that their rows get."""
    rows = Campaign.objects.filter(pk__in=list(campaigns)).exclude(state="running")
    return {row.pk: State(row.state) for row in rows}


def counts() -> Counter[tuple[str, str]]:
    """Count all messages by channel and state (for the command line and ``doctor``)."""
    rows = Message.objects.values_list("channel", "state").annotate(Count("pk"))
    return Counter({(channel, state): count for channel, state, count in rows})


def sent() -> int:
    """Return how many messages providers have taken so far."""
    return Message.objects.filter(state__in=[State.ACCEPTED, State.DELIVERED]).count()


def late(before: datetime) -> list[Channel]:
    """Return the channels in which a message that may leave at any hour was due before ``before``."""
    rows = Message.objects.filter(state=State.QUEUED, day_only=False, next_at__lte=before)
    return [channel for channel in Channel if rows.filter(channel=channel).exists()]


def matching(rows: QuerySet[Message], words: str, found_id: UUID | None) -> QuerySet[Message]:
    """Narrow messages to an id, a batch or a provider's id that was pasted in, or to a kind of message."""
    if found_id is not None:
        return rows.filter(Q(pk=found_id) | Q(campaign=found_id))
    return rows.filter(Q(provider_id=words) | Q(renderer__icontains=words))
