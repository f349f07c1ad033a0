"""``phithak up`` under kills: whoever dies, no old process answers, and the instance comes back."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instance import Instance, alive, children_of, instance, until

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("up")) as found:
        found.extra["PHITHAK_WEB_PROCESSES"] = "0"
        found.start()
        yield found


@pytest.fixture
def running(up: Instance) -> Instance:
    """The module's instance, started again if the test before killed it."""
    if up.process is None or up.process.poll() is not None:
        up.start()
    return up


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    os.kill(pid, number)


def test_first_start_gives_a_login_link_and_a_thai_page(running: Instance) -> None:
    assert running.link.startswith(f"http://127.0.0.1:{running.port}/")
    assert running.get(running.link.split(str(running.port), 1)[1]) == 200


def test_a_second_up_refuses_and_names_the_pid(running: Instance) -> None:
    done = running.command("up")
    assert done.returncode == 2
    assert str(running.pid) in done.stderr
    assert running.get("/healthz") == 200


def test_killing_the_supervisor_ends_every_process(running: Instance) -> None:
    family = children_of(running.pid)
    assert len(family) >= 4
    kill(running.pid)
    running.reap()
    until(lambda: not any(alive(pid) for pid in family), f"all of {family} are gone", 20)
    assert running.get("/healthz") == 0
    running.start()
    assert running.get("/healthz") == 200


def test_killing_the_web_master_ends_its_worker_and_it_comes_back(running: Instance) -> None:
    master = running.find("phithak", "web")
    workers = children_of(master)
    assert workers
    kill(master)
    until(lambda: not any(alive(pid) for pid in workers), "the old worker is gone", 20)
    until(lambda: running.get("/healthz") == 200, "a new one answers")
    assert running.find("phithak", "web") != master


def test_killing_the_web_workers_brings_new_ones(running: Instance) -> None:
    master = running.find("phithak", "web")

    def workers() -> set[int]:
        return {pid for pid, words in children_of(master).items() if "resource_tracker" not in words}

    until(
        lambda: len(workers()) == min(4, 2 * len(os.sched_getaffinity(0))),
        "two workers for each core, four at most",
    )
    old = workers()
    one = min(old)
    kill(one)
    until(lambda: one not in workers() and len(workers()) == len(old), "another in place of the one")
    assert running.get("/healthz") == 200
    assert alive(master)
    every = workers()
    for pid in every:
        kill(pid)
    until(lambda: not any(alive(pid) for pid in every), "the old workers are gone", 20)
    # a worker that dies as soon as it came ends its master too, which the supervisor starts again
    until(lambda: running.get("/healthz") == 200, "a new one answers")
    assert running.find("phithak", "web")


def test_killing_the_job_supervisor_ends_its_lanes_and_it_comes_back(running: Instance) -> None:
    master = running.find("phithak", "worker")
    lanes = children_of(master)
    assert len(lanes) >= 3
    kill(master)
    until(lambda: not any(alive(pid) for pid in lanes), "the old lanes are gone", 20)

    def back() -> bool:
        new = [pid for pid, words in children_of(running.pid).items() if "phithak worker" in words]
        return bool(new) and master not in new and len(new) > len(lanes) - 1

    until(back, "new lanes work")


def test_killing_the_whole_group_leaves_nothing_and_a_new_start_works(running: Instance) -> None:
    family = [running.pid, *children_of(running.pid)]
    for pid in family:
        if alive(pid):
            kill(pid)
    running.reap()
    until(lambda: not any(alive(pid) for pid in family), "all are gone", 20)
    running.start()
    assert running.get("/healthz") == 200


def test_it_ends_in_order_when_asked(running: Instance) -> None:
    family = children_of(running.pid)
    assert running.stop() == 0
    assert not any(alive(pid) for pid in family)
    assert running.get("/healthz") == 0


def test_it_refuses_a_lost_root_key_beside_a_keyring(tmp_path: Path) -> None:
    with instance(tmp_path) as found:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "keyring.db").write_bytes(b"")
        done = found.command("up")
    assert done.returncode == 2
    assert "import-words" in done.stderr
    assert not (tmp_path / "config" / "root.key").exists()
