"""Which process holds a message, whether it still lives, and how it is ended before another may send.

A lease alone cannot fence a provider that can only be *asked* (``lookup``): a process may freeze between its
last look at its lease and the write to the socket, and send long after somebody else has been told that the
message never arrived. So the first half of a holder names the process, each process that sends keeps a record
lock on ``<data_dir>/run/senders/<that half>``, and whoever takes a message over makes sure first that nobody
holds that lock any more. A sender past its lease has broken its word and is killed; its parent starts another.

The lock is the kernel's (POSIX ``fcntl``): it goes with its process however that ends, children do not inherit
it, and the kernel itself names its owner, so that no other process is ever hit. A sender on another machine, or
in a container from which its pid cannot be seen, is waited for as long as its lock stands; where data folders
are not shared (several machines on one PostgreSQL) its file is not there, and its lease is all that is left.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import select
import signal
import struct
import threading
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

_log = logging.getLogger("phithak.outbox")
END_SECONDS = 2.0
_FLOCK = "hhqqi"


@dataclass
class _Own:
    """The mark of this process, made with its first claim; a forked child makes its own."""

    pid: int = 0
    mark: bytes = b""
    handle: int = -1


_own = _Own()
_lock = threading.Lock()


def new_holder() -> UUID:
    """Return a holder that was never given before; its first eight bytes name this process.

    Raises:
        OSError: the folder of marks cannot be written.
    """
    with _lock:
        if _own.pid != os.getpid():
            _enter()
        return UUID(bytes=_own.mark + secrets.token_bytes(8))


def is_over(holder: UUID | None) -> bool:
    """Tell whether the process of a holder has ended; one that still lives is killed, and is over the next time.

    This process itself counts as over: its pump takes messages over only when none of its calls is under way.
    """
    if holder is None or (_own.pid == os.getpid() and holder.bytes[:8] == _own.mark):
        return True
    path = _folder() / holder.bytes[:8].hex()
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        owner = _owner(handle)
        if owner is None:
            path.unlink(missing_ok=True)
            return True
        if owner:
            _end(owner)
        return False
    finally:
        os.close(handle)


def _enter() -> None:
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder)
    mark = secrets.token_bytes(8)
    # locked under a name of its own first: nobody may find the mark's file without its lock
    path = folder / f"{mark.hex()}.new"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    path.rename(folder / mark.hex())
    _own.pid, _own.mark, _own.handle = os.getpid(), mark, handle


def _sweep(folder: Path) -> None:
    """Remove the marks of those that are gone."""
    for path in folder.iterdir():
        if path.suffix:
            continue
        try:
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            if _owner(handle) is None:
                path.unlink(missing_ok=True)
        finally:
            os.close(handle)


def _owner(handle: int) -> int | None:
    """Return the pid that holds the lock on a file; None when nobody does, 0 when the pid cannot be seen here."""
    asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    kind, _, _, _, pid = struct.unpack(_FLOCK, fcntl.fcntl(handle, fcntl.F_GETLK, asked))
    return None if kind == fcntl.F_UNLCK else max(pid, 0)


def _end(pid: int) -> None:
    """Kill a process that kept a message past its lease, and wait a little until it is gone."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(process, signal.SIGKILL)
        _log.warning("outbox: sender %s kept messages past its lease and was ended", pid)
        poll = select.poll()
        poll.register(process, select.POLLIN)
        poll.poll(END_SECONDS * 1000)
    except (ProcessLookupError, PermissionError) as error:
        _log.warning("outbox: sender %s could not be ended: %s", pid, type(error).__name__)
    finally:
        os.close(process)


def _folder() -> Path:
    return Path(settings.CONFIG.data_dir) / "run" / "senders"
