"""Delivery receipts of providers: signed, fresh, and only ever moving a message forward."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from phithak.base import clock
from phithak.base.config import Config
from phithak.core import contrib, signals
from phithak.core.accounts import actors
from phithak.core.db import transactions
from phithak.core.outbox.adapters import signing
from phithak.core.outbox.errors import ReceiptFormError, ReceiptSignatureError
from phithak.core.outbox.events import Tag
from phithak.core.outbox.models import Message, Note
from phithak.core.outbox.points import Point, reach
from phithak.core.outbox.states import BEFORE_RECEIPT, Channel, State

RECEIPTS_MOST = 500
BYTES_MOST = 256 * 1024
_ID_MOST = 200
_CODE_MOST = 40


@dataclass(frozen=True, slots=True)
class Taken:
    """How many receipts came, and how many of them moved a message."""

    count: int
    moved: int


@dataclass(frozen=True, slots=True)
class _Receipt:
    provider_id: str
    reference: str
    state: State
    code: str


def take_receipts(channel: Channel | str, body: bytes, signature: str) -> Taken:
    """Take a provider's receipts: a JSON list, or one object, of ``{"id", "ref", "status", "code"}``.

    ``status`` is ``accepted``, ``delivered`` or ``failed``; ``id`` is the provider's, ``ref`` ours, one of the
    two is enough. Unknown, repeated and late ones change nothing. A message that was never given to a provider
    is moved by none.

    Args:
        channel: the channel whose provider says so.
        body: the request's body as it came.
        signature: the header ``t=<unix seconds>,v1=<hex HMAC-SHA-256 of "t.body">``, at most 5 minutes old.

    Raises:
        ReceiptSignatureError: no secret is set, or the signature is wrong, or it is too old.
        ReceiptFormError: it cannot be read.
    """
    found = Channel(channel)
    if not signing.holds(_secret(found), body, signature, now=clock.now().timestamp()):
        raise ReceiptSignatureError(permission="hmac")
    receipts = _read(body)
    moved = 0
    with transactions.write("outbox.receipts"):
        for receipt in receipts:
            moved += _apply(found, receipt)
        if moved:
            contrib.record(
                actors.system("outbox"), Tag.RECEIPTS, ("outbox.channel", found.value),
                facts={"channel": found.value, "count": len(receipts), "moved": moved}, count=moved,
            )  # fmt: skip
        reach(Point.RECEIPT_UPDATED)
    reach(Point.RECEIPT_COMMITTED)
    return Taken(len(receipts), moved)


def _secret(channel: Channel) -> str:
    config: Config = settings.CONFIG
    return {Channel.SMS: config.sms_secret, Channel.WEBHOOK: config.webhook_secret}.get(channel, "")


def _apply(channel: Channel, receipt: _Receipt) -> bool:
    which = Q()
    parsed = parse_reference(receipt.reference)
    if parsed is not None:
        which |= Q(pk=parsed[0])
    if receipt.provider_id:
        which |= Q(provider_id=receipt.provider_id)
    rows = Message.objects.filter(which, channel=channel, attempts__gt=0)
    # a failure reported for an earlier round says nothing about the present one
    if receipt.state is not State.DELIVERED and parsed is not None:
        rows = rows.filter(round=parsed[1])
    row = rows.order_by("pk").first() if which else None
    if row is None:
        return False
    now = clock.now()
    values: dict[str, Any] = {"state": receipt.state, "holder": None, "lease_until": None}
    if receipt.state is not State.ACCEPTED:
        values["ended_at"] = now
    if row.accepted_at is None:
        values["accepted_at"] = now
    if receipt.provider_id and not row.provider_id:
        values["provider_id"] = receipt.provider_id
    values["error"] = receipt.code if receipt.state is State.FAILED else ""
    changed = Message.objects.filter(
        pk=row.pk, state__in=BEFORE_RECEIPT[receipt.state], attempts__gt=0
    ).update(**values)
    if changed:
        Note.objects.create(message_id=row.pk, what="receipt", code=receipt.state.value)
        if receipt.state is State.DELIVERED:
            signals.send(signals.Signal.MESSAGE_DELIVERED, row.pk)
        elif receipt.state is State.FAILED:
            signals.send(signals.Signal.MESSAGE_FAILED, row.pk)
    return bool(changed)


def parse_reference(text: str) -> tuple[UUID, int] | None:
    """Return the message and round of one of our references, ``<message id>.<round>``; None when it is not one."""
    head, dot, tail = text.rpartition(".")
    try:
        return (UUID(head), int(tail)) if dot and tail.isascii() and tail.isdigit() else None
    except ValueError:
        return None


def _read(body: bytes) -> list[_Receipt]:
    if len(body) > BYTES_MOST:
        raise _form("ใหญ่เกินไป", "it is too large")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _form("ไม่ใช่ JSON", "it is not JSON") from error
    items: Sequence[Any] = found if isinstance(found, list) else [found]
    if len(items) > RECEIPTS_MOST:
        raise _form(f"เกิน {RECEIPTS_MOST} ใบ", f"there are more than {RECEIPTS_MOST}")
    return [_one(item) for item in items]


def _one(item: Any) -> _Receipt:
    if not isinstance(item, dict):
        raise _form("ต้องเป็นวัตถุ", "each must be an object")
    parts = {name: item.get(name, "") for name in ("id", "ref", "status", "code")}
    if not all(isinstance(part, str) and "\x00" not in part for part in parts.values()):
        raise _form("ทุกช่องต้องเป็นข้อความ", "each field must be text")
    if parts["status"] not in BEFORE_RECEIPT:
        raise _form("status ไม่รู้จัก", "the status is not known")
    code = "".join(
        char for char in parts["code"][:_CODE_MOST] if char.isascii() and (char.isalnum() or char in "._-")
    )
    return _Receipt(
        parts["id"][:_ID_MOST],
        parts["ref"][:_ID_MOST],
        State(parts["status"]),
        f"receipt.{code}" if code else "receipt",
    )


def _form(thai: str, english: str) -> ReceiptFormError:
    return ReceiptFormError(field="body", reason_th=thai, reason_en=english)
