"""The bus: stored batches in the order of commit, pulled by consumers that own their offsets.

``pull`` changes nothing: the same call gives the same answer, so a consumer writes its results and its new offset
in one transaction of its own and loses and doubles nothing. ``release`` only says that a consumer needs nothing up
to an offset any more; it may be lost or come late, then more is kept than need be.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import NewType, Protocol

from phithak.base import keyfiles
from phithak.base.batch import Batch
from phithak.eventstore import segments
from phithak.eventstore.layout import Layout
from phithak.eventstore.ledger import LedgerReader, Row
from phithak.eventstore.segments import Envelope
from phithak.eventstore.zstd import expand_zstd

Offset = NewType("Offset", int)
START = Offset(0)
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")


@dataclass(frozen=True)
class Stored:
    """One stored batch.

    Attributes:
        offset: its place on the bus; a consumer that has done with it goes on after it.
        envelope: whose it is and when it came.
        batch: header and packed body.
    """

    offset: Offset
    envelope: Envelope
    batch: Batch

    def events(self) -> list[bytes]:
        """Return the raw events, bit for bit what remained after the privacy profile."""
        return self.batch.events(expand_zstd)


class Bus(Protocol):
    """What a consumer asks of a bus; embedded segments and a stream server answer alike."""

    def pull(self, consumer: str, after: Offset, n: int) -> list[Stored]:
        """Return up to ``n`` batches behind ``after``, in order; none when there are no more."""

    def release(self, consumer: str, through: Offset) -> None:
        """Say that ``consumer`` needs nothing up to ``through`` any more."""

    def last(self) -> Offset:
        """Return the offset of the newest batch."""


class EmbeddedBus:
    """The bus over ingest's own segments; any number of processes may read."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._ledger = LedgerReader(layout)

    def pull(self, consumer: str, after: Offset, n: int) -> list[Stored]:
        """Return up to ``n`` batches behind ``after``.

        Raises:
            ValueError: the consumer's name is no label.
            DamagedError: a record does not fit its checksum.
        """
        check_consumer(consumer)
        return [self._read(row) for row in self._ledger.after(after, n)]

    def records(self, after: Offset, n: int) -> list[tuple[Offset, bytes]]:
        """Return up to ``n`` whole records behind ``after`` as they lie in the segments, each with its offset.

        Raises:
            DamagedError: a record does not fit its checksum.
        """
        found: list[tuple[Offset, bytes]] = []
        for row in self._ledger.after(after, n):
            content = segments.content(self._layout, row.place)
            segments.parse(content, self._layout.segment(row.place.segment), row.place.start)
            found.append((Offset(row.offset), content))
        return found

    def _read(self, row: Row) -> Stored:
        envelope, batch = segments.read(self._layout, row.place)
        return Stored(Offset(row.offset), envelope, batch)

    def release(self, consumer: str, through: Offset) -> None:
        """Say that ``consumer`` needs nothing up to ``through`` any more; never goes back."""
        check_consumer(consumer)
        if through <= self.released(consumer):
            return
        path = self._layout.marks / consumer
        self._layout.prepare()
        fresh = path.with_name(f".{consumer}.{os.getpid()}")
        with suppress(FileNotFoundError):
            fresh.unlink()
        keyfiles.write(fresh, b"%d\n" % through)
        fresh.replace(path)

    def released(self, consumer: str) -> Offset:
        """Return what a consumer has released, 0 for nothing."""
        try:
            told = (self._layout.marks / consumer).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return START
        return Offset(int(told)) if told.isdigit() else START

    def low_water(self, consumers: Iterator[str] | tuple[str, ...]) -> Offset:
        """Return up to where all of ``consumers`` have released; one that never did holds everything."""
        return Offset(min((self.released(consumer) for consumer in consumers), default=START))

    def last(self) -> Offset:
        """Return the offset of the newest batch."""
        return Offset(self._ledger.last())

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()


def check_consumer(consumer: str) -> None:
    """Refuse a consumer's name that is no label.

    Raises:
        ValueError: it is none.
    """
    if not _NAME.fullmatch(consumer):
        raise ValueError("a consumer's name is a small letter and up to 40 small letters, digits, - and _")
