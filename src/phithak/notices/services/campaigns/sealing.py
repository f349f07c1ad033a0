"""What the second person approves: one hash over the words, the plan and the list."""

from __future__ import annotations

import hashlib
import json

from phithak.base.text import Text
from phithak.core.outbox.states import Channel
from phithak.notices import queries
from phithak.notices.errors import NotAsApprovedError
from phithak.notices.models import Campaign
from phithak.notices.saying import Approved
from phithak.notices.states import Answers
from phithak.notices.texts import text_hash

_UNDER_SEAL = (
    "title", "channel", "answers", "facts", "passed", "directory", "tlp", "exercise", "urgent", "day_only",
    "calls_per_hour", "call_percent", "due_hours", "chase", "waves", "recipients", "list_hash",
)  # fmt: skip


def seal_of(row: Campaign) -> str:
    """Return the hash (hex) of what an approval is bound to: any change of words, plan or list changes it."""
    told = {name: getattr(row, name) for name in _UNDER_SEAL}
    told |= {
        "tenant": str(row.tenant_id),
        "text": str(row.text_id),
        "text_hash": text_hash(queries.wording_of(row.text)),
    }
    stored = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(stored.encode()).hexdigest()


def approved_words(row: Campaign) -> Approved:
    """Return what the words of a campaign are made from, without asking whether it was approved."""
    return Approved(
        title=row.title,
        written_for=Channel(row.channel),
        wording=queries.wording_of(row.text),
        facts=row.facts,
        passed=tuple(row.passed),
        directory=row.directory,
        sender=_sender(row),
        tlp=row.tlp,
        answers=Answers(row.answers),
        exercise=row.exercise,
    )


def holds(row: Campaign) -> bool:
    """Tell whether words and plan are those that were approved (the list has its own check)."""
    return bool(row.seal) and row.approver_id is not None and seal_of(row) == row.seal


def sealed_words(row: Campaign) -> Approved:
    """Return what the words are made from, if they are what was approved.

    Raises:
        NotAsApprovedError: they are not; nothing may leave.
    """
    if not holds(row):
        raise NotAsApprovedError
    return approved_words(row)


def _sender(row: Campaign) -> Text:
    return Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th)
