"""Zstandard streams read with bounded memory, and never cut short without a word."""

from __future__ import annotations

import io
from typing import IO

import zstandard

# a thousand bytes can unfold to some 32 MB at most, whatever a stranger packs
_FED = 1024
_WINDOW = 1 << 27


def zstd_reader(stream: IO[bytes]) -> io.BufferedReader:
    """Return the unpacked stream; several frames in a row are read as one.

    Reading raises ``zstandard.ZstdError`` for damage, and ``EOFError`` where the last frame has no end.
    """
    return io.BufferedReader(_Unpacked(stream), 1 << 20)


class _Unpacked(io.RawIOBase):
    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self._stream = stream
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        self._frame = self._decompressor.decompressobj()
        self._begun = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """A stream to read from."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # the stub asks for Buffer, 3.12
        """Fill ``buffer`` with unpacked bytes; 0 at the end."""
        while not self._ready:
            fed = self._stream.read(_FED)
            if not fed:
                if self._begun:
                    raise EOFError("the last frame has no end")
                return 0
            self._ready = memoryview(self._unpack(fed))
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _unpack(self, fed: bytes) -> bytes:
        pieces = []
        while fed:
            self._begun = True
            pieces.append(self._frame.decompress(fed))
            fed = b""
            if self._frame.eof:
                fed = self._frame.unused_data
                self._frame = self._decompressor.decompressobj()
                self._begun = False
        return b"".join(pieces)
