"""From a clock and the moment of its trigger to the moment that it ends.

A number that is not settled law never becomes a deadline: a clock in state ``check`` answers
``unset_check`` with ``possible_at``, a clock without a number answers without a moment, and both are shown
before a later, settled one. A clock that was not yet, or is no longer, in force on the day of the trigger
says so and has no end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from phithak.base.text import Text
from phithak.engines.clocks.calendar import (
    Calendar,
    add_months,
    aware,
    bangkok_day,
    end_of,
)
from phithak.engines.clocks.errors import ClockError
from phithak.engines.clocks.model import Clock, Counting, Direction, Length, Role, State, Unit

_BE = 543
_MONTHS_TH = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
_MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class DueState(StrEnum):
    """What a due says.

    running: ``due_at`` is the end. without_delay: act now, the law has no number. unset_check: the number
    is not settled, ``possible_at`` may be it. late_limit: ``due_at`` is the limit of a late explanation,
    not a deadline. keep_until: keep at least until ``due_at``. reminder: ``due_at`` is advice.
    not_in_force: no duty on that day.
    """

    RUNNING = "running"
    WITHOUT_DELAY = "without_delay"
    UNSET_CHECK = "unset_check"
    LATE_LIMIT = "late_limit"
    KEEP_UNTIL = "keep_until"
    REMINDER = "reminder"
    NOT_IN_FORCE = "not_in_force"


@dataclass(frozen=True, slots=True)
class Due:
    """The end of one clock for one trigger.

    Attributes:
        code, version, title, law, section: of the clock, to be shown beside the time.
        trigger_at: when it started, UTC.
        due_at: last instant in time, UTC; None if there is none.
        possible_at: for ``unset_check`` the end if the unsettled number should hold, UTC.
        state: see ``DueState``.
        show: what to show first, in both languages.
        remarks: further lines: a last day on a holiday, unconfirmed holidays, years not in the table.
    """

    code: str
    version: int
    title: Text
    law: Text
    section: str
    trigger_at: datetime
    due_at: datetime | None
    possible_at: datetime | None
    state: DueState
    show: Text
    remarks: tuple[Text, ...] = ()

    @property
    def is_deadline(self) -> bool:
        """True if somebody must act by it: running, without delay, or possibly so."""
        return self.state in {DueState.RUNNING, DueState.WITHOUT_DELAY, DueState.UNSET_CHECK}

    @property
    def last_day(self) -> date | None:
        """The day in Bangkok on which it ends, or None."""
        return None if self.due_at is None else bangkok_day(self.due_at)


def due(clock: Clock, trigger_at: datetime, calendar: Calendar | None = None) -> Due:
    """Work out when ``clock`` ends if its trigger happened at ``trigger_at`` (aware).

    Raises:
        ClockError: ``trigger_at`` has no time zone, or the end lies outside of the years 1 to 9999.
    """
    table = calendar or Calendar()
    start = aware(trigger_at)
    day = bangkok_day(start)
    if not clock.in_force(day):
        return _result(clock, start, DueState.NOT_IN_FORCE, _not_in_force(clock, day))
    length = clock.length
    if length.unit is Unit.WITHOUT_DELAY:
        text = Text("โดยไม่ชักช้า (กฎหมายไม่ได้กำหนดตัวเลข)", "without delay (the law gives no number)")
        return _result(clock, start, DueState.WITHOUT_DELAY, text)
    if length.amount is None:
        text = Text("โดยไม่ชักช้า ยังไม่กำหนดตัวเลข ให้ตรวจสอบ", "without delay; no number set, check")
        return _result(clock, start, DueState.UNSET_CHECK, text)
    end = _end(length, clock.direction, start, table)
    remarks = _remarks(clock, start, end, table)
    words = length.text
    if clock.state is State.CHECK:
        text = Text(f"อาจเป็น {words.th} ให้ตรวจสอบ", f"may be {words.en}, check")
        return _result(clock, start, DueState.UNSET_CHECK, text, possible_at=end, remarks=remarks)
    state, text = _role_says(clock, words)
    return _result(clock, start, state, text, due_at=end, remarks=remarks)


def within(length: Length, set_at: datetime, calendar: Calendar | None = None) -> datetime:
    """Return the end (UTC) of a person's "within …" said at ``set_at`` (aware), counted as the law counts.

    "Within 7 days" said on Tuesday 24 November 2563 ends with Tuesday 1 December 2563 in Bangkok.

    Raises:
        ClockError: the length has no number, or ``set_at`` no time zone.
    """
    if length.amount is None:
        raise ClockError(
            "clocks.no_number", th="ต้องมีตัวเลข", en="A relative due date needs a number.", field="length"
        )
    return _end(length, Direction.AFTER, aware(set_at), calendar or Calendar())


def _end(length: Length, direction: Direction, start: datetime, table: Calendar) -> datetime:
    count = (length.amount or 0) * (1 if direction is Direction.AFTER else -1)
    day = bangkok_day(start)
    try:
        match length.unit:
            case Unit.MINUTES:
                end = start + timedelta(minutes=count)
            case Unit.HOURS:
                end = start + timedelta(hours=count)
            case Unit.DAYS:
                end = end_of(day + timedelta(days=count))
            case Unit.MONTHS:
                end = end_of(add_months(day, count))
            case Unit.YEARS:
                end = end_of(add_months(day, 12 * count))
            case Unit.WORKING_DAYS:
                end = end_of(table.add_working_days(day, count))
            case _:
                end = table.add_office_hours(start, timedelta(hours=count))
    except (OverflowError, ValueError) as error:
        raise ClockError(
            "clocks.range", th="วันที่อยู่นอกช่วง", en="The date is out of range.", field="trigger_at"
        ) from error
    return end


def _role_says(clock: Clock, words: Text) -> tuple[DueState, Text]:
    before = clock.direction is Direction.BEFORE
    if clock.role is Role.LATE_LIMIT:
        return DueState.LATE_LIMIT, Text(
            f"ขีดสุดของการชี้แจงเหตุล่าช้า {words.th} (มิใช่กำหนดส่งที่สอง)",
            f"limit of a late explanation: {words.en} (not a second deadline)",
        )
    if clock.role is Role.KEEP_AT_LEAST:
        return DueState.KEEP_UNTIL, Text(f"เก็บไว้ไม่น้อยกว่า {words.th}", f"keep at least {words.en}")
    if clock.role is Role.REMINDER:
        return DueState.REMINDER, Text(f"เตือนเมื่อครบ {words.th}", f"reminder after {words.en}")
    if before:
        return DueState.RUNNING, Text(f"ล่วงหน้าอย่างน้อย {words.th}", f"at least {words.en} before")
    return DueState.RUNNING, Text(f"ภายใน {words.th}", f"within {words.en}")


def _remarks(clock: Clock, start: datetime, end: datetime, table: Calendar) -> tuple[Text, ...]:
    if clock.counting is Counting.WALL_CLOCK:
        return ()
    first, last = sorted((bangkok_day(start), bangkok_day(end)))
    found = []
    if clock.counting is Counting.CALENDAR_DAYS:
        if clock.direction is Direction.AFTER and not table.is_working_day(last):
            th, en = _dates(table.next_working_day(last))
            found.append(
                Text(
                    f"วันสุดท้ายเป็นวันหยุด ป.พ.พ. ม.193/8 อาจขยายถึง {th} ให้ตรวจสอบ",
                    f"the last day is no working day; CCC s.193/8 may extend it to {en}, check",
                )
            )
        return tuple(found)
    if not (table.covered(first) and table.covered(last)):
        found.append(
            Text("ตารางวันหยุดยังไม่มีปีนี้ ให้เพิ่มก่อนใช้", "the holiday table does not know this year; add it first")
        )
    for item in table.unsure(first, last):
        th, en = _dates(item.day)
        found.append(
            Text(
                f"วันหยุด {th} ({item.title.th}) ยังไม่ยืนยัน",
                f"holiday {en} ({item.title.en}) is not confirmed yet",
            )
        )
    return tuple(found)


def _not_in_force(clock: Clock, day: date) -> Text:
    if clock.not_yet(day) and clock.in_force_from is not None:
        th, en = _dates(clock.in_force_from)
        return Text(f"ยังไม่มีผลใช้บังคับ (เริ่ม {th})", f"not yet in force (from {en})")
    th, en = _dates(clock.in_force_to or day)
    return Text(f"สิ้นผลใช้บังคับแล้ว (ถึง {th})", f"no longer in force (until {en})")


def _dates(day: date) -> tuple[str, str]:
    month = day.month - 1
    return f"{day.day} {_MONTHS_TH[month]} {day.year + _BE}", f"{day.day} {_MONTHS_EN[month]} {day.year}"


def _result(
    clock: Clock,
    start: datetime,
    state: DueState,
    show: Text,
    *,
    due_at: datetime | None = None,
    possible_at: datetime | None = None,
    remarks: tuple[Text, ...] = (),
) -> Due:
    return Due(
        code=clock.code,
        version=clock.version,
        title=clock.title,
        law=clock.law,
        section=clock.section,
        trigger_at=start,
        due_at=due_at,
        possible_at=possible_at,
        state=state,
        show=show,
        remarks=remarks,
    )
