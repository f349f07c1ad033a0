"""Sealed frames: a large file encrypted in 1 MiB pieces that can be read from any place.

Layout: header, then frames. Header (56 bytes): magic ``PHF1``, frame size, key id, 32 random bytes. Each file
has its own key (HKDF of the data key, with the random bytes and the caller's context), so its nonces are plain
counters: 7 zero bytes, frame number (4 bytes), 1 for the last frame. The header is associated data of every
frame. So a frame that was altered, moved, repeated or taken from another file does not open, and a file that
was cut has no last frame, which :class:`FrameReader` looks at first. (The STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015.)
"""

from __future__ import annotations

import hashlib
import io
import secrets
import struct
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from phithak.core.privacy.errors import SealBrokenError
from phithak.core.privacy.secret import TAG_BYTES, Secret

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

FRAME_BYTES = 1024 * 1024
_HEADER = struct.Struct(">4sI16s32s")
HEADER_BYTES = _HEADER.size
_MAGIC = b"PHF1"
_MOST_FRAMES = 2**32 - 1


def _cipher(key: Secret, header: bytes, context: bytes) -> AESGCM:
    bound = hashlib.blake2b(header + context, digest_size=32).hexdigest()
    return key.derive(f"frames/{bound}").aead()


def _nonce(index: int, *, last: bool) -> bytes:
    return bytes(7) + index.to_bytes(4, "big") + bytes([last])


def key_id_of(header: bytes) -> UUID:
    """Return the id of the key that a file was sealed with.

    Raises:
        SealBrokenError: this is no header of a sealed file.
    """
    if len(header) != HEADER_BYTES or not header.startswith(_MAGIC):
        raise SealBrokenError
    return UUID(bytes=_HEADER.unpack(header)[2])


class FrameWriter:
    """Writes one sealed file to ``raw``; holds one frame in memory.

    Args:
        raw: where the sealed bytes go.
        key: the data key.
        key_id: its id, kept in the header.
        context: what the file is, such as ``secret.aad(…)``; needed again to read it.
        frame_bytes: size of a frame; 1 MiB unless a test says otherwise.
    """

    def __init__(
        self,
        raw: BinaryIO,
        key: Secret,
        *,
        key_id: UUID,
        context: bytes = b"",
        frame_bytes: int = FRAME_BYTES,
    ) -> None:
        self.header = _HEADER.pack(_MAGIC, frame_bytes, key_id.bytes, secrets.token_bytes(32))
        self._raw, self._frame_bytes = raw, frame_bytes
        self._aead = _cipher(key, self.header, context)
        self._buffer = bytearray()
        self._index = 0
        self.size = 0
        raw.write(self.header)

    def write(self, data: ReadableBuffer) -> None:
        """Add plain bytes."""
        view = memoryview(data).cast("B")
        self.size += len(view)
        at = 0
        while at < len(view):
            # a full frame is held back until more comes: only then is it certain not to be the last
            if len(self._buffer) == self._frame_bytes:
                self._flush(last=False)
            take = min(self._frame_bytes - len(self._buffer), len(view) - at)
            self._buffer += view[at : at + take]
            at += take

    def close(self) -> None:
        """Write the last frame; ``raw`` stays open, to be synced by its owner."""
        self._flush(last=True)

    def _flush(self, *, last: bool) -> None:
        if self._index > _MOST_FRAMES:
            raise ValueError("a sealed file holds at most 2³² frames")
        sealed = self._aead.encrypt(_nonce(self._index, last=last), bytes(self._buffer), self.header)
        self._raw.write(sealed)
        self._buffer.clear()
        self._index += 1


class FrameReader(io.RawIOBase):
    """Reads a sealed file as a plain, seekable stream; holds one frame in memory.

    Raises:
        SealBrokenError: at opening when the header or the last frame is wrong or missing (the file was cut),
            at reading when a frame was altered or moved.
    """

    def __init__(
        self, raw: BinaryIO, key: Secret, *, context: bytes = b"", header: bytes | None = None
    ) -> None:
        """Open the file.

        Args:
            raw: the sealed file, seekable; closed with this reader.
            key: the data key.
            context: as at writing.
            header: the header that the file must have, when the caller kept it.
        """
        super().__init__()
        self._raw = raw
        raw.seek(0)
        self.header = raw.read(HEADER_BYTES)
        key_id_of(self.header)
        if header is not None and header != self.header:
            raise SealBrokenError
        self._frame_bytes = _HEADER.unpack(self.header)[1]
        body = raw.seek(0, io.SEEK_END) - HEADER_BYTES
        stride = self._frame_bytes + TAG_BYTES
        self._frames = max(1, -(-body // stride))
        if not self._frame_bytes or body < TAG_BYTES:
            raise SealBrokenError
        self._aead = _cipher(key, self.header, context)
        self._at = 0
        self._held = (-1, b"")
        last = self._frame(self._frames - 1)
        self.size = (self._frames - 1) * self._frame_bytes + len(last)

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Return the place in the plain bytes."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in the plain bytes and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("negative place")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill ``buffer`` with what one frame gives and return the count; 0 at the end."""
        view = memoryview(buffer).cast("B")
        if self._at >= self.size or not len(view):
            return 0
        index, within = divmod(self._at, self._frame_bytes)
        piece = self._frame(index)[within : within + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the file below, too."""
        if not self.closed:
            self._raw.close()
        super().close()

    def _frame(self, index: int) -> bytes:
        if self._held[0] == index:
            return self._held[1]
        self._raw.seek(HEADER_BYTES + index * (self._frame_bytes + TAG_BYTES))
        sealed = self._raw.read(self._frame_bytes + TAG_BYTES)
        try:
            plain = self._aead.decrypt(_nonce(index, last=index == self._frames - 1), sealed, self.header)
        except InvalidTag:
            raise SealBrokenError from None
        self._held = (index, plain)
        return plain
