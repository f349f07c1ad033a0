"""A hospital that follows the page of the documentation: its commands as they stand, with the names of a test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.sensor.house import ROOT, free_port
from tools import sensor

PAGE = ROOT / "docs" / "how-to" / "sensor.md"


@dataclass(frozen=True)
class Installed:
    """A sensor that runs: its process, its folder, its one file, what the commands said."""

    pid: int
    folder: Path
    program: Path
    told: str

    @property
    def log(self) -> str:
        return (self.folder / "sensor.log").read_text(encoding="utf-8")


def blocks() -> list[str]:
    """Return the shell commands of the page."""
    return re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def install(folder: Path, *, address: str, code: str, fingerprint: str) -> Installed:
    """Make the sensor's one file and run every command of the page; whoever calls ends the process."""
    program = folder / "phithak-sensor.pyz"
    sensor.make(program)
    script = "set -e\n" + "".join(blocks())
    for old, new in (
        ("https://cert.example:8443", address),
        ("XXXX-0000", code),
        ("0000 0000 0000 0000 0000 0000", " ".join(fingerprint.split()[:6])),
        ("/var/lib/phithak-sensor", str(folder / "state")),
        ("python3 /opt/phithak", f"{sys.executable} {folder}"),
    ):
        assert old in script, old
        script = script.replace(old, new)
    # the page's port belongs to this machine's one sensor; here several may run
    script = script.replace(
        "$SENSOR check",
        f'printf "[page]\\nport = {free_port()}\\n" >> {folder}/state/sensor.ini; $SENSOR check',
    )
    done = subprocess.run(
        ["bash", "-c", script + 'echo "pid $!"\n'], check=False, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": ""}, encoding="utf-8", stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Installed(int(done.stdout.rpartition("pid ")[2]), folder / "state", program, done.stdout)
