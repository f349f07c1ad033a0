"""Ingest killed by SIGKILL at every crash point and at random: every acknowledged event is stored, exactly once."""

from __future__ import annotations

import inspect
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from phithak.eventstore import segments, store
from phithak.eventstore.ledger import LedgerReader, LedgerWriter
from phithak.eventstore.points import Point
from tests.faults.events.senders import Senders
from tests.faults.instances import wait_until
from tests.ingest.running import Ingest

pytestmark = pytest.mark.faults

INTAKE = [point for point in Point if point.value.split(".")[0] in {"segment", "ledger", "answer"}]
FEW, MANY = 25, 1000
LOOKS = 25
"""How often all that is stored is read while kills go on."""


@pytest.fixture
def ingest(tmp_path: Path) -> Iterator[Ingest]:
    running = Ingest(
        tmp_path,
        program=(str(Path(__file__).with_name("program.py")),),
        environ={"FAULT_TRACES": str(tmp_path)},
    )
    running.prepare()
    yield running
    running.kill()


def check_all_stored_once(ingest: Ingest, senders: Senders) -> None:
    found = Counter(ingest.events())
    expected = senders.expected()
    assert len(expected) >= senders.threads * senders.events
    assert set(found) == set(expected)
    assert {event: number for event, number in found.items() if number > 1} == {}


def test_every_crash_point_stands_in_the_code() -> None:
    source = "".join(inspect.getsource(part) for part in (segments, store, LedgerWriter))
    assert {point for point in INTAKE if f"reach(Point.{point.name})" in source} == set(INTAKE)
    # before and after: open, write, sync, commit, answer
    assert len(INTAKE) == 9


@pytest.mark.parametrize("point", INTAKE)
def test_a_kill_at_a_crash_point(ingest: Ingest, point: Point) -> None:
    after = "1" if point in {Point.SEGMENT_OPEN, Point.SEGMENT_OPENED} else "5"
    ingest.environ |= {"FAULT_POINT": point.value, "FAULT_AFTER": after}
    ingest.start()
    senders = Senders(ingest, threads=3, batches=10)
    senders.start()
    # granian makes another worker after the kill; the master lives on
    senders.wait(60)
    assert (ingest.folder / f"killed.{point.value}").exists()
    check_all_stored_once(ingest, senders)


@pytest.mark.parametrize("kills", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_random_kills_of_the_whole_group(ingest: Ingest, kills: int) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)  # noqa: S311 - a seed that is told
    ingest.start()
    senders = Senders(ingest, batches=1_000_000)
    senders.start()
    waiting = 0
    for number in range(kills):
        time.sleep(chance.uniform(0.0, 0.25))
        kept = senders.acknowledged_events()
        waiting += not senders.done
        ingest.kill()
        if number % (kills // LOOKS) == 0:
            # what was acknowledged is there at once, before anything is started again
            assert set(ingest.events()).issuperset(kept), f"seed {seed}"
        ingest.start()
    senders.enough()
    senders.wait()
    check_all_stored_once(ingest, senders)
    # a kill while nothing waits for its answer proves nothing
    assert waiting >= 0.8 * kills, f"seed {seed}: {waiting} kills while something was not acknowledged"
    assert len(senders.acknowledged) > kills
    (activity,) = LedgerReader(ingest.layout).activity()
    assert activity.clashes == 0
    assert activity.repeats >= senders.repeats > 0


def test_a_killed_master_leaves_no_worker_that_answers(ingest: Ingest) -> None:
    ingest.start()
    assert ingest.process is not None
    (worker,) = children(ingest.process.pid)
    os.kill(ingest.process.pid, signal.SIGKILL)
    ingest.process.wait()
    wait_until(lambda: not Path(f"/proc/{worker}").exists() or state(worker) == "Z", "the worker's end")
    with pytest.raises(OSError, match=r"refused|reset"):
        ingest.ask("GET", "/v1/health")


def test_a_stopped_holder_cannot_write_beside_another(ingest: Ingest) -> None:
    ingest.start()
    assert ingest.process is not None
    (worker,) = children(ingest.process.pid)
    os.kill(worker, signal.SIGSTOP)
    try:
        second = Ingest(ingest.folder, program=ingest.program, environ=ingest.environ)
        with pytest.raises(AssertionError):
            second.start()
        second.kill()
    finally:
        os.kill(worker, signal.SIGCONT)
    senders = Senders(ingest, threads=2, batches=5)
    senders.start()
    senders.wait()
    check_all_stored_once(ingest, senders)


def test_stopping_in_order_loses_nothing(ingest: Ingest) -> None:
    ingest.start()
    senders = Senders(ingest, batches=1_000_000)
    senders.start()
    for _ in range(3):
        before = len(senders.acknowledged)
        wait_until(lambda before=before: len(senders.acknowledged) > before, "more answers")
        assert ingest.stop() == 0
        ingest.start()
    senders.enough()
    senders.wait()
    check_all_stored_once(ingest, senders)


def test_an_answer_that_comes_too_early_is_found_out(ingest: Ingest) -> None:
    """The seeded fault turns the check red."""
    ingest.environ |= {"FAULT_EARLY": "1", "FAULT_POINT": Point.SEGMENT_WRITE.value, "FAULT_AFTER": "3"}
    ingest.start()
    # what waits together is written together, so nobody knows how many batches three writes take
    senders = Senders(ingest, threads=1, batches=1_000_000, again=False)
    senders.start()
    wait_until((ingest.folder / f"killed.{Point.SEGMENT_WRITE.value}").exists, "the kill")
    ingest.kill()
    senders.stop()
    # the batch whose write was cut off was answered before the next one came
    assert len(set(senders.acknowledged_events()) - set(ingest.events())) >= senders.events


def children(pid: int) -> list[int]:
    """Return the worker processes of granian's master: those that serve, not the resource tracker."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rsplit(")", 1)[1].split()
            command = (path / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == pid and b"resource_tracker" not in command:
            found.append(int(path.name))
    return found


def state(pid: int) -> str:
    """Return the state of a process as ``/proc`` tells it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "gone"
