"""The way out of the provider: what it answered, and what becomes of messages whose sender is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from phithak.base import clock
from phithak.core import contrib, signals
from phithak.core.accounts import actors
from phithak.core.db import transactions
from phithak.core.jobs import backoff
from phithak.core.outbox import senders
from phithak.core.outbox.adapters.base import (
    Accepted,
    Adapter,
    Late,
    Looked,
    Missing,
    Outcome,
    Refused,
    Unclear,
)
from phithak.core.outbox.events import Tag
from phithak.core.outbox.models import Message, Note
from phithak.core.outbox.points import Point, reach
from phithak.core.outbox.services.claims import held, lease
from phithak.core.outbox.states import Mode, State
from phithak.engines.tlog import Frontier

MOST_FAILURES = 8
"""Definite refusals in a row after which a message is a dead letter; unclear answers after which it is unknown."""

_CHANCE = backoff.chance()
_SYSTEM = actors.system("outbox")


def settle(outcomes: Sequence[tuple[Message, Outcome]]) -> list[Message]:
    """Write down what the provider answered, for messages of one channel; one journal entry for all of them.

    Returns:
        Those that the claim no longer held: somebody else has decided about them meanwhile.
    """
    if not outcomes:
        return []
    lost: list[Message] = []
    counted: Counter[str] = Counter()
    tree = Frontier()
    with transactions.write("outbox.settle"):
        for row, outcome in outcomes:
            word = _settle_one(row, outcome)
            counted[word] += 1
            if word == "lost":
                lost.append(row)
            else:
                tree.append(row.pk.bytes + word.encode())
        told = counted.total() - counted["lost"] - counted["late"]
        if told:
            contrib.record(
                _SYSTEM, Tag.SENT, ("outbox.message", outcomes[0][0].pk), count=told, root=tree.root(),
                facts={"channel": outcomes[0][0].channel, "count": told, "accepted": counted["accepted"],
                       "failed": counted["failed"] + counted["retry"], "unclear": counted["unclear"]},
            )  # fmt: skip
        reach(Point.SETTLE_UPDATED)
    reach(Point.SETTLE_COMMITTED)
    return lost


def _settle_one(row: Message, outcome: Outcome) -> str:
    if isinstance(outcome, Accepted):
        return "accepted" if _accept(row, outcome.provider_id) else "lost"
    if isinstance(outcome, Late):
        # unknown too: a sender that was frozen, while nobody decided, knows that nothing left
        changed = held(row, State.SENDING, State.UNKNOWN).update(
            state=State.QUEUED, holder=None, lease_until=None, ended_at=None, attempts=row.attempts - 1
        )
        return "late" if changed else "lost"
    if isinstance(outcome, Refused):
        return _refuse(row, outcome)
    return _unclear(row, outcome.code)


def _accept(row: Message, provider_id: str) -> bool:
    # unknown too: a sender that was frozen past its lease, while nobody decided, tells what it knows
    changed = held(row, State.SENDING, State.UNKNOWN).update(
        state=State.ACCEPTED, provider_id=provider_id[:200], accepted_at=clock.now(), ended_at=None,
        holder=None, lease_until=None, error="", failures=0,
    )  # fmt: skip
    return bool(changed)


def _refuse(row: Message, outcome: Refused) -> str:
    now, failures = clock.now(), row.failures + 1
    values: dict[str, Any] = {
        "holder": None,
        "lease_until": None,
        "failures": failures,
        "error": outcome.code[:60],
    }
    final = not outcome.again or failures >= MOST_FAILURES
    if final:
        values |= {"state": State.FAILED, "ended_at": now}
    else:
        values |= {
            "state": State.QUEUED,
            "next_at": now + backoff.rest(failures, _CHANCE),
            "ended_at": None,
        }
    if not held(row, State.CLAIMED, State.SENDING, State.UNKNOWN).update(**values):
        return "lost"
    if final:
        signals.send(signals.Signal.MESSAGE_FAILED, row.pk)
        return "failed"
    _note(row, "retry", outcome.code)
    return "retry"


def _unclear(row: Message, code: str) -> str:
    failures = row.failures + 1
    if row.mode == Mode.NONE or failures >= MOST_FAILURES:
        return "unclear" if make_unknown(row, code) else "lost"
    # the lease runs on: who recovers the message sends it again under its reference, or asks the provider
    rest = max(lease() / 2, backoff.rest(failures, _CHANCE))
    changed = held(row, State.SENDING).update(
        lease_until=clock.now() + rest, error=code[:60], failures=failures
    )
    if not changed:
        return "lost"
    _note(row, "unclear", code)
    return "unclear"


def make_unknown(row: Message, code: str) -> bool:
    """Say, in the open transaction, that nobody knows whether a message was sent; a person decides."""
    changed = held(row).update(
        state=State.UNKNOWN, lease_until=None, error=code[:60], ended_at=clock.now(), decided_at=None
    )
    if changed:
        _note(row, "unknown", code)
        contrib.record(
            _SYSTEM, Tag.UNKNOWN, ("outbox.message", row.pk), tenant_id=row.tenant_id,
            facts={"channel": row.channel, "code": code},
        )  # fmt: skip
    return bool(changed)


def recover(row: Message, adapter: Adapter) -> Message | None:
    """Take up a message whose lease ran out.

    Returns:
        The message, newly held, when the provider must be asked about it; None when all is said, or when
        its sender still lived (see ``senders``) and the message has to wait a little longer.
    """
    now = clock.now()
    ask: Message | None = None
    # only to ask is not enough while the sender may still send: it must be gone first
    asks = row.state == State.SENDING and row.mode == Mode.LOOKUP and adapter.mode is Mode.LOOKUP
    over = not asks or senders.is_over(row.holder)
    with transactions.write("outbox.recover"):
        if not over:
            # what the sender wrote with its last breath reaches the provider before the question does
            held(row).update(lease_until=now + lease() / 2)
        elif row.state == State.CLAIMED:
            held(row).update(state=State.QUEUED, holder=None, lease_until=None)
        elif row.adapter != adapter.name or row.mode == Mode.NONE or row.mode != adapter.mode:
            make_unknown(row, row.error or "sender.lost")
        elif row.mode == Mode.CLIENT_REF:
            if held(row).update(state=State.QUEUED, holder=None, lease_until=None, next_at=now):
                _note(row, "lost", row.error)
        else:
            ask = _hold_anew(row)
        reach(Point.RECOVER_UPDATED)
    reach(Point.RECOVER_COMMITTED)
    return ask


def _hold_anew(row: Message) -> Message | None:
    holder = senders.new_holder()
    if not held(row).update(holder=holder, lease_until=clock.now() + lease(), fence=row.fence + 1):
        return None
    row.holder, row.fence = holder, row.fence + 1
    return row


def settle_lookup(row: Message, looked: Looked) -> None:
    """Write down what the provider said when it was asked about a message."""
    now = clock.now()
    with transactions.write("outbox.lookup"):
        if isinstance(looked, Accepted):
            _accept(row, looked.provider_id)
            _note(row, "asked", "found")
        elif isinstance(looked, Missing):
            # it may wait in a queue or be in the hands of a pump that asks after a restore: both are the same here
            if held(row).update(
                state=State.QUEUED, holder=None, lease_until=None, next_at=now, vetted_at=now
            ):
                _note(row, "asked", "missing")
        else:
            _lookup_unclear(row, looked)
        reach(Point.SETTLE_UPDATED)
    reach(Point.SETTLE_COMMITTED)


def _lookup_unclear(row: Message, looked: Unclear) -> None:
    failures = row.failures + 1
    if failures >= MOST_FAILURES:
        make_unknown(row, looked.code)
        return
    rest = max(backoff.rest(failures, _CHANCE), timedelta(seconds=1))
    if held(row).update(lease_until=clock.now() + rest, failures=failures, error=looked.code[:60]):
        _note(row, "asked", looked.code)


def vet_restored(row: Message, adapter: Adapter) -> Message | None:
    """Treat a claimed message that a backup brought back: it may have been sent after the backup was made.

    Returns:
        The message when the provider must be asked, or None when it became unknown.
    """
    if adapter.mode is Mode.LOOKUP:
        with transactions.write("outbox.vet"):
            changed = held(row, State.CLAIMED).update(
                state=State.SENDING,
                adapter=adapter.name,
                mode=adapter.mode,
                lease_until=clock.now() + lease(),
            )
        row.state = State.SENDING
        return row if changed else None
    with transactions.write("outbox.vet"):
        make_unknown(row, "restored")
    return None


def _note(row: Message, what: str, code: str) -> None:
    Note.objects.create(message_id=row.pk, what=what, code=code[:60])
