"""DuckDB as the event store uses it: UTC, no extension, no network, files of one folder alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def connect(
    folders: list[Path], *, threads: int, memory_mb: int, scratch: Path | None = None, in_order: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory that can read and write below ``folders`` and nowhere else.

    Args:
        folders: what it may touch.
        threads: of the processor.
        memory_mb: most memory; above it DuckDB spills to ``scratch``.
        scratch: folder of its own, or None: then it does not spill.
        in_order: rows keep the order in which they were inserted.
    """
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET autoinstall_known_extensions=false")
        connection.execute("SET autoload_known_extensions=false")
        connection.execute("SET TimeZone='UTC'")
        connection.execute(f"SET threads={threads:d}")
        connection.execute(f"SET memory_limit='{memory_mb:d}MB'")
        connection.execute(f"SET preserve_insertion_order={str(in_order).lower()}")
        connection.execute("SET enable_progress_bar=false")
        # nothing of a database in memory is ever written back; to tidy it up costs as much as to fill it
        connection.execute("SET checkpoint_threshold='1TB'")
        allowed = [*folders, *([scratch] if scratch else [])]
        if scratch is not None:
            connection.execute(f"SET temp_directory={quoted(str(scratch))}")
        connection.execute(f"SET allowed_directories=[{','.join(quoted(str(one)) for one in allowed)}]")
        connection.execute("SET enable_external_access=false")
        connection.execute("SET lock_configuration=true")
        yield connection
    finally:
        connection.close()


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
