"""``keyring.db``: the data keys, each wrapped under the root key, in a SQLite file of their own.

Not a Django database: it is never part of a records backup, never kept in versions, and what is deleted from
it is overwritten (``secure_delete``, ``VACUUM``, no write-ahead log). A wrap is AES-256-GCM under a key derived
from the root key, bound to the key's id, kind, tenant and label.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from phithak.base import clock, ids, keyfiles
from phithak.base.config import Config
from phithak.core.privacy import rootkey, tombstones
from phithak.core.privacy.errors import KeyDestroyedError, KeyLostError, SealBrokenError, WrongRootKeyError
from phithak.core.privacy.points import Point, reach
from phithak.core.privacy.rootkey import RootKeys
from phithak.core.privacy.secret import Secret, aad

NAME = "keyring.db"
REWRAP_CHUNK = 200
_BUSY_SECONDS = 10.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS wraps (
    key_id TEXT PRIMARY KEY, kind TEXT NOT NULL, label TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL,
    made_at TEXT NOT NULL, kek TEXT NOT NULL, wrapped BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tombstones (key_id TEXT PRIMARY KEY, destroyed_at TEXT NOT NULL);
"""


class Kind(StrEnum):
    """What a data key is for."""

    CASE = "case"
    ANALYSIS = "analysis"
    COMPARE = "compare"
    VAULT = "vault"
    FILE = "file"


@dataclass(frozen=True)
class Entry:
    """What the keyring tells of a key without opening it; ``tenant_id`` is None for the instance's own."""

    key_id: UUID
    kind: Kind
    label: str
    tenant_id: UUID | None
    made_at: str
    root: str


