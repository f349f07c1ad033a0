"""A campaign with an approved text and a list of addresses; the worker's part is done by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from phithak.base import clock
from phithak.core.jobs.services import run_pending
from phithak.core.outbox.pump import Pump
from phithak.core.outbox.services import control
from phithak.core.outbox.states import Channel
from phithak.notices import services
from phithak.notices.models import Campaign, Recipient
from phithak.notices.services import campaigns, lists
from phithak.notices.states import Answers
from tests.notices.conftest import House, house  # noqa: F401 - a fixture of these tests too
from tests.people import People


@dataclass
class Desk:
    """Who drafts, who approves, and what went out."""

    house: House
    out: Path
    moment: list[datetime]

    @property
    def people(self) -> People:
        """The sector."""
        return self.house.people

    def approve_text(self, code: str) -> None:
        """Let two persons approve the newest version of a ready text."""
        row = self.house.submitted(code)
        services.approve(self.house.actor("cert_admin"), row.pk, seen=row.text_hash)

    def listed(self, *lines: str, name: str = "รายชื่อทดสอบ") -> UUID:
        """Make a list of addresses."""
        actor = self.house.actor("analyst")
        list_id = lists.make_list(actor, self.people.tenant_id("cert"), name=name)
        lists.add_addresses(actor, list_id, "\n".join(lines))
        return list_id

    def plan(self, list_id: UUID, *, template: str = "M12", **more: Any) -> UUID:
        """Draft a campaign."""
        facts = {
            "team": "ศูนย์เฝ้าระวัง",
            "period": "เดือนนี้",
            "due": "30 พ.ย. 2569",
            "case": "HC-1",
            "id": "HC-ADV-7",
            "org": "ศูนย์",
        }
        wanted = campaigns.Plan(
            **{"title": "ทดสอบการติดต่อ", "template": template, "source": "notices.list", "answers": Answers.DONE,
               "source_args": {"list": str(list_id)}, "facts": facts, **more}
        )  # fmt: skip
        return campaigns.plan(self.house.actor("analyst"), self.people.tenant_id("cert"), wanted)

    def gathered(self, campaign_id: UUID) -> Campaign:
        """Gather the list."""
        campaigns.gather(self.house.actor("analyst"), campaign_id, seen=self.row(campaign_id).version)
        run_pending("normal")
        return self.row(campaign_id)

    def approved(self, campaign_id: UUID) -> Campaign:
        """Gather, submit and approve."""
        row = self.gathered(campaign_id)
        seal = campaigns.submit(self.house.actor("analyst"), row.pk, seen=row.version)
        campaigns.approve(self.house.actor("cert_admin"), row.pk, seen=seal)
        return self.row(row.pk)

    def started(self, campaign_id: UUID) -> Campaign:
        """Do all of it, and queue the first wave."""
        row = self.approved(campaign_id)
        campaigns.start(self.house.actor("analyst"), row.pk)
        run_pending("normal")
        return self.row(row.pk)

    def row(self, campaign_id: UUID) -> Campaign:
        """Return a campaign as it is now."""
        return Campaign.objects.select_related("text__template", "tenant").get(pk=campaign_id)

    def recipients(self, campaign_id: UUID) -> list[Recipient]:
        """Return its recipients in order."""
        return list(
            Recipient.objects.filter(campaign=campaign_id).select_related("message").order_by("place")
        )

    def pump(self) -> list[str]:
        """Send what is due, and return every message that left so far."""
        for channel in (Channel.MAIL, Channel.SMS):
            Pump(channel, seconds=0.5).tick()
        folder = self.out / "null-outbox"
        return (
            sorted(path.read_text(encoding="utf-8") for path in folder.glob("*.txt"))
            if folder.exists()
            else []
        )

    def later(self, **span: float) -> None:
        """Move the clock ahead."""
        self.moment[0] += timedelta(**span)

    def tick(self) -> None:
        """Let the loop and its jobs see to what is due."""
        campaigns.tick()
        run_pending("normal")
        control.sweep()


def link_in(message: str) -> str:
    """Return the path of the one-time link in a mail."""
    found = re.search(r"https?://[^/\s]+(/l/\S+)", message)
    assert found, message
    return found.group(1)


@pytest.fixture
def desk(
    house: House,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Desk:
    """The centre with an approved mail and SMS, a clock that the test moves, and the Null adapter's folder."""
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, data_dir=tmp_path))
    # a weekday at ten in Bangkok, whatever the hour of the run
    moment = [clock.now().replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=1)]
    desk = Desk(house, tmp_path, moment)
    for code in ("M12", "M7"):
        desk.approve_text(code)
    now: Callable[[], datetime] = lambda: moment[0]  # noqa: E731 - a clock
    monkeypatch.setattr(clock, "now", now)
    return desk
