"""The keyring: wraps bound to their names, rotation that survives a kill, destruction that survives a restore."""

from __future__ import annotations

import os
import signal
import sqlite3
from pathlib import Path
from uuid import UUID

import pytest

from phithak.base import clock, ids, keyfiles
from phithak.base.config import Config
from phithak.core.privacy import keyring, points, rootkey, tombstones
from phithak.core.privacy.errors import KeyDestroyedError, KeyLostError, SealBrokenError, WrongRootKeyError
from phithak.core.privacy.keyring import Keyring, Kind, ring
from phithak.core.privacy.points import Point
from phithak.core.privacy.rootkey import RootKeys
from phithak.core.privacy.secret import Secret
from phithak.core.privacy.services import rotation


def raw(config: Config) -> sqlite3.Connection:
    return sqlite3.connect(config.data_dir / keyring.NAME)


def wrapped(config: Config, key_id: UUID) -> bytes:
    with raw(config) as db:
        return bytes(db.execute("SELECT wrapped FROM wraps WHERE key_id = ?", (str(key_id),)).fetchone()[0])


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_keys_come_back_and_differ(instance: Config) -> None:
    first, second = ring().create(Kind.CASE), ring().create(Kind.CASE)
    assert ring().key(first) == ring().key(first)
    assert ring().key(first) != ring().key(second)
    assert (instance.data_dir / keyring.NAME).stat().st_mode & 0o777 == 0o600


def test_one_key_for_a_label(instance: Config) -> None:
    tenant = ids.uuid7()
    key_id = ring().create(Kind.VAULT, tenant_id=tenant, label="vault/x")
    assert ring().create(Kind.VAULT, tenant_id=tenant, label="vault/x") == key_id
    (entry,) = ring().entries()
    assert (entry.key_id, entry.kind, entry.tenant_id, entry.label) == (key_id, Kind.VAULT, tenant, "vault/x")


def test_key_bytes_never_lie_in_the_clear(instance: Config) -> None:
    key = ring().key(ring().create(Kind.CASE))
    everything = bytes_in(instance.data_dir)
    assert key.reveal() not in everything
    assert keyfiles.read(instance.config_dir / "root.key") not in everything


@pytest.mark.parametrize("column", ["kind", "label", "tenant"])
def test_a_changed_name_does_not_open(instance: Config, column: str) -> None:
    key_id = ring().create(Kind.CASE)
    with raw(instance) as db:
        db.execute(f"UPDATE wraps SET {column} = 'other'")  # noqa: S608 - a column of the list above
    with pytest.raises(SealBrokenError):
        ring().key(key_id)


def test_a_wrap_in_anothers_row_does_not_open(instance: Config) -> None:
    first, second = ring().create(Kind.CASE), ring().create(Kind.CASE)
    with raw(instance) as db:
        db.execute("UPDATE wraps SET wrapped = ? WHERE key_id = ?", (wrapped(instance, second), str(first)))
    with pytest.raises(SealBrokenError):
        ring().key(first)


def test_lost_key_is_told_from_destroyed(instance: Config) -> None:
    with pytest.raises(KeyLostError):
        ring().key(ids.uuid7())


def test_wrong_root_key_says_so(instance: Config) -> None:
    key_id = ring().create(Kind.CASE)
    (instance.config_dir / "root.key").unlink()
    keyfiles.create(instance.config_dir / "root.key")
    with pytest.raises(WrongRootKeyError) as caught:
        ring().key(key_id)
    assert "import-words" in caught.value.message.th
    with pytest.raises(WrongRootKeyError):
        ring().create(Kind.CASE)


def test_missing_root_key_says_what_to_do(instance: Config) -> None:
    (instance.config_dir / "root.key").unlink()
    with pytest.raises(keyfiles.KeyFileError) as caught:
        ring().create(Kind.CASE)
    assert "phithak keys init" in caught.value.message.en


# -- destruction ---------------------------------------------------------------------------------------


def test_destroyed_key_leaves_no_bytes(instance: Config) -> None:
    many = [ring().create(Kind.CASE) for _ in range(40)]
    gone = many[17]
    wrap = wrapped(instance, gone)
    assert wrap in bytes_in(instance.data_dir)  # the control: the scan would find it
    ring().destroy(gone)
    assert wrap not in bytes_in(instance.data_dir)
    with pytest.raises(KeyDestroyedError):
        ring().key(gone)
    assert ring().key(many[18])
    assert gone in tombstones.read(instance.config_dir)


