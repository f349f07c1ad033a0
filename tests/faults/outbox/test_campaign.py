"""A campaign through the provider's three modes, with a kill at every crash point and many at random.

First two modes: exactly one notice per person. Third: at most one, the unclear ones listed as unknown and
never sent again without a person. CI takes 600 notices per mode on SQLite and 300 on PostgreSQL, soak 5,000.
"""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from phithak.core.outbox.points import Point
from tests.faults.instances import wait_until
from tests.faults.outbox.harness import Post

pytestmark = pytest.mark.faults

QUEUEING = {Point.QUEUE_INSERTED, Point.QUEUE_COMMITTED, Point.CHUNK_INSERTED, Point.CHUNK_COMMITTED}
PUMPING = {
    Point.CLAIM_SELECTED, Point.CLAIM_UPDATED, Point.CLAIM_COMMITTED, Point.RENDERED, Point.SENDING_UPDATED,
    Point.SENDING_COMMITTED, Point.CALL_BEFORE, Point.CALL_CONNECTED, Point.CALL_AFTER, Point.SETTLE_UPDATED,
    Point.SETTLE_COMMITTED, Point.RECOVER_UPDATED, Point.RECOVER_COMMITTED,
}  # fmt: skip
ASKING = {Point.LOOKUP_BEFORE, Point.LOOKUP_AFTER}
FAULTS = {"slow": 0.02, "slow_answer": 0.02, "lose": 0.02, "drop": 0.01, "busy": 0.02}


def campaign(post: Post, mode: str, count: int, kills: int, seed: int) -> dict[str, object]:
    """Send a campaign under kills; return the figures."""
    chance = random.Random(seed)  # noqa: S311 - picks moments
    post.provider.start(mode=mode, **FAULTS)
    post.queue(count)
    began = time.monotonic()
    marks = PUMPING | (ASKING if mode == "lookup" else set())
    post.work(FAULT_POINTS=" ".join(marks))
    wait_until(lambda: marks_killed(post, marks) or not post.moving(), "a kill at every point", seconds=120)
    busy = post.kill_at_random(kills, chance, provider_deaths=2)
    post.wait_done(seconds=600)
    assert post.killed() == {point.value for point in marks}
    unknown = post.states()["unknown"]
    return {
        "mode": mode, "database": "postgresql" if post.url else "sqlite", "notices": count,
        "kills_at_points": len(marks), "kills_at_random": kills, "kills_while_unfinished": busy,
        "accepted_by_provider": len(post.provider.log()), "people": len(post.provider.per_person()),
        "unknown": unknown, "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip


def marks_killed(post: Post, marks: set[Point]) -> bool:
    return post.killed() >= {point.value for point in marks}


def count_of(post: Post) -> tuple[int, int]:
    """Return the notices and random kills of CI."""
    return (300, 9) if post.url else (600, 9)


def assert_mode(post: Post, mode: str, count: int) -> None:
    if mode == "none":
        unknown = post.assert_at_most_once(count)
        assert unknown > 0, "the kills must have hit something"
    else:
        post.assert_exactly_once(count)


@pytest.mark.parametrize("mode", ["client_ref", "lookup", "none"])
def test_a_campaign_reaches_each_person_once_whatever_is_killed(post: Post, mode: str, seed: int) -> None:
    count, kills = count_of(post)
    figures = campaign(post, mode, count, kills, seed)
    print(json.dumps(figures))  # noqa: T201 - the figures beside a failure
    assert_mode(post, mode, count)


@pytest.mark.soak
@pytest.mark.parametrize("mode", ["client_ref", "lookup", "none"])
def test_five_thousand_notices_under_two_hundred_kills(post: Post, mode: str, seed: int) -> None:
    figures = campaign(post, mode, 5000, 67, seed)
    report = Path("build/report")
    report.mkdir(parents=True, exist_ok=True)
    with (report / "outbox-faults.ndjson").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(figures) + "\n")
    assert_mode(post, mode, 5000)


def test_a_kill_while_queueing_queues_each_once(post: Post) -> None:
    post.provider.start(mode="client_ref")
    post.queue(1200, code=-9, FAULT_POINTS=Point.CHUNK_INSERTED)
    assert post.states().total() == 0
    post.queue(1200, code=-9, FAULT_POINTS=Point.CHUNK_COMMITTED)
    assert post.states() == {"queued": 500}
    post.queue(1200)
    assert post.states() == {"queued": 1200}
    post.queue(1, first=20_000_000, code=-9, FAULT_POINTS=Point.QUEUE_INSERTED)
    assert post.states().total() == 1200
    post.queue(1, first=20_000_000, code=-9, FAULT_POINTS=Point.QUEUE_COMMITTED)
    post.queue(1, first=20_000_000)
    assert post.states() == {"queued": 1201}
    assert post.killed() == {point.value for point in QUEUEING}
