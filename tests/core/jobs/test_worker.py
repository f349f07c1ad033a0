"""The parts of the worker process: stopping, loops that fail or hang, the heart, the command."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.contrib import Loop, Registry
from phithak.core.jobs import cli, queries, services
from phithak.core.jobs.queries import State
from phithak.core.jobs.services import Run
from phithak.core.jobs.worker import children
from phithak.core.jobs.worker.heart import Heart
from phithak.core.jobs.worker.processes import Stop
from tests.core.jobs.conftest import Define

SYSTEM = actors.system("tests")
PATIENCE = 20.0


def test_a_stop_wakes_every_waiting_thread_and_stays_set() -> None:
    stop = Stop()
    assert not stop.wait(0)
    woken: list[bool] = []
    threads = [threading.Thread(target=lambda: woken.append(stop.wait(PATIENCE))) for _ in range(3)]
    for thread in threads:
        thread.start()
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert woken == [True, True, True]
    assert stop.is_set()
    assert stop.wait(PATIENCE)


def test_a_stop_may_be_set_by_a_signal_while_it_is_waited_for() -> None:
    stop = Stop()
    former = signal.getsignal(signal.SIGUSR1)
    stop.on_signals(signal.SIGUSR1)
    try:
        timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
        timer.start()
        assert stop.wait(PATIENCE)
        timer.join()
    finally:
        signal.signal(signal.SIGUSR1, former)


@pytest.fixture
def loops(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Run the given loops, and no others, until the test ends."""
    own: Registry[Loop] = Registry()
    monkeypatch.setattr(contrib, "loops", own)
    stop = Stop()
    runners: list[threading.Thread] = []

    def start(*added: Loop) -> None:
        own.register(*added)
        runners.append(threading.Thread(target=children.run_loops, args=(stop,)))
        runners[-1].start()

    yield start
    stop.set()
    for runner in runners:
        runner.join(PATIENCE)
        assert not runner.is_alive()


def test_a_loop_that_fails_or_hangs_holds_up_no_other(loops: Callable[..., None]) -> None:
    release, often, failed = threading.Event(), threading.Semaphore(0), threading.Semaphore(0)

    def fails() -> None:
        failed.release()
        raise RuntimeError

    loops(
        Loop("tests.fails", 0.01, fails),
        Loop("tests.hangs", 0.01, lambda: release.wait(PATIENCE) and None),
        Loop("tests.counts", 0.01, often.release),
    )
    try:
        for _ in range(10):
            assert often.acquire(timeout=PATIENCE)
        for _ in range(3):
            assert failed.acquire(timeout=PATIENCE)
    finally:
        release.set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.db
def test_the_heart_tells_that_the_lane_lives_and_renews_the_lease(define: Define) -> None:
    beaten = threading.Event()

    def body(run: Run) -> None:
        before = queries.lease_until(run.job_id)
        heart._run = run
        heart.start()
        assert beaten.wait(PATIENCE)
        assert before is not None
        after = queries.lease_until(run.job_id)
        assert after is not None
        assert after > before

    heart = Heart("host:1:normal", "normal", os.getppid())
    beat = heart._beat

    def noted() -> None:
        beat()
        beaten.set()

    heart._beat = noted  # type: ignore[method-assign] # tells the test when it has beaten
    job_id = services.enqueue(define(body), actor=SYSTEM)
    try:
        services.work_once("normal", "host:1:normal")
    finally:
        heart.stop()
    found = queries.detail(SYSTEM, job_id)
    assert found.error == ""
    assert found.progress.state is State.DONE
    assert [(h.lane, h.workers) for h in queries.lanes() if h.workers] == [("normal", 1)]


@pytest.mark.django_db(transaction=True)
def test_a_heart_whose_parent_is_gone_leaves() -> None:
    left: list[int] = []
    heart = Heart("host:1:normal", "normal", -1, leave=left.append)
    heart._beat()
    assert left == [0]


@pytest.mark.django_db
@pytest.mark.db
def test_the_command_drains_the_lanes(define: Define, capsys: pytest.CaptureFixture[str]) -> None:
    def body(_run: Run) -> None:
        """A body without rows."""

    kind = define(body)
    ids: list[UUID] = [
        services.enqueue(kind, actor=SYSTEM, lane=lane) for lane in ("urgent", "heavy", "heavy")
    ]
    parser = argparse.ArgumentParser()
    cli.register(parser.add_subparsers())
    args = parser.parse_args(["worker", "--drain", "--lane", "heavy"])
    assert args.handler(args) == 0
    assert capsys.readouterr().out == "2\n"
    states = [queries.detail(SYSTEM, job_id).progress.state for job_id in ids]
    assert states == [State.QUEUED, State.DONE, State.DONE]
