"""The way into the provider: claim, give back, begin sending. Every move asks for the holder of its claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, QuerySet

from phithak.base import clock
from phithak.core.db import transactions
from phithak.core.outbox import queries, senders
from phithak.core.outbox.adapters.base import Adapter
from phithak.core.outbox.adapters.choose import per_minute
from phithak.core.outbox.models import Gate, Message
from phithak.core.outbox.points import Point, reach
from phithak.core.outbox.states import Channel, State

BURST_SECONDS = 2.0


def lease() -> timedelta:
    """Return how long a message stays with a pump that says nothing more; a call may take half of it."""
    return timedelta(seconds=settings.CONFIG.outbox_lease_seconds)


def due(message_ids: Iterable[UUID]) -> QuerySet[Message]:
    """Return those that nobody holds yet: the condition of the claim."""
    return Message.objects.filter(pk__in=message_ids, state=State.QUEUED)


def held(row: Message, *states: State) -> QuerySet[Message]:
    """Return the message if the claim that was read still holds it: the condition of all that a pump writes."""
    return Message.objects.filter(pk=row.pk, holder=row.holder, state__in=states or (row.state,))


def claim(channel: Channel, limit: int) -> list[Message]:
    """Claim up to ``limit`` due messages of a channel; of several pumps, each message goes to one."""
    now = clock.now()
    found = queries.claimable(channel, now, limit)
    reach(Point.CLAIM_SELECTED)
    if not found:
        return []
    holder = senders.new_holder()
    with transactions.write("outbox.claim"):
        due(found).update(state=State.CLAIMED, holder=holder, fence=F("fence") + 1, lease_until=now + lease())
        reach(Point.CLAIM_UPDATED)
    reach(Point.CLAIM_COMMITTED)
    rows = Message.objects.filter(pk__in=found, holder=holder, state=State.CLAIMED)
    return list(rows.order_by("-urgent", "next_at", "id"))


def give_back(rows: Sequence[Message], *, at: datetime | None = None) -> None:
    """Queue claimed messages again: none of them was given to a provider."""
    if not rows:
        return
    values = {"next_at": at} if at else {}
    with transactions.write("outbox.give_back"):
        for row in rows:
            held(row, State.CLAIMED).update(state=State.QUEUED, holder=None, lease_until=None, **values)


def allowance(channel: Channel, limit: int, now: datetime) -> int:
    """Return how many messages of a channel may leave now (at most ``limit``)."""
    row = Gate.objects.filter(name=channel).first()
    return limit if row is None else min(limit, int(_filled(row, channel, now)))


def begin_sending(rows: Sequence[tuple[Message, bytes]], adapter: Adapter) -> list[Message]:
    """Commit that messages are being sent, **before** the provider is called.

    In one transaction: the stop button, held and cancelled batches, the channel's rate, then each row on the
    condition that its claim still holds.

    Args:
        rows: claimed messages of one channel, each with the hash of its text.
        adapter: what will send them.

    Returns:
        Those that may be handed over now. The others are queued again, held or cancelled.
    """
    channel, now = adapter.channel, clock.now()
    begun: list[Message] = []
    left: list[Message] = []
    with transactions.write("outbox.sending"):
        if queries.is_stopped():
            left = [row for row, _ in rows]
        else:
            barred = queries.barred(row.campaign for row, _ in rows if row.campaign)
            free = [pair for pair in rows if pair[0].campaign not in barred]
            _bar([row for row, _ in rows if row.campaign in barred], barred, now)
            number = _take(channel, len(free), now) if adapter.real else len(free)
            left = [row for row, _ in free[number:]]
            begun = [row for row, body in free[:number] if _mark(row, body, adapter, now)]
        for row in left:
            held(row, State.CLAIMED).update(state=State.QUEUED, holder=None, lease_until=None)
        reach(Point.SENDING_UPDATED)
    reach(Point.SENDING_COMMITTED)
    return begun


def _mark(row: Message, body: bytes, adapter: Adapter, now: datetime) -> bool:
    changed = held(row, State.CLAIMED).update(
        state=State.SENDING,
        adapter=adapter.name,
        mode=adapter.mode,
        attempts=row.attempts + 1,
        body_hash=body,
        sending_at=now,
        lease_until=now + lease(),
    )
    if changed:
        row.state, row.adapter, row.mode = State.SENDING, adapter.name, adapter.mode
        row.attempts, row.sending_at = row.attempts + 1, now
    return bool(changed)


def _bar(rows: Sequence[Message], barred: dict[UUID, State], now: datetime) -> None:
    for row in rows:
        state = barred[row.campaign] if row.campaign else State.HELD
        ended = {"ended_at": now} if state is State.CANCELLED else {}
        held(row, State.CLAIMED).update(state=state, holder=None, lease_until=None, **ended)


def _filled(row: Gate, channel: Channel, now: datetime) -> float:
    rate = per_minute(channel, settings.CONFIG) / 60
    full = max(rate * BURST_SECONDS, 1.0)
    if row.filled_at is None:
        return full
    return min(full, row.tokens + rate * max((now - row.filled_at).total_seconds(), 0.0))


def _take(channel: Channel, wanted: int, now: datetime) -> int:
    if not wanted:
        return 0
    # the row is locked until the commit, so that two pumps cannot both take the last tokens
    Gate.objects.get_or_create(name=channel)
    row = Gate.objects.select_for_update().get(name=channel)
    tokens = _filled(row, channel, now)
    number = min(wanted, int(tokens))
    Gate.objects.filter(name=channel).update(tokens=tokens - number, filled_at=now)
    return number
