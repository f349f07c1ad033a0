"""An answer means durable: synced, in the ledger, once; anything else leaves nothing behind."""

from __future__ import annotations

import errno
import logging
import sqlite3
import threading
from collections.abc import Callable
from uuid import UUID

import pytest

from phithak.base import batch, ids
from phithak.eventstore import health, segments, sqlite
from phithak.eventstore.bus import START, EmbeddedBus, Offset
from phithak.eventstore.disk import RealDisk
from phithak.eventstore.errors import DamagedError, StoreBusyError
from phithak.eventstore.layout import Layout
from phithak.eventstore.ledger import Beat, LedgerReader
from phithak.eventstore.manifest import living_files
from phithak.eventstore.points import Point
from phithak.eventstore.store import Pending, Store
from tests.eventstore.disks import Fault, LosingDisk
from tests.eventstore.making import NOW, SENDER, SOURCE, TENANT, Asked, asked, envelope, frame, many, put

Open = Callable[..., Store]
OTHER = UUID(int=9 << 64 | 7 << 76 | 2 << 62)


def events_in(layout: Layout) -> list[bytes]:
    bus = EmbeddedBus(layout)
    found = [event for stored in bus.pull("test", START, 100_000) for event in stored.events()]
    bus.close()
    return found


def test_what_is_stored_comes_back_bit_for_bit(layout: Layout, open_store: Open) -> None:
    raw = [b"\xff\xfe\x00", "ผู้ใช้".encode("cp874"), b"", b"two\nlines"]
    assert put(open_store(), frame(raw)) == "stored"
    (found,) = EmbeddedBus(layout).pull("test", START, 10)
    assert found.events() == raw
    assert found.envelope == envelope()


def test_an_answer_waits_for_sync_and_ledger(
    layout: Layout, open_store: Open, at_points: list[Callable[[Point], None]]
) -> None:
    disk = RealDisk()
    store = open_store(disk)
    seen: list[tuple[Point, int]] = []
    at_points.append(lambda point: seen.append((point, disk.syncs)))
    assert put(store, frame([b"a"])) == "stored"
    store.close()
    order = [point for point, _ in seen]
    assert order == [
        Point.SEGMENT_OPEN, Point.SEGMENT_OPENED, Point.SEGMENT_WRITE, Point.SEGMENT_WRITTEN, Point.SEGMENT_SYNCED,
        Point.LEDGER_INSERTED, Point.LEDGER_COMMITTED, Point.ANSWER, Point.ANSWERED,
    ]  # fmt: skip
    assert dict(seen)[Point.SEGMENT_WRITTEN] == 0
    assert dict(seen)[Point.SEGMENT_SYNCED] == 1


def test_every_connection_that_writes_syncs_each_commit(layout: Layout, open_store: Open) -> None:
    store = open_store()
    assert store._ledger._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert store._ledger._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_repeat_is_acknowledged_and_stored_once(layout: Layout, open_store: Open) -> None:
    store = open_store()
    sealed = frame([b"a"])
    assert [put(store, sealed) for _ in range(3)] == ["stored", "repeat", "repeat"]
    store.close()
    again = open_store()
    assert put(again, sealed) == "repeat"
    assert events_in(layout) == [b"a"]
    reader = LedgerReader(layout)
    assert [row.repeats for row in reader.after(0, 10)] == [3]
    assert [(one.repeats, one.batches, one.events) for one in reader.activity()] == [(3, 1, 1)]
    reader.close()


def test_a_repeat_within_one_group_is_stored_once(layout: Layout, open_store: Open) -> None:
    store = open_store()
    sealed = frame([b"a"])
    ones = together(
        store, [asked(sealed), asked(sealed), asked(frame([b"b"], identity=batch.parse(sealed).header.batch))]
    )
    assert sorted(one.verdict() for one in ones) == ["conflict", "repeat", "stored"]
    assert len(events_in(layout)) == 1


def together(store: Store, ones: list[Asked]) -> list[Asked]:
    """Let the store take several batches as one group."""
    with store._condition:
        for one in ones:
            # the condition is re-entrant, so the store's thread sees all of them at once
            store.submit(one.pending)
    return ones


