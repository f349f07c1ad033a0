"""Opens the databases of the event store: WAL, every commit synced, one schema version each."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

BUSY_SECONDS = 10.0
_FULL = 2


def open_writer(path: Path, schema: Sequence[str]) -> sqlite3.Connection:
    """Open a database to write; its schema is made or brought up by the statements it still lacks.

    Args:
        path: the file.
        schema: statements, of which number ``n`` brings version ``n`` to ``n + 1``; only ever added to.

    Raises:
        sqlite3.Error: it cannot be opened, or is of a later release.
    """
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        _require_full(connection)
        _migrate(connection, schema)
        # the file holds the tokens' digests and the senders' names
        path.chmod(0o600)
    except BaseException:
        connection.close()
        raise
    return connection


def _require_full(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA synchronous").fetchone()[0] != _FULL:
        raise sqlite3.OperationalError("synchronous=FULL was not taken")


def _version(connection: sqlite3.Connection, known: int) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > known:
        raise sqlite3.OperationalError("the database is of a later release")
    return version


def _migrate(connection: sqlite3.Connection, schema: Sequence[str]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection, len(schema))
        for number in range(version, len(schema)):
            for statement in schema[number].split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version={number + 1}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def is_made(connection: sqlite3.Connection) -> bool:
    """Return whether the tables are there: a reader may come between the making of a file and that of its tables."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0]) > 0


def open_reader(path: Path) -> sqlite3.Connection:
    """Open a database to read alone.

    Raises:
        sqlite3.Error: it is not there or cannot be read.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA query_only=ON")
    return connection
