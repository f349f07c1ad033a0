"""Each midnight: whoever leaves today leaves now."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core.jobs.services import Run
from phithak.core.schedule.registry import every
from phithak.registry.services import people


@every(
    "registry.leave_due",
    cron="0 0 * * *",
    text=Text("ให้ผู้ที่ครบกำหนดพ้นหน้าที่ในวันนี้", "Let those leave whose day has come"),
)
def leave_due(run: Run, *, due: str) -> None:  # noqa: ARG001 - a schedule gives the due moment
    """End positions, contacts and accounts of everybody whose last day was yesterday."""
    people.leave_due()
