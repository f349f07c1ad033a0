"""SIGKILL at every durable step: nothing lost, nothing numbered twice, no fork, and the journal goes on."""

from __future__ import annotations

import json
import signal
import sqlite3
from uuid import UUID

import pytest

from phithak.core.journal.points import Point
from tests.core.journal.instance import Instance, make

pytestmark = pytest.mark.faults

BY_STEP = {
    "live": [
        Point.RECORDED,
        Point.NUMBER_HASHED,
        Point.NUMBER_CLAIMED,
        Point.NUMBER_BEFORE_COMMIT,
        Point.NUMBER_COMMITTED,
        Point.SIGNED,
        Point.ARCHIVE_WRITTEN,
        Point.ARCHIVED,
        Point.CHECKPOINT_BEFORE_COMMIT,
        Point.CHECKPOINT_COMMITTED,
    ],
    "epoch": [Point.EPOCH_BEFORE_COMMIT, Point.EPOCH_COMMITTED],
}
WITNESS_POINTS = {
    Point.WITNESS_BEFORE_COMMIT,
    Point.WITNESS_COMMITTED,
    Point.ANSWERED,
    Point.COSIGNED_BEFORE_COMMIT,
    Point.COSIGNED,
}
"""Killed in ``test_witness``."""


def test_every_crash_point_is_killed_somewhere() -> None:
    assert {point for points in BY_STEP.values() for point in points} | WITNESS_POINTS == set(Point)


def rows(instance: Instance) -> tuple[list[int], set[UUID]]:
    """Return all numbers in order and the entries that have one."""
    with sqlite3.connect(instance.database) as database:
        found = database.execute("SELECT seq, entry_id FROM journal_leaf ORDER BY seq").fetchall()
    database.close()
    return [seq for seq, _ in found], {UUID(entry) for _, entry in found}


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """Give one instance that lives through all the kills, as a machine does."""
    return make(tmp_path_factory.mktemp("kills") / "instance")


@pytest.mark.parametrize(
    ("step", "point"), [(step, point) for step, points in BY_STEP.items() for point in points]
)
def test_a_kill_there_loses_nothing_and_forks_nothing(instance: Instance, step: str, point: Point) -> None:
    words = {"live": ("live", "3"), "epoch": ("epoch",)}[step]
    turn = ":2" if step == "live" else ""
    killed = instance.act(*words, PHITHAK_TEST_KILL=f"{point.value}{turn}")
    assert killed.returncode == -signal.SIGKILL, killed
    acknowledged = {UUID(word) for word in killed.stdout.split()}
    # whoever comes next numbers and signs what was left, under the same name, and says so
    after = instance.act("live", "1", "check")
    assert after.returncode == 0, after.stderr
    *words_after, told = after.stdout.splitlines()
    seqs, numbered = rows(instance)
    assert seqs == list(range(1, len(seqs) + 1))
    assert acknowledged <= numbered
    assert {UUID(word) for word in " ".join(words_after).split()} <= numbered
    found = json.loads(told)
    assert (found["findings"], found["gaps"], found["complete"], found["waiting"]) == ([], [], True, 0)
    archive = [
        json.loads(line) for line in (instance.folder / "config" / "checkpoints.log").read_text().splitlines()
    ]
    sizes = [(item["epoch"], item["size"]) for item in archive]
    assert sizes == sorted(set(sizes)), "every size was signed once, in rising order"
