"""The registry of jobs: ``@job("room.name", text=Text(…))`` above a function ``(run, **args)``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from phithak.base.text import Text

if TYPE_CHECKING:
    from phithak.core.jobs.services.run import Run


class Lane(StrEnum):
    """Which process a job runs in; work of one lane never waits for another."""

    URGENT = "urgent"  # paging, outbox
    NORMAL = "normal"
    HEAVY = "heavy"  # imports, leaks, hunts: nice, memory limit

    @property
    def text(self) -> Text:
        """The lane's name in both languages."""
        return _LANES[self]


_LANES = {
    Lane.URGENT: Text("เร่งด่วน", "Urgent"),
    Lane.NORMAL: Text("ปกติ", "Normal"),
    Lane.HEAVY: Text("งานหนัก", "Heavy"),
}


@dataclass(frozen=True)
class JobType:
    """A kind of job, in the shape of Django's Tasks (function path, JSON arguments, queue).

    Attributes:
        name: ``room.name``, unique; it stays when the function moves.
        text: what it does, for people.
        function: called as ``function(run, **args)``.
        lane: the queue that it goes to unless the enqueuer says otherwise.
        attempts: claims after which it becomes a dead letter.
        timeout: seconds that one attempt may take.
    """

    name: str
    text: Text
    function: Callable[..., None]
    lane: Lane = Lane.NORMAL
    attempts: int = 5
    timeout: int = 600

    @property
    def path(self) -> str:
        """The dotted path of the function."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def __call__(self, run: Run, **args: Any) -> None:
        """Run the body once."""
        self.function(run, **args)


_jobs: dict[str, JobType] = {}


def job(
    name: str,
    *,
    text: Text,
    lane: Lane | str = Lane.NORMAL,
    attempts: int = 5,
    timeout: int = 600,
) -> Callable[[Callable[..., None]], JobType]:
    """Register the function below as a job.

    Args:
        name: ``room.name``.
        text: what it does, in both languages.
        lane: ``urgent``, ``normal`` or ``heavy``.
        attempts: claims (kills count too) after which it becomes a dead letter.
        timeout: seconds that one attempt may take.

    Raises:
        ValueError: another function has that name, or a number is out of range.
    """

    def register(function: Callable[..., None]) -> JobType:
        if attempts < 1 or timeout < 1:
            raise ValueError(f"{name}: attempts and timeout must be 1 or more")
        made = JobType(name, text, function, Lane(lane), attempts, timeout)
        known = _jobs.get(name)
        if known is not None and known.path != made.path:
            raise ValueError(f"two jobs are named {name}: {known.path} and {made.path}")
        _jobs[name] = made
        return made

    return register


def get(name: str) -> JobType | None:
    """Return the job of that name, or None when no room knows it (any more)."""
    return _jobs.get(name)


def all_jobs() -> Iterator[JobType]:
    """Yield every registered job, by name."""
    return iter([_jobs[name] for name in sorted(_jobs)])


def text_of(name: str) -> Text:
    """Return the readable text of a job; its name when no room knows it."""
    known = _jobs.get(name)
    return known.text if known else Text(name, name)
