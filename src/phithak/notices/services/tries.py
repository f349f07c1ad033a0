"""Wrong codes by network, counted in each web process: enough to stop a machine that tries them all.

A code has 30^7 forms; at this rate a machine tries about 100,000 a day of twenty thousand million.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from hashlib import blake2b
from typing import TypeVar

from phithak.notices.errors import TooManyTriesError, UnknownReferenceError

WINDOW_SECONDS, MOST_WRONG = 60, 60
"""Wrong codes that a network may type: a whole crowd behind a gateway, but no machine."""
_MOST_KNOWN = 10_000

R = TypeVar("R")
_lock = threading.Lock()
_wrong: dict[bytes, deque[float]] = {}


def check(address: str) -> None:
    """Refuse a network from which very many wrong codes came.

    Raises:
        TooManyTriesError: wait a little.
    """
    with _lock:
        if len(_recent(_hidden(address))) >= MOST_WRONG:
            raise TooManyTriesError(field="code", seconds=WINDOW_SECONDS)


def counted(address: str, look: Callable[[], R]) -> R:
    """Look a code up; count it when it is wrong.

    Raises:
        UnknownReferenceError: it is wrong.
    """
    try:
        return look()
    except UnknownReferenceError:
        with _lock:
            _recent(_hidden(address)).append(time.monotonic())
        raise


def forget() -> None:
    """Count anew."""
    with _lock:
        _wrong.clear()


def _recent(key: bytes) -> deque[float]:
    if len(_wrong) > _MOST_KNOWN:
        _wrong.clear()
    found = _wrong.setdefault(key, deque())
    since = time.monotonic() - WINDOW_SECONDS
    while found and found[0] < since:
        found.popleft()
    return found


def _hidden(address: str) -> bytes:
    return blake2b(address.encode(), digest_size=16).digest()
