"""Jobs of the notices room."""

from __future__ import annotations

from uuid import UUID

from phithak.base.text import Text
from phithak.core.jobs.registry import job
from phithak.core.jobs.services import Run
from phithak.notices import services
from phithak.notices.services.campaigns import chasing, gathering, sending


@job("notices.load_ready_texts", text=Text("นำเข้าแม่แบบพร้อมใช้", "Load the ready templates"))
def load_ready_texts(run: Run) -> None:  # noqa: ARG001 - a job takes its run
    """Load the ready texts for a centre that has just been made."""
    services.load_ready_texts()


@job(
    "notices.campaign_gather",
    text=Text("รวบรวมผู้รับการแจ้ง", "Gather a campaign's recipients"),
    attempts=50,
    timeout=3600,
)
def gather_campaign(run: Run, campaign: str) -> None:
    """Gather the list of a campaign."""
    gathering.run(run, UUID(campaign))


@job(
    "notices.campaign_send",
    text=Text("เข้าคิวข้อความของการแจ้ง", "Queue a campaign's messages"),
    attempts=100,
    timeout=6 * 3600,
)
def send_campaign(run: Run, campaign: str) -> None:
    """Queue the waves of a campaign that are due."""
    sending.run(run, UUID(campaign))


@job(
    "notices.campaign_chase",
    text=Text("ตามคำตอบของการแจ้ง", "Chase the answers of campaigns"),
    attempts=100,
    timeout=3600,
)
def chase_campaigns(run: Run) -> None:
    """Take the steps of the chase that are due."""
    chasing.run(run)
