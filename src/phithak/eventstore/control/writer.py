"""Writes ``control.db``; called by the Django side alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Self
from uuid import UUID

from phithak.eventstore.control.rows import SCHEMA, Projection, Sender, Source, Tenant
from phithak.eventstore.layout import Layout
from phithak.eventstore.sqlite import open_writer


class ControlWriter:
    """One connection that writes; close it after use, ``with ControlWriter(layout) as control: …``."""

    def __init__(self, layout: Layout) -> None:
        layout.prepare()
        self._connection: sqlite3.Connection = open_writer(layout.control, SCHEMA)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()

    def project(self, projection: Projection) -> None:
        """Make ``control.db`` say exactly this, in one transaction; what is not in it is gone."""
        self.project_from(lambda: projection)

    def project_from(self, read: Callable[[], Projection]) -> None:
        """As :meth:`project`; ``read`` is called when the file is locked, so the last to write has read last."""
        with self._transaction():
            projection = read()
            for table in ("tenants", "senders", "tokens", "sources"):
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
            for tenant in projection.tenants:
                self._tenant(tenant)
            for sender in projection.senders:
                self._sender(sender)
            for source in projection.sources:
                self._source(source)

    def put(
        self,
        *,
        tenants: tuple[Tenant, ...] = (),
        senders: tuple[Sender, ...] = (),
        sources: tuple[Source, ...] = (),
    ) -> None:
        """Add rows or change them, in one transaction."""
        with self._transaction():
            for tenant in tenants:
                self._tenant(tenant)
            for sender in senders:
                self._sender(sender)
            for source in sources:
                self._source(source)

    def keep(self, days: Mapping[str, int], held: Mapping[UUID, str]) -> None:
        """Say how long events are kept, in one transaction; what was said before is forgotten.

        Args:
            days: full days of each retention class (the kind of a source) that has other than 90.
            held: tenants whose events stay beyond that, each with a reason, as ``contrib.retention_hold`` gives it.

        Raises:
            sqlite3.IntegrityError: a class of no day at all.
        """
        with self._transaction():
            for table in ("retention", "holds"):
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
            self._connection.executemany("INSERT INTO retention VALUES (?,?)", list(days.items()))
            self._connection.executemany(
                "INSERT INTO holds VALUES (?,?)", [(tenant.bytes, reason) for tenant, reason in held.items()]
            )

    def revoke(self, sender: UUID) -> None:
        """Let no token of a sender be good any more; ingest follows within two seconds."""
        with self._transaction():
            self._connection.execute("DELETE FROM tokens WHERE sender=?", (sender.bytes,))
            self._connection.execute("UPDATE senders SET active=0 WHERE id=?", (sender.bytes,))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _transaction(self) -> _Transaction:
        return _Transaction(self._connection)

    def _tenant(self, one: Tenant) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO tenants VALUES (?,?,?,?)",
            (one.id.bytes, int(one.active), one.events, one.bytes),
        )

    def _sender(self, one: Sender) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO senders VALUES (?,?,?,?,?)",
            (one.id.bytes, one.tenant.bytes, int(one.active), one.settings, one.version),
        )
        self._connection.execute("DELETE FROM tokens WHERE sender=?", (one.id.bytes,))
        for digest in one.tokens:
            # INSERT alone: two senders with one token would be a fault of the caller
            self._connection.execute("INSERT INTO tokens VALUES (?,?)", (digest, one.id.bytes))

    def _source(self, one: Source) -> None:
        profile = None if one.profile is None else json.dumps(one.profile.to_json(), ensure_ascii=False)
        self._connection.execute(
            "INSERT OR REPLACE INTO sources VALUES (?,?,?,?,?,?,?,?)",
            (
                one.id.bytes,
                one.sender.bytes,
                one.label,
                one.kind,
                int(one.active),
                profile,
                one.key,
                one.zone,
            ),
        )


class _Transaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._connection.execute("COMMIT" if kind is None else "ROLLBACK")
