"""The page for hospitals is true: its commands are run as they stand, with the names of this test put in."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from phithak.sensor import settings
from phithak.sensor.uplink.enrol import fingerprint
from tests.sensor.house import ROOT, free_port, wait_for
from tests.sensor.installing import install
from tests.sensor.standin import Centre


def test_a_hospital_that_follows_the_page_is_heard_within_a_minute(tmp_path: Path, centre: Centre) -> None:
    """Proves (part): S4-8 (the sensor's side: installed by the page's words, heartbeat and first events)."""
    log = tmp_path / "messages"
    log.touch()
    centre.proposal = {
        "messages": {"kind": "file", "path": str(log), "profile": "syslog"},
        "devices": {"kind": "syslog-tcp", "listen": f"127.0.0.1:{free_port()}", "profile": "syslog"},
    }
    begun = time.monotonic()
    installed = install(
        tmp_path, address=centre.address, code="PHON-1234", fingerprint=fingerprint(centre.papers.pem)
    )
    try:
        assert "ลงทะเบียนแล้ว" in installed.told
        assert "http://127.0.0.1:" in installed.told
        wait_for(lambda: centre.heartbeats, 30, installed.log)
        stop = threading.Event()
        while not centre.events("messages") and time.monotonic() - begun < 60:
            with log.open("ab") as file:
                file.write(b"<13>first event\n")
            stop.wait(0.3)
        assert b"<13>first event" in centre.events("messages"), installed.log
        assert time.monotonic() - begun < 60
        assert [one.source for one in centre.heartbeats[-1].sources] == ["messages", "devices"]
    finally:
        os.kill(installed.pid, signal.SIGKILL)


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
