"""Queueing messages: one in the caller's transaction, or millions in short ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections

from phithak.base import clock, ids
from phithak.base.errors import InvalidInputError
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.db import transactions
from phithak.core.jobs import guard
from phithak.core.outbox import rendering
from phithak.core.outbox.errors import UnknownRendererError, WrongRecipientError
from phithak.core.outbox.events import Tag
from phithak.core.outbox.models import Message
from phithak.core.outbox.points import Point, reach
from phithak.core.outbox.states import Channel, Recipient
from phithak.engines.tlog import Frontier

KEY_MOST = 120
PAUSE_SECONDS = 0.010
_REACHES = {
    Channel.MAIL: {"handle", "user"},
    Channel.SMS: {"handle"},
    Channel.CHAT: {"handle", "room"},
    Channel.WEBHOOK: {"room"},
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One message of :func:`queue_many`.

    Attributes:
        recipient: a handle of the vault, or a :class:`Recipient`.
        params: small JSON for the renderer, without personal data.
        idempotency_key: unique within the tenant; queueing it again changes nothing.
        not_before: earliest moment of sending, aware.
    """

    recipient: UUID | Recipient
    idempotency_key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """How many messages were queued, and how many had been queued before under the same key."""

    new: int
    repeated: int


def queue(
    actor: Actor,
    *,
    tenant_id: UUID,
    channel: Channel | str,
    recipient: UUID | Recipient,
    renderer: str,
    params: Mapping[str, Any] | None = None,
    idempotency_key: str,
    campaign: UUID | None = None,
    not_before: datetime | None = None,
    urgent: bool = False,
    day_only: bool = False,
) -> UUID:
    """Queue one message, in the caller's transaction if one is open; nothing leaves before it commits.

    Args:
        actor: who or what wants it sent; the calling room has checked the right.
        tenant_id: whose message it is.
        channel: by what it travels.
        recipient: a handle of the vault, or a :class:`Recipient` (staff user, the channel's own room).
        renderer: a registered name; called at the moment of sending.
        params: small JSON for it, without personal data.
        idempotency_key: unique within the tenant: a retry of the caller queues once.
        campaign: the batch that it belongs to, which can be held, released and cancelled.
        not_before: earliest moment of sending, aware.
        urgent: goes before all others of its channel.
        day_only: is sent between 08:00 and 20:00 in Bangkok only.

    Returns:
        The message's id; that of the first one when the key was used before.

    Raises:
        UnknownRendererError, WrongRecipientError: see there.
        phithak.core.jobs.errors.ArgumentsError: the parameters are not small JSON without personal data.
    """
    wanted = Wanted(recipient, idempotency_key, params or {}, not_before)
    plan = _Plan(actor, tenant_id, Channel(channel), renderer, campaign, urgent, day_only)
    row = plan.row(wanted)
    values = _values(row)
    with transactions.write("outbox.queue"):
        if _insert([values]):
            contrib.record(
                actor, Tag.QUEUED, ("outbox.message", row.pk), tenant_id=tenant_id,
                facts={"channel": row.channel, "renderer": renderer},
            )  # fmt: skip
            found = row.pk
        else:
            found = Message.objects.values_list("pk", flat=True).get(
                tenant_id=tenant_id, idempotency_key=row.idempotency_key
            )
        reach(Point.QUEUE_INSERTED)
    reach(Point.QUEUE_COMMITTED)
    return found


