"""The gateway is killed again and again while Debian's rsyslog sends: through the sensor, and without one.

The soak sends 100,000 lines, a tenth of them in CP874; what runs each time sends fewer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from phithak.eventstore.ledger import LedgerReader
from phithak.sensor.identity import Identity
from tests.ingest.running import TOKEN, Ingest
from tests.sensor.certificates import Papers
from tests.sensor.house import ROOT, House, free_port, wait_for
from tests.sensor.standin import Centre
from tests.sensor.test_flow import append
from tests.sensor.test_rsyslog import Rsyslog, lines

pytestmark = [pytest.mark.needs("rsyslogd"), pytest.mark.faults]

COUNTS = [4_000, pytest.param(100_000, marks=pytest.mark.soak)]
PATIENCE = 900
"""Seconds: a request for each line takes its time."""
KILLS = 4


@pytest.fixture
def gateway(tmp_path: Path, papers: Papers) -> Iterator[Ingest]:
    """The real intake over TLS."""
    tls = {"PHITHAK_TLS_CERTIFICATE": str(papers.certificate), "PHITHAK_TLS_KEY": str(papers.key)}
    made = Ingest(tmp_path / "centre", environ=tls)
    made.folder.mkdir()
    made.prepare()
    made.start()
    yield made
    made.kill()


@pytest.fixture
def rsyslog(tmp_path: Path) -> Iterator[Rsyslog]:
    made = Rsyslog(tmp_path / "rsyslog")
    yield made
    made.stop()


def stored(gateway: Ingest) -> int:
    """Return how many events the ledger holds."""
    reader = LedgerReader(gateway.layout)
    try:
        return sum(one.events for one in reader.activity())
    finally:
        reader.close()


def kill_between(gateway: Ingest, count: int, feed: Callable[[int, int], None], seconds: float) -> None:
    """Feed the lines in parts; in the middle of each the gateway is killed, and comes back."""
    for part in range(KILLS):
        begin, end = part * count // KILLS, (part + 1) * count // KILLS
        feed(begin, end)
        wait_for(lambda begin=begin: stored(gateway) > begin, seconds)
        gateway.kill()
        gateway.start()
    wait_for(lambda: stored(gateway) >= count, seconds, f"{count} lines")


@pytest.mark.parametrize("count", COUNTS)
def test_through_the_sensor_every_line_is_there_once_and_bit_for_bit(
    count: int, gateway: Ingest, rsyslog: Rsyslog, papers: Papers, tmp_path: Path
) -> None:
    address = f"https://127.0.0.1:{gateway.port}"
    house = House(tmp_path / "sensor", cast("Centre", SimpleNamespace(address=address, papers=papers)))
    Identity(house.folder).keep(TOKEN, papers.pem)
    port = free_port()
    house.source("his", kind="syslog-tcp", profile="syslog", listen=f"127.0.0.1:{port}", rate=1_000_000)
    house.caps(cpu_percent=100, upload_kbytes=100_000, upload_night_kbytes=100_000)
    sent = lines(count)
    house.start()
    try:
        rsyslog.start(f'action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp" template="raw")')
        kill_between(gateway, count, lambda begin, end: append(rsyslog.log, sent[begin:end]), PATIENCE)
        found = Counter(one.lstrip(b" ") for one in gateway.events())
    finally:
        house.end()
    assert sum(bytes((0xCB, 0xE9)) in one for one in sent) == count // 10, "a tenth is Thai in CP874"
    assert found == Counter(sent)


@pytest.mark.parametrize("count", COUNTS)
def test_by_omelasticsearch_every_line_is_there_and_repeats_are_folded(
    count: int, gateway: Ingest, rsyslog: Rsyslog, papers: Papers
) -> None:
    """The configuration of deploy/ as it stands, with this test's names put in."""
    text = (ROOT / "deploy" / "agents" / "rsyslog-direct.conf").read_text(encoding="utf-8")
    for old, new in (
        ("https://cert.example:8443/es", f"https://127.0.0.1:{gateway.port}/es"),
        ("TOKEN-FROM-THE-CENTRE", TOKEN),
        ("/etc/phithak/centre-ca.pem", str(papers.authority)),
        ('action.resumeInterval="10"', 'action.resumeInterval="1"'),
    ):
        assert old in text, old
        text = text.replace(old, new)
    rsyslog.start_with(text)
    sent = lines(count)
    kill_between(gateway, count, lambda begin, end: append(rsyslog.log, sent[begin:end]), PATIENCE)
    wait_for(lambda: messages(gateway) >= set(sent), PATIENCE)
    found = Counter(message(one) for one in gateway.events())
    assert set(found) == set(sent)
    assert sum(found.values()) == count, "what came again was folded"


def messages(gateway: Ingest) -> set[bytes]:
    return {message(one) for one in gateway.events()}


def message(event: bytes) -> bytes:
    """Return the line of an event of the template; no line of these tests needs an escape."""
    found = re.search(rb'"message":"([^"\\]*)"', event)
    assert found is not None, event
    return found[1].lstrip(b" ")
