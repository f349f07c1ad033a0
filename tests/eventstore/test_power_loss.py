"""Power fails at any moment: what was acknowledged is there, once; with seeded faults the test must turn red."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from phithak.eventstore import points
from phithak.eventstore.bus import START, EmbeddedBus
from phithak.eventstore.errors import DamagedError
from phithak.eventstore.layout import Layout
from phithak.eventstore.points import Point
from phithak.eventstore.store import Store
from tests.eventstore.disks import LosingDisk
from tests.eventstore.making import asked, frame, put

COMMIT_POINTS = [point for point in Point if point.value.split(".")[0] in {"segment", "ledger", "answer"}]


class Power:
    """Takes, at one crash point, what a power loss would leave.

    Segments are cut at their last sync. The ledger is taken as it was when its last commit returned (SQLite has
    synced it then), or as it lies on the disk at that very moment; both can be what a disk has kept.
    """

    def __init__(self, layout: Layout, disk: LosingDisk, folder: Path) -> None:
        self.layout = layout
        self.disk = disk
        self.folder = folder
        self.left: list[Layout] = []

    def fail(self) -> None:
        for number, (cut_segments, old_ledger) in enumerate(((True, True), (True, False), (False, True))):
            left = Layout(self.folder / f"left{number}")
            shutil.copytree(self.layout.root, left.root)
            if cut_segments:
                for path, size in self.disk.synced.items():
                    copy = left.segments / path.name
                    if copy.exists():
                        with copy.open("r+b") as stream:
                            stream.truncate(size)
            if old_ledger:
                for path in left.root.glob("ledger.db*"):
                    path.unlink()
                for path in (self.folder / "synced").glob("ledger.db*"):
                    shutil.copy(path, left.root)
            self.left.append(left)

    def keep_ledger(self) -> None:
        """Remember the ledger as its last commit has synced it."""
        shutil.rmtree(self.folder / "synced", ignore_errors=True)
        (self.folder / "synced").mkdir(parents=True)
        for path in self.layout.root.glob("ledger.db*"):
            if not path.name.endswith("-shm"):
                shutil.copy(path, self.folder / "synced")


def lost_or_doubled(tmp_path: Path, point: Point, *, ignores_sync: bool = False) -> tuple[int, int]:
    """Let the power fail at ``point`` of the fourth batch; return how many acknowledged ones are lost or doubled."""
    layout = Layout(tmp_path / "events")
    disk = LosingDisk(ignores_sync=ignores_sync)
    store = Store(layout, disk, reserve=0, segment_bytes=400)
    power = Power(layout, disk, tmp_path)
    frames = [frame([b"batch %d" % number], sequence=number + 1) for number in range(6)]
    acknowledged: set[bytes] = set()

    def listen(at: Point) -> None:
        if at is Point.LEDGER_COMMITTED:
            power.keep_ledger()
        if armed and at is point and not power.left:
            power.fail()

    armed = False
    points.listeners.append(listen)
    try:
        for number in range(3):
            assert put(store, frames[number]) == "stored"
            acknowledged.add(b"batch %d" % number)
        armed = True
        asking = asked(frames[3])
        store.submit(asking.pending)
        asking.verdict()
        # an answer counts when it was given before the power failed
        store.close()
    finally:
        points.listeners.clear()
    assert power.left, "the point was never reached"
    if point is Point.ANSWERED:
        acknowledged.add(b"batch 3")
    lost = doubled = 0
    for left in power.left:
        again = Store(left, reserve=0)
        for sealed in frames[3:]:
            assert put(again, sealed) in {"stored", "repeat"}
        again.close()
        try:
            found = [event for one in EmbeddedBus(left).pull("t", START, 99) for event in one.events()]
        except DamagedError:
            lost += 1
            continue
        # the senders repeat only what was not acknowledged
        expected = {*acknowledged, *(b"batch %d" % number for number in (3, 4, 5))}
        lost += len(expected - set(found))
        doubled += len(found) - len(set(found))
    return lost, doubled


@pytest.mark.parametrize("point", COMMIT_POINTS)
def test_nothing_is_lost_or_doubled(tmp_path: Path, point: Point) -> None:
    if point in {Point.SEGMENT_OPEN, Point.SEGMENT_OPENED}:
        # a segment holds two of these batches, so the fourth opens none: let the first of a store do it
        assert lost_when_opening(tmp_path, point) == 0
        return
    assert lost_or_doubled(tmp_path, point) == (0, 0)


def lost_when_opening(tmp_path: Path, point: Point) -> int:
    layout = Layout(tmp_path / "events")
    first = Store(layout, reserve=0)
    assert put(first, frame([b"kept"])) == "stored"
    first.close()
    disk = LosingDisk()
    power = Power(layout, disk, tmp_path)
    power.keep_ledger()
    points.listeners.append(lambda at: power.fail() if at is point and not power.left else None)
    try:
        second = Store(layout, disk, reserve=0)
        put(second, frame([b"new"]))
        second.close()
    finally:
        points.listeners.clear()
    lost = 0
    for left in power.left:
        again = Store(left, reserve=0)
        assert put(again, frame([b"later"])) == "stored"
        again.close()
        found = [event for one in EmbeddedBus(left).pull("t", START, 99) for event in one.events()]
        lost += found != [b"kept", b"later"]
    assert power.left
    return lost


def test_a_disk_that_ignores_sync_is_found_out(tmp_path: Path) -> None:
    lost, _ = lost_or_doubled(tmp_path, Point.ANSWERED, ignores_sync=True)
    assert lost > 0


def test_an_answer_before_the_ledger_is_found_out(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "events")
    disk = LosingDisk()
    store = Store(layout, disk, reserve=0)
    answered: list[bytes] = []
    power = Power(layout, disk, tmp_path)
    power.keep_ledger()

    def listen(at: Point) -> None:
        # the seeded fault: the answer goes out when the segment is synced, before the ledger's commit
        if at is Point.SEGMENT_SYNCED:
            answered.append(b"a")
            power.fail()

    points.listeners.append(listen)
    try:
        put(store, frame([b"a"]))
        store.close()
    finally:
        points.listeners.clear()
    found = [
        [event for one in EmbeddedBus(left).pull("t", START, 9) for event in one.events()]
        for left in power.left
    ]
    assert answered == [b"a"]
    assert all(b"a" not in one for one in found)
