"""States of drills and of their checks, and the colours of liveness; always with words."""

from __future__ import annotations

from enum import StrEnum

from phithak.base.text import Text
from phithak.registry.models import DrillCheck


class DrillState(StrEnum):
    """Life of a drill."""

    PLANNED = "planned"
    RUNNING = "running"
    CLOSED = "closed"
    STOPPED = "stopped"

    @property
    def text(self) -> Text:
        """The state's name in both languages."""
        return _DRILLS[self]


_DRILLS = {
    DrillState.PLANNED: Text("วางแผนไว้", "Planned"),
    DrillState.RUNNING: Text("กำลังซ้อม", "Running"),
    DrillState.CLOSED: Text("จบแล้ว", "Ended"),
    DrillState.STOPPED: Text("หยุดแล้ว", "Stopped"),
}


class CheckState(StrEnum):
    """What became of the question to one contact."""

    WAITING = "waiting"
    ASKED = "asked"
    ANSWERED = "answered"
    LATE = "late"
    ESCALATED = "escalated"
    MISSED = "missed"
    VOID = "void"

    @property
    def text(self) -> Text:
        """The state's name in both languages."""
        return _CHECKS[self]

    @property
    def colour(self) -> Colour:
        """The liveness that follows."""
        return _COLOURS.get(self, Colour.UNKNOWN)


_CHECKS = {
    CheckState.WAITING: Text("ยังไม่ได้ถาม", "Not asked yet"),
    CheckState.ASKED: Text("รอคำตอบ", "Waiting for an answer"),
    CheckState.ANSWERED: Text("ตอบในกำหนด", "Answered in time"),
    CheckState.LATE: Text("ตอบช้า", "Answered late"),
    CheckState.ESCALATED: Text("ไม่ตอบ กำลังถามผู้ติดต่อสำรอง", "Silent, the backup is asked"),
    CheckState.MISSED: Text("ไม่มีใครตอบ", "Nobody answered"),
    CheckState.VOID: Text("ยกเลิก", "Cancelled"),
}
BY_BACKUP = Text("ผู้ติดต่อสำรองตอบแทน", "Answered by the backup")
NO_ADDRESS = Text("ติดต่อไม่ได้: ไม่มีช่องทางติดต่อ", "Cannot be reached: no address")
OPEN = (CheckState.WAITING, CheckState.ASKED, CheckState.ESCALATED)
"""States that keep a drill running."""


class Colour(StrEnum):
    """Liveness of a contact."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    UNKNOWN = "unknown"

    @property
    def text(self) -> Text:
        """The colour and what it means."""
        return _MEANINGS[self]

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return _TONES[self]


_MEANINGS = {
    Colour.GREEN: Text("เขียว: ตอบในกำหนด", "Green: answers in time"),
    Colour.AMBER: Text("เหลือง: ตอบช้าหรือสำรองตอบ", "Amber: late, or by the backup"),
    Colour.RED: Text("แดง: ติดต่อไม่ได้", "Red: cannot be reached"),
    Colour.UNKNOWN: Text("ยังไม่เคยซ้อม", "Not checked yet"),
}
_TONES = {Colour.GREEN: "good", Colour.AMBER: "warn", Colour.RED: "bad", Colour.UNKNOWN: "unknown"}
_COLOURS = {
    CheckState.ANSWERED: Colour.GREEN,
    CheckState.LATE: Colour.AMBER,
    CheckState.ESCALATED: Colour.AMBER,
    CheckState.MISSED: Colour.RED,
}


class How(StrEnum):
    """By what an answer came."""

    LINK = "link"
    CODE = "code"
    CALL_BACK = "call_back"
    BACKUP = "backup"

    @property
    def text(self) -> Text:
        """The way in both languages."""
        return _HOWS[self]


_HOWS = {
    How.LINK: Text("ลิงก์ในอีเมล", "Link in the e-mail"),
    How.CODE: Text("ตอบ SMS ด้วยรหัส", "SMS answered with the code"),
    How.CALL_BACK: Text("โทรกลับ", "Called back"),
    How.BACKUP: Text("ผู้ติดต่อสำรอง", "The backup"),
}


def words_of(check: DrillCheck) -> Text:
    """Return what became of a check, in words."""
    state = CheckState(check.state)
    if state is CheckState.LATE and check.how == How.BACKUP:
        return BY_BACKUP
    if state is CheckState.MISSED and check.channel == "none":
        return NO_ADDRESS
    return state.text
