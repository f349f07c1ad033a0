"""The real ingest process with senders of its own, and a client that speaks plain HTTP to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from phithak.base import ids
from phithak.base.profile import PROFILES
from phithak.eventstore.bus import START, EmbeddedBus
from phithak.eventstore.control import ControlWriter, Sender, Source, Tenant, token_digest
from phithak.eventstore.layout import Layout

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "t" * 43
OTHER_TOKEN = "u" * 43


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)


@dataclass
class Ingest:
    """An ingest process in a folder; ``program`` is what starts it, the command unless a test says otherwise."""

    folder: Path
    program: tuple[str, ...] = ("-m", "phithak", "ingest")
    environ: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    tenant: UUID = field(default_factory=ids.uuid7)
    other_tenant: UUID = field(default_factory=ids.uuid7)
    sender: UUID = field(default_factory=ids.uuid7)
    other_sender: UUID = field(default_factory=ids.uuid7)

    @property
    def layout(self) -> Layout:
        return Layout(self.folder / "data" / "events")

    def prepare(self) -> None:
        """Write two tenants with a sender each; the first has a source of every state."""
        with ControlWriter(self.layout) as control:
            control.put(
                tenants=(Tenant(self.tenant), Tenant(self.other_tenant)),
                senders=(
                    Sender(
                        self.sender,
                        self.tenant,
                        (token_digest(TOKEN),),
                        settings='{"sources":[]}',
                        version="3",
                    ),
                    Sender(self.other_sender, self.other_tenant, (token_digest(OTHER_TOKEN),)),
                ),
                sources=(
                    self.source("his", PROFILES["syslog"].name),
                    self.source("web", "web"),
                    self.source("default", "syslog"),
                    self.source("bare", None),
                    Source(ids.uuid7(), self.sender, "off", "json", PROFILES["syslog"], active=False),
                    Source(ids.uuid7(), self.other_sender, "his", "json", PROFILES["syslog"]),
                ),
            )

    def source(self, label: str, profile: str | None) -> Source:
        return Source(ids.uuid7(), self.sender, label, "json", None if profile is None else PROFILES[profile])

    def start(self) -> None:
        """Start the process and wait until it answers."""
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        (self.folder / "config").mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, *self.program],
            env={
                **os.environ,
                "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
                "PHITHAK_CONFIG_DIR": str(self.folder / "config"),
                "PHITHAK_DATA_DIR": str(self.folder / "data"),
                "PHITHAK_INGEST_PORT": str(self.port),
                "PHITHAK_INGEST_RESERVE_MB": "0",
                **self.environ,
            },
            start_new_session=True,
        )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            assert self.process.poll() is None, "ingest ended at its start"
            try:
                if self.ask("GET", "/v1/health").status == 200:
                    return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("ingest does not answer")

    def ask(
        self, method: str, path: str, body: bytes | None = None, token: str = TOKEN, **headers: str
    ) -> Answer:
        """Send one request on a connection of its own; header names are written with _ for -."""
        connection = self._connection()
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            if token:
                named.setdefault("authorization", f"Bearer {token}")
            connection.request(method, path, body=body, headers=named)
            response = connection.getresponse()
            content = response.read()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, content)
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if "PHITHAK_TLS_KEY" not in self.environ:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        unchecked = ssl._create_unverified_context()  # noqa: S323 - the sender's own checks are tested with the sender
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=unchecked)

    def events(self) -> list[bytes]:
        """Return every stored event."""
        bus = EmbeddedBus(self.layout)
        try:
            return [event for one in bus.pull("test", START, 1_000_000) for event in one.events()]
        finally:
            bus.close()

    def kill(self) -> None:
        """Kill the whole process group at once."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                self.process.poll()
            self.process.wait()
            self.process = None

    def stop(self) -> int:
        """End in order; return the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self.process = None
        return code
