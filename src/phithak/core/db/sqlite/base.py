"""The backend module that Django looks for."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite as the write budget wants it: WAL, every commit durable, readers never blocked."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection and set its pragmas; ``synchronous`` is read back, since durability hangs on it."""
        connection = super().get_new_connection(conn_params)
        if not self.is_in_memory_db():
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA cache_size=-16000")
        (level,) = connection.execute("PRAGMA synchronous").fetchone()
        if level != 2:  # noqa: PLR2004 - SQLite's number for FULL
            raise OperationalError("synchronous=FULL was not accepted")
        return connection
