"""How far a file was read, and how the file is known again after it was renamed, copied or cut."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

PRINT_BYTES = 1024


@dataclass(frozen=True)
class Mark:
    """A place in a file.

    Attributes:
        path: where the file lay.
        offset: bytes of it that were read.
        length, digest: fingerprint: hash of its first ``length`` bytes (at most 1 KiB).
        changed: when it was last changed, nanoseconds since 1970.
    """

    path: str
    offset: int
    length: int
    digest: str
    changed: int

    def to_text(self) -> str:
        """Return the mark as it is kept."""
        return json.dumps(
            [self.path, self.offset, self.length, self.digest, self.changed], ensure_ascii=False
        )

    @classmethod
    def from_text(cls, text: str) -> Mark | None:
        """Read a mark; None when it is of another release."""
        try:
            path, offset, length, digest, changed = json.loads(text)
            return cls(str(path), int(offset), int(length), str(digest), int(changed))
        except (ValueError, TypeError):
            return None


def digest(head: bytes) -> str:
    """Return the fingerprint of the first bytes of a file."""
    return blake2b(head, digest_size=16).hexdigest()


class OpenFile:
    """A file held open, plain or gzip; it stays readable when it is renamed or deleted."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._raw = os.fdopen(self._handle, "rb", closefd=True)
        self._packed = gzip.GzipFile(fileobj=self._raw) if path.suffix == ".gz" else None
        status = os.fstat(self._handle)
        self.item = f"{status.st_dev:x}-{status.st_ino:x}"

    def read(self, offset: int, most: int) -> bytes:
        """Return up to ``most`` bytes from ``offset``.

        Raises:
            OSError: the file cannot be read, or is no gzip.
        """
        if self._packed is None:
            os.lseek(self._handle, offset, os.SEEK_SET)
            return os.read(self._handle, most)
        try:
            self._packed.seek(offset)
            return self._packed.read(most)
        except EOFError as error:
            raise OSError("the gzip file breaks off") from error

    def status(self) -> os.stat_result:
        """Return the state of the file."""
        return os.fstat(self._handle)

    @property
    def packed(self) -> bool:
        """Whether it is gzip; its size then says nothing about its content."""
        return self._packed is not None

    def matches(self, mark: Mark) -> bool:
        """Tell whether the file begins with the bytes that the mark was made of."""
        return digest(self.read(0, mark.length)) == mark.digest

    def close(self) -> None:
        """Let go of the file."""
        if self._packed is not None:
            self._packed.close()
        self._raw.close()
