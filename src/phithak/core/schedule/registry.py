"""The registry of schedules, in code: rooms say what happens when; persons may only pause and run now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from croniter import croniter

from phithak.base.text import Text
from phithak.core.jobs.registry import JobType, Lane, job


class Missed(StrEnum):
    """What becomes of runs that were due while nothing ran."""

    ONCE = "once"  # one run now makes up for all of them
    SKIP = "skip"  # the next run is the next one due


@dataclass(frozen=True)
class Every:
    """A job at set times.

    Attributes:
        job: what runs; its body is called as ``function(run, due="2026-11-21T01:00:00+00:00")``.
        cron: five fields: minute, hour, day of month, month, day of week.
        zone: time zone in which the cron line is read.
        missed: what becomes of missed runs.
    """

    job: JobType
    cron: str
    zone: ZoneInfo
    missed: Missed

    @property
    def name(self) -> str:
        """The name, which is also the job's."""
        return self.job.name

    @property
    def text(self) -> Text:
        """What it does, for people."""
        return self.job.text

    def next_after(self, moment: datetime) -> datetime:
        """Return the first due moment after ``moment`` (aware), in UTC."""
        found: datetime = croniter(self.cron, moment.astimezone(self.zone)).get_next(datetime)
        return found.astimezone(UTC)

    def last_until(self, moment: datetime) -> datetime:
        """Return the last due moment not after ``moment`` (aware), in UTC."""
        following = self.next_after(moment).astimezone(self.zone)
        found: datetime = croniter(self.cron, following).get_prev(datetime)
        return found.astimezone(UTC)


_schedules: dict[str, Every] = {}


def every(
    name: str,
    *,
    cron: str,
    text: Text,
    zone: str = "Asia/Bangkok",
    missed: Missed | str = Missed.ONCE,
    lane: Lane | str = Lane.NORMAL,
    attempts: int = 5,
    timeout: int = 600,
) -> Callable[[Callable[..., None]], Every]:
    """Register the function below as a job that runs at set times.

    Args:
        name: ``room.name``.
        cron: five fields, such as ``"0 8 * * *"`` for each day at eight.
        text: what it does, in both languages.
        zone: time zone of the cron line.
        missed: ``once`` or ``skip``, see :class:`Missed`.
        lane: as of ``jobs.job``.
        attempts: as of ``jobs.job``.
        timeout: as of ``jobs.job``.

    Raises:
        ValueError: the cron line or the zone cannot be read, or the name is taken.
    """
    if len(cron.split()) != 5 or not croniter.is_valid(cron):  # noqa: PLR2004 - minutes are the finest step
        raise ValueError(f"{name}: not a cron line of five fields: {cron!r}")
    place = ZoneInfo(zone)

    def register(function: Callable[..., None]) -> Every:
        kind = job(name, text=text, lane=lane, attempts=attempts, timeout=timeout)(function)
        made = Every(kind, cron, place, Missed(missed))
        _schedules[name] = made
        return made

    return register


def get(name: str) -> Every | None:
    """Return the schedule of that name, or None when no room knows it (any more)."""
    return _schedules.get(name)


def all_schedules() -> Iterator[Every]:
    """Yield every registered schedule, by name."""
    return iter([_schedules[name] for name in sorted(_schedules)])
