"""The page for hospitals is true: its commands are run as they stand, with the names of this test put in."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from phithak.sensor import settings
from phithak.sensor.uplink.enrol import fingerprint
from tests.sensor.house import ROOT, free_port, wait_for
from tests.sensor.standin import Centre
from tools import sensor

PAGE = ROOT / "docs" / "how-to" / "sensor.md"


def blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_a_hospital_that_follows_the_page_is_heard_within_a_minute(tmp_path: Path, centre: Centre) -> None:
    """Proves (part): S4-8 (the sensor's side: installed by the page's words, heartbeat and first events)."""
    log, folder = tmp_path / "messages", tmp_path / "state"
    log.touch()
    centre.proposal = {
        "messages": {"kind": "file", "path": str(log), "profile": "syslog"},
        "devices": {"kind": "syslog-tcp", "listen": f"127.0.0.1:{free_port()}", "profile": "syslog"},
    }
    sensor.make(tmp_path / "phithak-sensor.pyz")
    script = "set -e\n" + "".join(blocks())
    for old, new in (
        ("https://cert.example:8443", centre.address),
        ("XXXX-0000", "PHON-1234"),
        ("0000 0000 0000 0000 0000 0000", " ".join(fingerprint(centre.papers.pem).split()[:6])),
        ("/var/lib/phithak-sensor", str(folder)),
        ("python3 /opt/phithak", f"{sys.executable} {tmp_path}"),
    ):
        assert old in script, old
        script = script.replace(old, new)
    # the page's port belongs to this machine's one sensor; here several may run
    script = script.replace(
        "$SENSOR check", f'printf "[page]\\nport = {free_port()}\\n" >> {folder}/sensor.ini; $SENSOR check'
    )
    begun = time.monotonic()
    done = subprocess.run(
        ["bash", "-c", script + 'echo "pid $!"\n'], check=False, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": ""}, encoding="utf-8", stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    pid = int(done.stdout.rpartition("pid ")[2])
    try:
        assert "ลงทะเบียนแล้ว" in done.stdout
        assert "http://127.0.0.1:" in done.stdout
        wait_for(lambda: centre.heartbeats, 30, (folder / "sensor.log").read_text())
        stop = threading.Event()
        while not centre.events("messages") and time.monotonic() - begun < 60:
            with log.open("ab") as file:
                file.write(b"<13>first event\n")
            stop.wait(0.3)
        assert b"<13>first event" in centre.events("messages"), (folder / "sensor.log").read_text()
        assert time.monotonic() - begun < 60
        assert [one.source for one in centre.heartbeats[-1].sources] == ["messages", "devices"]
    finally:
        os.kill(pid, signal.SIGKILL)


def test_the_example_settings_are_valid(tmp_path: Path) -> None:
    text = (ROOT / "deploy" / "sensor" / "sensor.ini").read_text(encoding="utf-8")
    (tmp_path / "sensor.ini").write_text(text, encoding="utf-8")
    found = settings.read(tmp_path)
    assert {one.kind for one in found.sources} == {"syslog-udp", "relp", "folder", "file"}
    assert "mariadb-audit" in {one.profile for one in found.sources}


def test_every_agent_that_hospitals_run_has_its_configuration() -> None:
    found = {path.name.split(".")[0].split("-")[0] for path in (ROOT / "deploy" / "agents").iterdir()}
    assert found == {
        "rsyslog", "syslog", "winlogbeat", "filebeat", "vector", "fluent", "wazuh", "suricata", "zeek"
    }  # fmt: skip
