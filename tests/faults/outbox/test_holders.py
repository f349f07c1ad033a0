"""Frozen senders, racing pumps, the stop button, receipts, mail, a restore; and the positive controls."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import time
from contextlib import closing

import pytest

from phithak.core.outbox import points
from phithak.core.outbox.points import Point
from tests.faults.instances import alive, wait_until
from tests.faults.outbox.harness import SECRET, Post
from tests.faults.outbox.test_campaign import ASKING, PUMPING, QUEUEING
from tests.simulator.running import Simulator

pytestmark = pytest.mark.faults

ELSEWHERE = {
    Point.RECEIPT_UPDATED, Point.RECEIPT_COMMITTED, Point.DECIDE_UPDATED, Point.DECIDE_COMMITTED,
    Point.STOP_UPDATED, Point.STOP_COMMITTED, Point.SWEEP_UPDATED, Point.SWEEP_COMMITTED,
}  # fmt: skip


def test_every_crash_point_is_killed_at_somewhere() -> None:
    assert set(Point) == PUMPING | ASKING | QUEUEING | ELSEWHERE
    assert points.listeners == []


@pytest.mark.parametrize(
    ("point", "mode"),
    [
        (Point.CALL_BEFORE, "client_ref"),
        (Point.CALL_BEFORE, "lookup"),
        (Point.CALL_BEFORE, "none"),
        (Point.CALL_CONNECTED, "client_ref"),
        (Point.CALL_CONNECTED, "lookup"),
        (Point.CALL_CONNECTED, "none"),
    ],
)
def test_a_sender_frozen_past_its_lease_sends_nothing_twice(lite: Post, mode: str, point: Point) -> None:
    lite.provider.start(mode=mode)
    lite.queue(40)
    lite.work(FAULT_FREEZE=point)
    frozen = lite.traces / "frozen-pid"
    wait_until(lambda: frozen.exists() and frozen.read_text(), "the first sender is frozen")
    lite.work()
    wait_until(lambda: not lite.moving(), "the second one has dealt with all")
    before = lite.states()
    sender = int(frozen.read_text())
    if mode == "lookup":
        # a provider that can only be asked was asked after its end: it can never send again
        assert not alive(sender)
    else:
        os.kill(sender, signal.SIGCONT)
    if mode == "none":
        # the frozen ones were unknown; awake, their sender sends those of which it knows that nothing left.
        # Of a call that was under way it may have missed the answer: that one stays unknown.
        wait_until(lambda: lite.states()["unknown"] < before["unknown"], "what surely never left is queued")
        wait_until(lambda: not lite.moving(), "all is settled")
        lite.assert_at_most_once(40)
    else:
        lite.assert_exactly_once(40)


def race(post: Post, **more: str) -> int:
    """Let two pumps race; return how many people got more than one notice."""
    post.provider.start(mode="none")
    post.queue(120)
    for _ in range(2):
        post.work(FAULT_SLOW="claim.selected", **more)
    wait_until(lambda: not post.moving() or doubled(post), "all messages at an end, or somebody got two")
    return doubled(post)


def doubled(post: Post) -> int:
    return sum(times > 1 for times in post.provider.per_person().values())


def test_racing_pumps_send_each_message_once(post: Post) -> None:
    assert race(post) == 0
    post.assert_exactly_once(120)


def test_control_a_plain_claim_sends_twice(lite: Post) -> None:
    assert race(lite, FAULT_OPEN="claim") > 0


def kill_after_a_call(post: Post, **more: str) -> None:
    post.provider.start(mode="none")
    post.queue(30)
    post.work(FAULT_POINTS=Point.CALL_AFTER, **more)
    wait_until(lambda: post.killed() == {Point.CALL_AFTER.value}, "a kill after a call")
    wait_until(lambda: not post.moving(), "all messages at an end")


def test_a_kill_between_call_and_answer_is_unknown_and_not_sent_again(lite: Post) -> None:
    kill_after_a_call(lite)
    unknown = lite.assert_at_most_once(30)
    assert unknown > 0
    assert {row[0] for row in lite.rows("SELECT attempts FROM outbox_message WHERE state = 'unknown'")} == {1}


def test_control_sending_committed_after_the_call_sends_twice(lite: Post) -> None:
    kill_after_a_call(lite, FAULT_OPEN="sending")
    assert doubled(lite) > 0


def test_the_stop_button_works_within_a_second(post: Post) -> None:
    post.provider.start(mode="none", slow=0.05)
    post.queue(3000)
    post.work()
    wait_until(lambda: len(post.provider.log()) > 100, "the batch is under way")
    post.run("stop")
    stopped = float((post.traces / "stopped").read_text())
    wait_until(lambda: time.time() > stopped + 2.5, "two and a half seconds after the stop")
    arrived = [line["at"] for line in post.provider.log()]
    assert max(arrived) <= stopped + 1.0
    assert post.states()["queued"] > 0
    assert not post.states()["sending"]
    left = len(arrived)
    post.run("release")
    wait_until(lambda: len(post.provider.log()) > left, "sending goes on after the release")


def test_a_stop_killed_half_way_is_whole_or_not_at_all(lite: Post) -> None:
    lite.run("stop", code=-9, FAULT_POINTS=Point.STOP_UPDATED)
    assert lite.rows("SELECT count(*) FROM outbox_gate WHERE stopped_at IS NOT NULL") == [(0,)]
    lite.run("stop", code=-9, FAULT_POINTS=Point.STOP_COMMITTED)
    assert lite.rows("SELECT count(*) FROM outbox_gate WHERE stopped_at IS NOT NULL") == [(1,)]


def test_a_batch_that_is_held_while_killed_follows_in_the_end(lite: Post) -> None:
    lite.queue(700)
    lite.run("sweep", code=-9, FAULT_POINTS=Point.SWEEP_UPDATED)
    assert lite.states() == {"queued": 700}
    lite.run("sweep", code=-9, FAULT_POINTS=Point.SWEEP_COMMITTED)
    assert lite.states() == {"queued": 200, "held": 500}
    lite.work()
    wait_until(lambda: lite.states() == {"held": 700}, "all rows of the batch are held")


def test_receipts_repeated_forged_and_out_of_order_move_only_forward(post: Post) -> None:
    url = post.web()
    post.provider.start(
        mode="client_ref", receipts=url, secret=SECRET, repeat=2, forge=True, reorder=True, lose=0.1
    )
    post.queue(40)
    post.work()
    wait_until(lambda: post.states() == {"delivered": 40}, f"all delivered: {post.states()}")
    assert max(post.provider.per_person().values()) == 1
    assert post.rows("SELECT count(*) FROM outbox_note WHERE what = 'receipt' AND code = 'failed'") == [(0,)]


def test_receipts_killed_half_way_come_again(lite: Post) -> None:
    lite.provider.start(mode="client_ref")
    lite.queue(5)
    lite.work()
    wait_until(lambda: lite.states() == {"accepted": 5}, "all accepted")
    lines = lite.provider.log()
    for point, delivered in ((Point.RECEIPT_UPDATED, 0), (Point.RECEIPT_COMMITTED, 1)):
        lite.run("receipt", lines[0]["ref"], "delivered", code=-9, FAULT_POINTS=point)
        assert lite.states()["delivered"] == delivered
    lite.run("receipt", lines[0]["ref"], "delivered")
    lite.run("receipt", lines[0]["ref"], "failed")
    assert lite.states() == {"delivered": 1, "accepted": 4}


def test_a_decision_killed_half_way_is_whole_or_not_at_all(lite: Post) -> None:
    lite.provider.start(mode="none", lose=1.0)
    lite.queue(1)
    lite.work()
    wait_until(lambda: lite.states() == {"unknown": 1}, "the outcome is unknown")
    lite.run("decide", "delivered", code=-9, FAULT_POINTS=Point.DECIDE_UPDATED)
    assert lite.states() == {"unknown": 1}
    lite.run("decide", "delivered", code=-9, FAULT_POINTS=Point.DECIDE_COMMITTED)
    assert lite.states() == {"delivered": 1}
    assert len(lite.provider.log()) == 1


@pytest.mark.parametrize("mode", ["client_ref", "lookup", "none"])
def test_a_restore_in_the_middle_of_a_campaign_sends_nothing_again(lite: Post, mode: str) -> None:
    lite.provider.start(mode=mode)
    lite.queue(400)
    worker = lite.work()
    wait_until(lambda: len(lite.provider.log()) > 60, "the campaign is under way")
    backup = lite.folder / "backup.db"
    with closing(sqlite3.connect(lite.database)) as source, closing(sqlite3.connect(backup)) as copy:
        source.backup(copy)
    at_backup = len(lite.provider.log())
    wait_until(lambda: len(lite.provider.log()) > at_backup + 60, "more went out after the backup")
    worker.kill()
    for ending in ("", "-wal", "-shm"):
        lite.database.with_name(lite.database.name + ending).unlink(missing_ok=True)
    shutil.copy(backup, lite.database)
    lite.run("pause")
    before = len(lite.provider.log())
    lite.work()
    until = time.monotonic() + 1.5
    wait_until(lambda: time.monotonic() > until, "a second and a half in which nothing may leave")
    assert len(lite.provider.log()) == before
    lite.run("release")
    lite.wait_done()
    if mode == "none":
        assert max(lite.provider.per_person().values()) == 1
        # what the backup held as waiting may have been sent: a person decides about each
        assert lite.states()["unknown"] > 60
        assert len(lite.provider.log()) == before
    else:
        lite.assert_exactly_once(400)


def test_mail_over_smtp_at_most_once_through_lost_answers_and_kills(lite: Post) -> None:
    lite.provider = Simulator(lite.folder / "provider-mail", smtp=True).start(
        mode="none", lose=0.1, drop=0.05, busy=0.05
    )
    lite.queue(150, channel="mail")
    lite.work("mail", FAULT_POINTS=f"{Point.CALL_CONNECTED} {Point.CALL_AFTER}")
    lite.wait_done()
    people = lite.provider.per_person()
    assert max(people.values()) == 1
    found = lite.states()
    assert found["accepted"] + found["unknown"] == 150
    assert len(people) >= found["accepted"]
    assert len(people) - found["accepted"] <= found["unknown"]
    assert found["unknown"] > 5
