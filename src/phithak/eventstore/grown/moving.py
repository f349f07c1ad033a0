"""Moves an embedded event store to the grown one, and proves that both hold the same.

Batches that still lie in segments go to the bus, Parquet files and their side indexes to S3. What lies there already is
not sent again, so a move that was killed goes on where it was; ingest may take events meanwhile. The proof reads the
target itself: events and SHA-256 of every batch as pulled from the bus, and of every file as read from storage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from phithak.eventstore.bus import START, Bus, EmbeddedBus
from phithak.eventstore.compactor.files import digest_of
from phithak.eventstore.compactor.side import SUFFIX
from phithak.eventstore.errors import DamagedError
from phithak.eventstore.grown.bus import NatsBus, Relay
from phithak.eventstore.grown.objects import Objects
from phithak.eventstore.layout import Layout
from phithak.eventstore.manifest import File, all_living, path_of

_AT_ONCE = 200


@dataclass(frozen=True)
class Inventory:
    """What an event store holds of one tenant.

    Attributes:
        batches, batch_events, batch_hash: on the bus; SHA-256 over the digests of all batches in order.
        files, file_events, file_hash: Parquet; SHA-256 over names and digests of all files by name.
    """

    batches: int = 0
    batch_events: int = 0
    batch_hash: str = ""
    files: int = 0
    file_events: int = 0
    file_hash: str = ""


@dataclass(frozen=True)
class Moved:
    """The outcome: what each tenant has before and after, and whether that is the same."""

    before: dict[UUID, Inventory]
    after: dict[UUID, Inventory]

    @property
    def equal(self) -> bool:
        """Whether every count and hash is the same."""
        return self.before == self.after


def move(layout: Layout, bus: NatsBus, objects: Objects) -> Moved:
    """Copy everything that is not there yet, then compare.

    Raises:
        DamagedError: a file or record of the embedded store does not fit its checksum.
        StoreBusyError: a target does not answer.
        StoreFullError: the stream takes no more.
    """
    source = EmbeddedBus(layout)
    try:
        relay, last = Relay(source, bus), source.last()
        while relay.run(_AT_ONCE):
            pass
        files = all_living(layout)
        for file in files:
            _put(layout, file, objects)
        here = [one for one in _batches(source) if one.offset <= last]
        there = list(_batches(bus))
        # behind the last of then may lie what came meanwhile; before the first, what the segments have let go since
        later = bus.copied()[1] - last
        there = there[: len(there) - later][-len(here) :] if here else []
    finally:
        source.close()
    return Moved(
        _inventory(here, [(file, digest_of(path_of(layout, file))) for file in files]),
        _inventory(there, [(file, objects.digest(file.name) or b"") for file in files]),
    )


def _put(layout: Layout, file: File, objects: Objects) -> None:
    path = path_of(layout, file)
    if digest_of(path) != file.digest:
        raise DamagedError(path=path, place=0)
    side = path.with_name(path.name + SUFFIX)
    for name, here in ((file.name, path), (file.name + SUFFIX, side)):
        if here.exists() and objects.digest(name) != digest_of(here):
            objects.put(name, here)


@dataclass(frozen=True)
class _Batch:
    offset: int
    tenant: UUID
    events: int
    digest: bytes


def _batches(bus: Bus) -> Iterable[_Batch]:
    place = START
    while part := bus.pull("move", place, _AT_ONCE):
        for one in part:
            yield _Batch(one.offset, one.envelope.tenant, one.batch.header.count, one.batch.digest)
        place = part[-1].offset


def _inventory(batches: Iterable[_Batch], files: Iterable[tuple[File, bytes]]) -> dict[UUID, Inventory]:
    found: dict[UUID, Inventory] = {}
    hashes: dict[tuple[UUID, str], Any] = {}
    for batch in batches:
        own = found.get(batch.tenant, Inventory())
        found[batch.tenant] = replace(
            own, batches=own.batches + 1, batch_events=own.batch_events + batch.events
        )
        hashes.setdefault((batch.tenant, "batch_hash"), hashlib.sha256()).update(batch.digest)
    for file, digest in files:
        own = found.get(file.tenant, Inventory())
        there = bool(digest)
        found[file.tenant] = replace(
            own, files=own.files + there, file_events=own.file_events + there * file.events
        )
        hashes.setdefault((file.tenant, "file_hash"), hashlib.sha256()).update(file.name.encode() + digest)
    for (tenant, name), value in hashes.items():
        found[tenant] = replace(found[tenant], **{name: value.hexdigest()})
    return found
