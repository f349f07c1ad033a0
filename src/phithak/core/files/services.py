"""All writes of the files room."""

from __future__ import annotations

import hashlib
import io
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

import msgspec

from phithak.base import clock, ids
from phithak.base.errors import ConflictError, NotFoundError
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.db import transactions
from phithak.core.files import names, queries, store
from phithak.core.files.errors import FileTooLargeError, QuarantinedError
from phithak.core.files.events import Tag
from phithak.core.files.models import StoredFile
from phithak.core.files.points import Point, reach
from phithak.core.files.queries import ABOUT, About, FileView
from phithak.core.privacy import masks, rootkey
from phithak.core.privacy import services as privacy
from phithak.core.privacy.errors import ReasonNeededError
from phithak.core.privacy.frames import FrameWriter
from phithak.core.privacy.keyring import Kind, ring

CHUNK = 1024 * 1024
REASON_LEAST = 10
ORPHAN_AGE = timedelta(hours=24)
_SWEEP_CHUNK = 500


class Readable(Protocol):
    """Something that gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, none at the end."""
        ...


@dataclass(frozen=True)
class Opened:
    """A file opened for download: what to show, its name in full, its plain content as a seekable stream."""

    file: FileView
    name: str
    stream: io.BufferedReader


@dataclass(frozen=True)
class _Sealed:
    blob: str
    header: bytes
    tag: bytes
    sha256: str
    size: int


def put(
    actor: Actor,
    stream: Readable,
    *,
    tenant_id: UUID,
    name: str,
    media_type: str = "",
    key_id: UUID | None = None,
    quarantined: bool = False,
    most_bytes: int | None = None,
) -> UUID:
    """Seal a stream and return the file's id. The calling room has checked the actor's right.

    The content is sealed, written, synced and stored before the row is written; a crash in between leaves a
    sealed orphan that :func:`sweep` removes. Memory holds two frames, whatever the length.

    Args:
        actor: who brings it.
        stream: the content.
        tenant_id: whose file it is.
        name: its name, as given from outside.
        media_type: its type, as claimed from outside; shown, never believed.
        key_id: the data key, such as a case key; the tenant's file key when None.
        quarantined: True for what came from strangers.
        most_bytes: limit; that of the setting ``upload_max_mb`` when None.

    Raises:
        FileTooLargeError: over the limit; nothing is kept.
        LockedError, KeyDestroyedError: the key cannot be had.
    """
    chosen = key_id or privacy.standing_key(Kind.FILE, tenant_id=tenant_id)
    config = rootkey.config_of(None)
    limit = most_bytes if most_bytes is not None else config.upload_max_mb * 2**20
    partial = store.incoming(config) / (ids.uuid7().hex + store.PARTIAL)
    try:
        sealed = _seal(stream, partial, chosen, limit)
        known = next(
            (row for row in queries.same_content(tenant_id, chosen, sealed.tag) if queries.is_whole(row)),
            None,
        )
        if known is not None:
            sealed = _Sealed(known.blob, bytes(known.header), sealed.tag, sealed.sha256, sealed.size)
        else:
            store.current(config).put(sealed.blob, partial)
        reach(Point.STORED)
    finally:
        partial.unlink(missing_ok=True)
    row = StoredFile(
        id=ids.uuid7(), tenant_id=tenant_id, key_id=chosen, tag=sealed.tag, size=sealed.size,
        state="quarantined" if quarantined else "ok", blob=sealed.blob, header=sealed.header,
    )  # fmt: skip
    about = About(names.displayed_name(name), names.displayed_type(media_type), sealed.sha256)
    row.about = ABOUT.seal(row.id, msgspec.json.encode(about).decode(), key_id=chosen)
    with transactions.write("files.put"):
        row.save(force_insert=True)
        contrib.record(
            actor, Tag.STORED, ("files.file", row.id), tenant_id=tenant_id,
            facts={"size_bytes": sealed.size, "state": row.state, "key": str(chosen), "tag": sealed.tag.hex()},
        )  # fmt: skip
        reach(Point.BEFORE_COMMIT)
    reach(Point.COMMITTED)
    return row.id


