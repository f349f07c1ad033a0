"""Segments: batches one behind the other, as received, each with an envelope that says whose it is.

Layout of a record, numbers with the little end first::

    0   4   b"PHR1"
    4   4   length of the envelope
    8   4   length of the frame
    12  4   CRC-32 of the envelope
    16      envelope: JSON
            frame: a sealed batch (see phithak.base.batch), which carries its own digest

Every open makes a new segment: nothing is ever appended behind a record that a crash may have torn.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from phithak.base import batch
from phithak.eventstore.disk import AppendFile, Disk
from phithak.eventstore.errors import DamagedError
from phithak.eventstore.layout import Layout
from phithak.eventstore.points import Point, reach

_HEAD = struct.Struct("<4sIII")
_MAGIC = b"PHR1"
_MOST_ENVELOPE = 4096


@dataclass(frozen=True)
class Envelope:
    """Whose a batch is and when it came; told by the sender's token, never by the batch.

    Attributes:
        tenant, sender, source: ids of rows of the Django side.
        kind: of the source, such as ``windows``; says how its events are read.
        zone: minutes east of UTC that a time without a zone is in.
        received: the centre's clock, microseconds since 1970, UTC.
    """

    tenant: UUID
    sender: UUID
    source: UUID
    kind: str
    zone: int
    received: int

    def to_json(self) -> bytes:
        """Return the envelope as it is written."""
        told = {
            "tenant": self.tenant.hex,
            "sender": self.sender.hex,
            "source": self.source.hex,
            "kind": self.kind,
            "zone": self.zone,
            "received": self.received,
        }
        return json.dumps(told, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, told: bytes) -> Envelope:
        """Read an envelope whose checksum was right."""
        found = json.loads(told)
        return cls(
            UUID(found["tenant"]),
            UUID(found["sender"]),
            UUID(found["source"]),
            found["kind"],
            found["zone"],
            found["received"],
        )


@dataclass(frozen=True)
class Place:
    """Where a record lies: number of its segment, first byte, length."""

    segment: int
    start: int
    length: int


def record(envelope: Envelope, frame: bytes) -> tuple[bytes, bytes]:
    """Return a record in two parts, the frame uncopied."""
    told = envelope.to_json()
    return _HEAD.pack(_MAGIC, len(told), len(frame), zlib.crc32(told)) + told, frame


def read(layout: Layout, place: Place) -> tuple[Envelope, batch.Batch]:
    """Return what lies at a place.

    Raises:
        DamagedError: the record is not whole, or does not fit its checksums.
    """
    return parse(content(layout, place), layout.segment(place.segment), place.start)


def content(layout: Layout, place: Place) -> bytes:
    """Return the bytes at a place, unchecked.

    Raises:
        DamagedError: the segment is not there.
    """
    path = layout.segment(place.segment)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise DamagedError(path=path, place=place.start) from error
    try:
        return os.pread(handle, place.length, place.start)
    finally:
        os.close(handle)


def parse(content: bytes, path: Path, start: int) -> tuple[Envelope, batch.Batch]:
    """Return the parts of a record; ``path`` and ``start`` are for the error.

    Raises:
        DamagedError: as :func:`read`.
    """
    if len(content) < _HEAD.size:
        raise DamagedError(path=path, place=start)
    magic, told_length, frame_length, checksum = _HEAD.unpack_from(content)
    if (
        magic != _MAGIC
        or told_length > _MOST_ENVELOPE
        or len(content) != _HEAD.size + told_length + frame_length
    ):
        raise DamagedError(path=path, place=start)
    told = content[_HEAD.size : _HEAD.size + told_length]
    if zlib.crc32(told) != checksum:
        raise DamagedError(path=path, place=start)
    try:
        return Envelope.from_json(told), batch.parse(content[_HEAD.size + told_length :])
    except batch.BatchError as error:
        raise DamagedError(path=path, place=start) from error


class Writer:
    """Appends records to segments of its own making.

    Args:
        layout: where.
        disk: the disk.
        after: the highest number that was ever used; the first segment is the next.
        most: bytes after which the next segment is begun.
    """

    def __init__(self, layout: Layout, disk: Disk, *, after: int, most: int) -> None:
        self._layout = layout
        self._disk = disk
        self._number = after
        self._most = most
        self._size = 0
        self._file: AppendFile | None = None

    def append(self, records: list[tuple[bytes, bytes]]) -> list[Place]:
        """Write records and sync them; return where they lie.

        Raises:
            OSError: they may not be durable. The segment is given up: what failed to sync once is never
                trusted, and the next call begins a new one.
        """
        if self._file is None or self._size >= self._most:
            self.give_up()
            self._open()
        file = self._file
        assert file is not None  # noqa: S101 - opened above
        places: list[Place] = []
        end = self._size
        for head, frame in records:
            length = len(head) + len(frame)
            places.append(Place(self._number, end, length))
            end += length
        try:
            reach(Point.SEGMENT_WRITE)
            file.write([part for parts in records for part in parts])
            reach(Point.SEGMENT_WRITTEN)
            file.sync()
            reach(Point.SEGMENT_SYNCED)
        except BaseException:
            # whatever it was, the end of the file is not known any more
            self._cut_back(file)
            self.give_up()
            raise
        self._size = end
        return places

    def _open(self) -> None:
        reach(Point.SEGMENT_OPEN)
        # a number that was tried is never tried again, so a half-made file cannot stop the store
        self._number += 1
        self._file = self._disk.create(self._layout.segment(self._number))
        self._size = 0
        reach(Point.SEGMENT_OPENED)

    def _cut_back(self, file: AppendFile) -> None:
        """Give the room of a failed write back; if even that fails, the bytes lie there unread."""
        try:
            file.cut(self._size)
        except OSError:
            return

    def give_up(self) -> None:
        """Close the present segment; the next write begins another."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError:
                # what was synced before is safe, the rest was never acknowledged
                return
