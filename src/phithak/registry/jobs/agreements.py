"""Nightly work on agreements and links: what is over ends, keepers are reminded."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core.jobs.services import Run
from phithak.core.schedule.registry import every
from phithak.registry.services import agreements


@every(
    "registry.settle_agreements",
    cron="5 0 * * *",
    text=Text(
        "ปิดสิ่งที่สิ้นสุดตามข้อตกลง และเตือนล่วงหน้า", "End what agreements no longer allow, and remind of their ends"
    ),
)
def settle_agreements(run: Run, *, due: str) -> None:  # noqa: ARG001 - a schedule gives the due moment
    """End agreements, flows and links whose last day is over, then remind of agreements that end soon."""
    agreements.settle(run.actor)
    agreements.remind(run.actor)
