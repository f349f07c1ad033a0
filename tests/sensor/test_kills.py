"""kill -9 at every durable step and at random moments: each event arrives exactly once, none is lost."""

from __future__ import annotations

import functools
import random
import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from phithak.base import batch
from phithak.sensor.points import Point
from tests.sensor.house import House, free_port, wait_for
from tests.sensor.standin import Centre
from tests.sensor.test_flow import append, expect, lines

pytestmark = pytest.mark.faults

OF_FILES = [point for point in Point if not point.value.startswith("journal")]


@pytest.mark.parametrize("point", OF_FILES, ids=lambda point: str(point.value))
def test_a_kill_at_this_point_loses_and_doubles_nothing(
    house: House, centre: Centre, tmp_path: Path, point: Point
) -> None:
    log = tmp_path / "app.log"
    append(log, lines("k", 200))
    house.source("app", kind="file", profile="application", path=log, start="beginning")
    house.start(ready=False, FAULT_POINT=f"{point.value}:1")
    assert house.process is not None
    assert house.process.wait(30) == -9
    append(log, lines("k", 200, 200))
    house.start()
    expect(centre, "app", lines("k", 400))


@pytest.mark.parametrize("point", [point for point in Point if point.value.startswith("journal")] + OF_FILES,
                         ids=lambda point: str(point.value))  # fmt: skip
def test_relp_acknowledges_nothing_that_a_kill_loses(house: House, centre: Centre, point: Point) -> None:
    port = free_port()
    house.source("relp", kind="relp", profile="syslog", listen=f"127.0.0.1:{port}")
    house.start(ready=False, FAULT_POINT=f"{point.value}:2")
    assert house.process is not None
    lives: list[int] = []

    def revive() -> None:
        assert house.process is not None
        if house.process.poll() is not None:
            lives.append(house.process.returncode)
            house.start()

    sender = RelpSender(port, revive)
    sent = [b"<13>" + one for one in lines("p", 60)]
    for event in sent:
        sender.send(event)
    sender.close()
    wait_for(lambda: [revive(), lives][1], why="the kill")
    assert lives == [-9]
    wait_for(lambda: set(sender.acknowledged) <= set(centre.events("relp")))
    assert set(sender.acknowledged) == set(sent)
    counted = centre.counted("relp")
    # what was journalled when the kill came before its answer was sent again by the other side
    assert sum(counted.values()) <= len(sent) + sender.resent


class RelpSender:
    """The client's side of RELP: keeps what was not acknowledged, connects anew and sends it again."""

    def __init__(self, port: int, revive: Callable[[], None]) -> None:
        self.port = port
        self.revive = revive
        self.stream: socket.socket | None = None
        self.number = 0
        self.acknowledged: list[bytes] = []
        self.resent = 0

    def send(self, event: bytes) -> None:
        for _ in range(400):
            try:
                if self.stream is None:
                    self.connect()
                self.ask(b"syslog", event)
            except OSError:
                self.close()
                wait_for(self.listening, 30)
                self.resent += 1
                continue
            self.acknowledged.append(event)
            return
        raise AssertionError("never acknowledged")

    def connect(self) -> None:
        self.stream = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.number = 0
        assert b"200 OK" in self.ask(b"open", b"relp_version=0\nrelp_software=test\ncommands=syslog")

    def listening(self) -> bool:
        self.revive()
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def ask(self, command: bytes, content: bytes) -> bytes:
        assert self.stream is not None
        self.number += 1
        self.stream.sendall(b"%d %b %d %b\n" % (self.number, command, len(content), content))
        found = b""
        while not found.endswith(b"\n") or (b"commands" in content and b"commands=" not in found):
            more = self.stream.recv(4096)
            if not more:
                raise ConnectionError
            found += more
        return found

    def close(self) -> None:
        if self.stream is not None:
            self.stream.close()
            self.stream = None


def test_random_kills_while_files_rotate_and_the_centre_breaks(
    house: House, centre: Centre, tmp_path: Path, seed: int
) -> None:
    source = random.Random(seed)  # noqa: S311 - when to kill, no secret
    log = tmp_path / "app.log"
    log.touch()
    house.source("app", kind="file", profile="application", path=log)
    house.start()
    sent: list[bytes] = []
    unacknowledged = 0
    for life in range(25):
        for _ in range(3):
            fresh = lines(f"life{life}", 300, len(sent))
            append(log, fresh)
            sent += fresh
            if source.random() < 0.3:
                log.rename(tmp_path / f"app.log.{len(sent)}")
                log.touch()
        centre.break_before, centre.break_after = source.randrange(2), source.randrange(2)
        wait_for(functools.partial(tried, centre, life), 30)
        unacknowledged += len(centre.events("app")) < len(sent)
        house.kill()
        house.start()
    centre.break_before = centre.break_after = 0
    expect(centre, "app", sent, 60)
    assert unacknowledged >= 20, "a kill proves little when nothing was under way"


def tried(centre: Centre, lives: int) -> bool:
    """Tell whether about one batch a life was posted: the kill comes while something is under way."""
    return len(centre.posts) > lives * 0.8


def test_udp_and_tcp_lose_at_most_what_was_under_way(house: House, centre: Centre) -> None:
    port = free_port()
    house.source("tcp", kind="syslog-tcp", profile="syslog", listen=f"127.0.0.1:{port}")
    house.caps(delay=60)
    house.start()
    sent = [b"<13>" + one for one in lines("t", 1000)]
    with socket.create_connection(("127.0.0.1", port)) as out:
        out.sendall(b"".join(one + b"\n" for one in sent))
    journal = house.folder / "journals" / "tcp.1.journal"
    whole = sum(len(one) + 4 for one in sent)
    wait_for(lambda: journal.exists() and journal.stat().st_size >= whole)
    house.kill()
    house.caps(delay=1)
    house.start()
    expect(centre, "tcp", sent)


def test_a_damaged_database_keeps_every_sealed_batch(house: House, centre: Centre, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.touch()
    house.source("app", kind="file", profile="application", path=log)
    centre.refuse = [batch.Refusal.of("store.busy", 60)] * 100
    house.start()
    sent = lines("d", 300)
    append(log, sent)
    wait_for(lambda: list((house.folder / "batches").glob("*.batch")))
    wait_for(lambda: centre.posts)
    house.kill()
    for name in ("state.db", "state.db-wal"):
        path = house.folder / name
        if path.exists():
            path.write_bytes(b"rubbish" * 2000)
    centre.refuse = []
    house.start()
    expect(centre, "app", sent)


def test_skipping_the_commit_of_positions_would_be_seen(house: House, centre: Centre, tmp_path: Path) -> None:
    """A positive control: positions that go back by themselves double events, and the check above is red."""
    log = tmp_path / "app.log"
    append(log, lines("c", 100))
    house.source("app", kind="file", profile="application", path=log, start="beginning")
    house.start()
    expect(centre, "app", lines("c", 100))
    house.stop()
    for path in house.folder.glob("state.db*"):
        path.unlink()
    house.start()
    wait_for(lambda: len(centre.events("app")) >= 200)
    assert centre.counted("app") != Counter(lines("c", 100))
