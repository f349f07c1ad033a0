"""One tool carries the embedded event store to the grown one; counts and hashes are equal, or it says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import boto3
import pytest
from moto.server import ThreadedMotoServer

from phithak.base import ids
from phithak.eventstore.compactor import Compactor
from phithak.eventstore.grown.bus import NatsBus
from phithak.eventstore.grown.moving import move
from phithak.eventstore.grown.objects import Objects
from phithak.eventstore.layout import Layout
from phithak.eventstore.manifest import all_living, path_of
from phithak.eventstore.store import Store
from phithak.web.cli import main
from tests.eventstore.making import TENANT, envelope, frame, put
from tests.eventstore.nats_server import programs, serving

pytestmark = pytest.mark.needs("nats-server")
Open = Callable[..., Store]
OTHER = UUID(int=9 << 64 | 7 << 76 | 2 << 62)


@pytest.fixture(scope="module")
def nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(programs()["debian"], tmp_path_factory.mktemp("nats")) as (url, _):
        yield url


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Any, str]]:
    """Address, client and a bucket of its own: what such servers hold outlives each of them in a process."""
    for name, value in (
        ("ACCESS_KEY_ID", "made"),
        ("SECRET_ACCESS_KEY", "up"),
        ("DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}")
    bucket = f"events-{ids.uuid7()}"
    client.create_bucket(Bucket=bucket)
    yield f"http://{host}:{port}", client, bucket
    client.close()
    server.stop()


def test_a_move_carries_all_and_shows_a_difference(
    tmp_path: Path,
    nats_url: str,
    s3: tuple[str, Any, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Counts and hashes before and after are equal, again after more came, and a damaged copy is told.

    Proves (part): S4-35 (records and queries of the larger engine are another step).
    """
    monkeypatch.setenv("PHITHAK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PHITHAK_CONFIG_DIR", str(tmp_path / "config"))
    layout = Layout(tmp_path / "data" / "events")
    store = Store(layout, reserve=0)
    for number in range(5):
        put(store, frame([b"one %d" % number, "ไทย".encode("cp874")], sequence=number + 1))
    put(store, frame([b"of another"]), envelope(tenant=OTHER, sender=OTHER))
    compactor = Compactor(layout)
    compactor.run()
    put(store, frame([b"not compacted yet"], sequence=6))
    endpoint, client, bucket = s3
    words = ["move", "--bus", nats_url, "--store", f"s3://{bucket}/th/phithak", "--endpoint", endpoint]

    assert main(words) == 0
    said = capsys.readouterr().out.splitlines()
    found = {tuple(line.split(" ", 2)[:2]): json.loads(line.split(" ", 2)[2]) for line in said[:-1]}
    before, after = (found[str(TENANT), when] for when in ("ก่อน", "หลัง"))
    assert before == after
    assert (after["batches"], after["batch_events"], after["files"], after["file_events"]) == (6, 11, 1, 10)
    assert len(after["batch_hash"]) == len(after["file_hash"]) == 64
    assert found[str(OTHER), "หลัง"]["batches"] == found[str(OTHER), "หลัง"]["files"] == 1
    keys = {one["Key"] for one in client.list_objects_v2(Bucket=bucket)["Contents"]}
    assert keys == {f"th/phithak/{file.name}{end}" for file in all_living(layout) for end in ("", ".side")}

    # more came, older segments went: a second move sends what is new
    put(store, frame([b"later"], sequence=7))
    compactor.run()
    assert main(words) == 0
    assert '"batches": 7' in capsys.readouterr().out

    # what was damaged there is sent anew; what is damaged here is refused
    file = all_living(layout)[0]
    client.put_object(Bucket=bucket, Key=f"th/phithak/{file.name}", Body=b"rot")
    assert main(words) == 0
    assert Objects(f"s3://{bucket}/th/phithak", endpoint).digest(file.name) == file.digest
    path_of(layout, file).write_bytes(b"rot")
    capsys.readouterr()
    assert main(words) == 2
    assert f"{path_of(layout, file)} เสียหาย" in capsys.readouterr().err
    compactor.close()
    store.close()


def test_a_target_that_lost_something_differs(
    tmp_path: Path, nats_url: str, s3: tuple[str, Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(tmp_path / "events")
    store = Store(layout, reserve=0)
    for number in range(3):
        put(store, frame([b"%d" % number], sequence=number + 1))
    compactor = Compactor(layout)
    compactor.run()
    endpoint, _, bucket = s3
    bus, objects = NatsBus(nats_url, name="T_LOSS"), Objects(f"s3://{bucket}", endpoint)
    assert move(layout, bus, objects).equal
    # storage that answers well and keeps nothing; a stream out of which somebody took one
    monkeypatch.setattr(Objects, "put", lambda *_: None)
    put(store, frame([b"3"], sequence=4))
    compactor.run()
    outcome = move(layout, bus, objects)
    assert not outcome.equal
    assert (outcome.before[TENANT].files, outcome.after[TENANT].files) == (2, 1)
    assert outcome.before[TENANT].batch_hash == outcome.after[TENANT].batch_hash
    bus._wire.ask(bus._wire.stream.delete_msg("T_LOSS", 2))
    outcome = move(layout, bus, objects)
    assert (outcome.before[TENANT].batches, outcome.after[TENANT].batches) == (4, 3)
    assert outcome.before[TENANT].batch_hash != outcome.after[TENANT].batch_hash
    bus.close()
    compactor.close()
    store.close()


@pytest.mark.parametrize("place", ["", "events/x", "https://x/y", "s3:///x"])
def test_a_place_is_a_bucket(place: str) -> None:
    with pytest.raises(ValueError, match="s3://"):
        Objects(place)
