"""Events that do not lie in Parquet yet: read from their segments when a question is asked."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from phithak.eventstore import segments
from phithak.eventstore.bus import Offset, Stored
from phithak.eventstore.layout import Layout
from phithak.eventstore.ledger import LedgerReader
from phithak.eventstore.normalise.columnar import Normaliser

MOST_BYTES = 64 << 20
"""Of more than this the oldest are found only when the compactor has moved them, seconds later."""
_MEMORY = Path("/dev/shm")  # noqa: S108 - memory is where this must lie: a power cut takes it away
_PREFIX = "phithak-fresh-"
_own = threading.local()


def batches(layout: Layout, tenants: Sequence[UUID], after: int) -> list[Stored]:
    """Return the batches of some tenants behind an offset, in order.

    Raises:
        DamagedError: one cannot be read; also when its segment has gone because it lies in Parquet now.
    """
    reader = LedgerReader(layout)
    try:
        rows = reader.newest_of(tenants, after=after, most=MOST_BYTES)
    finally:
        reader.close()
    return [Stored(Offset(row.offset), *segments.read(layout, row.place)) for row in rows]


def normaliser() -> Normaliser:
    """Return the normaliser of this thread, which knows the shapes that it has met before."""
    found: Normaliser | None = getattr(_own, "normaliser", None)
    if found is None:
        found = _own.normaliser = Normaliser()
    return found


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder in memory that is gone afterwards; what a killed process left goes too."""
    root = _MEMORY if os.access(_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    for left in root.glob(f"{_PREFIX}*"):
        pid = left.name[len(_PREFIX) :].partition("-")[0]
        if pid.isdigit() and not Path("/proc", pid).exists():
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=root) as name:
        yield Path(name)
