"""Filling tables with very many rows in little time: one insert for many rows of SQLite, COPY into PostgreSQL.

Rows are made for SQLite once; PostgreSQL gets copies of them. Text indexes are made at the end.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

Row = tuple[Any, ...]


class Filler:
    """Rows of one table: what a new object has, but for the columns that are told."""

    def __init__(self, model: type[Any], *columns: str) -> None:
        meta = model._meta  # noqa: SLF001 - Django's documented Model._meta API
        fields = [one for one in meta.concrete_fields if not _counted(one)]
        self.table: str = meta.db_table
        self.names = [one.column for one in fields]
        self._base = [_plain(getattr(model(), one.attname)) for one in fields]
        self._places = [self.names.index(name) for name in columns]

    def row(self, *values: Any) -> list[Any]:
        """Return a row with these values in the columns of this filler."""
        made = list(self._base)
        for place, value in zip(self._places, values, strict=True):
            made[place] = value
        return made

    def store(self, cursor: sqlite3.Cursor, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows."""
        marks = ", ".join("?" * len(self.names))
        names = ", ".join(f'"{name}"' for name in self.names)
        cursor.executemany(f'INSERT INTO "{self.table}" ({names}) VALUES ({marks})', rows)  # noqa: S608 - own names


def _counted(field: Any) -> bool:
    from django.db.models import AutoField, BigAutoField  # noqa: PLC0415 - ready only after instance()

    own = field.model.__name__ == "Document"
    return isinstance(field, (AutoField, BigAutoField)) and not own


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, (list, dict)):
        return json.dumps(value)
    return value


@contextmanager
def unindexed(folder: Path) -> Iterator[sqlite3.Cursor]:
    """Give a cursor of an instance's SQLite file that keeps no text index; it is made at the end."""
    connection = sqlite3.connect(folder / "data" / "phithak.db", isolation_level=None)
    cursor = connection.cursor()
    # a set that a power cut spoils is made again
    for setting in ("synchronous=OFF", "cache_size=-600000", "temp_store=MEMORY", "foreign_keys=OFF"):
        cursor.execute(f"PRAGMA {setting}")
    taken = cursor.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'search_document'"
        " AND (type = 'trigger' OR name = 'search_document_in_order')"
    ).fetchall()
    for kind, name, _ in taken:
        cursor.execute(f"DROP {kind} {name}")
    cursor.execute("BEGIN")
    yield cursor
    cursor.execute("INSERT INTO search_trigram(search_trigram) VALUES ('rebuild')")
    for _, _, sql in taken:
        cursor.execute(sql)
    cursor.execute("COMMIT")
    cursor.execute("ANALYZE")
    connection.close()


def copy(
    source: Path, fillers: Iterable[Filler], leave_out: Mapping[str, str], swap: Mapping[str, str]
) -> None:
    """Copy the rows of an SQLite instance into the PostgreSQL of this process.

    Args:
        source: folder of the instance.
        fillers: the tables, each before those that refer to it.
        leave_out: table → condition of rows that stay behind.
        swap: keys that are another row's there.
    """
    from django.db import connection  # noqa: PLC0415 - ready only after instance()

    lite = sqlite3.connect(f"file:{source / 'data' / 'phithak.db'}?mode=ro", uri=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'search_document' AND indexdef LIKE '%gin%'"
        )
        taken = cursor.fetchall()
        for name, _ in taken:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '400MB'")
        cursor.execute("SET TIME ZONE 'UTC'")
        for filler in fillers:
            # numbers of documents are PostgreSQL's own
            names = [name for name in filler.names if (filler.table, name) != ("search_document", "id")]
            columns = ", ".join(f'"{name}"' for name in names)
            left = leave_out.get(filler.table, "true")
            rows = lite.execute(f"SELECT {columns} FROM {filler.table} WHERE {left}")  # noqa: S608 - own names
            with cursor.copy(f"COPY {filler.table} ({columns}) FROM STDIN") as target:
                for row in rows:
                    target.write_row(
                        [swap.get(value, value) if value.__class__ is str else value for value in row]
                    )
        cursor.execute("RESET session_replication_role")
        for _, sql in taken:
            cursor.execute(sql)
        cursor.execute("VACUUM ANALYZE")
    lite.close()
