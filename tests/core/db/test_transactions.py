"""``write()``: joins, gives up with BusyError, measures its hold; ``in_chunks()`` stays short and resumable."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence

import pytest
from django.db import IntegrityError, OperationalError, connection, connections

from phithak.base.errors import BusyError
from phithak.core.db import budget, transactions
from phithak.core.db.transactions import CHUNK_ROWS, chunks, in_chunks, in_write, is_busy, write
from tests.guards import writes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.db]


@pytest.fixture(autouse=True)
def _table() -> Iterator[None]:
    """A table of our own, so that no room's rules are in the way."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE db_test (number INTEGER PRIMARY KEY, word TEXT)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE db_test")


def put(*numbers: int) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO db_test (number) VALUES (%s)", [(number,) for number in numbers])


def stored() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM db_test ORDER BY number")
        return [row[0] for row in cursor.fetchall()]


def test_all_or_nothing() -> None:
    with write("test.kept"):
        put(1)
    with pytest.raises(IntegrityError), write("test.undone"):
        put(2)
        put(1)
    assert stored() == [1]


def test_the_collector_waits_for_the_end_of_the_last_write() -> None:
    assert gc.isenabled()
    with write("test.outer"):
        with write("test.inner"):
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(IntegrityError), write("test.failed"):
        put(1)
        put(1)
    assert gc.isenabled()
    gc.disable()
    try:
        with write("test.off_already"):
            put(2)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_an_inner_write_joins_and_can_fail_alone() -> None:
    with write("test.outer"):
        put(1)
        with pytest.raises(IntegrityError), write("test.inner"):
            put(2)
            put(1)
        put(3)
    assert stored() == [1, 3]


def test_the_outer_write_undoes_the_inner_one() -> None:
    with pytest.raises(KeyError), write("test.outer"):
        with write("test.inner"):
            put(1)
        raise KeyError
    assert stored() == []


def test_in_write_is_true_inside_only() -> None:
    assert not in_write()
    with write("test.outer"):
        assert in_write()
        with write("test.inner"):
            assert in_write()
        assert in_write()
    assert not in_write()
    with pytest.raises(KeyError), write("test.broken"):
        raise KeyError
    assert not in_write()


def test_another_thread_is_not_inside() -> None:
    seen: list[bool] = []
    with write("test.outer"):
        thread = threading.Thread(target=lambda: seen.append(in_write()))
        thread.start()
        thread.join()
    assert seen == [False]


def test_each_outermost_hold_is_noted_once_with_its_name() -> None:
    budget.recent.clear()
    with write("test.outer"), write("test.inner"):
        put(1)
    with pytest.raises(KeyError), write("test.broken"):
        raise KeyError
    assert [hold.name for hold in budget.recent] == ["test.outer", "test.broken"]
    assert all(0 < hold.seconds < 5 for hold in budget.recent)


def test_a_long_hold_is_warned_of_and_seen_by_the_guard(caplog: pytest.LogCaptureFixture) -> None:
    with writes.expected() as long, write("test.slow"):
        time.sleep(0.26)  # the length of the hold is what is tested
    assert [hold.name for hold in long] == ["test.slow"]
    assert "test.slow held the lock" in caplog.text


def test_waiting_for_a_processor_is_told_apart_from_work() -> None:
    before, started = budget.usage(), time.perf_counter()
    if not before.waited:
        pytest.skip("this kernel does not count it")
    crowd = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(6)]
    cores = os.sched_getaffinity(0)
    try:
        for process in crowd:
            os.sched_setaffinity(process.pid, {min(cores)})
        os.sched_setaffinity(0, {min(cores)})
        while time.perf_counter() - started < 1.0:
            pass
    finally:
        os.sched_setaffinity(0, cores)
        for process in crowd:
            process.kill()
            process.wait()
    # seven busy processes share one processor: most of the second was spent waiting
    assert 0.4 < budget.starvation(before, time.perf_counter() - started) < 1.5


def test_work_and_waiting_inside_a_hold_are_the_code_s_own() -> None:
    with writes.expected() as long, write("test.busy"):
        end = time.thread_time() + 0.3
        while time.thread_time() < end:
            pass
    assert [hold.name for hold in long] == ["test.busy"]
    assert long[0].own_seconds > 0.29


