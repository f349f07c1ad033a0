"""All reads of the files room."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from phithak.base.errors import NotFoundError, PhithakError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import rows_visible_to
from phithak.core.files import store
from phithak.core.files.errors import BlobMissingError
from phithak.core.files.models import StoredFile
from phithak.core.privacy import masks
from phithak.core.privacy.columns import EncryptedText
from phithak.core.privacy.errors import SealBrokenError
from phithak.core.privacy.frames import FrameReader
from phithak.core.privacy.keyring import ring
from phithak.core.privacy.secret import Secret, aad

ABOUT = EncryptedText("files_storedfile", "about")
_UNREADABLE = Text("(อ่านชื่อไม่ได้: {code})", "(name cannot be read: {code})")
_BUFFER = 256 * 1024
_RANDOM_HEX = 32


class About(msgspec.Struct, frozen=True):
    """What is known of a file beside its content: displayed name, claimed type, SHA-256 (hex)."""

    name: str
    media_type: str
    sha256: str


@dataclass(frozen=True)
class FileView:
    """A file for people and other rooms; numbers of persons in its name are masked, as in every list."""

    id: UUID
    tenant_id: UUID
    name: str
    media_type: str
    sha256: str
    size: int
    state: str
    created_at: datetime


def visible_to(actor: Actor, *, permission: str = "files.view") -> QuerySet[StoredFile]:
    """Return the files that the actor may see: those of its own tenants."""
    return rows_visible_to(StoredFile.objects.all(), actor, permission=permission)


def get(actor: Actor, file_id: UUID) -> FileView:
    """Return one file.

    Raises:
        NotFoundError: no such file, or not the actor's to see.
    """
    row = visible_to(actor).filter(pk=file_id).first()
    if row is None:
        raise NotFoundError
    return view(row)


def view(row: StoredFile) -> FileView:
    """Return a row for people; when its key is locked or destroyed, a sentence in place of the name."""
    try:
        about = about_of(row)
    except PhithakError as error:
        about = About(str(_UNREADABLE.format(code=error.code)), "", "")
    return FileView(
        row.id,
        row.tenant_id,
        masks.scrub(about.name),
        about.media_type,
        about.sha256,
        row.size,
        row.state,
        row.created_at,
    )


def about_of(row: StoredFile) -> About:
    """Return name, type and SHA-256.

    Raises:
        LockedError, KeyDestroyedError, SealBrokenError: it cannot be opened.
    """
    return msgspec.json.decode(ABOUT.open(row.id, row.about), type=About)


def content(row: StoredFile) -> io.BufferedReader:
    """Return the plain content as a seekable stream; the calling service has checked and recorded.

    Raises:
        BlobMissingError: the store does not have it.
        LockedError, KeyDestroyedError, SealBrokenError: it cannot be opened.
    """
    raw: BinaryIO = store.current().open(row.blob)
    try:
        key = ring().key(row.key_id)
        plain = FrameReader(raw, key, context=place_of(row.blob, row.key_id), header=bytes(row.header))
    except BaseException:
        raw.close()
        raise
    return io.BufferedReader(plain, buffer_size=_BUFFER)


def is_whole(row: StoredFile) -> bool:
    """Read a file from end to end and tell whether it is, byte for byte, what was stored.

    Raises:
        LockedError, KeyDestroyedError: it cannot be read at all.
    """
    hasher = content_hasher(ring().key(row.key_id))
    try:
        with content(row) as stream:
            while chunk := stream.read(_BUFFER):
                hasher.update(chunk)
    except (SealBrokenError, BlobMissingError):
        return False
    return hasher.digest() == bytes(row.tag)


def same_content(tenant_id: UUID, key_id: UUID, tag: bytes) -> list[StoredFile]:
    """Return the tenant's files of that content under that key."""
    return list(StoredFile.objects.filter(tenant_id=tenant_id, key_id=key_id, tag=tag))


def known_blobs(names: list[str]) -> set[str]:
    """Return those of ``names`` that a row points to."""
    return set(StoredFile.objects.filter(blob__in=names).values_list("blob", flat=True))


def content_hasher(key: Secret) -> hashlib.blake2b:
    """Return the keyed hash by which equal contents under one key are known."""
    return key.derive("files/content").hasher("phithak file")


def place_of(blob: str, key_id: UUID) -> bytes:
    """Return what binds a sealed content to its place: the random half of its name."""
    return aad("files_storedfile", "content", blob[-_RANDOM_HEX:], key_id)
