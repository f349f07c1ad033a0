"""One closed list for "something happened" between rooms.

The payload is ids only; a signal is sent inside the transaction; receivers write rows or enqueue work and
never call out. A receiver that fails fails the transaction: nothing happens by halves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from enum import StrEnum
from uuid import UUID

Receiver = Callable[[UUID], None]


class Signal(StrEnum):
    """Everything that one room may tell the others; the payload of each is one id."""

    MEMBERSHIP_CHANGED = "membership_changed"  # user id
    USER_LEFT = "user_left"  # user id
    TENANT_CHANGED = "tenant_changed"  # tenant id
    KEY_DESTROYED = "key_destroyed"  # data key id
    CLOCK_STARTED = "clock_started"  # running clock id
    CLOCK_STOPPED = "clock_stopped"  # running clock id
    MESSAGE_DELIVERED = "message_delivered"  # outbox message id
    MESSAGE_FAILED = "message_failed"  # outbox message id
    LINK_ANSWERED = "link_answered"  # one-time link id
    CASE_OPENED = "case_opened"  # case id
    PERSONAL_DATA_TOUCHED = "personal_data_touched"  # case id
    NOTICE_ANSWERED = "notice_answered"  # id of a recipient of a campaign


_receivers: defaultdict[Signal, list[Receiver]] = defaultdict(list)


def receive(signal: Signal, receiver: Receiver) -> None:
    """Call ``receiver(id)`` whenever ``signal`` is sent; registering twice has no effect."""
    if receiver not in _receivers[signal]:
        _receivers[signal].append(receiver)


def send(signal: Signal, subject_id: UUID) -> None:
    """Tell all receivers, in the open transaction."""
    for receiver in list(_receivers[signal]):
        receiver(subject_id)