def test_a_short_hold_is_neither(caplog: pytest.LogCaptureFixture) -> None:
    with writes.expected() as long:
        budget.note("test.short", 0.049)
        budget.note("test.warned", 0.051)
        budget.note("test.border", 0.250)
        budget.note("test.over", 0.251)
        budget.note("test.starved", 0.400, 0.150)
        budget.note("test.starved_and_slow", 0.401, 0.150)
    assert [hold.name for hold in long] == ["test.over", "test.starved_and_slow"]
    assert "test.short" not in caplog.text
    assert "test.starved held the lock 400 ms (budget 50 ms), 150 ms of it without a processor" in caplog.text
    assert "test.warned held the lock 51 ms (budget 50 ms)" in caplog.text


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has one lock for all writers")
class TestOnSqlite:
    """The lock of the whole database."""

    def test_pragmas_are_what_durability_hangs_on(self) -> None:
        with connection.cursor() as cursor:
            found = {
                name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        full = 2
        assert found == {
            "journal_mode": "wal", "synchronous": full, "foreign_keys": 1, "busy_timeout": 10_000,
        }  # fmt: skip

    def test_a_new_connection_in_another_thread_has_them_too(self) -> None:
        found: list[int] = []

        def look() -> None:
            with connections["default"].cursor() as cursor:
                found.append(cursor.execute("PRAGMA synchronous").fetchone()[0])
            connections["default"].close()

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        assert found == [2]

    def test_a_taken_lock_is_asked_for_twice_then_busy(self) -> None:
        with other_holder():
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout=60")
            started = time.monotonic()
            with pytest.raises(BusyError) as caught, write("test.waiting"):
                pytest.fail("the lock was taken")
            waited = time.monotonic() - started
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout=10000")
        assert 0.1 < waited < 5
        assert caught.value.status == 503
        assert not in_write()
        with write("test.after"):
            put(7)
        assert stored() == [7]

    def test_a_reader_is_never_blocked_by_a_writer(self) -> None:
        put(1)
        with other_holder():
            assert stored() == [1]

    def test_the_lock_is_taken_at_the_start(self) -> None:
        # a transaction that first reads and then writes would fail at once beside another writer
        with write("test.immediate"):
            code = subprocess.run(
                [sys.executable, "-c", TRY_TO_LOCK, database_file()],
                check=False,
                capture_output=True,
                text=True,
            )
        assert code.stdout.strip() == "database is locked"


TRY_TO_LOCK = """
import sqlite3, sys
handle = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    handle.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error)
"""
HOLD = """
import sqlite3, sys
handle = sqlite3.connect(sys.argv[1], isolation_level=None)
handle.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def database_file() -> str:
    return str(connection.settings_dict["NAME"])


class other_holder:  # noqa: N801 - used as a context manager, named like one
    """Another process that holds the write lock."""

    def __enter__(self) -> None:
        """Start it and wait until it holds the lock."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, database_file()], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"held\n"

    def __exit__(self, *_: object) -> None:
        """Let it end."""
        self.process.communicate()


@pytest.mark.parametrize(
    ("words", "busy"),
    [
        ("database is locked", True),
        ('could not obtain lock on row in relation "x"', True),
        ("canceling statement due to lock timeout", True),
        ("deadlock detected", True),
        ("disk I/O error", False),
        ("no such table: lock", False),
    ],
)
def test_what_counts_as_busy(words: str, *, busy: bool) -> None:
    assert is_busy(OperationalError(words)) is busy


def test_other_database_errors_are_not_called_busy() -> None:
    with pytest.raises(OperationalError, match="disk I/O"), write("test.broken"):
        raise OperationalError("disk I/O error")


def test_busy_inside_the_block_becomes_busy() -> None:
    with pytest.raises(BusyError), write("test.deadlock"):
        put(1)
        raise OperationalError("deadlock detected")
    assert stored() == []


def test_chunks_keep_order_and_all_rows() -> None:
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 2)) == []
    assert [len(chunk) for chunk in chunks(range(1001))] == [500, 500, 1]


class TestInChunks:
    """Bulk work that gives the lock back."""

    def test_stores_all_in_order_and_tells_progress(self) -> None:
        progress = list(in_chunks("test.bulk", range(1200), lambda rows: put(*rows), pause=0))
        assert stored() == list(range(1200))
        assert progress[-1] == 1200
        assert progress == sorted(set(progress))

    def test_no_chunk_is_over_500_rows(self) -> None:
        sizes: list[int] = []
        assert list(in_chunks("test.bulk", range(3000), lambda rows: sizes.append(len(rows)), pause=0))
        assert sum(sizes) == 3000
        assert max(sizes) == CHUNK_ROWS

    def test_slow_rows_make_small_chunks(self) -> None:
        sizes: list[int] = []

        def slow(rows: Sequence[int]) -> None:
            sizes.append(len(rows))
            time.sleep(0.002 * len(rows))  # 2 ms a row: about ten fit in 20 ms

        assert list(in_chunks("test.bulk", range(150), slow, pause=0))
        assert sizes[0] == 50
        assert all(size <= 12 for size in sizes[1:])

    def test_what_was_stored_before_a_failure_stays(self) -> None:
        def store(rows: Sequence[int]) -> None:
            put(*rows)
            if 60 in rows:
                raise ValueError

        with pytest.raises(ValueError):  # noqa: PT011 - the failure above, nothing else raises it
            list(in_chunks("test.bulk", range(100), store, pause=0))
        assert stored() == list(range(50))

    def test_the_lock_is_free_between_chunks(self) -> None:
        for _ in in_chunks("test.bulk", range(120), lambda rows: put(*rows), pause=0):
            assert not in_write()
            assert not connection.in_atomic_block

    def test_refuses_to_run_inside_a_write(self) -> None:
        with pytest.raises(RuntimeError), write("test.outer"):
            list(in_chunks("test.bulk", range(1), lambda rows: put(*rows)))
        assert stored() == []

    def test_pauses_at_least_as_long_as_it_held(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pauses: list[float] = []
        monkeypatch.setattr(transactions.time, "sleep", pauses.append)
        list(in_chunks("test.bulk", range(100), lambda rows: put(*rows), pause=0.25))
        assert pauses
        assert all(pause >= 0.25 for pause in pauses)
