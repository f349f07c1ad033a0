"""One generation of processes at a time over one data folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from phithak.base.errors import ConflictError
from phithak.base.text import Text


class AlreadyUpError(ConflictError):
    """Another generation lives on this data folder."""

    code = "up.already"
    text = Text(
        "มีระบบทำงานบนโฟลเดอร์ข้อมูลนี้อยู่แล้ว (pid {pid}) หยุดด้วย kill {pid} ก่อน",
        "An instance already runs on this data folder (pid {pid}). Stop it first with kill {pid}.",
    )


class Generation:
    """Holds ``run/up.lock`` for as long as the ``with`` block lasts."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "run" / "up.lock"
        self._handle = -1

    def __enter__(self) -> Self:
        """Take the lock and write the own pid into it.

        Raises:
            AlreadyUpError: somebody else holds it.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = os.read(handle, 32).decode("ascii", "replace").strip()
            os.close(handle)
            raise AlreadyUpError(pid=pid or "?") from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        self._handle = handle
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back; the file stays, empty."""
        os.ftruncate(self._handle, 0)
        os.close(self._handle)


def living_pid(data_dir: Path) -> int | None:
    """Return the pid of the generation that runs on the data folder, or None."""
    try:
        with Generation(data_dir):
            return None
    except AlreadyUpError as error:
        pid = str(error.slots["pid"])
        return int(pid) if pid.isdigit() else -1
