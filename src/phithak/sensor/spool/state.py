"""The small database of a sensor: what was sealed, how far each source was read, who switched what.

SQLite from the standard library with ``synchronous=FULL``: a commit is the moment at which a batch exists. One
connection, one lock; the command line and the local page read beside it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from phithak.sensor import moments

_SCHEMA = """
CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT, batch TEXT NOT NULL UNIQUE, source TEXT NOT NULL, lane INTEGER NOT NULL,
    sequence INTEGER NOT NULL, events INTEGER NOT NULL, size INTEGER NOT NULL, sealed INTEGER NOT NULL,
    aside TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS batch_order ON batch (aside, lane, id);
CREATE TABLE IF NOT EXISTS position (
    source TEXT NOT NULL, item TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (source, item)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS source (
    source TEXT PRIMARY KEY, sequence INTEGER NOT NULL DEFAULT 0, events INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL DEFAULT 0, last_event INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dropped (
    source TEXT NOT NULL, reason TEXT NOT NULL, events INTEGER NOT NULL, told INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source, reason)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS switch (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, side TEXT NOT NULL, turned_on INTEGER NOT NULL,
    person TEXT NOT NULL, reason TEXT NOT NULL, moment INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_WAIT_SECONDS = 10


class State:
    """The database in ``folder``; a damaged one is put aside and a new one begun, which :attr:`damaged` tells.

    ``lock`` is held during each transaction, and by those who keep sums beside the tables.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "state.db"
        self.lock = threading.RLock()
        self.damaged = False
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError:
            aside = f".damaged-{moments.micros()}"
            for ending in ("", "-wal", "-shm"):
                part = self._path.with_name(self._path.name + ending)
                if part.exists():
                    part.rename(part.with_name(part.name + aside))
            self.damaged = True
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            str(self._path), timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            (health,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if health != "ok":
                raise sqlite3.DatabaseError(health)  # noqa: TRY301 - treated as what SQLite itself raises
            connection.executescript(_SCHEMA)
        except sqlite3.DatabaseError:
            connection.close()
            raise
        self._path.chmod(0o600)
        return connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Hold one transaction that is on the disk when the block ends, or undone when it raises."""
        with self.lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def read(self, query: str, *values: Any) -> Sequence[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.lock:
            return self._connection.execute(query, values).fetchall()

    def version(self) -> int:
        """Return a number that changes when another process has written."""
        with self.lock:
            (number,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(number)

    def fact(self, name: str, otherwise: str = "") -> str:
        """Return a fact by its name."""
        rows = self.read("SELECT value FROM fact WHERE name = ?", name)
        return str(rows[0][0]) if rows else otherwise

    def set_fact(self, name: str, value: str) -> None:
        """Keep a fact under its name."""
        with self.write() as rows:
            rows.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    def close(self) -> None:
        """Close the database."""
        with self.lock:
            self._connection.close()
