"""The closed lists of meetings, and how days are counted there."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from phithak.base.text import Text
from phithak.core.ui.states import State


class Answer(StrEnum):
    """What an invited organisation answered."""

    NONE = ""
    ACCEPTED = "accepted"
    DECLINED = "declined"

    @property
    def text(self) -> Text:
        """The answer in both languages."""
        return _ANSWERS[self]

    @property
    def state(self) -> State:
        """The answer as a badge."""
        tones = {Answer.ACCEPTED: "good", Answer.DECLINED: "neutral"}
        return State(self.value or "none", self.text, tones.get(self, "warn"))


_ANSWERS = {
    Answer.NONE: Text("ยังไม่ตอบ", "No answer"),
    Answer.ACCEPTED: Text("เข้าร่วม", "Accepted"),
    Answer.DECLINED: Text("ไม่เข้าร่วม", "Declined"),
}

REMIND_DAYS = 1


def within(days: int, since: date) -> date:
    """Return the last day of "within so many days", counted from the day after (Civil Code s.193/3).

    "Within 7 days" said on Tuesday 24 November 2563 ends on Tuesday 1 December 2563.
    """
    return since + timedelta(days=days)
