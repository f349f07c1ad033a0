"""Restore and rollback: the journal goes on under a new name, says what it lost, and never forks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from phithak.base import keyfiles
from phithak.core.journal import archive, keys, queries, services
from phithak.core.journal.archive import Archived, ForkError
from phithak.core.journal.models import Checkpoint, Entry, Epoch, Leaf
from phithak.core.journal.queries import tree
from phithak.engines.tlog import TlogError
from tests.core.journal import acts

pytestmark = [pytest.mark.django_db(transaction=True)]


@contextmanager
def restored() -> Iterator[None]:
    """Copy the database before the block and put the copy back after it, as a restore does."""
    connection.close()
    path = Path(connection.settings_dict["NAME"])
    copy = path.with_suffix(".copy")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copyfile(path, copy)
    yield
    connection.close()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    copy.replace(path)


def first_entry_of(number: int) -> dict[str, object]:
    """Return the facts of an epoch's first entry."""
    leaf = Leaf.objects.select_related("entry").get(seq=Epoch.objects.get(number=number).start + 1)
    assert leaf.entry.tag == "journal:epoch:begun"
    facts: dict[str, object] = json.loads(leaf.entry.body)["facts"]
    return facts


@pytest.fixture(autouse=True)
def _on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("copies the database file")


def test_after_a_restore_the_new_epoch_names_the_last_checkpoint_and_the_gap() -> None:
    acts.numbered(4)
    with restored():
        acts.numbered(5)
        newest = archive.newest()
        assert newest is not None
        assert (newest.epoch, newest.size) == (1, 10)
    services.begin_epoch(reason="restore of a backup")
    acts.numbered(2)
    facts = first_entry_of(2)
    assert facts == {
        "epoch": 2,
        "held": 5,
        "last_origin": newest.origin,
        "last_root": newest.root.hex(),
        "last_size": 10,
        "missing": 5,
        "reason": "restore of a backup",
    }
    # numbers 6 to 10 were given to entries that are lost: nothing else ever gets them
    assert [seq for seq, _ in acts.order()] == [1, 2, 3, 4, 5, 11, 12, 13]
    report = acts.check()
    assert report.findings == []
    assert [(gap.first, gap.last, gap.epoch) for gap in report.gaps] == [(6, 10, 2)]
    assert {(item.origin, item.size) for item in archive.every()} == {
        (f"{keys.base_name()}/1", 5),
        (f"{keys.base_name()}/1", 10),
        (f"{keys.base_name()}/2", 3),
    }


def test_a_rollback_that_nobody_announced_is_found_by_the_next_tick() -> None:
    acts.numbered(4)
    with restored():
        acts.numbered(5)
    acts.put(7)
    services.tick()
    assert tree.state().epoch == 2  # type: ignore[union-attr] # it stands
    assert first_entry_of(2)["missing"] == 5
    assert acts.check().findings == []


def test_a_rollback_to_before_an_epoch_gets_a_third_name() -> None:
    acts.numbered(1)
    with restored():
        services.begin_epoch(reason="test")
        acts.numbered(2)
    acts.numbered(1)
    assert tree.state().epoch == 3  # type: ignore[union-attr] # it stands
    assert first_entry_of(3)["last_origin"] == f"{keys.base_name()}/2"
    assert acts.check().findings == []


def test_entries_that_waited_in_the_restored_data_get_numbers_in_the_new_epoch() -> None:
    services.tick()
    waiting = acts.put(3)
    with restored():
        services.tick()
        services.sign_if_due(at_once=True)
    services.begin_epoch(reason="restore")
    services.tick()
    assert [entry for seq, entry in acts.order() if seq > 5] == waiting
    assert acts.check().findings == []


def test_data_that_is_lost_whole_goes_on_after_the_archive() -> None:
    with restored():
        acts.numbered(3)
    assert Epoch.objects.count() == 0
    acts.numbered(1)
    assert [seq for seq, _ in acts.order()] == [5, 6]
    assert first_entry_of(2)["missing"] == 4
    report = acts.check()
    assert (report.findings, [(gap.first, gap.last) for gap in report.gaps]) == ([], [(1, 4)])


def test_a_backups_checkpoint_counts_when_the_archive_is_gone() -> None:
    acts.numbered(2)
    with restored():
        acts.numbered(2)
        note = queries.latest_checkpoint_note()
    archive.path().unlink()
    services.begin_epoch(reason="restore", last_known_checkpoint=note)
    assert (first_entry_of(2)["last_size"], first_entry_of(2)["missing"]) == (5, 2)
    with pytest.raises(TlogError):
        services.begin_epoch(reason="restore", last_known_checkpoint="no checkpoint at all")


def test_another_instance_key_begins_an_epoch_under_another_name(home: Path) -> None:
    acts.numbered(1)
    before = keys.base_name()
    (home / "instance.key").unlink()
    keyfiles.create(home / "instance.key")
    keys._read.cache_clear()
    acts.numbered(1)
    assert keys.base_name() != before
    assert [epoch.origin for epoch in tree.epochs()] == [f"{before}/1", f"{keys.base_name()}/2"]
    assert acts.check().findings == []


def test_the_archive_refuses_a_second_root_and_ignores_older_sizes() -> None:
    first = Archived("log/1", 1, 0, 5, b"a" * 32, "note")
    assert archive.append(first)
    assert not archive.append(first)
    assert not archive.append(Archived("log/1", 1, 0, 4, b"c" * 32, "note"))
    with pytest.raises(ForkError):
        archive.append(Archived("log/1", 1, 0, 5, b"b" * 32, "note"))
    assert list(archive.every()) == [first]


def test_a_line_cut_short_by_a_power_loss_is_passed_over() -> None:
    first = Archived("log/1", 1, 0, 5, b"a" * 32, "note")
    second = Archived("log/1", 1, 0, 6, b"b" * 32, "note")
    archive.append(first)
    with archive.path().open("ab") as handle:
        handle.write(b'{"epoch": 1, "note": "half')
    assert archive.newest() == first
    assert archive.append(second)
    assert list(archive.every()) == [first, second]


def test_the_newest_archived_checkpoint_is_put_back_into_the_records() -> None:
    acts.numbered(3)
    with acts.past_the_triggers() as cursor:
        cursor.execute("DELETE FROM journal_checkpoint")
    services.tick()
    assert Checkpoint.objects.count() == 1
    assert tree.state().epoch == 1  # type: ignore[union-attr] # it stands


def test_a_second_call_with_the_same_fence_begins_nothing() -> None:
    services.tick()
    state = tree.state()
    assert state is not None
    assert services.begin_epoch(reason="one", fence=state.fence) == 2
    assert services.begin_epoch(reason="two", fence=state.fence) == 2
    assert Entry.objects.filter(tag="journal:epoch:begun").count() == 2
