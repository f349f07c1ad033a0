"""``write()``: the only way to open a write transaction; ``in_chunks()``: bulk work that gives the lock back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, OperationalError, transaction

from phithak.base.errors import BusyError, DiskFullError
from phithak.core.db import budget, collector

T = TypeVar("T")
CHUNK_ROWS = 500
CHUNK_SECONDS = 0.020
PAUSE_SECONDS = 0.030
_FIRST_CHUNK = 50


class _Open(threading.local):
    """The databases on which this thread has a ``write()`` open (a test's own transaction does not count)."""

    def __init__(self) -> None:
        self.aliases: set[str] = set()


_open = _Open()


@contextmanager
def write(name: str, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Open a write transaction, or join the one that is open (as a savepoint).

    The lock is asked for twice, each time for as long as the busy timeout (10 s) lasts.

    Args:
        name: who writes, as ``room.service``; it names the hold in the log.
        using: database alias.

    Raises:
        BusyError: the lock could not be had, or the database chose this transaction to break a deadlock.
        DiskFullError: no room; nothing of the transaction stays.
    """
    if using in _open.aliases:
        with transaction.atomic(using=using):
            yield
        return
    started, held_off = 0.0, False
    before = budget.Usage(0.0, 0.0, 0)
    try:
        with ExitStack() as stack:
            _begin(stack, using)
            held_off = collector.hold_off()
            started, before = time.perf_counter(), budget.usage()
            _open.aliases.add(using)
            yield
    except OperationalError as error:
        if refusal := refusal_of(error):
            raise refusal from error
        raise
    finally:
        if started:
            _open.aliases.discard(using)
            seconds = time.perf_counter() - started
            budget.note(name, seconds, budget.starvation(before, seconds))
        if held_off:
            collector.let_go()


def _begin(stack: ExitStack, using: str) -> None:
    try:
        stack.enter_context(transaction.atomic(using=using))
    except OperationalError as error:
        if not is_busy(error):
            raise
        stack.enter_context(transaction.atomic(using=using))


def is_busy(error: BaseException) -> bool:
    """Tell whether a database error says that the lock could not be had."""
    words = str(error).lower()
    signs = ("database is locked", "could not obtain lock", "due to lock timeout", "deadlock detected")
    return any(sign in words for sign in signs)


def refusal_of(error: BaseException) -> BusyError | None:
    """Return what a database error means to a person when the database refused for now, else None."""
    if is_busy(error):
        return BusyError()
    words = str(error).lower()
    if any(sign in words for sign in ("database or disk is full", "no space left on device")):
        return DiskFullError()
    return None


def in_write(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Tell whether this thread is inside :func:`write`."""
    return using in _open.aliases


def chunks(rows: Iterable[T], size: int = CHUNK_ROWS) -> Iterator[list[T]]:
    """Yield lists of at most ``size`` rows, for bulk writes that give the lock back in between."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def in_chunks(
    name: str,
    rows: Iterable[T],
    store: Callable[[Sequence[T]], None],
    *,
    using: str = DEFAULT_DB_ALIAS,
    pause: float = PAUSE_SECONDS,
) -> Iterator[int]:
    """Store many rows in short write transactions with a pause after each, so that pages can write between.

    Each transaction takes at most 500 rows and aims at 20 ms: the size follows what the last one took. The
    rows are read outside of the transaction. To be resumable after a kill, ``store`` also moves a cursor row.

    Args:
        name: who writes, as ``room.service``.
        rows: what to store; may be endless.
        store: writes one chunk; called inside the transaction.
        using: database alias.
        pause: least time in seconds that the lock is left alone after each chunk.

    Yields:
        The number of rows stored so far, after each chunk (for a progress bar, or to stop between two).

    Raises:
        BusyError: the lock could not be had; the chunks stored before stay.
        RuntimeError: a write transaction is open already, which would keep the lock all the time.
    """
    if in_write(using):
        raise RuntimeError("in_chunks() opens its own transactions")
    iterator = iter(rows)
    size, done = _FIRST_CHUNK, 0
    while chunk := list(islice(iterator, size)):
        with write(name, using=using):
            started = time.perf_counter()
            store(chunk)
            taken = time.perf_counter() - started
        done += len(chunk)
        yield done
        fitting = int(len(chunk) * CHUNK_SECONDS / max(taken, 1e-6))
        # at most double: one lucky chunk (a warm cache) must not make the next one long
        size = max(1, min(CHUNK_ROWS, fitting, 2 * size))
        # a writer that waits asks again every 100 ms at worst: leave the lock alone as long as it was held
        time.sleep(max(pause, taken))