def queue_many(
    actor: Actor,
    wanted: Iterable[Wanted],
    *,
    tenant_id: UUID,
    channel: Channel | str,
    renderer: str,
    campaign: UUID | None = None,
    urgent: bool = False,
    day_only: bool = False,
    pause: float = PAUSE_SECONDS,
) -> Queued:
    """Queue many messages in transactions of at most 500 rows, each with one journal entry (count, Merkle root).

    Killed half-way it is simply run again: what is queued stays queued once. The rows are read as they are
    needed, so memory stays bounded whatever their number.

    Args:
        actor: as in :func:`queue`.
        wanted: what to queue; may be a generator over millions.
        tenant_id: as in :func:`queue`.
        channel: as in :func:`queue`.
        renderer: as in :func:`queue`.
        campaign: as in :func:`queue`.
        urgent: as in :func:`queue`.
        day_only: as in :func:`queue`.
        pause: seconds that the database lock is left alone after each chunk, at least as long as it was held.

    Raises:
        RuntimeError: a write transaction is open, which would keep the lock all the time.
    """
    if transactions.in_write():
        raise RuntimeError("queue_many() opens its own transactions")
    plan = _Plan(actor, tenant_id, Channel(channel), renderer, campaign, urgent, day_only)
    new = total = 0
    for chunk in transactions.chunks(map(plan.row, wanted)):
        tree = Frontier()
        for row in chunk:
            tree.append(row.pk.bytes + row.idempotency_key.encode())
        values = [_values(row) for row in chunk]
        with transactions.write("outbox.queue_many"):
            began = time.perf_counter()
            inserted = _insert(values)
            if inserted:
                contrib.record(
                    actor, Tag.QUEUED_MANY, ("outbox.message", chunk[0].pk), tenant_id=tenant_id,
                    facts={"channel": plan.channel.value, "count": inserted, "renderer": renderer,
                           "campaign": str(campaign or "")},
                    count=inserted, root=tree.root(),
                )  # fmt: skip
            reach(Point.CHUNK_INSERTED)
        reach(Point.CHUNK_COMMITTED)
        new, total = new + inserted, total + len(chunk)
        time.sleep(max(pause, time.perf_counter() - began) if pause else 0)
    return Queued(new, total - new)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What all messages of a call share."""

    actor: Actor
    tenant_id: UUID
    channel: Channel
    renderer: str
    campaign: UUID | None
    urgent: bool
    day_only: bool

    def __post_init__(self) -> None:
        if rendering.get(self.renderer) is None:
            raise UnknownRendererError(field="renderer", name=self.renderer)

    def row(self, wanted: Wanted) -> Message:
        """Return the unsaved row of one message."""
        given = wanted.recipient
        recipient = Recipient.handle(given) if isinstance(given, UUID) else given
        if recipient.kind not in _REACHES[self.channel]:
            raise WrongRecipientError(field="recipient", channel=self.channel, kind=recipient.kind)
        key = wanted.idempotency_key
        if not 0 < len(key) <= KEY_MOST:
            raise InvalidInputError(
                field="idempotency_key",
                reason_th=f"กุญแจกันซ้ำยาว 1 ถึง {KEY_MOST} ตัวอักษร",
                reason_en=f"the idempotency key has 1 to {KEY_MOST} characters",
            )
        guard.checked_value(key, "idempotency_key")
        now = clock.now()
        return Message(
            id=ids.uuid7(),
            created_at=now,
            tenant_id=self.tenant_id,
            channel=self.channel.value,
            recipient_kind=recipient.kind,
            recipient_id=recipient.id,
            renderer=self.renderer,
            params=guard.checked(wanted.params) if wanted.params else {},
            campaign=self.campaign,
            idempotency_key=key,
            urgent=self.urgent,
            day_only=self.day_only,
            by_user=self.actor.user_id,
            by_process="" if self.actor.user_id else self.actor.name[:100],
            next_at=wanted.not_before or now,
        )


@cache
def _statement() -> str:
    """Return the INSERT of a message that leaves an earlier one of the same key alone."""
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in Message._meta.concrete_fields]  # noqa: SLF001 - Django's public door
    marks = ", ".join(["%s"] * len(columns))
    table = quote(Message._meta.db_table)  # noqa: SLF001 - same
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - names of our own model


@cache
def _fields() -> tuple[tuple[str, Callable[..., Any]], ...]:
    """Return each column's attribute and what makes its value ready for the database."""
    fields = Message._meta.concrete_fields  # noqa: SLF001 - as above
    return tuple((str(field.attname), field.get_db_prep_save) for field in fields)


def _values(row: Message) -> tuple[Any, ...]:
    """Return what the INSERT takes; made outside of the transaction, which is short then."""
    # the connection itself: going through Django's proxy once for each value takes as long as all the rest
    own = connections[DEFAULT_DB_ALIAS]
    return tuple(prepare(getattr(row, name), own) for name, prepare in _fields())


def _insert(values: Sequence[tuple[Any, ...]]) -> int:
    """Insert those whose key is new and return how many they were."""
    with connection.cursor() as cursor:
        cursor.executemany(_statement(), values)
        return int(cursor.rowcount)
