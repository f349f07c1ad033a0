"""Errors of the room: those a person sees, and those that end an attempt.

Tree::

    PhithakError
    ├── ArgumentsError      422  arguments are not small JSON without personal data
    ├── UnknownJobError     404  no room registered a job of that name
    └── JobStateError       409  its state does not allow this
    AttemptEnd (not for people; raised through a body to end the attempt)
    ├── LeaseLostError      another worker holds the job: nothing of this attempt may be written
    ├── CancelledError      a person cancelled it
    ├── ReleasedError       the worker is stopping: somebody else goes on
    ├── TimedOutError       the attempt took longer than the job's timeout
    ├── RetryLaterError     the body asks for another go later; not counted as an attempt
    └── GiveUpError         the body knows that no retry can help: dead letter now
"""

from __future__ import annotations

from phithak.base.errors import ConflictError, InvalidInputError, NotFoundError
from phithak.base.text import Text


class ArgumentsError(InvalidInputError):
    """Arguments, cursor or unique key cannot be stored."""

    code = "jobs.arguments"
    text = Text(
        "ข้อมูลของงาน {place} เก็บไม่ได้: {reason_th}",
        "Job data at {place} cannot be stored: {reason_en}",
    )


class UnknownJobError(NotFoundError):
    """No room registered a job of that name."""

    code = "jobs.unknown"
    text = Text(
        "ไม่รู้จักงานชื่อ {name} โปรดตรวจว่าติดตั้งรุ่นเดียวกันทุกเครื่อง",
        "No job is named {name}. Check that every machine runs the same release.",
    )


class JobStateError(ConflictError):
    """The job's state does not allow this."""

    code = "jobs.state"
    text = Text(
        "งานนี้อยู่ในสถานะ {state_th} จึงทำรายการนี้ไม่ได้ โปรดเปิดหน้างานใหม่",
        "The job is {state_en}, which does not allow this. Open the job's page again.",
    )


class AttemptEnd(Exception):  # noqa: N818 - it ends an attempt; only some of its kinds are errors
    """Base of what ends an attempt; a body lets it pass."""


class LeaseLostError(AttemptEnd):
    """Another worker holds the job now."""


class CancelledError(AttemptEnd):
    """A person cancelled the job."""


class ReleasedError(AttemptEnd):
    """The worker is stopping."""


class TimedOutError(AttemptEnd):
    """The attempt took longer than the job's timeout."""


class RetryLaterError(AttemptEnd):
    """The body asks for another go in ``seconds``; the attempt is not counted."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(seconds)


class GiveUpError(AttemptEnd):
    """No retry can help; ``reason`` (no personal data) goes on the dead letter."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)
