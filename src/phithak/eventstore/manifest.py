"""The manifest: which Parquet files there are, and up to which offset the bus lies in them. Only the compactor writes.

A file counts from the transaction that names it, together with the offset, and until the one that condemns it; a
condemned file is removed a day later, so that whoever still reads it can end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from phithak.eventstore.layout import Layout
from phithak.eventstore.points import Point, reach
from phithak.eventstore.sqlite import is_made, open_reader, open_writer

SCHEMA = (
    """
    CREATE TABLE files(
        name TEXT PRIMARY KEY, tenant BLOB NOT NULL, class TEXT NOT NULL, day TEXT NOT NULL,
        events INTEGER NOT NULL, size INTEGER NOT NULL, digest BLOB NOT NULL,
        first_time INTEGER NOT NULL, last_time INTEGER NOT NULL,
        first_received INTEGER NOT NULL, last_received INTEGER NOT NULL,
        condemned INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX files_day ON files(tenant, class, day);
    CREATE TABLE progress(offset INTEGER NOT NULL) STRICT;
    INSERT INTO progress VALUES (0)
    """,
    """
    ALTER TABLE files ADD COLUMN cause TEXT;
    ALTER TABLE files ADD COLUMN worked INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE pace(worked INTEGER NOT NULL) STRICT;
    INSERT INTO pace VALUES (0);
    CREATE TABLE acts(
        number INTEGER PRIMARY KEY AUTOINCREMENT, moment INTEGER NOT NULL, kind TEXT NOT NULL,
        tenant BLOB NOT NULL, class TEXT NOT NULL, day TEXT NOT NULL,
        files INTEGER NOT NULL, events INTEGER NOT NULL, size INTEGER NOT NULL
    ) STRICT
    """,
)
_COLUMNS = (
    "name, tenant, class, day, events, size, digest,"
    " first_time, last_time, first_received, last_received, condemned"
)


@dataclass(frozen=True)
class File:
    """One Parquet file.

    Attributes:
        name: path below the folder of Parquet files; its side index has ``.side`` behind it.
        tenant, retention, day: what all of its events share; ``day`` is the calendar day of receipt in Bangkok.
        events, size, digest: number of events, bytes, SHA-256.
        first_time, last_time, first_received, last_received: bounds, µs.
        condemned: since when it counts no more, µs, or None.
    """

    name: str
    tenant: UUID
    retention: str
    day: str
    events: int
    size: int
    digest: bytes
    first_time: int
    last_time: int
    first_received: int
    last_received: int
    condemned: int | None = None


class ManifestWriter:
    """The one writer."""

    def __init__(self, layout: Layout) -> None:
        layout.prepare()
        self._connection = open_writer(layout.manifest, SCHEMA)

    def offset(self) -> int:
        """Return up to which offset everything lies in Parquet."""
        return int(self._connection.execute("SELECT offset FROM progress").fetchone()[0])

    def commit(
        self, fresh: Sequence[File], *, offset: int | None = None, condemned: Sequence[str] = (), now: int = 0
    ) -> None:
        """Name new files, move on, condemn old ones: all in one synced transaction.

        Args:
            fresh: files that lie synced on the disk.
            offset: up to where the bus lies in Parquet now, if it has moved.
            condemned: names of files that count no more.
            now: µs.
        """
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for one in fresh:
                self._connection.execute(
                    f"INSERT INTO files({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608 - own names
                    (
                        one.name, one.tenant.bytes, one.retention, one.day, one.events, one.size, one.digest,
                        one.first_time, one.last_time, one.first_received, one.last_received, one.condemned,
                    ),
                )  # fmt: skip
            for name in condemned:
                self._connection.execute(
                    "UPDATE files SET condemned=? WHERE name=? AND condemned IS NULL", (now, name)
                )
            if offset is not None:
                self._connection.execute("UPDATE progress SET offset=? WHERE offset<?", (offset, offset))
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        reach(Point.MANIFEST_COMMITTED)

    def work(self, more: int) -> None:
        """Add to the time that the compactor has worked in all (µs)."""
        self._connection.execute("UPDATE pace SET worked=worked+?", (more,))

    def worked(self) -> int:
        """Return the time that the compactor has worked in all (µs), by a clock that nobody can set."""
        return int(self._connection.execute("SELECT worked FROM pace").fetchone()[0])

    def age(self, files: Sequence[File], now: int) -> None:
        """Condemn files whose class is over, and say so for the journal."""
        with _Transaction(self._connection):
            for file in files:
                self._connection.execute(
                    "UPDATE files SET condemned=?, cause='age', worked=(SELECT worked FROM pace)"
                    " WHERE name=? AND condemned IS NULL",
                    (now, file.name),
                )
            self._tell("condemned", files, now)
        reach(Point.MANIFEST_COMMITTED)

    def aged(self) -> list[File]:
        """Return the files that were condemned because their class was over."""
        return _files(self._connection, "condemned IS NOT NULL AND cause='age'", ())

    def spare(self, files: Sequence[File], now: int) -> None:
        """Bring back files that were condemned for their age, and say so for the journal."""
        with _Transaction(self._connection):
            for file in files:
                self._connection.execute(
                    "UPDATE files SET condemned=NULL, cause=NULL WHERE name=? AND cause='age'", (file.name,)
                )
            self._tell("spared", files, now)

    def _tell(self, kind: str, files: Sequence[File], now: int) -> None:
        groups: dict[tuple[UUID, str, str], list[File]] = {}
        for file in files:
            groups.setdefault((file.tenant, file.retention, file.day), []).append(file)
        for (tenant, retention, day), members in groups.items():
            self._connection.execute(
                "INSERT INTO acts(moment, kind, tenant, class, day, files, events, size) VALUES (?,?,?,?,?,?,?,?)",
                (
                    now, kind, tenant.bytes, retention, day, len(members), sum(one.events for one in members),
                    sum(one.size for one in members),
                ),
            )  # fmt: skip

    def condemned_before(self, moment: int, worked: int | None = None) -> list[str]:
        """Return the names of files condemned before a moment (µs) and before so much work (None: whatever)."""
        found = self._connection.execute(
            "SELECT name FROM files WHERE condemned<? AND (?2 IS NULL OR cause IS NOT 'age' OR worked<=?2)",
            (moment, worked),
        )
        return [str(row[0]) for row in found.fetchall()]

    def forget(self, name: str, now: int) -> None:
        """Delete the row of a file that is removed, and say so for the journal when it went for its age."""
        with _Transaction(self._connection):
            gone = [file for file in self.aged() if file.name == name]
            self._connection.execute("DELETE FROM files WHERE name=? AND condemned IS NOT NULL", (name,))
            if gone:
                self._tell("removed", gone, now)

    def known(self) -> set[str]:
        """Return the names of all files, condemned ones too."""
        return {str(row[0]) for row in self._connection.execute("SELECT name FROM files").fetchall()}

    def living(self) -> list[File]:
        """Return the files that count."""
        return _files(self._connection, "condemned IS NULL", ())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _Transaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._connection.execute("COMMIT" if kind is None else "ROLLBACK")


def living_files(
    layout: Layout, tenants: Sequence[UUID], *, since: int | None, until: int | None
) -> list[File]:
    """Return the files that hold events of ``tenants`` with a time from ``since`` to before ``until`` (µs)."""
    return reached_files(layout, tenants, since=since, until=until)[1]


def all_living(layout: Layout) -> list[File]:
    """Return the files that count, of all tenants: for whoever looks after the store, not for those who ask it."""
    if not layout.manifest.exists():
        return []
    connection = open_reader(layout.manifest)
    try:
        return _files(connection, "condemned IS NULL", ()) if is_made(connection) else []
    finally:
        connection.close()


def reached_files(
    layout: Layout, tenants: Sequence[UUID], *, since: int | None, until: int | None
) -> tuple[int, list[File]]:
    """Return up to which offset everything lies in Parquet, and the files of :func:`living_files` at that moment."""
    if not tenants or not layout.manifest.exists():
        return 0, []
    places = ",".join("?" * len(tenants))
    where = f"condemned IS NULL AND tenant IN ({places})"
    values: list[object] = [tenant.bytes for tenant in tenants]
    if since is not None:
        where += " AND last_time>=?"
        values.append(since)
    if until is not None:
        where += " AND first_time<?"
        values.append(until)
    connection = open_reader(layout.manifest)
    try:
        if not is_made(connection):
            return 0, []
        # both of one moment: else an event could be seen twice, or not at all
        connection.execute("BEGIN")
        offset = int(connection.execute("SELECT offset FROM progress").fetchone()[0])
        return offset, _files(connection, where, values)
    finally:
        connection.close()


def _files(connection: sqlite3.Connection, where: str, values: Sequence[object]) -> list[File]:
    sql = f"SELECT {_COLUMNS} FROM files WHERE {where} ORDER BY first_time, name"  # noqa: S608 - our own words
    return [
        File(row[0], UUID(bytes=row[1]), row[2], row[3], row[4], row[5], bytes(row[6]), *row[7:])
        for row in connection.execute(sql, tuple(values)).fetchall()
    ]


def path_of(layout: Layout, file: File) -> Path:
    """Return where a file lies."""
    return layout.parquet / file.name
