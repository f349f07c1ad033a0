"""How dues stand: which is shown first, how much time is left, when people are warned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from phithak.engines.clocks.calendar import aware
from phithak.engines.clocks.due import Due, DueState


class Level(StrEnum):
    """How a due stands at a moment."""

    NO_TIME = "no_time"
    ON_TIME = "on_time"
    WARNING = "warning"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Remaining:
    """Time left (negative when over, None without an end), percent used, highest threshold reached."""

    left: timedelta | None
    used_percent: int | None
    level: Level
    warned_at: int | None


def order(dues: Iterable[Due]) -> list[Due]:
    """Sort for a person: the earliest possible end first, what is not settled before what is.

    A clock without a number counts from its trigger. What is no deadline (late limit, keep, reminder) and
    what is not in force come after all deadlines.
    """
    return sorted(dues, key=_rank)


def remaining(
    item: Due, now: datetime, warn_at: Sequence[int] = (50, 80, 100), since: datetime | None = None
) -> Remaining:
    """Tell how ``item`` stands at ``now`` (aware); in time up to and including ``due_at``.

    Only a running deadline is ever overdue: what is unsettled, a reminder or a limit warns at most, and
    what was kept long enough is fine.

    Args:
        item: a due; without ``due_at`` its ``possible_at`` counts.
        now: aware moment.
        warn_at: thresholds in percent of the whole time.
        since: start of the whole time; the trigger unless told. A clock that runs up to its trigger needs
            it (the day on which the change was planned); else no percentage is given.

    Raises:
        ClockError: a moment without a time zone.
    """
    at, end = aware(now), item.due_at or item.possible_at
    if end is None:
        return Remaining(None, None, Level.NO_TIME, None)
    start = item.trigger_at if since is None else aware(since)
    whole, left = end - start, end - at
    used = max(0, (at - start) * 100 // whole) if whole > timedelta(0) else None
    reached = [percent for percent in warn_at if used is not None and used >= percent]
    if left < timedelta(0) and item.state is DueState.RUNNING:
        level = Level.OVERDUE
    elif item.state is not DueState.KEEP_UNTIL and (reached or left < timedelta(0)):
        level = Level.WARNING
    else:
        level = Level.ON_TIME
    return Remaining(left, used, level, max(reached) if reached else None)


def _rank(item: Due) -> tuple[int, datetime, int, str, int]:
    moment = item.due_at or item.possible_at or item.trigger_at
    group = 0 if item.is_deadline else 1
    if item.state is DueState.NOT_IN_FORCE:
        group = 2
    settled = 0 if item.state is DueState.UNSET_CHECK else 1
    return group, moment, settled, item.code, item.version
