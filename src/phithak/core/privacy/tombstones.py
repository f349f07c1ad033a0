"""``<config_dir>/tombstones.log``: which keys were destroyed, kept where no restore reaches.

One line for each: the moment (UTC, ISO 8601) and the key's id. Append-only, each line synced. A line that a
crash tore still counts when its id is whole: it was written because the destruction was decided.
"""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from uuid import UUID

from phithak.base import keyfiles

NAME = "tombstones.log"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_cache: dict[Path, tuple[tuple[int, int, int], frozenset[UUID]]] = {}


def append(folder: Path, key_id: UUID, at: datetime) -> None:
    """Write one tombstone durably; a key that has one gets no second."""
    if key_id in read(folder):
        return
    path = folder / NAME
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        size = os.fstat(handle).st_size
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, f"{'' if not torn else chr(10)}{at.isoformat()} {key_id}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    keyfiles.sync_folder(folder)


def read(folder: Path) -> frozenset[UUID]:
    """Return the ids of all keys with a tombstone."""
    path = folder / NAME
    try:
        status = path.stat()
    except FileNotFoundError:
        return frozenset()
    stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
    known = _cache.get(path)
    if known is not None and known[0] == stamp:
        return known[1]
    found = frozenset(UUID(text) for text in _ID.findall(path.read_text(encoding="utf-8", errors="replace")))
    _cache[path] = (stamp, found)
    return found
