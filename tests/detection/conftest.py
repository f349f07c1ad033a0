"""A detector over a store of its own, with few rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phithak.base import batch, ids
from phithak.detection.detector import rules as reading
from phithak.detection.detector.process import Detector
from phithak.detection.detector.rules import Rules
from phithak.eventstore.bus import EmbeddedBus
from phithak.eventstore.layout import Layout
from phithak.eventstore.segments import Envelope
from phithak.eventstore.store import Store
from tests.eventstore.making import SENDER, SOURCE, put
from tests.people import People

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
RULE = """title: Whoami was run
id: 00000000-0000-4000-8000-0000000000d1
status: test
tags: [attack.t1033]
logsource: {product: windows, category: process_creation}
detection:
    selection: {Image|endswith: '\\whoami.exe'}
    condition: selection
level: medium
"""
FAILED = """title: A failed login
id: 00000000-0000-4000-8000-0000000000d2
name: failed_login
status: test
logsource: {product: windows, service: security}
detection:
    selection: {EventID: 4625}
    condition: selection
level: low
---
title: Many failed logins
id: 00000000-0000-4000-8000-0000000000d3
status: test
correlation:
    type: event_count
    rules: [failed_login]
    group-by: [TargetUserName]
    timespan: 5m
    condition: {gte: 3}
level: high
"""


def whoami(minute: int = 0, host: str = "DC01", **more: Any) -> bytes:
    """Return an event that the rule finds."""
    return json.dumps({
        "Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "Computer": host,
        "UtcTime": f"2026-11-20 12:{minute:02}:00.000", "Image": "C:\\Windows\\System32\\whoami.exe", **more,
    }).encode()  # fmt: skip


def failed(second: int, user: str = "somsri", minute: int = 0) -> bytes:
    """Return a failed login."""
    return json.dumps({
        "Channel": "Security", "EventID": 4625, "Computer": "DC01", "TargetUserName": user,
        "SystemTime": f"2026-11-20T12:{minute:02}:{second:02}Z",
    }).encode()  # fmt: skip


QUIET = json.dumps({"Channel": "System", "EventID": 7036, "Computer": "DC01"}).encode()


@dataclass
class Watch:
    """A centre that watches one hospital."""

    people: People
    layout: Layout
    store: Store
    folder: Path
    kept: Path
    opened: list[EmbeddedBus] = field(default_factory=list)

    def stored(self, *events: bytes, tenant: str = "hospital") -> None:
        """Store a batch of events as the intake does."""
        now = int(NOON.timestamp() * 1_000_000)
        sealed = batch.seal(
            list(events), source="dc", sequence=1, sealed=now, first=now, last=now, codec="plain", batch=ids.uuid7()
        )  # fmt: skip
        put(self.store, sealed, Envelope(self.people.tenant_id(tenant), SENDER, SOURCE, "windows", 420, now))

    def rules(self) -> Rules:
        """Read the rules of the folder."""
        return Rules(self.folder, self.kept)

    def detector(self, rules: Rules | None = None) -> Detector:
        """Begin a detector."""
        bus = EmbeddedBus(self.layout)
        self.opened.append(bus)
        return Detector(bus, rules or self.rules())


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where read rules are kept for the tests of a process."""
    return tmp_path_factory.mktemp("sigma")


@pytest.fixture
def watch(people: People, tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """A store, and two files of rules; those of Phithak are left out, which takes seconds less."""
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setattr(reading, "own_folder", lambda: str(own))
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "whoami.yml").write_text(RULE)
    (folder / "failed.yml").write_text(FAILED)
    layout = Layout(tmp_path / "events")
    made = Watch(people, layout, Store(layout, None, reserve=0), folder, kept)
    yield made
    for bus in made.opened:
        bus.close()
    made.store.close()


@pytest.fixture
def told() -> Callable[[], list[tuple[str, str, int]]]:
    """A function that returns title, group and count of all alerts, in the order of their titles."""
    from phithak.detection.models import Alert  # noqa: PLC0415 - models are ready only now

    return lambda: sorted(Alert.objects.values_list("title", "group", "count"))
