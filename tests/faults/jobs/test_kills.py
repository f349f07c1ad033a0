"""SIGKILL at every crash point and at random moments: nothing lost, nothing effectively done twice."""

from __future__ import annotations

import inspect
import os
import random
import signal
import time
from contextlib import suppress

import pytest

from phithak.core.jobs import points
from phithak.core.jobs.points import Point
from phithak.core.jobs.services import lease, queue, run
from tests.faults.instances import wait_until
from tests.faults.jobs.harness import House

pytestmark = pytest.mark.faults

WORKING = [point for point in Point if point is not Point.ENQUEUE_INSERTED]
ITEMS = 12


def test_every_crash_point_stands_in_the_code_and_is_killed_at() -> None:
    """Each point is reached by the code, and each durable step has one before and one after it."""
    source = "".join(inspect.getsource(module) for module in (lease, queue, run))
    reached = {point for point in Point if f"reach(Point.{point.name})" in source}
    assert reached == set(Point)
    assert {*WORKING, Point.ENQUEUE_INSERTED} == set(Point)
    # every transaction of a worker that changes a job has a point inside and one behind it
    assert {point.value.split(".")[0] for point in Point} == {
        "enqueue",
        "claim",
        "heart",
        "chunk",
        "finish",
        "fail",
    }
    assert points.listeners == []


def test_a_kill_at_every_crash_point(house: House) -> None:
    house.run("enqueue", "faults.plain", "20", "normal", "urgent")
    house.run("enqueue", "faults.chunked", "20", "normal", "urgent")
    house.run("enqueue", "faults.flaky", "5", "normal", "urgent")
    house.work("normal", "urgent", FAULT_POINTS=" ".join(WORKING))
    wait_until(lambda: not house.unfinished(), "all jobs are over")
    killed = {path.name.removeprefix("killed.") for path in house.traces.glob("killed.*")}
    assert killed == {point.value for point in WORKING}
    house.assert_exactly_once(45, chunked=20, items=ITEMS)
    assert house.one("SELECT count(*) FROM jobs_attempt WHERE outcome = 'lost'") >= 5


def test_a_kill_inside_the_queueing_transaction_queues_nothing(house: House) -> None:
    house.run("enqueue", "faults.plain", "20", "normal", code=-9, FAULT_POINTS=Point.ENQUEUE_INSERTED)
    assert house.states().total() == 0


def kill_at_random(house: House, kills: int, jobs: int, seed: int) -> None:
    """Work ``jobs`` jobs under ``kills`` kills of lanes and supervisors."""
    chance = random.Random(seed)  # noqa: S311 - picks victims
    chunked = jobs // 3
    house.run("enqueue", "faults.plain", str(jobs - chunked), "urgent", "normal", "heavy")
    house.run("enqueue", "faults.chunked", str(chunked), "urgent", "normal", "heavy")
    worker = house.work("urgent", "normal", "heavy")
    busy = 0
    for number in range(kills):
        wait_until(lambda: len(worker.children()) == 3, "three lanes live")  # noqa: B023 - used at once
        time.sleep(chance.uniform(0.02, 0.25))
        busy += bool(house.unfinished())
        if number % 8 == 7:
            worker.kill()
            worker = house.work("urgent", "normal", "heavy")
        elif children := worker.children():
            with suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)
    wait_until(lambda: not house.unfinished(), "all jobs are over")
    assert busy >= 0.8 * kills
    house.assert_exactly_once(jobs, chunked=chunked, items=ITEMS)


def test_random_kills(house: House, seed: int) -> None:
    kill_at_random(house, 25, 501, seed)


@pytest.mark.soak
@pytest.mark.parametrize("round_number", [0, 1, 2])
def test_two_hundred_random_kills(house: House, seed: int, round_number: int) -> None:
    kill_at_random(house, 200, 4500, seed + round_number)
