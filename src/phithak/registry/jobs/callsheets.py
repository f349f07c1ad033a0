"""The weekly call sheet."""

from __future__ import annotations

from datetime import datetime

from phithak.base.text import Text
from phithak.core.jobs.services import Run
from phithak.core.schedule import every
from phithak.registry.queries.drills import centres
from phithak.registry.services import callsheets


@every(
    "registry.call_sheets",
    cron="0 6 * * 1",
    text=Text("ทำใบรายชื่อโทรออฟไลน์ประจำสัปดาห์", "Make the weekly offline call sheet"),
)
def weekly(run: Run, due: str) -> None:
    """Make this week's sheet of each centre."""
    for tenant_id in centres():
        run.checkpoint()
        callsheets.make_weekly(tenant_id, datetime.fromisoformat(due))
