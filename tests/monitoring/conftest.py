"""A centre with an event store of its own for each test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from phithak.core.accounts import actors
from phithak.eventstore.control import Reader, Snapshot
from phithak.eventstore.layout import Layout
from phithak.monitoring.queries.states import SenderKind
from phithak.monitoring.services import senders, sites
from tests.people import People
from tests.registry.factory import organisation, organisation_of
from tests.sensor.conftest import centre, house, papers  # noqa: F401 - fixtures of a whole way

SYSTEM = actors.system("test")


@dataclass
class Desk:
    """The centre's desk: people, and the event store of this test."""

    people: People
    layout: Layout

    def ask(self, person: str, method: str, path: str, body: Any = None) -> Any:
        """Call the API as a person; returns status and what was told."""
        browser = self.people.client(person)
        answer = browser.generic(
            method,
            f"/api/v1/monitoring{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
        )
        content = answer.content
        return answer.status_code, json.loads(content) if content else None

    def known(self) -> Snapshot:
        """Return what the intake would know now."""
        reader = Reader(self.layout)
        try:
            found = reader.snapshot()
            assert found is not None
            return found
        finally:
            reader.close()

    def site(self, key: str = "hospital") -> UUID:
        """Put a hospital of the test's people into the roll-out."""
        organisation_of(self.people, key)
        return sites.add_site(SYSTEM, tenant_id=self.people.tenant_id(key))

    def another(self, number: int = 1) -> list[UUID]:
        """Return the tenants of further hospitals of the constituency."""
        return [organisation(self.people).pk for _ in range(number)]

    def sensor(self, site_id: UUID, name: str = "sensor") -> UUID:
        """Give a site a sensor with two sources."""
        made = senders.add_sender(SYSTEM, site_id, name=name, kind=SenderKind.SENSOR)
        for facts in (
            senders.SourceFacts("his", "file", "mariadb-audit", "/var/log/mysql/audit.log", local=True),
            senders.SourceFacts("servers", "syslog-tcp", "syslog", "0.0.0.0:5514"),
        ):
            senders.add_source(SYSTEM, made, facts)
        return made


@pytest.fixture
def desk(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("PHITHAK_DATA_DIR", str(tmp_path / "data"))
    return Desk(people, Layout(tmp_path / "data" / "events"))
