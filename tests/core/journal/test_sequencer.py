"""Numbering: every committed entry once, in whatever order transactions commit and whoever numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.extra.django import TransactionTestCase

from phithak.base import clock, ids
from phithak.core.db import budget, transactions
from phithak.core.journal import archive, canonical, keys, services
from phithak.core.journal.models import Checkpoint, Entry, Leaf, Node, Pending, Sequencer
from phithak.core.journal.points import Point, listeners
from phithak.core.journal.queries import tree
from phithak.core.journal.services import recording, sequencer
from phithak.engines.tlog import HashTree, KeyKind, VerifierKey, verify_checkpoint
from tests.core.journal import acts

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]


def in_thread(work: Callable[[], None]) -> Callable[[], None]:
    """Start ``work`` on a thread with its own connection; the returned function waits and raises its error."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()

    def join() -> None:
        thread.join(30)
        assert not thread.is_alive()
        if failed:
            raise failed[0]

    return join


def test_numbers_are_dense_and_the_root_is_that_of_the_lines() -> None:
    entries = acts.numbered(600)
    found = acts.order()
    assert [seq for seq, _ in found] == list(range(1, 602))
    assert [entry for _, entry in found][1:] == sorted(entries)
    lines = [canonical.line(Entry.objects.get(pk=entry)) for _, entry in found]
    reference = HashTree(lines)
    checkpoint = Checkpoint.objects.order_by("-size").first()
    assert (checkpoint.size, bytes(checkpoint.root)) == (601, reference.root())
    assert Pending.objects.count() == 0
    state = tree.state()
    read = tree.reader(state.epoch, state.start)
    assert [read(level, 0) for level in range(10)] == [reference.read(level, 0) for level in range(10)]
    assert Node.objects.filter(level=8).count() == 2
    for size in (1, 255, 256, 257, 511, 600, 601):
        assert tree.root_at(state.epoch, state.start, size) == reference.root(size)


def test_the_checkpoint_is_signed_and_archived_beside_the_data() -> None:
    acts.numbered(2)
    state = tree.state()
    note = Checkpoint.objects.get().note
    key = VerifierKey(state.origin, KeyKind.ED25519, keys.public_key())
    assert verify_checkpoint(note, [key], origin=state.origin).checkpoint.size == 3
    assert archive.newest().note == note
    assert archive.path().stat().st_mode & 0o077 == 0


def test_a_checkpoint_is_signed_at_most_every_ten_seconds_and_only_after_growth() -> None:
    start = datetime(2026, 11, 21, tzinfo=UTC)
    sizes: list[int] = []
    for second in (0, 1, 5, 10, 11, 30):
        with clock.at(start + timedelta(seconds=second)):
            if second != 30:
                acts.put()
            services.tick()
            sizes.append(Checkpoint.objects.order_by("-size").first().size)
    assert sizes == [2, 2, 2, 5, 5, 6]
    with clock.at(start + timedelta(seconds=99)):
        services.tick()
    assert Checkpoint.objects.count() == 3


def test_an_entry_that_commits_after_one_with_a_higher_id_is_numbered_too() -> None:
    services.tick()
    recorded, go_on = threading.Event(), threading.Event()
    made: dict[str, UUID] = {}

    def late() -> None:
        with transactions.write("test.late"):
            made["early id"] = acts.put()[0]
            recorded.set()
            assert go_on.wait(20)

    join = in_thread(late)
    assert recorded.wait(20)
    if connection.vendor == "sqlite":
        # one writer at a time: what can cross is the id, made before the lock is had, and the tick between
        services.tick()
        assert [seq for seq, _ in acts.order()] == [1]
        go_on.set()
        join()
        made["late id"] = acts.put()[0]
    else:
        made["late id"] = acts.put()[0]
        assert made["late id"] > made["early id"]
        services.tick()
        assert acts.order()[1:] == [(2, made["late id"])]
        go_on.set()
        join()
    services.tick()
    assert {entry for _, entry in acts.order()[1:]} == set(made.values())
    assert [seq for seq, _ in acts.order()] == [1, 2, 3]
    assert acts.check().findings == []