def test_the_same_id_with_other_content_is_a_conflict(layout: Layout, open_store: Open) -> None:
    store = open_store()
    identity = ids.uuid7()
    assert put(store, frame([b"a"], identity=identity)) == "stored"
    assert put(store, frame([b"b"], identity=identity)) == "conflict"
    # the same id of another sender is another batch: nobody can fold away what another sends
    assert put(store, frame([b"b"], identity=identity), envelope(sender=OTHER)) == "stored"
    assert events_in(layout) == [b"a", b"b"]


def test_two_machines_with_one_identity_and_missing_numbers_are_told(
    layout: Layout, open_store: Open
) -> None:
    store = open_store()
    for sequence in (1, 2, 5):
        put(store, frame([b"x"], sequence=sequence, dropped={"disk": 2}), taken={"ids13": 3})
    put(store, frame([b"other"], sequence=2))
    (found,) = LedgerReader(layout).activity()
    assert (found.highest, found.missing, found.clashes) == (5, 2, 1)
    assert (found.source, found.tenant, found.sender) == (SOURCE, TENANT, SENDER)
    assert found.dropped == {"disk": 6}
    assert found.taken == {"ids13": 9}
    assert (found.batches, found.events, found.received, found.skew) == (4, 4, NOW, 0)


def test_every_open_begins_a_new_segment(layout: Layout, open_store: Open) -> None:
    for sealed in many(3):
        store = open_store()
        assert put(store, sealed) == "stored"
        store.close()
    assert layout.segment_numbers() == [1, 2, 3]
    assert len(events_in(layout)) == 9


def test_a_segment_is_closed_when_it_is_large(layout: Layout, open_store: Open) -> None:
    store = open_store(segment_bytes=1000)
    for sealed in many(20):
        assert put(store, sealed) == "stored"
    store.close()
    assert len(layout.segment_numbers()) > 3
    assert len(events_in(layout)) == 60


def test_a_number_is_never_used_again(layout: Layout, open_store: Open) -> None:
    store = open_store()
    put(store, frame([b"a"]))
    store.close()
    layout.segment(1).unlink()
    layout.segment(7).write_bytes(b"left by a crash")
    store = open_store()
    put(store, frame([b"b"]))
    assert layout.segment_numbers() == [7, 8]


def test_offsets_are_never_used_again_after_trimming(layout: Layout, open_store: Open) -> None:
    store = open_store()
    for sealed in many(5):
        put(store, sealed)
    assert store.trim(through=3, before=NOW + 1) == 3
    assert store.trim(through=5, before=NOW) == 0
    assert store.trim(through=5, before=NOW + 1) == 2
    put(store, frame([b"later"]))
    assert [row.offset for row in LedgerReader(layout).after(0, 10)] == [6]


def test_one_process_alone_writes(layout: Layout, open_store: Open) -> None:
    open_store()
    with pytest.raises(StoreBusyError):
        open_store()


def test_many_senders_at_once_are_answered_by_few_syncs(layout: Layout, open_store: Open) -> None:
    disk = RealDisk()
    store = open_store(disk)
    ones = [asked(sealed, envelope(sender=UUID(int=100 + number))) for number, sealed in enumerate(many(200))]
    threads = [
        threading.Thread(target=lambda part: [store.submit(one.pending) for one in part], args=(ones[n::8],))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.verdict() for one in ones} == {"stored"}
    assert disk.syncs < 200
    assert len(set(events_in(layout))) == 600
    assert store.counters.batches == 200
    assert store.counters.events == 600


@pytest.mark.parametrize(("fault", "verdict"), [
    (Fault("write", errno.ENOSPC, kept=10), "full"),
    (Fault("write", errno.EDQUOT), "full"),
    (Fault("write", errno.EIO, kept=20), "busy"),
    (Fault("sync", errno.EIO), "busy"),
    (Fault("sync", errno.ENOSPC), "full"),
])  # fmt: skip
def test_a_failed_write_is_refused_and_never_trusted_again(
    layout: Layout, open_store: Open, fault: Fault, verdict: str
) -> None:
    disk = LosingDisk()
    store = open_store(disk)
    before, during = frame([b"before"]), frame([b"during"])
    assert put(store, before) == "stored"
    disk.faults.append(fault)
    assert put(store, during) == verdict
    assert events_in(layout) == [b"before"]
    # the same batch again: stored once, in a segment of its own
    assert put(store, during) == "stored"
    assert events_in(layout) == [b"before", b"during"]
    assert len(layout.segment_numbers()) == 2
    store.close()
    disk.lose_power()
    assert events_in(layout) == [b"before", b"during"]


