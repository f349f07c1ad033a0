"""Two holders, two claimers, orphans, stops: who may write is decided by the fence alone."""

from __future__ import annotations

import os
import signal

import pytest

from tests.faults.instances import alive, wait_until
from tests.faults.jobs.harness import House

pytestmark = pytest.mark.faults


def freeze_the_first_holder(house: House, **more: str) -> None:
    """Stop a holder inside its body past its lease, let another finish the job, then wake the first."""
    house.run("enqueue", "faults.held", "1", "normal")
    first = house.work("normal", **more)
    inside = house.traces / "inside"
    wait_until(lambda: inside.exists() and inside.read_text(), "the first holder is inside")
    holder = int(inside.read_text())
    assert holder in first.children()
    os.kill(holder, signal.SIGSTOP)
    house.work("normal")
    wait_until(lambda: house.states()["done"] == 1, "the second holder finishes")
    assert house.rows("SELECT fence FROM fault_effect") == [(2,)]
    (house.traces / "gate").touch()
    os.kill(holder, signal.SIGCONT)
    if more:
        wait_until(lambda: house.one("SELECT count(*) FROM fault_effect") == 2, "the control shows")
    else:
        wait_until(lambda: "lease lost" in first.told(), "the first holder notices")
    assert alive(holder)


def test_a_frozen_holder_wakes_up_and_writes_nothing(house: House) -> None:
    freeze_the_first_holder(house)
    house.assert_exactly_once(1)


def test_control_without_the_fence_the_frozen_holder_writes(house: House) -> None:
    freeze_the_first_holder(house, FAULT_OPEN="finish")
    with pytest.raises(AssertionError):
        house.assert_exactly_once(1)


def race(house: House, **more: str) -> int:
    """Let two workers race for the same jobs; return how many bodies were started more than once."""
    house.run("enqueue", "faults.plain", "60", "normal")
    for _ in range(2):
        house.work("normal", FAULT_SLOW="claim.selected", **more)
    wait_until(lambda: not house.unfinished(), "all jobs are over")
    return sum(count > 1 for count in house.starts().values())


def test_racing_workers_start_each_job_once(house: House) -> None:
    assert race(house) == 0
    assert house.starts().total() == 60
    house.assert_exactly_once(60)


def test_control_a_plain_claim_starts_jobs_twice(house: House) -> None:
    assert race(house, FAULT_OPEN="claim") > 0


def test_no_child_outlives_a_killed_supervisor(house: House) -> None:
    house.run("enqueue", "faults.endless", "3", "urgent", "normal", "heavy")
    worker = house.work("urgent", "normal", "heavy")
    wait_until(lambda: len(house.starts()) == 3, "three jobs run")
    assert len(worker.children()) == 3
    worker.kill()
    written = house.one("SELECT count(*) FROM fault_chunk")
    assert house.one("SELECT count(*) FROM fault_chunk") == written
    assert house.states()["running"] == 3


def test_a_stop_in_good_order_releases_the_job_with_its_cursor(house: House) -> None:
    house.run("enqueue", "faults.endless", "1", "normal")
    worker = house.work("normal")
    wait_until(lambda: house.one("SELECT count(*) FROM fault_chunk") >= 3, "some chunks are written")
    assert worker.terminate() == 0
    assert house.rows("SELECT state, attempts FROM jobs_job") == [("queued", 0)]
    assert house.one("SELECT count(*) FROM jobs_workerbeat") == 0
    written = house.one("SELECT count(*) FROM fault_chunk")
    second = house.work("normal")
    wait_until(lambda: house.one("SELECT count(*) FROM fault_chunk") > written, "it goes on")
    assert second.terminate() == 0
    assert house.one("SELECT count(*) - count(DISTINCT item) FROM fault_chunk") == 0


def test_a_body_that_hears_nobody_is_ended_by_the_heart(house: House) -> None:
    house.run("enqueue", "faults.deaf", "1", "normal")
    house.work("normal")
    wait_until(lambda: house.states()["dead"] == 1, "the deaf job is a dead letter")
    assert house.rows("SELECT outcome FROM jobs_attempt") == [("timeout",)]
