"""One process alone may write a part of the event store."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from phithak.eventstore.errors import StoreBusyError


def hold(path: Path) -> int:
    """Hold a lock file until the handle that is returned is closed, or this process dies.

    Raises:
        StoreBusyError: another process holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StoreBusyError from error
    return handle
