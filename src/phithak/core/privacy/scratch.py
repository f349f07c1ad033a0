"""Scratch space of a job that handles personal data: gone at its end, and at the next start after a kill.

On tmpfs (``/dev/shm``) where there is room: then nothing ever touches the disk. Else a folder in the data
folder, in which only :meth:`Scratch.create` may be used: its files are sealed under a key that lives in the
memory of this one process.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from phithak.base import ids
from phithak.base.config import Config
from phithak.base.errors import BusyError
from phithak.base.text import Text
from phithak.core.privacy.frames import FrameReader, FrameWriter
from phithak.core.privacy.rootkey import config_of
from phithak.core.privacy.secret import Secret

TMPFS = Path("/dev/shm")  # noqa: S108 - the point is that it lies in memory; folders in it have mode 0700
_NO_KEY = UUID(int=0)


class NoPlainScratchError(BusyError):
    """A job needs plain scratch files, and memory has no room for them."""

    code = "privacy.no_plain_scratch"
    text = Text(
        "หน่วยความจำ (tmpfs) ไม่พอสำหรับงานนี้ ต้องการ {wanted} MB เพิ่มหน่วยความจำหรือรอให้งานอื่นจบ",
        "Not enough room in memory (tmpfs): this job wants {wanted} MB. Add memory, or wait for other jobs.",
    )


@dataclass
class Scratch:
    """One job's folder.

    Attributes:
        path: the folder, mode 0700.
        plain: True on tmpfs: files may lie there in the clear (a DuckDB spill, an unpacked archive).
    """

    path: Path
    plain: bool
    _key: Secret = field(default_factory=Secret.random, repr=False)

    @contextmanager
    def create(self, name: str) -> Iterator[FrameWriter]:
        """Write the file ``name``, sealed under the folder's one-time key."""
        with (self.path / name).open("xb") as raw:
            writer = FrameWriter(raw, self._key, key_id=_NO_KEY, context=name.encode())
            yield writer
            writer.close()

    def open(self, name: str) -> io.BufferedReader:
        """Read a file that :meth:`create` wrote."""
        raw = (self.path / name).open("rb")
        return io.BufferedReader(FrameReader(raw, self._key, context=name.encode()))


@contextmanager
def folder(
    *,
    wanted_bytes: int = 0,
    need_plain: bool = False,
    in_memory: bool = True,
    config: Config | None = None,
) -> Iterator[Scratch]:
    """Make a scratch folder for the block and remove it after.

    Args:
        wanted_bytes: how much will lie there at most; tmpfs is used when twice as much is free.
        need_plain: the job writes plain files itself, so only tmpfs will do.
        in_memory: False keeps it off tmpfs, for content of unknown length.
        config: the instance; the running one when None.

    Raises:
        NoPlainScratchError: plain files are needed and tmpfs has no room.
    """
    config = config_of(config)
    in_memory = in_memory and _has_room(wanted_bytes)
    if need_plain and not in_memory:
        raise NoPlainScratchError(wanted=-(-wanted_bytes // 2**20))
    home = _homes(config)[0 if in_memory else 1]
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = home / f"{_birth(os.getpid())}-{ids.uuid7().hex}"
    path.mkdir(mode=0o700)
    try:
        yield Scratch(path, plain=in_memory)
    finally:
        shutil.rmtree(path, ignore_errors=True)


def sweep(config: Config | None = None) -> int:
    """Remove scratch folders whose process is gone (called at start) and return how many there were."""
    removed = 0
    for home in _homes(config_of(config)):
        for path in home.iterdir() if home.is_dir() else ():
            if not _alive(path):
                shutil.rmtree(path, ignore_errors=True)
                removed += 1
    return removed


def _homes(config: Config) -> tuple[Path, Path]:
    # the name must differ between instances of one machine; the path of a data folder is no secret
    name = hashlib.blake2b(str(config.data_dir.resolve()).encode(), digest_size=8).hexdigest()
    return TMPFS / f"phithak-{os.geteuid()}-{name}", config.data_dir / "scratch"


def _has_room(wanted: int) -> bool:
    if not (TMPFS.is_dir() and os.access(TMPFS, os.W_OK)):
        return False
    return shutil.disk_usage(TMPFS).free >= max(wanted * 2, 16 * 2**20)


def _birth(pid: int) -> str:
    """Return pid and start of a process, which together are never used again."""
    if sys.platform != "linux":
        return f"{pid}-0"
    status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    return f"{pid}-{status.rpartition(')')[2].split()[19]}"


def _alive(path: Path) -> bool:
    pid = path.name.partition("-")[0]
    try:
        return path.name.startswith(_birth(int(pid)) + "-")
    except (OSError, ValueError):
        return False
