"""How long events are kept reaches the compactor, and what it did reaches the journal, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from phithak.base import clock, config
from phithak.base.config import ConfigError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.contrib import RetentionHold
from phithak.core.journal.models import Entry
from phithak.eventstore.compactor import Compactor
from phithak.eventstore.compactor.process import housekeeping
from phithak.eventstore.retention import read_rules
from phithak.monitoring.models import Source
from phithak.monitoring.queries.keeping import HOLD_SOURCE
from phithak.monitoring.services import projecting
from phithak.monitoring.services.retention import note_acts
from tests.monitoring.conftest import Desk
from tests.monitoring.test_storage import fill

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def held() -> Iterator[set[UUID]]:
    """Organisations whose events something holds."""
    tenants: set[UUID] = set()

    def reasons(source: str, tenant: UUID) -> list[Text]:
        return [Text("มีคดีเปิดอยู่", "A case is open")] if source == HOLD_SOURCE and tenant in tenants else []

    contrib.retention_hold.register(RetentionHold("test.hold", reasons))
    yield tenants
    contrib.retention_hold.forget("test.hold")


def days_pass(desk: Desk, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let the compactor look after its files some days from now."""
    now = clock.now()
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: now + timedelta(days=days))
        compactor = Compactor(desk.layout)
        try:
            housekeeping(compactor, lambda: read_rules(desk.layout))
        finally:
            compactor.close()


def told() -> list[tuple[str, int]]:
    """Return tag and number of events of what the journal says of retention, in order."""
    rows = Entry.objects.filter(tag__startswith="monitoring:events:").order_by("at", "pk")
    return [(row.tag.rpartition(":")[2], json.loads(row.body)["facts"]["events"]) for row in rows]


def test_days_of_a_kind_and_holds_reach_the_compactor_and_its_acts_the_journal(
    desk: Desk, held: set[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, tenant = desk.site(), desk.people.tenant_id("hospital")
    fill(desk, desk.sensor(site), tenant, {"his": 4, "servers": 3}, days=1)
    monkeypatch.setenv("PHITHAK_EVENT_DAYS", "syslog=30")
    projecting.project()
    days_pass(desk, monkeypatch, 31)
    assert note_acts() == 1
    assert told() == [("condemned", 3)]
    held.add(tenant)
    projecting.project()
    assert read_rules(desk.layout).held == {tenant: "มีคดีเปิดอยู่"}
    kept = {one["label"]: one["goes"] for one in desk.ask("analyst", "GET", "/storage")[1]["items"]}
    assert kept == {"his": None, "servers": None}
    days_pass(desk, monkeypatch, 200)
    assert note_acts() == 1
    assert note_acts() == 0
    assert told() == [("condemned", 3), ("spared", 3)]
    assert Source.objects.count() == 2


@pytest.mark.parametrize("wrong", ["windows", "windows=0", "windows=many", "=5", "dns=9999"])
def test_wrong_days_are_refused_with_the_name_of_the_setting(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHITHAK_EVENT_DAYS", f"dns=30, {wrong}")
    with pytest.raises(ConfigError, match="event_days"):
        config.load()