def test_label_of_a_destroyed_key_gets_a_new_key(instance: Config) -> None:
    first = ring().create(Kind.COMPARE, label="compare/2026")
    ring().destroy(first)
    assert ring().create(Kind.COMPARE, label="compare/2026") != first


def test_restored_copy_brings_back_lost_keys_but_no_destroyed_one(instance: Config, tmp_path: Path) -> None:
    kept, gone, later = (ring().create(Kind.CASE) for _ in range(3))
    key = ring().key(kept)
    old = ring().export(tmp_path / "old").read_bytes()
    ring().destroy(gone)
    (instance.data_dir / keyring.NAME).unlink()
    source = tmp_path / "restored.db"
    source.write_bytes(old)
    assert keyring.merge_restored_keyring(source) == 2
    assert ring().key(kept) == key
    assert ring().key(later)
    with pytest.raises(KeyDestroyedError):
        ring().key(gone)
    assert {entry.key_id for entry in ring().entries()} == {kept, later}


def test_destroyed_key_stays_destroyed_when_the_old_file_is_put_back(instance: Config) -> None:
    gone = ring().create(Kind.CASE)
    path = instance.data_dir / keyring.NAME
    before = path.read_bytes()
    ring().destroy(gone)
    path.unlink()
    path.write_bytes(before)
    with pytest.raises(KeyDestroyedError):
        ring().key(gone)
    assert ring().entries() == []


@pytest.mark.parametrize("where", ["log", "current", "restored", "named"])
def test_a_tombstone_anywhere_is_enough(instance: Config, tmp_path: Path, where: str) -> None:
    gone = ring().create(Kind.CASE)
    source = ring().export(tmp_path / "backup")
    if where == "log":
        tombstones.append(instance.config_dir, gone, clock.now())
    else:
        target = source if where == "restored" else instance.data_dir / keyring.NAME
        if where != "named":
            with sqlite3.connect(target) as db:
                db.execute("INSERT INTO tombstones VALUES (?, 'then')", (str(gone),))
        with raw(instance) as db:
            db.execute("DELETE FROM wraps")
    keyring.merge_restored_keyring(source, [gone] if where == "named" else [])
    with pytest.raises(KeyDestroyedError):
        ring().key(gone)
    assert gone in tombstones.read(instance.config_dir)


def test_backup_is_one_file_replaced(instance: Config, tmp_path: Path) -> None:
    gone, kept = ring().create(Kind.CASE), ring().create(Kind.CASE)
    folder = tmp_path / "keyring"
    keyring.export_keyring(folder)
    wrap = wrapped(instance, gone)
    assert wrap in bytes_in(folder)
    ring().destroy(gone)
    keyring.export_keyring(folder)
    assert [path.name for path in folder.iterdir()] == [keyring.NAME]
    assert wrap not in bytes_in(folder)
    assert wrapped(instance, kept) in bytes_in(folder)
    assert (folder / keyring.NAME).stat().st_mode & 0o777 == 0o600


def test_merge_of_nothing_carries_out_named_tombstones(instance: Config, tmp_path: Path) -> None:
    gone = ring().create(Kind.CASE)
    assert keyring.merge_restored_keyring(tmp_path, [gone]) == 0
    with pytest.raises(KeyDestroyedError):
        ring().key(gone)


def test_torn_tombstone_line_still_counts(tmp_path: Path) -> None:
    first, second = ids.uuid7(), ids.uuid7()
    (tmp_path / tombstones.NAME).write_text(f"2026-01-01T00:00:00+00:00 {first}", encoding="ascii")
    tombstones.append(tmp_path, second, clock.now())
    assert tombstones.read(tmp_path) == {first, second}
    assert (tmp_path / tombstones.NAME).read_text(encoding="ascii").count("\n") == 2
    tombstones.append(tmp_path, second, clock.now())
    assert (tmp_path / tombstones.NAME).read_text(encoding="ascii").count("\n") == 2


# -- rotation ------------------------------------------------------------------------------------------


def _two_roots(instance: Config) -> tuple[Keyring, Secret, Secret, list[RootKeys]]:
    old, new = Secret.random(), Secret.random()
    given = [RootKeys(old)]
    keys = Keyring(instance.data_dir / "other.db", lambda: given[0], instance.config_dir)
    return keys, old, new, given


