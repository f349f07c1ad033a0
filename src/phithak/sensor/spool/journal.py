"""Events that came over the network and are not sealed yet, kept in a file beside memory.

What a file holds can be read again after a kill, what came over the network cannot. So such events are appended here
(cleaned already) in the moment that they come; RELP waits for the disk before it acknowledges. When they are sealed
into batches, the number of the file is committed with them and the file goes: replayed are only files with a higher
number, so nothing is sealed twice. After a start a new file is begun: behind a torn append nothing would be read.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

from phithak.sensor.points import Point, reach

_HEAD = struct.Struct("<II")  # length and CRC-32 of one append
_LENGTH = struct.Struct("<I")


class Journal:
    """The unsealed events of one source.

    Args:
        folder: where its files lie.
        source: label of the source.
        committed: number of the last file whose events were sealed.

    Attributes:
        number: of the present file; to be committed with the batches that hold its events.
        left_over: events of a former life that were never sealed, oldest first.
    """

    def __init__(self, folder: Path, source: str, committed: int) -> None:
        self._folder = folder
        self._source = source
        self._handle = -1
        self._kept: list[int] = []
        self.left_over: list[bytes] = []
        for number in self._numbers():
            if number > committed:
                self.left_over += read(self._path(number))
                self._kept.append(number)
            else:
                self._path(number).unlink()
        self.number = max([committed, *self._kept]) + 1

    def append(self, events: Sequence[bytes], *, sync: bool) -> None:
        """Append events.

        Args:
            events: cleaned.
            sync: wait for the disk.

        Raises:
            OSError: the disk is full or broken; nothing of these events counts as kept.
        """
        body = b"".join([part for event in events for part in (_LENGTH.pack(len(event)), event)])
        if self._handle < 0:
            self._handle = os.open(self._path(self.number), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._kept.append(self.number)
        reach(Point.JOURNAL_BEFORE)
        end = os.lseek(self._handle, 0, os.SEEK_END)
        try:
            _write(self._handle, _HEAD.pack(len(body), zlib.crc32(body)) + body)
            reach(Point.JOURNAL_WRITTEN)
            if sync:
                os.fsync(self._handle)
                reach(Point.JOURNAL_SYNCED)
        except OSError:
            os.ftruncate(self._handle, end)
            raise

    def turn(self) -> None:
        """Go on with the next file; the events up to now have been sealed and committed."""
        self.close()
        for number in self._kept:
            self._path(number).unlink()
        if self._kept:
            self.number += 1
        self._kept = []
        self.left_over = []

    def close(self) -> None:
        """Let go of the file; its events are replayed at the next start."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _path(self, number: int) -> Path:
        return self._folder / f"{self._source}.{number}.journal"

    def _numbers(self) -> list[int]:
        begin, end = len(self._source) + 1, -len(".journal")
        names = [path.name[begin:end] for path in self._folder.glob(f"{self._source}.*.journal")]
        return sorted(int(name) for name in names if name.isdigit())


def _write(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def read(path: Path) -> list[bytes]:
    """Return the events of a file up to the first append that is torn."""
    raw = path.read_bytes()
    found: list[bytes] = []
    place = 0
    while place + _HEAD.size <= len(raw):
        length, check = _HEAD.unpack_from(raw, place)
        body = raw[place + _HEAD.size : place + _HEAD.size + length]
        if len(body) != length or zlib.crc32(body) != check:
            break
        inner = 0
        while inner < length:
            (size,) = _LENGTH.unpack_from(body, inner)
            inner += _LENGTH.size
            found.append(body[inner : inner + size])
            inner += size
        place += _HEAD.size + length
    return found
