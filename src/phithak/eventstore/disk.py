"""The door to the disk for what must be durable; tests put a disk there that loses, fails or is full."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from phithak.base import keyfiles

_MOST_PARTS = 512


class AppendFile(Protocol):
    """A file that only grows."""

    def write(self, parts: Sequence[bytes]) -> None:
        """Append all parts; raises OSError when not all of them could be."""

    def sync(self) -> None:
        """Make what was written durable (``fdatasync``); raises OSError when it may not be."""

    def cut(self, size: int) -> None:
        """Give back the room behind ``size``."""

    def close(self) -> None:
        """Close the file; nothing is synced."""


class Disk(Protocol):
    """What the store asks of a disk."""

    def create(self, path: Path) -> AppendFile:
        """Make a new file whose name is durable; raises FileExistsError when it is there."""

    def free(self, folder: Path, /) -> int:
        """Return the bytes that an ordinary user may still write in ``folder``."""


class RealFile:
    """A file of the operating system."""

    def __init__(self, disk: RealDisk, path: Path) -> None:
        self._disk = disk
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._handle = os.open(path, flags, 0o600)

    def write(self, parts: Sequence[bytes]) -> None:
        """Append all parts."""
        for start in range(0, len(parts), _MOST_PARTS):
            waiting = [memoryview(part) for part in parts[start : start + _MOST_PARTS] if part]
            while waiting:
                done = os.writev(self._handle, waiting)
                while waiting and done >= len(waiting[0]):
                    done -= len(waiting.pop(0))
                if done:
                    waiting[0] = waiting[0][done:]

    def sync(self) -> None:
        """Make what was written durable."""
        os.fdatasync(self._handle)
        self._disk.syncs += 1

    def cut(self, size: int) -> None:
        """Give back the room behind ``size``."""
        os.ftruncate(self._handle, size)

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)


class RealDisk:
    """The operating system's disk.

    Attributes:
        syncs: how often a file was synced; the proof that an answer waited for it.
    """

    def __init__(self) -> None:
        self.syncs = 0

    def create(self, path: Path) -> RealFile:
        """Make a new file whose name is durable."""
        file = RealFile(self, path)
        try:
            keyfiles.sync_folder(path.parent)
        except OSError:
            file.close()
            raise
        return file

    def free(self, folder: Path) -> int:
        """Return the bytes that an ordinary user may still write in ``folder``."""
        found = os.statvfs(folder)
        return found.f_bavail * found.f_frsize
