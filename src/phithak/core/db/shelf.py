"""What the processes of an instance remember together for a minute: small files in ``<data_dir>/run/remembered``.

Pages are answered by several processes; what one of them took a second to find out would otherwise be found out anew
by each. The files hold plain JSON, lie in a folder that only the instance's user may open, and are named by a hash of
what they answer. Nothing depends on them: what is missing, old or damaged is computed afresh, and the folder may be
deleted at any time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings

SECONDS = 60.0
LOCKS = 64
_SWEPT_ONE_IN = 32


def recall(key: object) -> Any:
    """Return what :func:`keep` was given for the key within the last minute, as JSON gives it; None without that."""
    try:
        made, value = json.loads(_path(key).read_bytes())
        # the clock that counts from the start of the machine is the same in every process; after a start it is behind
        fresh = 0 <= time.monotonic() - made < SECONDS
    except (OSError, ValueError, TypeError):
        return None
    return value if fresh else None


def knew(key: object) -> bool:
    """Tell whether something was kept for the key within the last minutes, be it too old by now."""
    return _path(key).exists()


def keep(key: object, value: object, *, since: float | None = None) -> None:
    """Remember a value for the key.

    Args:
        key: what it answers; its ``repr`` tells keys apart.
        value: anything that JSON can hold, but None.
        since: reading of ``time.monotonic()`` from which its minute counts; now, unless told.
    """
    path = _path(key)
    told = json.dumps([time.monotonic() if since is None else since, value]).encode()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".new")
        with os.fdopen(handle, "wb") as file:
            file.write(told)
        Path(name).replace(path)
        if random.randrange(_SWEPT_ONE_IN) == 0:  # noqa: S311 - no secret
            _sweep(path.parent)


@contextmanager
def alone(key: object) -> Iterator[None]:
    """Let one process at a time work out what a key answers; the others wait, and then find it by :func:`recall`."""
    path = _path(key)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = path.parent / f"{int(path.name[:8], 16) % LOCKS:02}.lock"
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield  # a full or read-only disk costs time, no page
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _path(key: object) -> Path:
    name = hashlib.blake2b(repr(key).encode(), digest_size=16).hexdigest()
    return Path(settings.CONFIG.data_dir) / "run" / "remembered" / name


def _sweep(folder: Path) -> None:
    ends = time.time() - 2 * SECONDS
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.endswith(".lock") and entry.stat().st_mtime < ends:
                Path(entry.path).unlink(missing_ok=True)
