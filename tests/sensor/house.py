"""A hospital on loopback: a folder with a sensor that runs as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from phithak.sensor.identity import Identity
from tests.sensor.standin import TOKEN, Centre

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = Path(__file__).with_name("program.py")


def wait_for(what: Callable[[], Any], seconds: float = 30, why: str = "") -> Any:
    """Wait until ``what`` is true and return it; nothing else is waited for in these tests."""
    event = threading.Event()
    until = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds} s: {why or what}")
        event.wait(0.02)
    return found


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """One hospital's sensor."""

    def __init__(self, folder: Path, centre: Centre, program: list[str] | None = None) -> None:
        self.folder = folder
        self.centre = centre
        self.program = program or [sys.executable, str(PROGRAM)]
        self.sections: dict[str, dict[str, str]] = {"page": {"port": "0"}, "caps": {"delay": "1"}}
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(exist_ok=True)
        Identity(folder).keep(TOKEN, centre.papers.pem)

    def source(self, name: str, **values: object) -> None:
        self.sections[f"source {name}"] = {key: str(value) for key, value in values.items()}

    def caps(self, **values: object) -> None:
        self.sections["caps"] = {"delay": "1"} | {key: str(value) for key, value in values.items()}

    def write(self) -> None:
        parts = {"centre": {"address": self.centre.address}, **self.sections}
        text = "\n".join(
            f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
            for name, values in parts.items()
        )
        (self.folder / "sensor.ini").write_text(text, encoding="utf-8")

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.program, "--folder", str(self.folder), *words], env=self._environment({}), check=False,
            capture_output=True, text=True, timeout=60, encoding="utf-8",
        )  # fmt: skip

    def start(self, *, ready: bool = True, **environment: str) -> None:
        self.write()
        (self.folder / "status.json").unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.program, "--folder", str(self.folder), "run", "--beat", "0.3"],
                env=self._environment(environment), stdout=log, stderr=log,
            )  # fmt: skip
        if ready:
            wait_for(lambda: self.status() or self.process.poll() is not None, why=self.log())
            assert self.process.poll() is None, self.log()

    def status(self) -> dict[str, Any]:
        try:
            told: dict[str, Any] = json.loads((self.folder / "status.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return told

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace")[-3000:] if path.exists() else ""

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}", **more}
