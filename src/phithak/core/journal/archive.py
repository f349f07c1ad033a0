"""``checkpoints.log``: every signed checkpoint, in the configuration folder, which no restore of data rolls back.

One JSON object a line, appended and synced before the database learns of the checkpoint. What stands here
and not in the records tells that the records are older than what was already shown to others.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from phithak.base.errors import ConflictError
from phithak.base.text import Text
from phithak.core.journal.points import Point, reach

TAIL_BYTES = 65_536


class ForkError(ConflictError):
    """Another checkpoint of the same size was already given out."""

    code = "journal.fork"
    text = Text(
        "จุดตรวจของ {origin} ขนาด {size} เคยลงนามไว้ด้วยรากอื่น ข้อมูลถูกย้อนหรือแก้ไข",
        "A checkpoint of {origin} at size {size} was signed before with another root: "
        "the data was rolled back or changed.",
    )


@dataclass(frozen=True)
class Archived:
    """One checkpoint: the tree's name and epoch, the number before its first entry, size, root and note."""

    origin: str
    epoch: int
    start: int
    size: int
    root: bytes
    note: str

    @property
    def order(self) -> tuple[int, int]:
        """Later checkpoints are larger."""
        return self.epoch, self.size

    @property
    def seq(self) -> int:
        """The number of the last entry that it covers."""
        return self.start + self.size


def path() -> Path:
    """Return where the archive lies."""
    folder: Path = settings.CONFIG.config_dir
    return folder / "checkpoints.log"


def newest() -> Archived | None:
    """Return the last checkpoint that was signed, or None."""
    try:
        with path().open("rb") as handle:
            return _newest(handle.fileno())
    except FileNotFoundError:
        return None


def every() -> Iterator[Archived]:
    """Yield all archived checkpoints, oldest first; lines cut short by a power loss are passed over."""
    try:
        with path().open("rb") as handle:
            for raw in handle:
                found = _parse(raw)
                if found is not None:
                    yield found
    except FileNotFoundError:
        return


def append(checkpoint: Archived) -> bool:
    """Append durably; return False if a later checkpoint (or this very one) stands there already.

    Raises:
        ForkError: the same size of the same tree was archived with another root.
    """
    folder = path().parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    created = not path().exists()
    handle = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        last = _newest(handle)
        if last is not None and last.order >= checkpoint.order:
            same_size = (last.origin, last.size) == (checkpoint.origin, checkpoint.size)
            if same_size and last.root != checkpoint.root:
                raise ForkError(origin=checkpoint.origin, size=checkpoint.size)
            return False
        _write(handle, _line(checkpoint))
        reach(Point.ARCHIVE_WRITTEN)
        os.fsync(handle)
    finally:
        os.close(handle)
    if created:
        _sync_folder(folder)
    return True


def _write(handle: int, line: bytes) -> None:
    end = os.lseek(handle, 0, os.SEEK_END)
    # a line cut short by a power loss must not swallow this one
    torn = end > 0 and os.pread(handle, 1, end - 1) != b"\n"
    rest = (b"\n" if torn else b"") + line
    while rest:
        rest = rest[os.write(handle, rest) :]


def _newest(handle: int) -> Archived | None:
    end = os.fstat(handle).st_size
    start = max(0, end - TAIL_BYTES)
    for raw in reversed(os.pread(handle, end - start, start).splitlines(keepends=True)):
        found = _parse(raw)
        if found is not None:
            return found
    return None


def _line(checkpoint: Archived) -> bytes:
    fields = {
        "epoch": checkpoint.epoch,
        "note": checkpoint.note,
        "origin": checkpoint.origin,
        "root": checkpoint.root.hex(),
        "size": checkpoint.size,
        "start": checkpoint.start,
    }
    return json.dumps(fields, sort_keys=True).encode() + b"\n"


def _parse(raw: bytes) -> Archived | None:
    if not raw.endswith(b"\n"):
        return None
    try:
        fields = json.loads(raw)
        return Archived(
            str(fields["origin"]),
            int(fields["epoch"]),
            int(fields["start"]),
            int(fields["size"]),
            bytes.fromhex(fields["root"]),
            str(fields["note"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
