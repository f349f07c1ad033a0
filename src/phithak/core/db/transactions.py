"""``write()``: the only way to open a write transaction."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction

from phithak.base.errors import BusyError
from phithak.core.db import budget

T = TypeVar("T")
CHUNK_ROWS = 500


@contextmanager
def write(name: str, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Open a write transaction, or join the one that is open.

    Args:
        name: who writes, as ``room.service``; it names the hold in the log.
        using: database alias.

    Raises:
        BusyError: the lock could not be had within the busy timeout (10 s).
    """
    connection = connections[using]
    if connection.in_atomic_block:
        with transaction.atomic(using=using):
            yield
        return
    started = 0.0
    try:
        with transaction.atomic(using=using):
            started = time.perf_counter()
            yield
    except OperationalError as error:
        if is_busy(error):
            raise BusyError from error
        raise
    finally:
        if started:
            budget.note(name, time.perf_counter() - started)


def is_busy(error: BaseException) -> bool:
    """Tell whether a database error says that the lock could not be had."""
    words = str(error).lower()
    return "database is locked" in words or "could not obtain lock" in words or "deadlock detected" in words


def in_write(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Tell whether a write transaction is open."""
    return connections[using].in_atomic_block


def chunks(rows: Iterable[T], size: int = CHUNK_ROWS) -> Iterator[list[T]]:
    """Yield lists of at most ``size`` rows, for bulk writes that give the lock back in between."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk
