"""The closed lists of campaigns: states, kinds of answers, steps of the chase, why somebody is left out."""

from __future__ import annotations

from enum import StrEnum

from phithak.base.text import Text


class CampaignState(StrEnum):
    """Life of a campaign; see the room's docstring."""

    DRAFT = "draft"
    GATHERING = "gathering"
    LISTED = "listed"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RUNNING = "running"
    STOPPED = "stopped"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def text(self) -> Text:
        """The state's name in both languages."""
        return _STATES[self]

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return _TONES.get(self, "neutral")


_STATES = {
    CampaignState.DRAFT: Text("ร่าง", "Draft"),
    CampaignState.GATHERING: Text("กำลังรวบรวมผู้รับ", "Gathering recipients"),
    CampaignState.LISTED: Text("มีรายชื่อแล้ว", "Recipients gathered"),
    CampaignState.SUBMITTED: Text("รออนุมัติ", "Waits for approval"),
    CampaignState.APPROVED: Text("อนุมัติแล้ว รอเริ่ม", "Approved, not started"),
    CampaignState.RUNNING: Text("กำลังแจ้ง", "Running"),
    CampaignState.STOPPED: Text("หยุดอยู่", "Stopped"),
    CampaignState.CLOSED: Text("จบแล้ว", "Ended"),
    CampaignState.CANCELLED: Text("ยกเลิกแล้ว", "Cancelled"),
}
_TONES = {
    CampaignState.GATHERING: "info",
    CampaignState.SUBMITTED: "info",
    CampaignState.APPROVED: "info",
    CampaignState.RUNNING: "info",
    CampaignState.STOPPED: "warn",
    CampaignState.CLOSED: "good",
    CampaignState.CANCELLED: "unknown",
}
OPEN_TO_CHANGE = (CampaignState.DRAFT, CampaignState.LISTED)
LIVE = (CampaignState.RUNNING, CampaignState.STOPPED)


class Answers(StrEnum):
    """What recipients are asked for."""

    NONE = "none"
    RECEIVED = "received"
    DONE = "done"
    INVITATION = "invitation"

    @property
    def text(self) -> Text:
        """What is asked, in both languages."""
        return _ANSWERS[self]

    @property
    def choices(self) -> tuple[tuple[str, Text], ...]:
        """The answers that can be given."""
        return _CHOICES[self]

    @property
    def purpose(self) -> str:
        """Name of the purpose of its one-time links."""
        return f"notices.{self.value}"


_ANSWERS = {
    Answers.NONE: Text("ไม่ขอคำตอบ", "No answer is asked"),
    Answers.RECEIVED: Text("รับทราบ", "That it was received"),
    Answers.DONE: Text("ผลการดำเนินการ", "Whether it was done"),
    Answers.INVITATION: Text("ตอบรับคำเชิญ", "Whether they come"),
}
_HELP = ("help", Text("ขอความช่วยเหลือ", "Ask for help"))
_CHOICES: dict[Answers, tuple[tuple[str, Text], ...]] = {
    Answers.NONE: (),
    Answers.RECEIVED: (("received", Text("ได้รับแล้ว", "Received")), _HELP),
    Answers.DONE: (
        ("done", Text("ทำเสร็จแล้ว", "Done")),
        ("could_not", Text("ทำไม่ได้", "Could not do it")),
        ("not_applicable", Text("ไม่เกี่ยวกับเรา", "Does not apply to us")),
        _HELP,
    ),
    Answers.INVITATION: (
        ("accepted", Text("เข้าร่วม", "Accept")),
        ("declined", Text("ไม่เข้าร่วม", "Decline")),
    ),
}
NEEDS_US = ("help", "could_not")
"""Answers after which somebody of ours has to do something."""

ANSWER_TEXTS: dict[str, Text] = {code: text for kind in Answers for code, text in kind.choices}


class Step(StrEnum):
    """What is done about a silent recipient."""

    REMIND = "remind"
    SWITCH = "switch"
    CALL = "call"

    @property
    def text(self) -> Text:
        """The step in both languages."""
        return _STEPS[self]


_STEPS = {
    Step.REMIND: Text("เตือนทางเดิม", "Remind by the same way"),
    Step.SWITCH: Text("แจ้งอีกทางหนึ่ง", "Tell by the other way"),
    Step.CALL: Text("ให้คนโทรตาม", "A person calls"),
}


class Skipped(StrEnum):
    """Why no message is made for a recipient."""

    NO_ADDRESS = "no_address"
    SAME_ADDRESS = "same_address"
    DO_NOT_SEND = "do_not_send"
    TLP = "tlp"

    @property
    def text(self) -> Text:
        """The reason in both languages."""
        return _SKIPPED[self]

    @property
    def is_open(self) -> bool:
        """Whether a person still has to reach them; those of the same address are told with another."""
        return self is not Skipped.SAME_ADDRESS


_SKIPPED = {
    Skipped.NO_ADDRESS: Text("ไม่มีที่อยู่", "No address"),
    Skipped.SAME_ADDRESS: Text("ที่อยู่ซ้ำ", "Same address"),
    Skipped.DO_NOT_SEND: Text("ขอไม่รับข้อความ", "Wants no messages"),
    Skipped.TLP: Text("TLP สูงเกินไป", "TLP too high"),
}


class Why(StrEnum):
    """Why a message to a recipient was made."""

    FIRST = "first"
    REMIND = "remind"
    SWITCH = "switch"

    @property
    def text(self) -> Text:
        """The reason in both languages."""
        return _WHYS[self]


_WHYS = {
    Why.FIRST: Text("แจ้งครั้งแรก", "First notice"),
    Why.REMIND: Text("เตือน", "Reminder"),
    Why.SWITCH: Text("แจ้งอีกทางหนึ่ง", "By the other way"),
}


class How(StrEnum):
    """How an answer came."""

    LINK = "link"
    CODE = "code"
    CALL = "call"
    REPLY = "reply"

    @property
    def text(self) -> Text:
        """The way in both languages."""
        return _HOWS[self]


_HOWS = {
    How.LINK: Text("ลิงก์ในอีเมล", "Link in the mail"),
    How.CODE: Text("รหัสจาก SMS", "Code of the SMS"),
    How.CALL: Text("โทรศัพท์", "Telephone"),
    How.REPLY: Text("ตอบกลับข้อความ", "Reply to the message"),
}


class Delivery(StrEnum):
    """What became of the latest message, as lists show and filter it; each recipient is exactly one of these."""

    SKIPPED = "skipped"
    WAITING = "waiting"
    REHEARSED = "rehearsed"
    QUEUED = "queued"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"

    @property
    def text(self) -> Text:
        """The outcome in both languages."""
        return _DELIVERIES[self]

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return _DELIVERY_TONES[self]


_DELIVERIES = {
    Delivery.SKIPPED: Text("ไม่ส่งข้อความ", "No message"),
    Delivery.WAITING: Text("รอระลอก", "Waits for its wave"),
    Delivery.REHEARSED: Text("ซ้อมแล้ว", "Rehearsed"),
    Delivery.QUEUED: Text("รอส่ง", "Waits to be sent"),
    Delivery.ACCEPTED: Text("ผู้ให้บริการรับแล้ว", "Accepted"),
    Delivery.DELIVERED: Text("ถึงผู้รับแล้ว", "Delivered"),
    Delivery.FAILED: Text("ส่งไม่สำเร็จ", "Failed"),
    Delivery.UNKNOWN: Text("ไม่ทราบผล", "Unknown"),
    Delivery.CANCELLED: Text("ยกเลิกก่อนส่ง", "Cancelled"),
}
_DELIVERY_TONES = {
    Delivery.SKIPPED: "warn",
    Delivery.WAITING: "neutral",
    Delivery.REHEARSED: "neutral",
    Delivery.QUEUED: "info",
    Delivery.ACCEPTED: "info",
    Delivery.DELIVERED: "good",
    Delivery.FAILED: "bad",
    Delivery.UNKNOWN: "unknown",
    Delivery.CANCELLED: "neutral",
}
