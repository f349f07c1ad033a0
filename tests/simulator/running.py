"""Starting, killing and asking the provider of ``provider.py`` from a test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.simulator.provider import Manners, accepted

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


@dataclass
class Simulator:
    """A provider in a process of its own."""

    folder: Path
    smtp: bool = False
    process: subprocess.Popen[bytes] | None = None
    manners: Manners = field(default_factory=Manners)

    def start(self, **manners: Any) -> Simulator:
        """Start it, with these manners, and wait until it listens; the port stays the same after a death."""
        self.folder.mkdir(exist_ok=True)
        if self.smtp:
            (self.folder / "want-smtp").touch()
        self.behave(**manners)
        for name in ("ready", "smtp"):
            (self.folder / name).unlink(missing_ok=True)
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.simulator.provider", str(self.folder)], env=environment, cwd=ROOT
        )
        self._wait()
        return self

    def behave(self, **manners: Any) -> None:
        """Change its manners; those not named stay."""
        self.manners = Manners(**{**asdict(self.manners), **manners})
        partial = self.folder / "manners.partial"
        partial.write_text(json.dumps(asdict(self.manners)), encoding="utf-8")
        partial.rename(self.folder / "manners")

    def kill(self) -> None:
        """Kill it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)

    @property
    def dead(self) -> bool:
        """Whether it has died."""
        return self.process is None or self.process.poll() is not None

    @property
    def port(self) -> int:
        """Where it listens for HTTP."""
        return int((self.folder / "port").read_text())

    @property
    def url(self) -> str:
        """The address for the product's settings."""
        return f"http://127.0.0.1:{self.port}/send#{self.manners.mode}"

    @property
    def mail_url(self) -> str:
        """The mail address for the product's settings."""
        return f"smtp://127.0.0.1:{(self.folder / 'smtp').read_text()}"

    def log(self) -> list[dict[str, Any]]:
        """Return what it accepted."""
        return accepted(self.folder)

    def per_person(self) -> Counter[str]:
        """Count what it accepted by address."""
        return Counter(line["to"] for line in self.log())

    def _wait(self) -> None:
        import socket  # noqa: PLC0415 - for this loop

        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except (OSError, ValueError):
                assert not self.dead, "the provider died at its start"
                time.sleep(0.02)
            else:
                if not self.smtp or (self.folder / "smtp").exists():
                    return
        raise AssertionError("the provider never listened")