class Keyring:
    """A keyring file; safe to share between threads and over a fork.

    Args:
        path: the file; made when absent.
        roots: gives the root keys whenever one is needed.
        tombstone_folder: where ``tombstones.log`` lies.
    """

    def __init__(self, path: Path, roots: Callable[[], RootKeys], tombstone_folder: Path) -> None:
        self.path = path
        self._roots = roots
        self._tombstones = tombstone_folder
        self._local = threading.local()

    # -- keys ------------------------------------------------------------------------------------------

    def create(self, kind: Kind, *, tenant_id: UUID | None = None, label: str = "") -> UUID:
        """Return the id of the key with that label, made when there is none.

        Args:
            kind: what it is for.
            tenant_id: whose data it seals; None for the instance's own.
            label: unique name, such as ``compare/2026``; the key's own id when empty.
        """
        return self.create_many(kind, [(tenant_id, label)])[0]

    def create_many(self, kind: Kind, wanted: Sequence[tuple[UUID | None, str]]) -> list[UUID]:
        """Return the ids of keys by tenant and label, as :meth:`create`; all are durable at once, or none is."""
        with self._write() as db:
            return [self._create(db, kind, tenant_id, label) for tenant_id, label in wanted]

    def _create(self, db: sqlite3.Connection, kind: Kind, tenant_id: UUID | None, label: str) -> UUID:
        key_id = ids.uuid7()
        label = label or f"{kind}/{key_id}"
        for (known,) in db.execute("SELECT key_id FROM wraps WHERE label = ?", (label,)).fetchall():
            if UUID(known) not in tombstones.read(self._tombstones):
                return UUID(known)
            db.execute("DELETE FROM wraps WHERE key_id = ?", (known,))
        root = self._target(db)
        tenant = str(tenant_id or "")
        wrapped = _wrap(root, Secret.random(), _Name(str(key_id), kind, tenant, label))
        db.execute(
            "INSERT INTO wraps VALUES (?, ?, ?, ?, ?, ?, ?)",
            (str(key_id), kind, label, tenant, clock.now().isoformat(), root.fingerprint, wrapped),
        )
        return key_id

    def key(self, key_id: UUID) -> Secret:
        """Return a data key, read and unwrapped anew: a destroyed key is gone at once in every process.

        Raises:
            KeyDestroyedError: it has a tombstone anywhere.
            KeyLostError: it is not in the keyring.
            WrongRootKeyError: it was wrapped under a root key that is not here.
            SealBrokenError: its wrap was altered.
            LockedError: the root key is locked.
        """
        if key_id in tombstones.read(self._tombstones):
            raise KeyDestroyedError
        db = self._db()
        row = db.execute(
            "SELECT kind, label, tenant, kek, wrapped FROM wraps WHERE key_id = ?", (str(key_id),)
        ).fetchone()
        if row is None:
            if db.execute("SELECT 1 FROM tombstones WHERE key_id = ?", (str(key_id),)).fetchone():
                raise KeyDestroyedError
            raise KeyLostError(key_id=key_id)
        kind, label, tenant, kek, wrapped = row
        return _unwrap(self._root(kek), wrapped, _Name(str(key_id), kind, tenant, label))

    def holds(self, key_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Return those of some keys that lie here and have no tombstone; none is opened."""
        wanted = [str(key_id) for key_id in key_ids]
        slots = ", ".join("?" * len(wanted))
        rows = self._db().execute(f"SELECT key_id FROM wraps WHERE key_id IN ({slots})", wanted)  # noqa: S608 - question marks alone
        return frozenset(UUID(key_id) for (key_id,) in rows) - tombstones.read(self._tombstones)

    def entries(self, kind: Kind | None = None) -> list[Entry]:
        """Return what is known of every living key (of one kind), oldest first."""
        dead = tombstones.read(self._tombstones)
        rows = self._db().execute(
            "SELECT key_id, kind, label, tenant, made_at, kek FROM wraps WHERE ? IN ('', kind) "
            "ORDER BY made_at, key_id",
            (kind or "",),
        )
        return [
            Entry(UUID(key_id), Kind(kind), label, UUID(tenant) if tenant else None, made_at, kek)
            for key_id, kind, label, tenant, made_at, kek in rows
            if UUID(key_id) not in dead
        ]

    def destroy(self, key_id: UUID) -> None:
        """Destroy a key: tombstone outside first, then the wrap, then its bytes in the file.

        Doing it again after a kill finishes what was left.
        """
        tombstones.append(self._tombstones, key_id, clock.now())
        reach(Point.DESTROY_TOMBSTONED)
        self._delete([key_id])
        reach(Point.DESTROY_DELETED)

    def destroyed(self) -> frozenset[UUID]:
        """Return the ids of all keys that were destroyed, by this file or by the log outside."""
        rows = self._db().execute("SELECT key_id FROM tombstones")
        return frozenset(UUID(key_id) for (key_id,) in rows) | tombstones.read(self._tombstones)

    # -- rotation --------------------------------------------------------------------------------------

    def rewrap(self, target: Secret, chunk: int = REWRAP_CHUNK) -> int:
        """Wrap every key under another root key; killed half-way, the next call does the rest.

        From the first step on new keys are wrapped under ``target`` too, whoever makes them.

        Returns:
            How many keys were wrapped anew by this call.
        """
        with self._write() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES ('kek', ?)", (target.fingerprint,))
        reach(Point.ROTATE_TARGET_SET)
        done = 0
        while True:
            reach(Point.ROTATE_CHUNK_BEFORE)
            with self._write() as db:
                rows = db.execute(
                    "SELECT key_id, kind, label, tenant, kek, wrapped FROM wraps WHERE kek <> ? LIMIT ?",
                    (target.fingerprint, chunk),
                ).fetchall()
                for key_id, kind, label, tenant, kek, wrapped in rows:
                    name = _Name(key_id, kind, tenant, label)
                    again = _wrap(target, _unwrap(self._root(kek), wrapped, name), name)
                    db.execute(
                        "UPDATE wraps SET kek = ?, wrapped = ? WHERE key_id = ?",
                        (target.fingerprint, again, key_id),
                    )
            reach(Point.ROTATE_CHUNK_COMMITTED)
            done += len(rows)
            if len(rows) < chunk:
                break
        self._db().execute("VACUUM")
        return done

    def fits(self, root: Secret) -> bool:
        """Tell whether a root key opens this keyring: that of at least one wrap, or the keyring is empty."""
        db = self._db()
        if db.execute("SELECT 1 FROM wraps LIMIT 1").fetchone() is None:
            return True
        found = db.execute("SELECT 1 FROM wraps WHERE kek = ? LIMIT 1", (root.fingerprint,)).fetchone()
        return found is not None

    # -- backup ----------------------------------------------------------------------------------------

    def export(self, folder: Path) -> Path:
        """Write the one backup copy of the keyring, replacing the former one, and return its path.

        There is never a second version: a copy that still held a key destroyed since would undo the
        destruction.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        target, partial = folder / NAME, folder / (NAME + ".partial")
        partial.unlink(missing_ok=True)
        self._db().execute("VACUUM INTO ?", (str(partial),))
        partial.chmod(0o600)
        with partial.open("rb") as stream:
            os.fsync(stream.fileno())
        reach(Point.EXPORT_WRITTEN)
        partial.replace(target)
        keyfiles.sync_folder(folder)
        reach(Point.EXPORT_RENAMED)
        return target

    def merge(self, source: Path, also_destroyed: Iterable[UUID] = ()) -> int:
        """Take over from a restored copy the keys that are missing here, save those with a tombstone anywhere.

        Returns:
            How many keys came back.
        """
        with sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True) as other:
            rows = other.execute(
                "SELECT key_id, kind, label, tenant, made_at, kek, wrapped FROM wraps"
            ).fetchall()
            dead_there = [UUID(key_id) for (key_id,) in other.execute("SELECT key_id FROM tombstones")]
            meta = other.execute("SELECT value FROM meta WHERE name = 'kek'").fetchone()
        other.close()
        dead = self.destroyed() | frozenset(dead_there) | frozenset(also_destroyed)
        for key_id in sorted(dead - tombstones.read(self._tombstones)):
            tombstones.append(self._tombstones, key_id, clock.now())
        back = [row for row in rows if UUID(row[0]) not in dead]
        with self._write() as db:
            before = db.total_changes
            db.executemany("INSERT OR IGNORE INTO wraps VALUES (?, ?, ?, ?, ?, ?, ?)", back)
            added = db.total_changes - before
            if meta is not None:
                db.execute("INSERT OR IGNORE INTO meta VALUES ('kek', ?)", meta)
        self._delete(sorted(dead))
        return added

    # -- inside ----------------------------------------------------------------------------------------

    def _delete(self, key_ids: Iterable[UUID]) -> None:
        moment = clock.now().isoformat()
        with self._write() as db:
            for key_id in key_ids:
                db.execute("DELETE FROM wraps WHERE key_id = ?", (str(key_id),))
                db.execute("INSERT OR IGNORE INTO tombstones VALUES (?, ?)", (str(key_id), moment))
        self._db().execute("VACUUM")

    def _target(self, db: sqlite3.Connection) -> Secret:
        """Return the root key that new wraps are made under."""
        row = db.execute("SELECT value FROM meta WHERE name = 'kek'").fetchone()
        if row is not None:
            return self._root(row[0])
        root = self._roots().current
        db.execute("INSERT INTO meta VALUES ('kek', ?)", (root.fingerprint,))
        return root

    def _root(self, fingerprint: str) -> Secret:
        found = self._roots().find(fingerprint)
        if found is None:
            rootkey.forget()  # a rotation may have ended in another process since we looked
            found = self._roots().find(fingerprint)
        if found is None:
            raise WrongRootKeyError(wanted=fingerprint, present=self._roots().current.fingerprint)
        return found

    def _db(self) -> sqlite3.Connection:
        known: tuple[sqlite3.Connection, int, int] | None = getattr(self._local, "open", None)
        inode = self.path.stat().st_ino if self.path.exists() else 0
        if known is not None and known[1:] == (os.getpid(), inode):
            return known[0]
        if known is not None and known[1] == os.getpid():
            known[0].close()  # the file was replaced under us by a restore
        db = _open(self.path)
        self._local.open = (db, os.getpid(), self.path.stat().st_ino)
        return db

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        db = self._db()
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    for pragma in ("journal_mode=DELETE", "synchronous=EXTRA", "secure_delete=ON", "temp_store=MEMORY"):
        db.execute(f"PRAGMA {pragma}")
    if db.execute("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0] < 3:  # noqa: PLR2004 - the three tables of _SCHEMA
        db.executescript(_SCHEMA)
    return db


class _Name(NamedTuple):
    """What a wrap is bound to beside its root key."""

    key_id: str
    kind: str
    tenant: str
    label: str

    def place(self, kek: str) -> bytes:
        return aad("wraps", "wrapped", "\0".join(self), kek)


def _wrap(root: Secret, key: Secret, name: _Name) -> bytes:
    return root.derive("keyring").seal(key.reveal(), name.place(root.fingerprint))


def _unwrap(root: Secret, wrapped: bytes, name: _Name) -> Secret:
    try:
        return Secret(root.derive("keyring").open(wrapped, name.place(root.fingerprint)))
    except ValueError:
        raise SealBrokenError from None


_open_rings: dict[tuple[Path, Path], Keyring] = {}


def ring(config: Config | None = None) -> Keyring:
    """Return the instance's keyring."""
    config = rootkey.config_of(config)
    name = (config.data_dir, config.config_dir)
    if name not in _open_rings:
        chosen = config
        _open_rings[name] = Keyring(config.data_dir / NAME, lambda: rootkey.keys(chosen), config.config_dir)
    return _open_rings[name]


def export_keyring(dest: Path) -> Path:
    """Write the one backup copy of the keyring into the folder ``dest`` and return its path."""
    return ring().export(dest)


def merge_restored_keyring(src: Path, tombstoned: Iterable[UUID] = ()) -> int:
    """Merge a restored copy (a keyring file, or the folder that holds one) into the instance's keyring.

    Args:
        src: the copy; when there is none only the tombstones are carried out.
        tombstoned: further keys that are known to be destroyed, such as those that the journal names.

    Returns:
        How many keys came back.
    """
    source = src / NAME if src.is_dir() else src
    keys = ring()
    if source.exists():
        return keys.merge(source, tombstoned)
    for key_id in tombstoned:
        keys.destroy(key_id)
    return 0
