"""A whole instance takes events: one is found within a minute, a revoked token is refused within two seconds."""

from __future__ import annotations

import dataclasses
import http.client
import json
import os
import signal
import time
from collections.abc import Iterator

import pytest

from phithak.base import config, ids
from phithak.base.profile import named
from phithak.eventstore.control import ControlWriter, Projection, Sender, Source, Tenant, token_digest
from phithak.eventstore.layout import Layout
from phithak.eventstore.queries import AllOf, Contains, Equals, query
from phithak.web import event_checks
from tests.instance import Instance, free_port, instance, until

TOKEN = "w" * 43
TENANT, SENDER = ids.uuid7(), ids.uuid7()
NIGHT = (
    b'{"EventID":4625,"Computer":"his-04","TargetUserName":"pranee","IpAddress":"10.9.8.7",'
    b'"TimeCreated":"2026-11-22T01:10:00Z"}'
)
CARD = "เปิดแฟ้ม 1101700203451 โดย somying".encode()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("events")) as found:
        found.extra = {"PHITHAK_INGEST_PORT": str(free_port()), "PHITHAK_INGEST_RESERVE_MB": "0"}
        found.start()
        yield found


def store(running: Instance) -> Layout:
    return Layout(running.folder / "data" / "events")


def send(running: Instance, *lines: bytes) -> int:
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(running.extra["PHITHAK_INGEST_PORT"]), timeout=20
    )
    try:
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": "text/plain"}
        connection.request("POST", "/v1/logs?source=his", b"\n".join(lines), headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def doctor(running: Instance) -> dict[str, str]:
    return {one["name"]: one["state"] for one in json.loads(running.command("doctor", "--json").stdout)}


def test_an_event_is_found_within_a_minute_and_a_revoked_token_refused_within_two_seconds(
    running: Instance,
) -> None:
    source = Source(ids.uuid7(), SENDER, "his", "application", named("application"))
    with ControlWriter(store(running)) as control:
        control.put(
            tenants=(Tenant(TENANT),),
            senders=(Sender(SENDER, TENANT, (token_digest(TOKEN),)),),
            sources=(source,),
        )
    until(lambda: send(running, NIGHT, CARD) == 200, "the intake knows the sender", seconds=20)
    begun = time.monotonic()
    where = Equals("user", ("pranee",))
    until(lambda: query(store(running), tenants=[TENANT], where=where), "the event is found", seconds=60)
    assert time.monotonic() - begun < 60
    (event,) = query(store(running), tenants=[TENANT], where=AllOf((Equals("src_ip", ("10.9.8.7",)), where)))
    assert event.raw == NIGHT
    (card,) = query(store(running), tenants=[TENANT], where=Contains("raw", "somying"))
    assert card.raw == "เปิดแฟ้ม [id] โดย somying".encode()
    states = doctor(running)
    assert {states[f"events.{name}"] for name in ("intake", "compactor", "room")} == {"ok"}

    with ControlWriter(store(running)) as control:
        control.revoke(SENDER)
    begun = time.monotonic()
    until(lambda: send(running, b"later") == 401, "the token is refused", seconds=10)
    assert time.monotonic() - begun <= 2


def test_intake_and_compactor_are_started_again_and_end_with_up(running: Instance) -> None:
    before = running.find("phithak", "ingest")
    os.kill(before, signal.SIGKILL)
    until(lambda: "ingest ended" in "".join(running.said), "up tells it")
    until(lambda: send(running, b"x") == 401, "another one answers")
    assert running.find("phithak", "ingest") != before
    assert running.find("phithak", "compactor")
    assert running.stop() == 0


def test_the_doctor_says_when_nobody_answers_and_when_the_disk_is_full() -> None:
    silent = dataclasses.replace(config.load().config, ingest_port=free_port())
    assert event_checks.intake(silent).state == "error"
    assert event_checks.intake(dataclasses.replace(silent, ingest_port=0)).state == "ok"
    assert event_checks.room(dataclasses.replace(silent, ingest_reserve_mb=1 << 40)).state == "error"
    assert event_checks.room(dataclasses.replace(silent, ingest_reserve_mb=0)).state == "ok"


def test_of_two_projections_the_one_that_read_last_stays(tmp_path_factory: pytest.TempPathFactory) -> None:
    layout = Layout(tmp_path_factory.mktemp("control"))
    order: list[str] = []

    def read() -> Projection:
        # the file is locked before anything is read: no other can come between reading and writing
        with pytest.raises(Exception, match="locked"), ControlWriter(layout) as other:
            other._connection.execute("PRAGMA busy_timeout=0")
            other.revoke(SENDER)
        order.append("read")
        return Projection((Tenant(TENANT),), (), ())

    with ControlWriter(layout) as control:
        control.project_from(read)
    assert order == ["read"]