def test_a_write_that_cannot_even_be_taken_back_hurts_nobody(layout: Layout, open_store: Open) -> None:
    disk = LosingDisk(faults=[Fault("write", errno.ENOSPC, kept=15), Fault("cut", errno.EIO)])
    store = open_store(disk)
    assert put(store, frame([b"a"])) == "full"
    assert put(store, frame([b"b"])) == "stored"
    assert events_in(layout) == [b"b"]


def test_a_disk_that_is_nearly_full_takes_repeats_alone(layout: Layout, open_store: Open) -> None:
    disk = LosingDisk()
    store = open_store(disk, reserve=1000)
    first = frame([b"first"])
    assert put(store, first) == "stored"
    disk.room = 999
    store._looked = float("-inf")
    assert put(store, frame([b"second"])) == "full"
    assert put(store, first) == "repeat"
    disk.room = 1000
    store._looked = float("-inf")
    assert put(store, frame([b"third"])) == "stored"
    assert events_in(layout) == [b"first", b"third"]


def test_a_ledger_that_fails_refuses_and_lives_on(
    layout: Layout, open_store: Open, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store()
    put(store, frame([b"a"]))
    second = frame([b"b"])
    connection = store._ledger._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages}")
    with caplog.at_level(logging.CRITICAL):
        verdicts = {put(store, frame([b"x" * 10], sequence=n)) for n in range(1, 400)}
    assert verdicts == {"stored", "full"}
    connection.execute("PRAGMA max_page_count=1000000")
    assert put(store, second) == "stored"
    found = events_in(layout)
    assert found[0] == b"a"
    assert found[-1] == b"b"
    assert len(found) == 2 + store.counters.batches - 2


