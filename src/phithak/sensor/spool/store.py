"""Sealed batches on the disk, in files; which of them exist is told by the database alone.

A batch is written and synced first, then committed together with the position of its source: a kill in between leaves
a file that nobody knows, which goes at the next start, and a position that did not move. Over its limit the spool
drops whole batches, of the lowest lane and oldest first, and counts every event.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from phithak.base import batch, ids
from phithak.sensor import lanes as lane_names
from phithak.sensor import moments
from phithak.sensor.points import Point, reach
from phithak.sensor.spool.state import State

_LEVEL = 1  # of gzip: half of the whole work for an event is packing it, and level 6 takes four times as long
_BATCH_PLAIN = 4 << 20


@dataclass(frozen=True)
class Waiting:
    """One batch that waits: its row, id, source, lane, events, bytes, when sealed (microseconds, UTC)."""

    id: int
    batch: str
    source: str
    lane: int
    events: int
    size: int
    sealed: int


@dataclass(frozen=True)
class Depth:
    """What waits: batches, events and bytes; bytes allowed; when the oldest was sealed; what was set aside."""

    batches: int
    events: int
    size: int
    limit: int
    oldest: int | None
    aside: int


class Spool:
    """The batches in ``folder``.

    Args:
        folder: of the sensor's state; batches lie in ``batches`` below it.
        state: its database.
        limit: bytes that batches may take.
    """

    def __init__(self, folder: Path, state: State, limit: int) -> None:
        self._folder = folder / "batches"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._samples = folder / "samples"
        self._samples.mkdir(exist_ok=True, mode=0o700)
        self._state = state
        self.limit = limit
        self._sending = -1
        self._sweep()
        ((size,),) = state.read("SELECT coalesce(sum(size), 0) FROM batch")
        self._size = int(size)

    def seal(
        self,
        source: str,
        lanes: Mapping[int, Sequence[bytes]],
        *,
        first: int,
        last: int,
        profile: str,
        positions: Mapping[str, str | None],
    ) -> int:
        """Make batches of events durable and move the positions of their source with them.

        Args:
            source: label.
            lanes: events (cleaned) by lane; may be empty, then only positions move.
            first: when the first of them came.
            last: when the last of them came.
            profile: that was applied.
            positions: item → mark to keep, or None to forget the item.

        Returns:
            How many batches were sealed.

        Raises:
            OSError: the disk is full or broken; nothing was sealed, no position moved.
        """
        reach(Point.SEAL_BEFORE)
        rows = self._state.read("SELECT sequence FROM source WHERE source = ?", source)
        sequence = int(rows[0][0]) if rows else 0
        drops = self._untold(source)
        made: list[tuple[UUID, int, int, int, int]] = []
        paths: list[Path] = []
        try:
            for lane in sorted(lanes, reverse=True):
                for events in _parts(lanes[lane]):
                    sequence += 1
                    name, sealed = ids.uuid7(), moments.micros()
                    frame = batch.seal(
                        events, source=source, sequence=sequence, sealed=sealed, first=first, last=last,
                        compress=_pack, dropped={} if made else drops, profile=profile, batch=name,
                    )  # fmt: skip
                    paths.append(self._path(str(name)))
                    _write(paths[-1], frame)
                    made.append((name, lane, sequence, len(events), len(frame)))
            if made:
                _sync_folder(self._folder)
            reach(Point.SEAL_SYNCED)
            self._commit(source, made, positions, drops, size=sum(map(_length, lanes.values())), last=last)
        except Exception:
            for path in paths:
                path.unlink(missing_ok=True)
            raise
        reach(Point.SEAL_COMMITTED)
        with self._state.lock:
            self._size += sum(one[4] for one in made)
            self._make_room()
        return len(made)

    def _commit(
        self,
        source: str,
        made: Sequence[tuple[UUID, int, int, int, int]],
        positions: Mapping[str, str | None],
        drops: Mapping[str, int],
        *,
        size: int,
        last: int,
    ) -> None:
        sealed = moments.micros()
        events = sum(one[3] for one in made)
        with self._state.write() as rows:
            if made:
                rows.executemany(
                    "INSERT INTO batch (batch, source, lane, sequence, events, size, sealed)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [(str(one[0]), source, *one[1:], sealed) for one in made],
                )
                rows.execute(
                    "INSERT INTO source (source, sequence, events, size, last_event) VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (source) DO UPDATE SET sequence = excluded.sequence,"
                    " events = events + excluded.events, size = size + excluded.size, last_event = excluded.last_event",
                    (source, made[-1][2], events, size, last),
                )
                for reason, count in drops.items():
                    rows.execute(
                        "UPDATE dropped SET told = told + ? WHERE source = ? AND reason = ?",
                        (count, source, reason),
                    )
            for item, mark in positions.items():
                if mark is None:
                    rows.execute("DELETE FROM position WHERE source = ? AND item = ?", (source, item))
                else:
                    rows.execute("INSERT OR REPLACE INTO position VALUES (?, ?, ?)", (source, item, mark))
            reach(Point.SEAL_BEFORE_COMMIT)

    def positions(self, source: str) -> dict[str, str]:
        """Return item → mark of a source, as last committed."""
        return dict(self._state.read("SELECT item, mark FROM position WHERE source = ?", source))

    def next(self, *, held: Sequence[str] = (), lowest: int = 0, since: int = 0) -> Waiting | None:
        """Return the batch to send next: the highest lane first, in each the newest first.

        Args:
            held: sources that the centre does not take at present.
            lowest: lane below which only batches sealed at ``since`` or later are sent.
            since: see ``lowest`` (microseconds, UTC).
        """
        marks = ",".join("?" * len(held))
        with self._state.lock:
            found = self._state.read(
                "SELECT id, batch, source, lane, events, size, sealed FROM batch WHERE aside = ''"  # noqa: S608 - marks
                " AND (lane >= ? OR sealed >= ?)"
                + (f" AND source NOT IN ({marks})" if held else "")
                + " ORDER BY lane DESC, id DESC LIMIT 1",
                lowest, since, *held,
            )  # fmt: skip
            waiting = Waiting(*found[0]) if found else None
            self._sending = waiting.id if waiting else -1
        return waiting

    def frame(self, waiting: Waiting) -> bytes | None:
        """Return the bytes of a batch; None when they are gone or damaged, which counts its events as dropped."""
        try:
            frame = self._path(waiting.batch).read_bytes()
            batch.parse(frame)
        except (OSError, batch.BatchError):
            self._forget([waiting], "disk-damage")
            return None
        return frame

    def acknowledged(self, waiting: Waiting) -> None:
        """Forget a batch that the centre has stored; the last one of each source stays, to show what leaves."""
        self._forget([waiting], "", sample=True)

    def set_aside(self, waiting: Waiting, code: str) -> None:
        """Keep a batch that the centre will never take apart from the others, and count its events as dropped."""
        with self._state.write() as rows:
            rows.execute("UPDATE batch SET aside = ? WHERE id = ?", (code, waiting.id))
            _count(rows, waiting.source, "refused", waiting.events)
        self._sending = -1

    def drop(self, source: str, reason: str, events: int) -> None:
        """Count events that were dropped before they were sealed."""
        if events:
            with self._state.write() as rows:
                _count(rows, source, reason, events)

    def drops(self, source: str) -> dict[str, int]:
        """Return how many events of a source were dropped since enrolment, by reason."""
        return dict(self._state.read("SELECT reason, events FROM dropped WHERE source = ?", source))

    def depth(self) -> Depth:
        """Return what waits."""
        ((count, events, oldest),) = self._state.read(
            "SELECT count(*), coalesce(sum(events), 0), min(sealed) FROM batch WHERE aside = ''"
        )
        ((aside,),) = self._state.read("SELECT count(*) FROM batch WHERE aside <> ''")
        return Depth(count, events, self._size, self.limit, oldest, aside)

    def share(self) -> float:
        """Return how full the spool is, 0 to 1."""
        return self._size / self.limit

    def _untold(self, source: str) -> dict[str, int]:
        rows = self._state.read(
            "SELECT reason, events - told FROM dropped WHERE source = ? AND events > told", source
        )
        return {str(reason): int(count) for reason, count in rows}

    def _make_room(self) -> None:
        """Drop what is worth least until the spool is under its limit: set aside, then low lanes, oldest first."""
        while self._size > self.limit:
            found = self._state.read(
                "SELECT id, batch, source, lane, events, size, sealed, aside FROM batch WHERE id <> ?"
                " ORDER BY aside = '', lane, id LIMIT 20",
                self._sending,
            )
            if not found:
                return
            taken: list[tuple[Waiting, bool]] = []
            over = self._size - self.limit
            for row in found:
                if over <= 0:
                    break
                taken.append((Waiting(*row[:7]), bool(row[7])))
                over -= row[5]
            self._forget([one for one, aside in taken if aside], "")
            self._forget([one for one, aside in taken if not aside], "disk-limit")

    def _forget(self, gone: Sequence[Waiting], reason: str, *, sample: bool = False) -> None:
        if not gone:
            return
        with self._state.lock:
            with self._state.write() as rows:
                for one in gone:
                    deleted = rows.execute("DELETE FROM batch WHERE id = ?", (one.id,)).rowcount
                    if deleted and reason:
                        _count(rows, one.source, reason, one.events)
                    self._size -= one.size if deleted else 0
                reach(Point.FORGET_BEFORE_COMMIT)
            if any(one.id == self._sending for one in gone):
                self._sending = -1
        reach(Point.FORGET_COMMITTED)
        for one in gone:
            with contextlib.suppress(FileNotFoundError):
                if sample:
                    self._path(one.batch).replace(self._samples / f"{one.source}.batch")
                else:
                    self._path(one.batch).unlink()
        reach(Point.FORGET_REMOVED)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.batch"

    def _sweep(self) -> None:
        """Remove files that were never committed; after a damaged database take all files up again instead."""
        known = {str(row[0]) for row in self._state.read("SELECT batch FROM batch")}
        for path in sorted(self._folder.glob("*.batch")):
            if path.stem in known:
                continue
            if self._state.damaged:
                self._take_up(path)
            else:
                path.unlink()

    def _take_up(self, path: Path) -> None:
        """Enter a batch whose row was lost; its lane is lost too, so it counts as an alert."""
        try:
            header = batch.parse(path.read_bytes()).header
        except batch.BatchError:
            path.unlink()
            return
        with self._state.write() as rows:
            rows.execute(
                "INSERT OR IGNORE INTO batch (batch, source, lane, sequence, events, size, sealed)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (path.stem, header.source, lane_names.ALERT, header.sequence, header.count, path.stat().st_size,
                 header.sealed),
            )  # fmt: skip
            rows.execute(
                "INSERT INTO source (source, sequence) VALUES (?, ?)"
                " ON CONFLICT (source) DO UPDATE SET sequence = max(sequence, excluded.sequence)",
                (header.source, header.sequence),
            )


def _count(rows: sqlite3.Connection, source: str, reason: str, events: int) -> None:
    rows.execute(
        "INSERT INTO dropped (source, reason, events) VALUES (?, ?, ?)"
        " ON CONFLICT (source, reason) DO UPDATE SET events = events + excluded.events",
        (source, reason, events),
    )


def _parts(events: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Return the events in runs that fit into one batch each."""
    runs: list[Sequence[bytes]] = []
    begin, size = 0, 0
    for index, event in enumerate(events):
        if index > begin and size + len(event) > _BATCH_PLAIN:
            runs.append(events[begin:index])
            begin, size = index, 0
        size += len(event)
    return [*runs, events[begin:]] if begin < len(events) else runs


def _length(events: Sequence[bytes]) -> int:
    return sum(map(len, events))


def _pack(plain: bytes) -> bytes:
    return batch.compress_gzip(plain, _LEVEL)


def _write(path: Path, frame: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        view = memoryview(frame)
        while view:
            view = view[os.write(handle, view) :]
        reach(Point.SEAL_WRITTEN)
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
