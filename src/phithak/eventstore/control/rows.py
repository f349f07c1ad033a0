"""The rows of ``control.db`` and its schema."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from phithak.base.profile import Profile

SCHEMA = (
    """
    CREATE TABLE tenants(
        id BLOB PRIMARY KEY, active INTEGER NOT NULL, events INTEGER NOT NULL, bytes INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE senders(
        id BLOB PRIMARY KEY, tenant BLOB NOT NULL, active INTEGER NOT NULL,
        settings TEXT NOT NULL, version TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tokens(
        digest BLOB PRIMARY KEY, sender BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sources(
        id BLOB PRIMARY KEY, sender BLOB NOT NULL, label TEXT NOT NULL, kind TEXT NOT NULL,
        active INTEGER NOT NULL, profile TEXT, key BLOB NOT NULL, zone INTEGER NOT NULL,
        UNIQUE(sender, label)
    ) STRICT
    """,
    """
    CREATE TABLE retention(class TEXT PRIMARY KEY, days INTEGER NOT NULL CHECK (days > 0)) STRICT, WITHOUT ROWID;
    CREATE TABLE holds(tenant BLOB PRIMARY KEY, reason TEXT NOT NULL) STRICT, WITHOUT ROWID
    """,
)


def token_digest(token: str) -> bytes:
    """Return how a token is stored: SHA-256; safe without salt, because a token has 256 random bits."""
    return sha256(token.encode("utf-8", "surrogateescape")).digest()


@dataclass(frozen=True)
class Tenant:
    """A tenant that may send.

    Attributes:
        id: of the tenant.
        active: whether anything is taken of it.
        events, bytes: quota in a second, over all its senders; 0 means none is set.
    """

    id: UUID
    active: bool = True
    events: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class Sender:
    """A machine that sends.

    Attributes:
        id, tenant: of the sender and of the tenant that it belongs to.
        tokens: SHA-256 of each token that is good now (two while one is being changed).
        active: whether anything is taken of it.
        settings, version: what it is told on asking (JSON), and the version of that.
    """

    id: UUID
    tenant: UUID
    tokens: tuple[bytes, ...]
    active: bool = True
    settings: str = "{}"
    version: str = ""


@dataclass(frozen=True)
class Source:
    """One kind of log of a sender.

    Attributes:
        id, sender: of the source and of its sender.
        label: what the sender calls it.
        kind: how its events are read, such as ``windows``, ``web``, ``suricata``.
        profile: privacy profile; without one everything is refused.
        key: for a keyed profile.
        active: whether it is switched on.
        zone: minutes east of UTC that a time without a zone is in.
    """

    id: UUID
    sender: UUID
    label: str
    kind: str
    profile: Profile | None
    key: bytes = b""
    active: bool = True
    zone: int = 420


@dataclass(frozen=True)
class Projection:
    """Everything that ingest needs to know, as the Django side sees it."""

    tenants: tuple[Tenant, ...]
    senders: tuple[Sender, ...]
    sources: tuple[Source, ...]