def test_an_unknown_fault_is_an_answer_too(
    layout: Layout,
    open_store: Open,
    at_points: list[Callable[[Point], None]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = open_store()

    def break_once(point: Point) -> None:
        if point is Point.SEGMENT_WRITTEN:
            at_points.clear()
            raise RuntimeError("something nobody thought of")

    at_points.append(break_once)
    assert put(store, frame([b"a"])) == "busy"
    assert "something nobody thought of" in caplog.text
    assert put(store, frame([b"b"])) == "stored"
    assert events_in(layout) == [b"b"]


def test_a_sender_that_is_gone_keeps_nobody_from_an_answer(
    layout: Layout, open_store: Open, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store()
    gone = asked(frame([b"a"])).pending

    def broken(verdict: str) -> None:
        raise RuntimeError("the line is cut")

    other = asked(frame([b"b"]))
    together(store, [Asked(Pending(**{**vars(gone), "answer": broken})), other])
    assert other.verdict() == "stored"
    assert put(store, frame([b"c"])) == "stored"
    assert "the line is cut" in caplog.text
    assert events_in(layout) == [b"a", b"b", b"c"]


def test_too_much_is_refused_at_once_and_one_tenant_never_fills_the_queue(
    layout: Layout, open_store: Open, at_points: list[Callable[[Point], None]]
) -> None:
    store = open_store(waiting_bytes=40_000)
    held, go = threading.Event(), threading.Event()

    def hold(point: Point) -> None:
        if point is Point.SEGMENT_WRITE and not go.is_set():
            held.set()
            assert go.wait(30)

    at_points.append(hold)
    first = asked(frame([b"first"]))
    store.submit(first.pending)
    assert held.wait(30)
    flood = [asked(frame([b"x" * 1000])) for _ in range(20)]
    for one in flood:
        store.submit(one.pending)
    other = asked(frame([b"other"]), envelope(tenant=OTHER, sender=OTHER))
    store.submit(other.pending)
    refused = [one for one in flood if one.came.is_set()]
    assert {one.verdict() for one in refused} == {"busy"}
    # a quarter of 40,000 bytes
    assert len(flood) - len(refused) == 8
    go.set()
    assert other.verdict() == "stored"
    assert {one.verdict() for one in flood if one not in refused} == {"stored"}
    assert store.load == 0
    store.close()
    late = asked(frame([b"late"]))
    store.submit(late.pending)
    assert late.verdict() == "busy"


def test_the_batches_of_tenants_take_turns(layout: Layout, open_store: Open) -> None:
    store = open_store()
    flood = [asked(sealed) for sealed in many(10, 1)]
    other = asked(frame([b"other"]), envelope(tenant=OTHER, sender=OTHER))
    for one in together(store, [*flood, other]):
        assert one.verdict() == "stored"
    assert events_in(layout).index(b"other") == 1


def test_heartbeats_are_kept_beside_the_batches(layout: Layout, open_store: Open) -> None:
    store = open_store()
    done = threading.Event()
    kept: list[bool] = []
    for told in (b"{}", b'{"now":1}'):
        done.clear()
        store.beat(Beat(SENDER, TENANT, NOW, told), lambda one: (kept.append(one), done.set())[0])
        assert done.wait(30)
    reader = LedgerReader(layout)
    assert kept == [True, True]
    assert reader.beats() == [Beat(SENDER, TENANT, NOW, b'{"now":1}')]
    store.close()
    store.beat(Beat(SENDER, TENANT, NOW, b"{}"), kept.append)
    assert kept == [True, True, False]


def test_readers_go_by_the_ledger_and_pull_changes_nothing(layout: Layout, open_store: Open) -> None:
    bus = EmbeddedBus(layout)
    assert bus.pull("detector", START, 5) == []
    assert bus.last() == 0
    store = open_store()
    for sealed in many(7, 1):
        put(store, sealed)
    first = bus.pull("detector", START, 3)
    assert [one.offset for one in first] == [1, 2, 3]
    assert bus.pull("detector", START, 3) == first
    assert [one.offset for one in bus.pull("other", first[-1].offset, 100)] == [4, 5, 6, 7]
    assert bus.last() == 7


def test_release_is_a_low_water_mark_that_never_goes_back(layout: Layout, open_store: Open) -> None:
    bus = EmbeddedBus(layout)
    assert bus.low_water(("detector", "compactor")) == 0
    bus.release("detector", Offset(5))
    bus.release("detector", Offset(3))
    assert bus.released("detector") == 5
    assert bus.low_water(("detector", "compactor")) == 0
    bus.release("compactor", Offset(9))
    assert EmbeddedBus(layout).low_water(("detector", "compactor")) == 5
    (layout.marks / "detector").write_text("nonsense")
    assert bus.released("detector") == 0
    for name in ("../x", "", "A", "x" * 50):
        with pytest.raises(ValueError, match="name"):
            bus.release(name, Offset(1))


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_bit_rot_is_found_and_said(layout: Layout, open_store: Open, place: int) -> None:
    store = open_store()
    put(store, frame([b"a"]))
    path = layout.segment(1)
    content = bytearray(path.read_bytes())
    content[place] ^= 4
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        EmbeddedBus(layout).pull("test", START, 1)
    (row,) = LedgerReader(layout).after(0, 1)
    path.unlink()
    with pytest.raises(DamagedError):
        segments.read(layout, row.place)


def test_a_ledger_of_a_later_release_is_refused(layout: Layout, open_store: Open) -> None:
    open_store().close()
    with sqlite3.connect(layout.ledger) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(sqlite3.OperationalError):
        open_store()
    # and the lock is not left behind
    with sqlite3.connect(layout.ledger) as connection:
        connection.execute("PRAGMA user_version=1")
    connection.close()
    open_store()


def test_readers_cannot_write(layout: Layout, open_store: Open) -> None:
    open_store()
    connection = sqlite.open_reader(layout.ledger)
    with pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM batches")
    connection.close()
    assert layout.ledger.stat().st_mode & 0o077 == 0


def test_whoever_reads_before_the_tables_are_made_finds_nothing(layout: Layout) -> None:
    layout.prepare()
    for path in (layout.manifest, layout.ledger):
        # as it lies on the disk between its making and the first commit
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
    assert living_files(layout, [TENANT], since=None, until=None) == []
    assert health.compacted(layout) == 0
    assert LedgerReader(layout).after(0, 1) == []
    assert health.waiting_since(layout) is None
