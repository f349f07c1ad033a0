"""The backend module that Django looks for."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite as the write budget wants it: WAL, every commit durable, readers never blocked."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection and set its pragmas; those that durability hangs on are read back.

        Raises:
            OperationalError: SQLite did not accept WAL or ``synchronous=FULL`` (a network file system?).
        """
        connection = super().get_new_connection(conn_params)
        if not self.is_in_memory_db():
            (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
            if mode != "wal":
                raise OperationalError(f"journal_mode=WAL was not accepted, it is {mode}")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA cache_size=-16000")
        (level,) = connection.execute("PRAGMA synchronous").fetchone()
        if level != 2:  # noqa: PLR2004 - SQLite's number for FULL
            raise OperationalError("synchronous=FULL was not accepted")
        return connection
