"""The ledger: one row for each stored batch, in the order of commit. Only ingest writes it.

The number of a row is the offset of the bus. A batch is known by its sender and id; the digest tells a repeat from
another content under the same id. Beside it the ledger keeps, in the same transaction, what each source has sent,
so that a silent source or a gap in its numbers is seen without reading events.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from phithak.base.batch import Header
from phithak.eventstore.layout import Layout
from phithak.eventstore.points import Point, reach
from phithak.eventstore.segments import Envelope, Place
from phithak.eventstore.sqlite import is_made, open_reader, open_writer

SCHEMA = (
    """
    CREATE TABLE batches(
        offset INTEGER PRIMARY KEY AUTOINCREMENT,
        sender BLOB NOT NULL, batch BLOB NOT NULL, digest BLOB NOT NULL,
        tenant BLOB NOT NULL, source BLOB NOT NULL, sequence INTEGER NOT NULL,
        count INTEGER NOT NULL, size INTEGER NOT NULL,
        segment INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL,
        received INTEGER NOT NULL, repeats INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE UNIQUE INDEX batches_id ON batches(sender, batch);
    CREATE INDEX batches_sequence ON batches(source, sequence);
    CREATE INDEX batches_segment ON batches(segment, offset);
    CREATE TABLE activity(
        source BLOB PRIMARY KEY, tenant BLOB NOT NULL, sender BLOB NOT NULL,
        batches INTEGER NOT NULL, events INTEGER NOT NULL, size INTEGER NOT NULL, repeats INTEGER NOT NULL,
        highest INTEGER NOT NULL, numbered INTEGER NOT NULL, clashes INTEGER NOT NULL,
        received INTEGER NOT NULL, skew INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE dropped(
        source BLOB NOT NULL, reason TEXT NOT NULL, events INTEGER NOT NULL, PRIMARY KEY(source, reason)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE taken(
        source BLOB NOT NULL, rule TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY(source, rule)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE heartbeats(
        sender BLOB PRIMARY KEY, tenant BLOB NOT NULL, received INTEGER NOT NULL, told BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE used(segment INTEGER NOT NULL) STRICT;
    INSERT INTO used VALUES (0)
    """,
)

_COLUMNS = (
    "offset, tenant, sender, source, batch, sequence, count, size, segment, start, length, received, repeats"
)


@dataclass(frozen=True)
class Row:
    """One stored batch as the ledger tells it."""

    offset: int
    tenant: UUID
    sender: UUID
    source: UUID
    batch: UUID
    sequence: int
    count: int
    size: int
    place: Place
    received: int
    repeats: int


@dataclass(frozen=True)
class Entry:
    """What the writer puts in for one batch.

    Attributes:
        envelope, header: of the batch.
        digest: of the frame as the sender sent it, before the privacy profile.
        place: where it lies.
        size: bytes of its events after the profile.
        taken: what the profile took out, by rule.
        numbered: the sender numbers its batches itself.
    """

    envelope: Envelope
    header: Header
    digest: bytes
    place: Place
    size: int
    taken: Mapping[str, int]
    numbered: bool = True


@dataclass(frozen=True)
class Activity:
    """What one source has sent since its first batch.

    Attributes:
        batches, events, size: stored ones; bytes of the events unpacked.
        repeats: batches that came again and were folded.
        highest: highest number of a batch, 0 when the sender does not number them.
        missing: numbers up to it that have not come (yet).
        clashes: batches under a number that another batch had: two machines with one identity.
        received: when its last batch came, µs; ``skew``: sender's clock minus ours then, µs.
        dropped: events that the sender says it dropped, by reason.
        taken: what the privacy profile took out here, by rule.
    """

    source: UUID
    tenant: UUID
    sender: UUID
    batches: int
    events: int
    size: int
    repeats: int
    highest: int
    missing: int
    clashes: int
    received: int
    skew: int
    dropped: Mapping[str, int]
    taken: Mapping[str, int]


@dataclass(frozen=True)
class Beat:
    """The last heartbeat of a sender: when it came (µs) and what it told (JSON, of the sensor's making)."""

    sender: UUID
    tenant: UUID
    received: int
    told: bytes


class LedgerWriter:
    """The one writer; used by the thread that commits."""

    def __init__(self, layout: Layout) -> None:
        self._connection = open_writer(layout.ledger, SCHEMA)

    def highest_segment(self) -> int:
        """Return the highest number of a segment that was ever used."""
        found = self._connection.execute(
            "SELECT max((SELECT max(segment) FROM used), coalesce((SELECT max(segment) FROM batches), 0))"
        )
        return int(found.fetchone()[0])

    def digest_of(self, sender: UUID, batch: UUID) -> bytes | None:
        """Return the digest of a batch that is stored, or None."""
        found = self._connection.execute(
            "SELECT digest FROM batches WHERE sender=? AND batch=?", (sender.bytes, batch.bytes)
        ).fetchone()
        return None if found is None else bytes(found[0])

    def commit(
        self,
        entries: Sequence[Entry],
        repeats: Sequence[tuple[UUID, UUID, UUID]] = (),
        beats: Sequence[Beat] = (),
    ) -> None:
        """Insert rows in one synced transaction.

        Args:
            entries: new batches.
            repeats: sender, batch and source of batches that came again.
            beats: heartbeats.

        Raises:
            sqlite3.Error: nothing was inserted (or, after a failure of the commit itself, perhaps all; the
                sender sends again and the repeat is folded).
        """
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for entry in entries:
                self._insert(entry)
            for sender, batch, source in repeats:
                self._connection.execute(
                    "UPDATE batches SET repeats=repeats+1 WHERE sender=? AND batch=?",
                    (sender.bytes, batch.bytes),
                )
                self._connection.execute(
                    "UPDATE activity SET repeats=repeats+1 WHERE source=?", (source.bytes,)
                )
            for beat in beats:
                self._connection.execute(
                    "INSERT INTO heartbeats VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET tenant=excluded.tenant,"
                    " received=excluded.received, told=excluded.told",
                    (beat.sender.bytes, beat.tenant.bytes, beat.received, beat.told),
                )
            if entries:
                self._connection.execute(
                    "UPDATE used SET segment=?", (max(one.place.segment for one in entries),)
                )
            reach(Point.LEDGER_INSERTED)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        reach(Point.LEDGER_COMMITTED)

    def _insert(self, entry: Entry) -> None:
        envelope, header, place = entry.envelope, entry.header, entry.place
        source = envelope.source.bytes
        clash = (
            entry.numbered
            and self._connection.execute(
                "SELECT 1 FROM batches WHERE source=? AND sequence=? LIMIT 1", (source, header.sequence)
            ).fetchone()
            is not None
        )
        self._connection.execute(
            "INSERT INTO batches(sender, batch, digest, tenant, source, sequence, count, size, segment, start,"
            " length, received) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                envelope.sender.bytes, header.batch.bytes, entry.digest, envelope.tenant.bytes, source,
                header.sequence, header.count, entry.size, place.segment, place.start, place.length,
                envelope.received,
            ),
        )  # fmt: skip
        self._connection.execute(
            "INSERT INTO activity VALUES (?,?,?,1,?,?,0,?,?,?,?,?) ON CONFLICT DO UPDATE SET tenant=excluded.tenant,"
            " sender=excluded.sender, batches=batches+1, events=events+excluded.events, size=size+excluded.size,"
            " highest=max(highest, excluded.highest), numbered=numbered+excluded.numbered,"
            " clashes=clashes+excluded.clashes, received=excluded.received, skew=excluded.skew",
            (
                source, envelope.tenant.bytes, envelope.sender.bytes, header.count, entry.size,
                header.sequence if entry.numbered else 0, int(entry.numbered and not clash), int(clash),
                envelope.received, header.sealed - envelope.received,
            ),
        )  # fmt: skip
        for table, column, told in (("dropped", "events", header.dropped), ("taken", "number", entry.taken)):
            for name, number in told.items():
                self._connection.execute(
                    f"INSERT INTO {table} VALUES (?,?,?)"  # noqa: S608 - names of our own tables
                    f" ON CONFLICT DO UPDATE SET {column}={column}+excluded.{column}",
                    (source, name, number),
                )

    def trim(self, *, through: int, before: int, most: int = 5000) -> int:
        """Forget rows that no repeat is expected of; at most ``most`` at a time.

        Args:
            through: the highest offset that may go: all consumers are past it and it lies in Parquet.
            before: only rows received before this moment (µs).
            most: so that no transaction takes long.

        Returns:
            How many went.
        """
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            gone = self._connection.execute(
                "DELETE FROM batches WHERE offset IN (SELECT offset FROM batches WHERE offset<=? AND received<?"
                " ORDER BY offset LIMIT ?)",
                (through, before, most),
            ).rowcount
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        return gone

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class LedgerReader:
    """Reads the ledger from any process; rows are seen in the order in which they were committed."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._connection: sqlite3.Connection | None = None

    def _rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        if self._connection is None:
            if not self._layout.ledger.exists():
                return []
            self._connection = open_reader(self._layout.ledger)
        if not is_made(self._connection):
            return []
        return self._connection.execute(sql, values).fetchall()

    def after(self, offset: int, most: int) -> list[Row]:
        """Return the rows behind ``offset``, rising, at most ``most``."""
        sql = f"SELECT {_COLUMNS} FROM batches WHERE offset>? ORDER BY offset LIMIT ?"  # noqa: S608 - own names
        return [_row(values) for values in self._rows(sql, offset, most)]

    def newest_of(self, tenants: Sequence[UUID], *, after: int, most: int) -> list[Row]:
        """Return rows of ``tenants`` behind ``after``, rising: the newest with at most so many bytes of events."""
        places = ",".join("?" * len(tenants))
        sql = (
            f"SELECT {_COLUMNS} FROM (SELECT *, sum(size) OVER (ORDER BY offset DESC) AS so_far FROM batches"  # noqa: S608
            f" WHERE offset>? AND tenant IN ({places})) WHERE so_far<=? ORDER BY offset"
        )
        return [_row(values) for values in self._rows(sql, after, *(one.bytes for one in tenants), most)]

    def last(self) -> int:
        """Return the offset of the last row, 0 when there is none."""
        found = self._rows("SELECT coalesce(max(offset), 0) FROM batches")
        return _int(found[0][0]) if found else 0

    def last_of_segments(self) -> dict[int, int]:
        """Return the highest offset of each segment that has rows."""
        found = self._rows("SELECT segment, max(offset) FROM batches GROUP BY segment")
        return {_int(segment): _int(offset) for segment, offset in found}

    def activity(self) -> list[Activity]:
        """Return what each source has sent."""
        dropped, taken = self._counts("dropped"), self._counts("taken")
        rows = self._rows(
            "SELECT source, tenant, sender, batches, events, size, repeats, highest, numbered, clashes,"
            " received, skew FROM activity"
        )
        found = []
        for (
            source,
            tenant,
            sender,
            batches,
            events,
            size,
            repeats,
            highest,
            numbered,
            clashes,
            received,
            skew,
        ) in rows:
            key = _uuid(source)
            found.append(
                Activity(
                    key, _uuid(tenant), _uuid(sender), _int(batches), _int(events), _int(size), _int(repeats),
                    _int(highest), max(0, _int(highest) - _int(numbered)), _int(clashes), _int(received), _int(skew),
                    dropped.get(key, {}), taken.get(key, {}),
                )
            )  # fmt: skip
        return found

    def _counts(self, table: str) -> dict[UUID, dict[str, int]]:
        found: dict[UUID, dict[str, int]] = {}
        for source, name, number in self._rows(f"SELECT * FROM {table}"):  # noqa: S608 - names of our own tables
            found.setdefault(_uuid(source), {})[str(name)] = _int(number)
        return found

    def beats(self) -> list[Beat]:
        """Return the last heartbeat of each sender."""
        rows = self._rows("SELECT sender, tenant, received, told FROM heartbeats")
        return [
            Beat(_uuid(sender), _uuid(tenant), _int(received), told if isinstance(told, bytes) else b"")
            for sender, tenant, received, told in rows
        ]

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _uuid(value: object) -> UUID:
    return UUID(bytes=bytes(value)) if isinstance(value, bytes) else UUID(str(value))


def _int(value: object) -> int:
    return value if isinstance(value, int) else int(str(value))


def _row(values: tuple[object, ...]) -> Row:
    (
        offset,
        tenant,
        sender,
        source,
        batch,
        sequence,
        count,
        size,
        segment,
        start,
        length,
        received,
        repeats,
    ) = values
    return Row(
        _int(offset), _uuid(tenant), _uuid(sender), _uuid(source), _uuid(batch), _int(sequence), _int(count),
        _int(size), Place(_int(segment), _int(start), _int(length)), _int(received), _int(repeats),
    )  # fmt: skip