def test_a_lower_id_that_is_committed_later_gets_the_next_number(monkeypatch: pytest.MonkeyPatch) -> None:
    services.tick()
    low, high = ids.uuid7(), ids.uuid7()
    waiting = [high, low]
    monkeypatch.setattr(recording.ids, "uuid7", lambda: waiting.pop(0))
    acts.put()
    services.tick()
    acts.put()
    services.tick()
    assert acts.order()[1:] == [(2, high), (3, low)]


def test_two_sequencers_at_once_number_nothing_twice() -> None:
    services.tick()
    everything: list[UUID] = []
    stop = threading.Event()

    def write() -> None:
        for _ in range(30):
            everything.extend(acts.put(7))

    def number(name: str) -> Callable[[], None]:
        def run() -> None:
            while not stop.is_set():
                # no lease between them: only the fence keeps them apart
                Sequencer.objects.update(leased_until=None)
                sequencer.number_chunk(name)
                stop.wait(0.002)

        return run

    joins = [in_thread(number("one")), in_thread(number("two"))]
    writing = in_thread(write)
    writing()
    stop.set()
    for join in joins:
        join()
    with clock.at(clock.now() + timedelta(minutes=1)):
        services.tick("three")
    assert [seq for seq, _ in acts.order()] == list(range(1, 212))
    assert {entry for _, entry in acts.order()[1:]} == set(everything)
    assert acts.check().findings == []


def test_a_holder_that_slept_past_its_lease_changes_nothing() -> None:
    services.tick()
    first = acts.put(3)

    def overtaken(point: Point) -> None:
        if point is Point.NUMBER_HASHED and threading.current_thread() is threading.main_thread():
            listeners.clear()
            # while it sleeps, its lease runs out, another takes over and newer entries come
            acts.put(2)
            with clock.at(clock.now() + timedelta(minutes=1)):
                assert services.tick("another") == 5

    listeners.append(overtaken)
    try:
        assert sequencer.number_chunk("sleeper") == 0
    finally:
        listeners.clear()
    assert [seq for seq, _ in acts.order()] == [1, 2, 3, 4, 5, 6]
    assert {entry for _, entry in acts.order()} >= set(first)
    assert acts.check().findings == []


def test_without_the_fence_the_sleeper_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the fence made blind, the database itself refuses to number an entry twice."""
    services.tick()
    acts.put(1)
    state = tree.state()
    services.tick("another")
    monkeypatch.setattr(tree, "state", lambda: state)
    Sequencer.objects.update(fence=state.fence)
    acts.put(1)
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        sequencer.number_chunk("sleeper")


def test_a_running_lease_keeps_others_idle() -> None:
    acts.put(1)
    assert services.tick("one") == 1
    acts.put(1)
    assert services.tick("two") == 0
    assert services.tick("one") == 1
    acts.put(1)
    with clock.at(clock.now() + timedelta(seconds=11)):
        assert services.tick("two") == 1


def test_an_idle_tick_writes_nothing() -> None:
    acts.numbered(1)
    budget.recent.clear()
    services.tick()
    assert list(budget.recent) == []


class AnyOrder(TransactionTestCase):
    """Whatever the interleaving of records, ticks and signatures: dense numbers, one tree."""

    @profile(max_examples=12, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(["put", "put5", "tick", "sign", "fail"]), max_size=12))
    def test_any_order(self, steps: list[str]) -> None:
        """Run the steps and check everything."""
        before = Entry.objects.count()
        for step in steps:
            if step.startswith("put"):
                acts.put(5 if step == "put5" else 1)
            elif step == "tick":
                services.tick()
            elif step == "sign":
                services.sign_if_due(at_once=True)
            else:
                with suppress(ZeroDivisionError), transactions.write("test"):
                    acts.put()
                    1 / 0  # noqa: B018 - the act fails half-way
        services.tick()
        sizes = [1 if step == "put" else 5 if step == "put5" else 0 for step in steps]
        assert Leaf.objects.count() == Entry.objects.count() >= before + sum(sizes)
        seqs = [seq for seq, _ in acts.order()]
        assert seqs == sorted(set(seqs))
        assert acts.check().findings == []
