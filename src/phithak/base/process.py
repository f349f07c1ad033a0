"""Life and death of processes: a child that cannot outlive its parent."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4


def die_with_parent(parent: int | None = None) -> None:
    """Ask the kernel to kill this process when its parent dies; leave at once if it is dead already.

    Args:
        parent: pid that the parent had when it made this process; the present parent when None.

    The parent check closes the gap between the start of the process and the call. Linux only; elsewhere
    (a developer's laptop) nothing happens.
    """
    expected = os.getppid() if parent is None else parent
    if sys.platform == "linux":
        if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != expected:
        os._exit(1)


def forbid_core_dumps() -> None:
    """Make sure that keys and personal data in memory never reach the disk by a crash."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
