"""The check that runs and the last one that is over."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from phithak.core.journal.findings import Finding, LiveReport
from phithak.core.journal.models import Verification


@dataclass(frozen=True)
class VerificationView:
    """A check: how far it is, and what it found so far."""

    started_by: str
    started_at: datetime
    finished_at: datetime | None
    total: int
    checked: int
    report: LiveReport

    @property
    def findings(self) -> list[Finding]:
        """What was found so far."""
        return self.report.findings


def running_verification() -> VerificationView | None:
    """Return the check that runs, or None."""
    return _view(Verification.objects.filter(state="running").order_by("id").first())


def last_verification() -> VerificationView | None:
    """Return the last check that went to its end, or None."""
    return _view(Verification.objects.filter(state="done").order_by("-id").first())


def _view(row: Verification | None) -> VerificationView | None:
    if row is None:
        return None
    report = LiveReport.from_dict(json.loads(row.result)) if row.result else LiveReport()
    return VerificationView(row.started_by, row.created_at, row.finished_at, row.total, row.checked, report)