def upload(actor: Actor, stream: Readable, *, tenant_id: UUID, name: str, media_type: str = "") -> UUID:
    """Store a file that a person brings, in a tenant of their own; errors as :func:`put`.

    Raises:
        ForbiddenError: the actor lacks ``files.upload``.
        NotFoundError: the tenant is not one in which the actor holds it.
    """
    permissions.require(actor, "files.upload")
    if tenant_id not in tenants_with(actor, "files.upload"):
        raise NotFoundError
    return put(actor, stream, tenant_id=tenant_id, name=name, media_type=media_type)


def open_file(actor: Actor, file_id: UUID) -> Opened:
    """Open a file for download; the journal says so before the first byte is given.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's to see.
        QuarantinedError: it is in quarantine and the actor may not open such files.
        BlobMissingError, LockedError, KeyDestroyedError, SealBrokenError: it cannot be opened.
    """
    permissions.require(actor, "files.download")
    row = _visible(actor, file_id, "files.download")
    if row.state == "quarantined" and not permissions.has(actor, "files.quarantine"):
        raise QuarantinedError(permission="files.quarantine")
    stream = queries.content(row)
    try:
        with transactions.write("files.open"):
            contrib.record(
                actor, Tag.OPENED, ("files.file", row.id), tenant_id=row.tenant_id,
                facts={"size_bytes": row.size, "state": row.state},
            )  # fmt: skip
    except BaseException:
        stream.close()
        raise
    return Opened(queries.view(row), queries.about_of(row).name, stream)


def set_state(actor: Actor, file_id: UUID, state: str, reason: str) -> None:
    """Put a file into quarantine or release it.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's to see.
        ReasonNeededError: under ten characters.
        ConflictError: it is in that state already.
    """
    permissions.require(actor, "files.quarantine")
    said = masks.scrub(reason)[:300]
    if len(said) < REASON_LEAST:
        raise ReasonNeededError(field="reason", least=REASON_LEAST)
    row = _visible(actor, file_id, "files.quarantine")
    tag = Tag.QUARANTINED if state == "quarantined" else Tag.RELEASED
    with transactions.write("files.set_state"):
        if not StoredFile.objects.filter(pk=row.pk).exclude(state=state).update(state=state):
            raise ConflictError
        contrib.record(actor, tag, ("files.file", row.id), tenant_id=row.tenant_id, facts={"reason": said})


def sweep() -> int:
    """Remove sealed contents that no row points to, and unfinished ones, once they are a day old.

    Returns:
        How many were removed.
    """
    config = rootkey.config_of(None)
    before = clock.now() - ORPHAN_AGE
    removed = 0
    for partial in store.incoming(config).glob("*" + store.PARTIAL):
        with suppress(FileNotFoundError):  # finished this very moment
            if partial.stat().st_mtime < before.timestamp():
                reach(Point.SWEEP_BEFORE_REMOVE)
                partial.unlink()
                removed += 1
    blobs = store.current(config)
    old = (blob.name for blob in blobs.blobs() if blob.modified < before)
    for chunk in transactions.chunks(old, _SWEEP_CHUNK):
        for name in sorted(set(chunk) - queries.known_blobs(chunk)):
            reach(Point.SWEEP_BEFORE_REMOVE)
            blobs.remove(name)
            reach(Point.SWEEP_REMOVED)
            removed += 1
    return removed


def sweep_tick() -> None:
    """Sweep; the worker's loop calls this."""
    sweep()


def _visible(actor: Actor, file_id: UUID, permission: str) -> StoredFile:
    row = queries.visible_to(actor, permission=permission).filter(pk=file_id).first()
    if row is None:
        raise NotFoundError
    return row


def _seal(stream: Readable, partial: Path, key_id: UUID, limit: int) -> _Sealed:
    key = ring().key(key_id)
    tagger, plain_hash = queries.content_hasher(key), hashlib.sha256()
    random_half = secrets.token_hex(16)
    with partial.open("xb") as raw:
        partial.chmod(0o600)
        reach(Point.CREATED)
        writer = FrameWriter(raw, key, key_id=key_id, context=queries.place_of(random_half, key_id))
        while chunk := stream.read(CHUNK):
            if writer.size + len(chunk) > limit:
                raise FileTooLargeError(field="file", limit=limit // 2**20)
            tagger.update(chunk)
            plain_hash.update(chunk)
            writer.write(chunk)
        writer.close()
        reach(Point.WRITTEN)
        store.sync(raw)
    reach(Point.SYNCED)
    tag = tagger.digest()
    return _Sealed(tag.hex()[:32] + random_half, writer.header, tag, plain_hash.hexdigest(), writer.size)
