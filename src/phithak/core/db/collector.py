"""Keeps Python's garbage collector out of write transactions.

A full sweep stops the process for longer than a write may hold the lock (0.2 to 0.8 s were measured on a heap of
700,000 objects), and all other writers with it.

Memory is given back by reference counts meanwhile; cycles wait for the end of the transaction.
"""

from __future__ import annotations

import gc
import threading

_lock = threading.Lock()
_holding = [0]


def hold_off() -> bool:
    """Collect nothing until :func:`let_go`; any number of threads may ask at once.

    Returns:
        Whether :func:`let_go` must follow; not when somebody else had switched the collector off.
    """
    with _lock:
        if not _holding[0] and not gc.isenabled():
            return False
        _holding[0] += 1
        gc.disable()
        return True


def let_go() -> None:
    """Undo one :func:`hold_off` that returned True; the last one lets the collector work again."""
    with _lock:
        _holding[0] -= 1
        if not _holding[0]:
            gc.enable()