def test_rotation_keeps_every_key_and_drops_the_old_root(instance: Config) -> None:
    keys, old, new, given = _two_roots(instance)
    made = {key_id: keys.key(key_id) for key_id in (keys.create(Kind.CASE) for _ in range(25))}
    given[0] = RootKeys(old, new)
    assert keys.rewrap(new, chunk=10) == 25
    given[0] = RootKeys(new)
    assert {key_id: keys.key(key_id) for key_id in made} == made
    assert keys.fits(new)
    assert not keys.fits(old)
    assert keys.rewrap(new) == 0


def test_key_made_while_rotating_is_wrapped_under_the_new_root(instance: Config) -> None:
    keys, old, new, given = _two_roots(instance)
    keys.create(Kind.CASE)
    given[0] = RootKeys(old, new)
    keys.rewrap(new)
    late = keys.create(Kind.CASE)
    given[0] = RootKeys(new)
    assert keys.key(late)


_STEPS = [(point, times) for point in Point if point.value.startswith("rotate.") for times in (1, 2)]


def _kill_at(point: Point, times: int) -> None:
    left = [times]

    def listener(reached: Point) -> None:
        if reached is point:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    points.listeners.append(listener)


@pytest.mark.faults
@pytest.mark.parametrize(("point", "times"), _STEPS)
def test_rotation_killed_anywhere_goes_on(instance: Config, point: Point, times: int) -> None:
    made = {key_id: ring().key(key_id) for key_id in (ring().create(Kind.CASE) for _ in range(25))}
    old = rootkey.current()
    child = os.fork()
    if child == 0:
        try:
            _kill_at(point, times)
            both = rotation._both_plain(instance)
            target = both.following or both.current
            with rootkey.held(both):
                ring().rewrap(target, chunk=10)
            points.reach(Point.ROTATE_BEFORE_PROMOTE)
            rotation._promote(instance, rootkey.mode(instance), target)
            points.reach(Point.ROTATE_PROMOTED)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    once_only = point not in {Point.ROTATE_CHUNK_BEFORE, Point.ROTATE_CHUNK_COMMITTED}
    assert os.WIFSIGNALED(status) == (times == 1 or not once_only)
    rootkey.forget()
    # half-way both keys are there, and every data key still opens
    assert {key_id: ring().key(key_id) for key_id in made} == made
    both = rotation._both_plain(instance)
    target = both.following or both.current
    with rootkey.held(both):
        ring().rewrap(target, chunk=10)
    rotation._promote(instance, rootkey.mode(instance), target)
    rootkey.forget()
    assert {key_id: ring().key(key_id) for key_id in made} == made
    assert rootkey.current() != old
    assert not (instance.config_dir / rootkey.NEW).exists()
    assert {entry.root for entry in ring().entries()} == {rootkey.current().fingerprint}


_DESTROY_STEPS = [Point.DESTROY_TOMBSTONED, Point.DESTROY_DELETED, Point.EXPORT_WRITTEN, Point.EXPORT_RENAMED]


@pytest.mark.faults
@pytest.mark.parametrize("point", _DESTROY_STEPS)
def test_destruction_killed_anywhere_ends_destroyed(instance: Config, tmp_path: Path, point: Point) -> None:
    gone, kept = ring().create(Kind.CASE), ring().create(Kind.CASE)
    wrap = wrapped(instance, gone)
    ring().export(tmp_path / "backup")
    child = os.fork()
    if child == 0:
        try:
            _kill_at(point, 1)
            ring().destroy(gone)
            ring().export(tmp_path / "backup")
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    with pytest.raises(KeyDestroyedError):
        ring().key(gone)
    ring().destroy(gone)
    ring().export(tmp_path / "backup")
    assert wrap not in bytes_in(instance.data_dir) + bytes_in(tmp_path / "backup")
    assert ring().key(kept)


def test_a_forked_child_and_threads_share_the_file(instance: Config) -> None:
    key_id = ring().create(Kind.CASE)
    child = os.fork()
    if child == 0:
        made = False
        try:
            ring().create(Kind.CASE, label="from the child")
            made = ring().key(key_id) is not None
        finally:
            os._exit(0 if made else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert "from the child" in {entry.label for entry in ring().entries()}
