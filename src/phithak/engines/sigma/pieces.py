"""The events under some paths as pieces of whole JSON lines: their bytes, or where in a plain file they stand.

Where several processes match, only the place goes through the pipe, and each reads its own part of the file.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass

from phithak.engines.sigma.normalise.formats import AUTO, is_json_lines, json_chunks
from phithak.engines.sigma.stream import CHUNK, FAULTS, LONGEST, Opened, chunks, damaged, open_events

_LOOKED = 1 << 16
# lines that stand together are alike, so one process gets many of them; none waits long for the last at the end
_LONGEST_SPAN = 64 << 20
_SHARES = 3
_CHUNKS_AT_LEAST = 4


@dataclass(frozen=True)
class Span:
    """A part of a plain file, which must still be the one that was opened: device and number of the file."""

    path: str
    start: int
    length: int
    identity: tuple[int, int]

    def chunks(self, size: int) -> Iterator[bytes]:
        """Yield the lines in chunks of about ``size`` bytes.

        Raises:
            SourceError: the file is another by now, is shorter, or cannot be read.
        """
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                found = os.fstat(handle)
                if (found.st_dev, found.st_ino) != self.identity:
                    raise damaged(self.path, EOFError("changed while it was read"))
                yield from chunks(io.BufferedReader(_Part(handle, self.start, self.length)), size)
            finally:
                os.close(handle)
        except FAULTS as error:
            raise damaged(self.path, error) from error


class _Part(io.RawIOBase):
    def __init__(self, handle: int, start: int, length: int) -> None:
        super().__init__()
        self._handle, self._at, self._end = handle, start, start + length

    def readable(self) -> bool:
        """A stream to read from."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # the stub asks for Buffer, 3.12
        """Fill ``buffer``; 0 at the end."""
        count = min(len(buffer), self._end - self._at)
        if count == 0:
            return 0
        content = os.pread(self._handle, count, self._at)
        if not content:
            raise EOFError("cut short while it was read")
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)


@dataclass(frozen=True)
class Piece:
    """Some whole lines of one file; ``serial`` counts the files."""

    serial: int
    name: str
    held: bytes | Span

    @property
    def content(self) -> bytes:
        """All lines at once.

        Raises:
            SourceError: as for :meth:`Span.chunks`.
        """
        return b"".join(self.chunks(CHUNK))

    def chunks(self, size: int) -> Iterator[bytes]:
        """Yield the lines: as they are held, else in chunks of about ``size`` bytes.

        Raises:
            SourceError: as for :meth:`Span.chunks`.
        """
        if isinstance(self.held, Span):
            yield from self.held.chunks(size)
        else:
            yield self.held


def pieces_of(paths: list[str], size: int, *, jobs: int = 1, form: str = AUTO) -> Iterator[Piece]:
    """Yield the events under ``paths`` as pieces of whole JSON lines of about ``size`` bytes.

    Args:
        paths: as for ``open_events``.
        size: bytes of a piece.
        jobs: for several processes the place of the lines is given in place of their bytes where that can be
            done, of many pieces at once.
        form: what all files are, one of ``formats.FORMATS``; else the first bytes of each tell.

    Raises:
        SourceError: a file is missing or damaged.
    """
    for serial, opened in enumerate(open_events(paths)):
        try:
            if jobs > 1 and opened.path and is_json_lines(opened, form):
                for held in _spans(opened, size, jobs):
                    yield Piece(serial, opened.name, held)
            else:
                for chunk in json_chunks(opened, size, form):
                    yield Piece(serial, opened.name, chunk)
        except FAULTS as error:
            raise damaged(opened.name, error) from error


def _spans(opened: Opened, size: int, jobs: int) -> Iterator[Span | bytes]:
    stream = opened.stream
    status = os.fstat(stream.fileno())
    identity = (status.st_dev, status.st_ino)
    start = 0
    while start < status.st_size:
        fair = min((status.st_size - start) // (_SHARES * jobs), _LONGEST_SPAN)
        end = _end_of_line(stream.fileno(), start + max(fair, size * _CHUNKS_AT_LEAST), status.st_size)
        if end is None:
            # a line too long for any memory is cut out by the reader of streams
            stream.seek(start)
            yield from chunks(stream, size)
            return
        yield Span(opened.path, start, end - start, identity)
        start = end


def _end_of_line(handle: int, at: int, size: int) -> int | None:
    """Return where the line that holds the byte before ``at`` ends; None if that is too far."""
    begin = at = max(at - 1, 0)
    while at < size:
        block = os.pread(handle, _LOOKED, at)
        found = block.find(b"\n")
        if found >= 0:
            return at + found + 1
        if not block or at - begin > LONGEST // 2:
            return None
        at += len(block)
    return size
