"""Sealed lists of persons: made once from a stream of rows, taken over by another tenant, never changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec

from phithak.base import clock, ids, keyfiles
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.db import transactions
from phithak.core.privacy import queries
from phithak.core.privacy.events import Tag
from phithak.core.privacy.frames import FrameWriter
from phithak.core.privacy.keyring import ring
from phithak.core.privacy.models import PersonSet
from phithak.core.privacy.points import Point, reach

ORPHAN_AGE = timedelta(hours=24)
_HASH_CHUNK = 1024 * 1024


def create_persons(actor: Actor, rows: Iterable[Mapping[str, str]], *, tenant_id: UUID, key_id: UUID) -> UUID:
    """Seal a list of persons and return its id. The calling room has checked the actor's right.

    Rows are taken one at a time; memory holds one frame (1 MiB), whatever the length. No write transaction
    is open while they are read. A crash leaves a file without a row that :func:`sweep_persons` removes.

    Args:
        actor: who makes it.
        rows: one mapping of field name to text for each person.
        tenant_id: whose list it is.
        key_id: the data key (an analysis key or a case key); the list dies with it.
    """
    return _seal(actor, rows, tenant_id=tenant_id, key_id=key_id, source=None)


def take_over_persons(actor: Actor, source_id: UUID, *, tenant_id: UUID, key_id: UUID) -> UUID:
    """Seal a list anew for another tenant under that tenant's key and return the new list's id.

    Both lists then exist; the first goes when its key is destroyed. The calling room has checked that the
    hand-over is allowed.

    Raises:
        NotFoundError: no such list.
        KeyDestroyedError, SealBrokenError: the source cannot be read; nothing was made.
    """
    source = queries.person_set(source_id)
    rows = (row for _, chunk in queries.read_persons(source_id) for row in chunk)
    return _seal(actor, rows, tenant_id=tenant_id, key_id=key_id, source=source)


def sweep_persons() -> int:
    """Remove files of lists that a crash left without a row, once they are a day old, and return the count."""
    before = (clock.now() - ORPHAN_AGE).timestamp()
    old = [path for path in queries.persons_folder().glob("*/*.sealed*") if path.stat().st_mtime < before]
    known = queries.known_persons(path.name.partition(".")[0] for path in old)
    orphans = [path for path in old if path.suffix == ".partial" or path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _seal(
    actor: Actor,
    rows: Iterable[Mapping[str, str]],
    *,
    tenant_id: UUID,
    key_id: UUID,
    source: PersonSet | None,
) -> UUID:
    made = PersonSet(
        id=ids.uuid7(), tenant_id=tenant_id, key_id=key_id, source_id=source.id if source else None
    )
    path = queries.persons_path(made.id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(path.name + ".partial")
    encoder = msgspec.json.Encoder()
    made.rows = 0
    try:
        with partial.open("xb") as raw:
            partial.chmod(0o600)
            writer = FrameWriter(
                raw, ring().key(key_id), key_id=key_id, context=queries.persons_context(made)
            )
            for row in rows:
                writer.write(encoder.encode(row) + b"\n")
                made.rows += 1
            writer.close()
            raw.flush()
            os.fsync(raw.fileno())
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    made.header, made.size, made.digest = writer.header, writer.size, _digest(partial)
    reach(Point.PERSONS_WRITTEN)
    partial.rename(path)
    keyfiles.sync_folder(path.parent)
    reach(Point.PERSONS_RENAMED)
    facts = {
        "rows": made.rows,
        "digest": made.digest,
        "key": str(key_id),
        "source": str(made.source_id or ""),
    }
    with transactions.write("privacy.persons"):
        made.save(force_insert=True)
        tag = Tag.PERSONS_TAKEN_OVER if source else Tag.PERSONS_SEALED
        contrib.record(
            actor, tag, ("privacy.persons", made.id), tenant_id=tenant_id, facts=facts, count=made.rows,
            root=bytes.fromhex(made.digest),
        )  # fmt: skip
    return made.id


def _digest(path: Path) -> str:
    """Return the SHA-256 of the sealed bytes: of ciphertext, so it tells nothing of the rows."""
    hasher = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_HASH_CHUNK):
            hasher.update(chunk)
    return hasher.hexdigest()
