"""A whole instance: a sender is added, its event is found by a search, a revoked token is refused."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from collections.abc import Iterator

import pytest

from tests.instance import Instance, free_port, instance, until

NIGHT = (
    '{"EventID":4625,"Computer":"his-04","TargetUserName":"pranee","IpAddress":"10.9.8.7",'
    '"TimeCreated":"2026-11-22T01:10:00Z"}'
)
CARD = "เปิดแฟ้ม 1101700203451 โดย somying"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("events")) as found:
        found.extra = {
            "PHITHAK_INGEST_PORT": str(free_port()), "PHITHAK_INGEST_RESERVE_MB": "0", "PHITHAK_NAME_EN": "Night Watch",
        }  # fmt: skip
        found.start()
        # the centre itself is a tenant, made with its first administrator
        assert found.command("admin", "link", "pranee@watch.example").returncode == 0
        yield found


def send(running: Instance, token: str, *lines: str) -> int:
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(running.extra["PHITHAK_INGEST_PORT"]), timeout=20
    )
    try:
        headers = {"authorization": f"Bearer {token}", "content-type": "text/plain"}
        connection.request("POST", "/v1/logs?source=his", "\n".join(lines).encode(), headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def found(running: Instance, *words: str) -> list[dict[str, str]]:
    done = running.command("events", "search", "--json", *words)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_from_a_new_sender_to_a_search_within_a_minute_and_revocation_within_two_seconds(
    running: Instance,
) -> None:
    """Proves (part): S4-8."""
    said = running.command(
        "sender", "add", "his-04", "--tenant", "Night Watch", "--source", "his:application"
    )
    assert said.returncode == 0, said.stderr
    sender, token = said.stdout.split()
    until(lambda: send(running, token, NIGHT, CARD) == 200, "the intake knows the sender", seconds=20)
    begun = time.monotonic()
    until(lambda: found(running, "user=pranee"), "the event is found", seconds=60)
    assert time.monotonic() - begun < 60
    (event,) = found(running, "src_ip=10.9.8.7", "--text", "4625")
    assert event["raw"] == NIGHT
    assert event["time"] == "2026-11-22T01:10:00+00:00"
    assert found(running, "--text", "somying")[0]["raw"] == "เปิดแฟ้ม [id] โดย somying"
    assert found(running, "user=nobody") == []
    shown = json.loads(running.command("sender", "list", "--json").stdout)
    assert [(one["id"], one["name"], one["events"]) for one in shown] == [(sender, "his-04", 2)]
    doctor = {one["name"]: one["state"] for one in json.loads(running.command("doctor", "--json").stdout)}
    assert {doctor[f"monitoring.{name}"] for name in ("intake", "compactor", "room")} == {"ok"}

    assert running.command("sender", "revoke", sender).returncode == 0
    begun = time.monotonic()
    until(lambda: send(running, token, "later") == 401, "the token is refused", seconds=10)
    assert time.monotonic() - begun <= 2


def test_intake_and_compactor_are_started_again_and_end_with_up(running: Instance) -> None:
    before = running.find("phithak", "ingest")
    os.kill(before, signal.SIGKILL)
    until(lambda: "ingest ended" in "".join(running.said), "up tells it")
    until(lambda: send(running, "nobody", "x") == 401, "another one answers")
    assert running.find("phithak", "ingest") != before
    assert running.find("phithak", "compactor")
    assert running.stop() == 0
