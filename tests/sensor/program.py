"""The sensor as tests start it: the product's own command line, killed from inside at a crash point if told so.

``FAULT_POINT=name:n`` kills it (SIGKILL) the n-th time that it stands at the point. ``FAULT_DISK=path``: while that
file exists, the disk is full for everything that the sensor wants to make durable.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections import Counter
from pathlib import Path

from phithak.sensor import cli, points

reached: Counter[str] = Counter()


def kill_at(wanted: str) -> None:
    name, _, times = wanted.partition(":")

    def listen(point: points.Point) -> None:
        reached[point.value] += 1
        if point.value == name and reached[point.value] == int(times or 1):
            os.kill(os.getpid(), signal.SIGKILL)

    points.listeners.append(listen)


def fill_disk_while(mark: Path) -> None:
    real = os.write

    def write(handle: int, data: bytes) -> int:
        if mark.exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, data)

    os.write = write  # type: ignore[assignment]


if __name__ == "__main__":
    if os.environ.get("FAULT_DISK"):
        fill_disk_while(Path(os.environ["FAULT_DISK"]))
    if os.environ.get("FAULT_POINT"):
        kill_at(os.environ["FAULT_POINT"])
    sys.exit(cli.main())
