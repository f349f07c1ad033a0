"""A real server for browser tests: granian over loopback, its own folders, a migrated SQLite database."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Server:
    """A running instance: its address, the session cookie of each person, addresses that no link leads to."""

    url: str
    cookies: dict[str, str]
    places: dict[str, tuple[str, str]]
    folder: Path


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(kind: str, folder: Path) -> Iterator[Server]:
    """Seed an instance of a kind (``full`` or ``empty``) in ``folder``, serve it, and stop it at the end."""
    port = free_port()
    (folder / "data").mkdir(parents=True)
    (folder / "config").mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PHITHAK_")} | {
        "PHITHAK_CONFIG_DIR": str(folder / "config"),
        "PHITHAK_DATA_DIR": str(folder / "data"),
        "PHITHAK_PORT": str(port),
        "PHITHAK_WEB_PROCESSES": "1",
        "PHITHAK_WEB_THREADS": "4",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "tests.e2e.settings",
    }
    seeded = subprocess.run(
        [sys.executable, "-m", "tests.e2e.seed", kind],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if seeded.returncode:
        raise RuntimeError(f"the seed failed:\n{seeded.stderr[-4000:]}")
    made = json.loads(seeded.stdout.splitlines()[-1])
    log = (folder / "server.log").open("wb")
    child = subprocess.Popen(
        [sys.executable, "-m", "phithak", "web"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, child, folder / "server.log")
        yield Server(
            url,
            made["cookies"],
            {name: (url, person) for name, (url, person) in made["places"].items()},
            folder,
        )
    finally:
        os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        log.close()


def _wait(url: str, child: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if child.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:  # noqa: S310 - our own loopback address
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")
