"""What a person decides about a message of which nobody knows, or that no provider took."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import ForbiddenError
from phithak.core import contrib, signals
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db import transactions
from phithak.core.outbox import queries
from phithak.core.outbox.errors import MessageStateError
from phithak.core.outbox.events import Tag
from phithak.core.outbox.models import Message, Note
from phithak.core.outbox.points import Point, reach
from phithak.core.outbox.services.control import reason_of
from phithak.core.outbox.states import Decision, State


def decide(actor: Actor, message_id: UUID, decision: Decision | str, *, reason: str) -> State:
    """Decide about an unknown or failed message; only a person can.

    A resend of a failed message goes out under a new reference (no provider took the old one); that of an
    unknown one keeps its reference, so that a provider which knows it still sends once.

    Returns:
        The message's state after it.

    Raises:
        NotFoundError: no such message, or not the actor's to see.
        ForbiddenError: the actor lacks ``outbox.manage``, or is no person.
        MessageStateError: it is not unknown or failed (any more), or *delivered* is said of a failed one.
        ReasonNeededError: the reason is too short.
    """
    row = queries.message(actor, message_id)
    permissions.require(actor, "outbox.manage")
    if actor.user_id is None:
        raise ForbiddenError(permission="outbox.manage")
    said, wanted, before, now = reason_of(reason), Decision(decision), State(row.state), clock.now()
    allowed = before is State.UNKNOWN or (before is State.FAILED and wanted is not Decision.DELIVERED)
    if not allowed:
        raise refused(before)
    values: dict[str, Any] = {"decided_at": now}
    if wanted is Decision.RESEND:
        values |= {"state": State.QUEUED, "next_at": now, "failures": 0, "ended_at": None, "error": "",
                   "holder": None, "lease_until": None, "decided_at": None, "accepted_at": None, "vetted_at": now,
                   "round": row.round + (before is State.FAILED)}  # fmt: skip
    else:
        values |= {"state": State(wanted.value), "ended_at": row.ended_at or now}
    with transactions.write("outbox.decide"):
        changed = Message.objects.filter(
            pk=row.pk, state=before, fence=row.fence, decided_at=row.decided_at
        ).update(**values)
        if not changed:
            raise refused(State(Message.objects.values_list("state", flat=True).get(pk=row.pk)))
        Note.objects.create(message=row, what="decision", code=wanted.value, by=actor.name[:250], reason=said)
        contrib.record(
            actor, Tag.DECIDED, ("outbox.message", row.pk), tenant_id=row.tenant_id,
            facts={"before": before.value, "decision": wanted.value, "reason": said},
        )  # fmt: skip
        if wanted is Decision.DELIVERED:
            signals.send(signals.Signal.MESSAGE_DELIVERED, row.pk)
        elif wanted is Decision.FAILED and before is State.UNKNOWN:
            signals.send(signals.Signal.MESSAGE_FAILED, row.pk)
        reach(Point.DECIDE_UPDATED)
    reach(Point.DECIDE_COMMITTED)
    return State(values["state"])


def refused(state: State) -> MessageStateError:
    """Return the error that names the state which does not allow it."""
    return MessageStateError(state_th=state.text.th, state_en=state.text.en)
