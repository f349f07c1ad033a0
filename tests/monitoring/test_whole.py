"""The whole way: enrolled by telephone, a sensor brings a hospital's lines to the real intake, whatever is killed."""

from __future__ import annotations

import functools
import ssl
import threading
import time
import wsgiref.simple_server
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from phithak.eventstore.compactor import Compactor
from phithak.eventstore.layout import Layout
from phithak.monitoring.services import beats
from phithak.monitoring.services.projecting import project
from tests.ingest.running import Ingest
from tests.monitoring.conftest import Desk
from tests.people import People
from tests.sensor.certificates import Papers
from tests.sensor.house import House, wait_for
from tests.sensor.test_flow import append, lines

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]


class Web:
    """Phithak's pages and API over TLS on loopback, in a thread of the test."""

    def __init__(self, papers: Papers) -> None:
        self.server = wsgiref.simple_server.make_server(
            "127.0.0.1", 0, self._answer, handler_class=_Quiet  # one request after the other is enough here
        )  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(papers.certificate, papers.key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.server.server_port}"

    def _answer(self, environ: dict[str, object], start: object) -> object:
        try:
            return WSGIHandler()(environ, start)
        finally:
            connections.close_all()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class _Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@dataclass
class Whole:
    """A centre's desk, its intake, and a hospital whose sensor was enrolled by telephone."""

    desk: Desk
    house: House
    intake: Ingest
    log: Path
    sender: UUID


@pytest.fixture
def whole(
    people: People, house: House, papers: Papers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Whole]:
    """Enrol as people do: site, sender and source at the desk, then the code at the hospital."""
    monkeypatch.setenv("PHITHAK_DATA_DIR", str(tmp_path / "data"))
    desk = Desk(people, Layout(tmp_path / "data" / "events"))
    tls = {"PHITHAK_TLS_CERTIFICATE": str(papers.certificate), "PHITHAK_TLS_KEY": str(papers.key)}
    intake = Ingest(tmp_path, environ=tls)
    log = tmp_path / "app.log"
    log.touch()
    try:
        project()  # as every start of the centre does
        intake.start()
        monkeypatch.setenv("PHITHAK_TLS_AUTHORITY", str(papers.authority))
        monkeypatch.setenv("PHITHAK_INGEST_URL", f"https://127.0.0.1:{intake.port}")
        yield Whole(desk, house, intake, log, enrolled(desk, house, papers, log))
    finally:
        intake.kill()


def enrolled(desk: Desk, house: House, papers: Papers, log: Path) -> UUID:
    site = desk.site()
    sender = desk.ask("analyst", "POST", f"/sites/{site}/senders", {"name": "sensor", "kind": "sensor"})[1][
        "id"
    ]
    source = {"label": "app", "kind": "file", "profile": "application", "place": str(log)}
    assert desk.ask("analyst", "POST", f"/senders/{sender}/sources", source)[0] == 201
    told = desk.ask("analyst", "POST", f"/senders/{sender}/code")[1]
    for path in house.folder.iterdir():
        path.unlink()
    web = Web(papers)
    try:
        first_digits = told["fingerprint"].split()[:6]
        done = house.command("enrol", web.address, told["code"], *first_digits, "--accept")
        assert done.returncode == 0, done.stderr
    finally:
        web.stop()
    return UUID(sender)


def test_enrolled_by_telephone_the_first_events_are_searchable_within_a_minute(whole: Whole) -> None:
    """Proves (part): S4-8 (the first events are searchable within a minute; the heartbeat is stored)."""
    desk, house, intake = whole.desk, whole.house, whole.intake
    begun = time.monotonic()
    house.start_enrolled()
    append(
        whole.log,
        [b"Failed password for root from 10.9.8.7 port 22", "HN 0012345 เปิดแฟ้ม".encode("cp874")],
    )
    wait_for(lambda: len(intake.events()) == 2, 60, house.log())
    compactor = Compactor(desk.layout)
    try:
        while compactor.run().more:
            pass
    finally:
        compactor.close()
    status, told = desk.ask("analyst", "GET", "/events?words=password&span=1h")
    assert time.monotonic() - begun < 60
    assert (status, told["total"]) == (200, 1)
    assert desk.ask("member_admin_b", "GET", "/events?words=password&span=1h")[1]["total"] == 0
    assert desk.ask("analyst", "GET", "/events?words=0012345&span=1h")[1]["total"] == 0
    wait_for(lambda: beats.take() and desk.ask("analyst", "GET", "/sites")[1]["items"][0]["health"] == "good")
    assert desk.ask("analyst", "GET", "/sites")[1]["items"][0]["versions"]
    # revoked, nothing more is taken within two seconds
    assert desk.ask("analyst", "POST", f"/senders/{whole.sender}/revoke")[0] == 204
    revoked = time.monotonic()
    token = (house.folder / "token").read_text()
    wait_for(lambda: intake.ask("GET", "/v1/settings", token=token).status == 401, 5)
    assert time.monotonic() - revoked <= 2


def test_nothing_is_lost_or_doubled_while_gateway_and_sensor_are_killed(whole: Whole) -> None:
    house, intake = whole.house, whole.intake
    house.start_enrolled()
    for life in range(6):
        append(whole.log, lines("whole", 500, life * 500))
        wait_for(functools.partial(came, intake, (life - 1) * 500), 60, house.log())
        if life % 2:
            house.kill()
            house.start_enrolled()
        else:
            intake.kill()
            intake.start()
    wait_for(lambda: len(intake.events()) >= 3000, 90, house.log())
    assert Counter(intake.events()) == Counter(lines("whole", 3000))


def came(intake: Ingest, least: int) -> bool:
    return len(intake.events()) > least
