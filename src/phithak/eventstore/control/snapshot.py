"""What ingest knows of senders at one moment, and how it keeps up with ``control.db``."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from phithak.base.profile import Cleaner, Profile, ProfileError
from phithak.eventstore.control.rows import Sender, Source, Tenant
from phithak.eventstore.layout import Layout
from phithak.eventstore.prefilter import prefilter
from phithak.eventstore.sqlite import open_reader

log = logging.getLogger(__name__)

FRESH_SECONDS = 0.5
"""A snapshot is looked over when it is older: so a revocation is seen in well under two seconds."""
STALE_SECONDS = 2.0
"""When ``control.db`` could not be read for so long, nothing is taken any more."""


@dataclass(frozen=True)
class Known:
    """A sender with what belongs to it.

    Attributes:
        sender, tenant: the rows.
        sources: its sources by label.
        cleaners: for each label the privacy profile ready for use; a label without one is refused.
    """

    sender: Sender
    tenant: Tenant
    sources: Mapping[str, Source]
    cleaners: Mapping[str, Cleaner]


@dataclass(frozen=True)
class Snapshot:
    """All senders, by the SHA-256 of their tokens."""

    senders: Mapping[bytes, Known]


EMPTY = Snapshot(MappingProxyType({}))


class Reader:
    """Keeps a :class:`Snapshot` fresh; used by one thread."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._connection: sqlite3.Connection | None = None
        self._version = -1
        self._identity = -1
        self._snapshot = EMPTY
        self._read_at = float("-inf")
        self._tried_at = float("-inf")

    def snapshot(self) -> Snapshot | None:
        """Return what is known; None when ``control.db`` could not be read for two seconds."""
        now = time.monotonic()
        if now - self._tried_at >= FRESH_SECONDS:
            self._tried_at = now
            if self._refresh():
                self._read_at = now
        return self._snapshot if now - self._read_at <= STALE_SECONDS else None

    def _refresh(self) -> bool:
        try:
            identity = self._layout.control.stat().st_ino
            if self._connection is None or identity != self._identity:
                # another file under the same name: a restored one
                self.close()
                self._connection = open_reader(self._layout.control)
                self._identity, self._version = identity, -1
            # changes whenever another connection has committed; costs microseconds
            version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
            if version != self._version:
                self._snapshot = _read(self._connection)
                self._version = version
        except (sqlite3.Error, OSError) as error:
            log.warning("control.db cannot be read: %s", error)
            self.close()
            return False
        return True

    def close(self) -> None:
        """Close the connection; the next look opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _read(connection: sqlite3.Connection) -> Snapshot:
    connection.execute("BEGIN")
    try:
        tenants = {
            row[0]: Tenant(UUID(bytes=row[0]), bool(row[1]), row[2], row[3])
            for row in connection.execute("SELECT id, active, events, bytes FROM tenants")
        }
        sources: dict[bytes, list[Source]] = {}
        for row in connection.execute(
            "SELECT sender, id, label, kind, profile, key, active, zone FROM sources"
        ):
            sources.setdefault(row[0], []).append(_source(row))
        tokens: dict[bytes, list[bytes]] = {}
        for digest, sender in connection.execute("SELECT digest, sender FROM tokens"):
            tokens.setdefault(sender, []).append(digest)
        found: dict[bytes, Known] = {}
        for row in connection.execute("SELECT id, tenant, active, settings, version FROM senders"):
            tenant = tenants.get(row[1])
            if tenant is None or not tenant.active or not row[2]:
                continue
            sender = Sender(
                UUID(bytes=row[0]), tenant.id, tuple(tokens.get(row[0], ())), settings=row[3], version=row[4]
            )
            known = _known(sender, tenant, sources.get(row[0], []))
            found |= dict.fromkeys(sender.tokens, known)
    finally:
        connection.execute("COMMIT")
    return Snapshot(MappingProxyType(found))


def _source(row: tuple[bytes, bytes, str, str, str | None, bytes, int, int]) -> Source:
    sender, identity, label, kind, told, key, active, zone = row
    profile = None
    if told is not None:
        try:
            profile = Profile.from_json(json.loads(told))
        except (ProfileError, ValueError, AttributeError) as error:
            # refused, as if there were none: better nothing than too much
            log.warning("the profile of source %s cannot be read: %s", label, error)
    return Source(UUID(bytes=identity), UUID(bytes=sender), label, kind, profile, key, bool(active), zone)


def _known(sender: Sender, tenant: Tenant, sources: list[Source]) -> Known:
    cleaners: dict[str, Cleaner] = {}
    for source in sources:
        if source.profile is None:
            continue
        try:
            cleaners[source.label] = Cleaner(source.profile, source.key, prefilter(source.profile))
        except ValueError as error:
            log.warning("source %s cannot be cleaned: %s", source.label, error)
    return Known(
        sender, tenant, MappingProxyType({one.label: one for one in sources}), MappingProxyType(cleaners)
    )
