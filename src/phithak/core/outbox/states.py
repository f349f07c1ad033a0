"""The closed lists of the room: channels, states, modes of providers, decisions of people, kinds of recipients."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from phithak.base.text import Text


class Channel(StrEnum):
    """By what a message travels."""

    MAIL = "mail"
    SMS = "sms"
    CHAT = "chat"
    WEBHOOK = "webhook"

    @property
    def text(self) -> Text:
        """The channel's name in both languages."""
        return _CHANNELS[self]


_CHANNELS = {
    Channel.MAIL: Text("อีเมล", "E-mail"),
    Channel.SMS: Text("SMS", "SMS"),
    Channel.CHAT: Text("แชต", "Chat"),
    Channel.WEBHOOK: Text("เว็บฮุก", "Webhook"),
}


class State(StrEnum):
    """Life of a message: queued → claimed → sending → accepted → delivered | failed | unknown."""

    QUEUED = "queued"
    HELD = "held"
    CLAIMED = "claimed"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    FAILED = "failed"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"

    @property
    def text(self) -> Text:
        """The state's name in both languages."""
        return _STATES[self]


_STATES = {
    State.QUEUED: Text("รอส่ง", "Queued"),
    State.HELD: Text("พักไว้", "Held"),
    State.CLAIMED: Text("กำลังเตรียม", "Claimed"),
    State.SENDING: Text("กำลังส่ง", "Sending"),
    State.UNKNOWN: Text("ไม่ทราบผล", "Unknown"),
    State.ACCEPTED: Text("ผู้ให้บริการรับแล้ว", "Accepted"),
    State.FAILED: Text("ส่งไม่สำเร็จ", "Failed"),
    State.DELIVERED: Text("ถึงผู้รับแล้ว", "Delivered"),
    State.CANCELLED: Text("ยกเลิกแล้ว", "Cancelled"),
}

_UNSETTLED = (State.QUEUED, State.HELD, State.CLAIMED, State.SENDING, State.UNKNOWN)

BEFORE_RECEIPT = {
    State.DELIVERED: (*_UNSETTLED, State.ACCEPTED, State.FAILED),
    State.FAILED: (*_UNSETTLED, State.ACCEPTED),
    State.ACCEPTED: _UNSETTLED,
}
"""From which states a receipt may move a message: only ever forward. A message that was never given to a
provider (no attempt) is moved by none, and a late *delivered* outweighs an earlier *failed*."""


class Mode(StrEnum):
    """What a provider makes of a second request with our reference."""

    CLIENT_REF = "client_ref"  # it knows our reference: sending again is safe
    LOOKUP = "lookup"  # it can be asked whether it took a reference
    NONE = "none"  # neither: after a crash in sending nobody knows


class Decision(StrEnum):
    """What a person says about an unknown or failed message."""

    RESEND = "resend"
    DELIVERED = "delivered"
    FAILED = "failed"

    @property
    def text(self) -> Text:
        """The decision in both languages."""
        return _DECISIONS[self]


_DECISIONS = {
    Decision.RESEND: Text("ส่งอีกครั้ง", "Send again"),
    Decision.DELIVERED: Text("ถือว่าถึงแล้ว", "Count as delivered"),
    Decision.FAILED: Text("ถือว่าไม่สำเร็จ", "Count as failed"),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message goes to, without the address.

    Attributes:
        kind: ``handle`` (a value in the vault), ``user`` (one of the staff, by user id) or ``room`` (what the
            channel's own address reaches: a chat room, the receiver of a webhook).
        id: the handle or the user; None for a room.
    """

    kind: str
    id: UUID | None = None

    @classmethod
    def handle(cls, handle: UUID) -> Recipient:
        """Return the recipient whose address lies in the vault under this handle."""
        return cls("handle", handle)

    @classmethod
    def user(cls, user_id: UUID) -> Recipient:
        """Return the member of the staff with this user id; by mail only."""
        return cls("user", user_id)

    @classmethod
    def room(cls) -> Recipient:
        """Return whoever the channel's configured address reaches; chat and webhook only."""
        return cls("room")
