"""What a clock of the law is made of: all of it data, none of it a decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from phithak.base.text import Text
from phithak.engines.clocks.errors import ClockError


class Trigger(StrEnum):
    """The event that starts a clock; a closed list, so that no free text ever starts one."""

    AWARE = "aware"
    DETECTED = "detected"
    RISK_HIGH = "risk_high"
    ORDER_RECEIVED = "order_received"
    CALL_MADE = "call_made"
    CONTACT_CHANGED = "contact_changed"
    PLANNED_CHANGE = "planned_change"
    LAST_REVIEW = "last_review"
    ASSESSMENT_DONE = "assessment_done"
    LOG_ENTRY = "log_entry"
    COMPLAINT_RECEIVED = "complaint_received"
    NOTIFICATION = "notification"
    APPLICATION = "application"
    LAST_USE = "last_use"
    LAST_CHANGE = "last_change"
    MEETING = "meeting"
    REPORT_RECEIVED = "report_received"
    SUBJECT_REQUEST = "subject_request"


class Unit(StrEnum):
    """Units of a length; the last two carry no number."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    OFFICE_HOURS = "office_hours"
    WORKING_DAYS = "working_days"
    WITHOUT_DELAY = "without_delay"
    UNSET = "unset"


class Counting(StrEnum):
    """The calendar that a clock runs by."""

    WALL_CLOCK = "wall_clock"
    CALENDAR_DAYS = "calendar_days"
    OFFICE_HOURS = "office_hours"
    WORKING_DAYS = "working_days"


COUNTING_OF = {
    Unit.MINUTES: {Counting.WALL_CLOCK},
    Unit.HOURS: {Counting.WALL_CLOCK},
    Unit.DAYS: {Counting.CALENDAR_DAYS},
    Unit.MONTHS: {Counting.CALENDAR_DAYS},
    Unit.YEARS: {Counting.CALENDAR_DAYS},
    Unit.OFFICE_HOURS: {Counting.OFFICE_HOURS},
    Unit.WORKING_DAYS: {Counting.WORKING_DAYS},
    Unit.WITHOUT_DELAY: {Counting.WALL_CLOCK},
    Unit.UNSET: {Counting.WALL_CLOCK},
}
"""Which calendars a unit may run by: an hour of the law can never be stretched by a holiday table."""


class Direction(StrEnum):
    """Whether the time runs from the trigger or up to it."""

    AFTER = "after"
    BEFORE = "before"


class Role(StrEnum):
    """What the end of a clock means."""

    DEADLINE = "deadline"
    LATE_LIMIT = "late_limit"
    KEEP_AT_LEAST = "keep_at_least"
    REMINDER = "reminder"
    SERVICE_LEVEL = "service_level"
    TASK = "task"


class State(StrEnum):
    """How far the entry can be relied on; ``check`` and ``open`` are never shown as settled law."""

    SET = "set"
    CHECK = "check"
    OPEN = "open"
    OPTION = "option"
    READINESS = "readiness"


class Confidence(StrEnum):
    """H: read in the named source; M: partly; K: general knowledge, to be checked."""

    HIGH = "H"
    MEDIUM = "M"
    KNOWN = "K"


@dataclass(frozen=True, slots=True)
class Length:
    """``amount`` units; the amount is None exactly for ``without_delay`` and ``unset``."""

    unit: Unit
    amount: int | None = None

    @property
    def text(self) -> Text:
        """The length in words, such as "72 ชั่วโมง" and "72 h"."""
        if self.amount is None:
            return _NO_NUMBER[self.unit]
        th, one, many = _UNIT_WORDS[self.unit]
        return Text(f"{self.amount} {th}", f"{self.amount} {one if self.amount == 1 else many}")


_NO_NUMBER = {
    Unit.WITHOUT_DELAY: Text("โดยไม่ชักช้า", "without delay"),
    Unit.UNSET: Text("ยังไม่กำหนดตัวเลข", "no number set"),
}
_UNIT_WORDS = {
    Unit.MINUTES: ("นาที", "min", "min"),
    Unit.HOURS: ("ชั่วโมง", "h", "h"),
    Unit.DAYS: ("วัน", "day", "days"),
    Unit.MONTHS: ("เดือน", "month", "months"),
    Unit.YEARS: ("ปี", "year", "years"),
    Unit.OFFICE_HOURS: ("ชั่วโมงทำการ", "office hour", "office hours"),
    Unit.WORKING_DAYS: ("วันทำการ", "working day", "working days"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """One version of one clock.

    Attributes:
        code, version: the name that a case keeps, for ever, together.
        title: what it is for people.
        trigger, length, direction, counting: when it ends.
        role: what its end means; ``limit_of`` names the deadline whose late explanation it limits.
        applies_to: who owes it, in words. reports_to: codes of who receives it.
        law, section, paraphrase: where it comes from and, in our words, what it says.
        in_force_from, in_force_to: first and last day (Bangkok), None = open.
        state, confidence, checked_on: how far it can be relied on, and when a person last looked.
        settable: an agreement or the operator may put another length in place.
    """

    code: str
    version: int
    title: Text
    trigger: Trigger
    length: Length
    direction: Direction
    counting: Counting
    role: Role
    limit_of: str
    applies_to: Text
    reports_to: tuple[str, ...]
    law: Text
    section: str
    paraphrase: Text
    in_force_from: date | None
    in_force_to: date | None
    state: State
    confidence: Confidence
    checked_on: date
    settable: bool

    def with_length(self, length: Length) -> Clock:
        """Return the clock with an agreed length (a contract value, an operator's setting), now ``set``.

        Raises:
            ClockError: this clock's length is the law's and nobody else's, or the length has no number.
        """
        if not self.settable or length.amount is None or self.counting not in COUNTING_OF[length.unit]:
            raise ClockError(
                "clocks.not_settable",
                th=f"ระยะเวลาของ {self.code} กำหนดเองไม่ได้ หรือหน่วยไม่ตรงกับปฏิทิน",
                en=f"The length of {self.code} cannot be set, or its unit does not fit its calendar.",
                field="length",
            )
        return replace(self, length=length, state=State.SET)

    def in_force(self, day: date) -> bool:
        """Tell whether this version is in force on ``day`` (Bangkok)."""
        return not self.not_yet(day) and (self.in_force_to is None or day <= self.in_force_to)

    def not_yet(self, day: date) -> bool:
        """Tell whether ``day`` (Bangkok) lies before this version's first day."""
        return self.in_force_from is not None and day < self.in_force_from
