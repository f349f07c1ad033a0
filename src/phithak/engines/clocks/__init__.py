"""clocks: legal deadlines as data, and the arithmetic that turns a trigger into an end.

What it is: a table of clocks (``data/clocks.toml``: trigger, length, calendar, law, section, version, how
sure we are) and of holidays (``data/holidays.toml``), and pure functions on them. No clock of the law
stands in code; a change of law is a new version in a file.

Design: ``model`` says what a clock is made of, ``table`` reads, validates and picks versions, ``calendar``
counts days, office hours and holidays in Bangkok, ``due`` answers when a clock ends and what may be shown,
``standing`` sorts dues and tells the time left.
Moments go in aware and come out in UTC; there is no "now" in here; years are CE (Buddhist-era input is
turned by the caller). Ends are closed: exactly at ``due_at`` is still in time.

What is never done: a wall-clock hour is never stretched by a holiday; an unsettled number never becomes a
deadline; a limit of a late explanation never counts as a second deadline; a clock that was not in force on
the day has no end.
"""

from phithak.engines.clocks.calendar import (
    BANGKOK,
    Calendar,
    Holiday,
    HolidayState,
    add_months,
    end_of,
    load_calendar,
)
from phithak.engines.clocks.due import Due, DueState, due, within
from phithak.engines.clocks.errors import ClockDataError, ClockError
from phithak.engines.clocks.model import (
    Clock,
    Confidence,
    Counting,
    Direction,
    Length,
    Role,
    State,
    Trigger,
    Unit,
)
from phithak.engines.clocks.standing import Level, Remaining, order, remaining
from phithak.engines.clocks.table import ClockTable, load

__all__ = [
    "BANGKOK",
    "Calendar",
    "Clock",
    "ClockDataError",
    "ClockError",
    "ClockTable",
    "Confidence",
    "Counting",
    "Direction",
    "Due",
    "DueState",
    "Holiday",
    "HolidayState",
    "Length",
    "Level",
    "Remaining",
    "Role",
    "State",
    "Trigger",
    "Unit",
    "add_months",
    "due",
    "end_of",
    "load",
    "load_calendar",
    "order",
    "remaining",
    "within",
]
