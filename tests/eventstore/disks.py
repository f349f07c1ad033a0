"""Disks that lose what was not synced, fail, or are full."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from phithak.eventstore.disk import AppendFile, RealDisk


@dataclass
class Fault:
    """What goes wrong: ``write`` or ``sync`` raises ``number`` for the next ``times`` calls, after ``kept`` bytes."""

    on: str
    number: int
    times: int = 1
    kept: int = 0


@dataclass
class LosingDisk:
    """Writes for real and remembers what was synced; :meth:`lose_power` takes the rest away."""

    real: RealDisk = field(default_factory=RealDisk)
    synced: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    room: int = 1 << 40
    ignores_sync: bool = False

    def create(self, path: Path) -> AppendFile:
        self.synced[path] = 0
        return LosingFile(self, path, self.real.create(path))

    def free(self, _folder: Path) -> int:
        return self.room

    def due(self, on: str) -> Fault | None:
        for fault in self.faults:
            if fault.on == on and fault.times:
                fault.times -= 1
                return fault
        return None

    def lose_power(self) -> None:
        """Cut every file at its last sync."""
        for path, size in self.synced.items():
            if path.exists():
                os.truncate(path, size)


class LosingFile:
    def __init__(self, disk: LosingDisk, path: Path, real: AppendFile) -> None:
        self.disk = disk
        self.path = path
        self.real = real
        self.size = 0

    def write(self, parts: Sequence[bytes]) -> None:
        fault = self.disk.due("write")
        if fault is not None:
            self.real.write([b"".join(parts)[: fault.kept]])
            raise OSError(fault.number, os.strerror(fault.number))
        self.real.write(parts)
        self.size += sum(map(len, parts))

    def sync(self) -> None:
        fault = self.disk.due("sync")
        if fault is not None:
            raise OSError(fault.number, os.strerror(fault.number))
        if not self.disk.ignores_sync:
            self.disk.synced[self.path] = self.size
        self.real.sync()

    def cut(self, size: int) -> None:
        if self.disk.due("cut"):
            raise OSError(errno.EIO, "cut")
        self.real.cut(size)

    def close(self) -> None:
        self.real.close()
