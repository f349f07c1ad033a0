"""All reads of the privacy room."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.roles import Role
from phithak.core.accounts.scope import rows_visible_to
from phithak.core.privacy import masks, rootkey, tags
from phithak.core.privacy.errors import KeyDestroyedError, KeyLostError
from phithak.core.privacy.frames import FrameReader
from phithak.core.privacy.keyring import Kind, ring
from phithak.core.privacy.models import DataKey, KeyDestruction, PersonSet, VaultItem
from phithak.core.privacy.secret import aad

HOLD_SOURCE = "privacy.key"
"""What ``contrib.retention_hold`` is asked with."""

READ_ROWS = 1000


@dataclass(frozen=True)
class MaskedItem:
    """A sealed value as other rooms and lists may see it."""

    id: UUID
    tenant_id: UUID
    kind: masks.Kind
    masked: str
    created_at: datetime


def visible_to(actor: Actor, *, permission: str = "privacy.vault.view") -> QuerySet[VaultItem]:
    """Return the sealed values that the actor may see (masked): those of its own tenants, never of overseen ones.

    Affected persons live in the responsible organisation's tenant; the CERT sees counts.
    """
    return rows_visible_to(VaultItem.objects.all(), actor, permission=permission)


def masked(handles: Iterable[UUID]) -> dict[UUID, str]:
    """Return the masks of handles by handle; the calling room has checked that the actor may see them."""
    found: dict[UUID, str] = {}
    wanted = list(dict.fromkeys(handles))
    for at in range(0, len(wanted), 500):
        rows = VaultItem.objects.filter(pk__in=wanted[at : at + 500]).values_list("pk", "masked")
        found.update(rows)
    return found


def item(actor: Actor, handle: UUID) -> MaskedItem:
    """Return one sealed value, masked.

    Raises:
        NotFoundError: no such value, or not the actor's to see.
    """
    row = visible_to(actor).filter(pk=handle).first()
    if row is None:
        raise NotFoundError
    return masked_item(row)


def masked_item(row: VaultItem) -> MaskedItem:
    """Return what may be shown of a row."""
    return MaskedItem(row.id, row.tenant_id, masks.Kind(row.kind), row.masked, row.created_at)


def find_by_tag(actor: Actor, kind: masks.Kind, value: str) -> list[MaskedItem]:
    """Return the visible items that hold the same value, newest first, without opening any of them.

    Compares under every living compare key, so values of former years are found too.

    Raises:
        LockedError, WrongRootKeyError: the compare keys cannot be had.
    """
    wanted = [tags.tag(ring().key(key_id), kind, value) for key_id in _compare_keys()]
    rows = visible_to(actor).filter(kind=kind.value, tag__in=wanted).order_by("-pk")
    return [masked_item(row) for row in rows]


def compare_values(values: Iterable[tuple[masks.Kind, str]]) -> list[str]:
    """Return of each value in clear the text that :func:`compare_tags` gives for a handle that holds the same.

    Nothing is read but the newest compare key; where there is none yet, each is "".

    Raises:
        LockedError, WrongRootKeyError: the compare keys cannot be had.
    """
    keys = _compare_keys()
    if not keys:
        return ["" for _ in values]
    key = ring().key(keys[-1])
    return [f"{kind}:{tags.tag(key, kind, value).hex()}" for kind, value in values]


def compare_tags(handles: Iterable[UUID]) -> dict[UUID, str]:
    """Return, by handle, a text that two values share exactly when they are the same; tells nothing of the value.

    All are told under the newest compare key, so values sealed in different years compare; the calling room has
    checked that it may. What cannot be opened any more, or was never there, is left out.

    Raises:
        LockedError, WrongRootKeyError: the compare keys cannot be had.
    """
    wanted = list(dict.fromkeys(handles))
    keys = _compare_keys()
    if not wanted or not keys:
        return {}
    newest = keys[-1]
    key = ring().key(newest)
    found: dict[UUID, str] = {}
    for at in range(0, len(wanted), 500):
        for row in VaultItem.objects.filter(pk__in=wanted[at : at + 500]):
            try:
                tag = (
                    bytes(row.tag)
                    if row.tag_key_id == newest
                    else tags.tag(key, masks.Kind(row.kind), opened(row))
                )
            except (KeyDestroyedError, KeyLostError):
                continue
            found[row.pk] = f"{row.kind}:{tag.hex()}"
    return found


def opened(row: VaultItem) -> str:
    """Return the value of a row; only the room's services call this.

    Raises:
        KeyDestroyedError, KeyLostError, LockedError, SealBrokenError: it cannot be opened.
    """
    return ring().key(row.key_id).open(bytes(row.sealed), place_of(row)).decode()


def place_of(row: VaultItem) -> bytes:
    """Return the associated data that binds a sealed value to its row, tenant and kind."""
    return aad("privacy_vaultitem", "sealed", f"{row.tenant_id}/{row.kind}/{row.id}", row.key_id)


def keys_visible_to(actor: Actor) -> QuerySet[DataKey]:
    """Return the data keys (what they are for) that the actor may see.

    The CERT's administrators and the system see all of them, others those of their own tenants.
    """
    rows = DataKey.objects.all()
    if not permissions.has(actor, "privacy.key.view"):
        return rows.none()
    if Role.CERT_ADMIN in actor.roles:
        return rows
    return rows_visible_to(rows, actor, permission="privacy.key.view")


def destructions_visible_to(actor: Actor) -> QuerySet[KeyDestruction]:
    """Return the proposals to destroy keys that the actor may see."""
    return KeyDestruction.objects.filter(key__in=keys_visible_to(actor))


def living_key(label: str) -> UUID | None:
    """Return the id of the living key of that label, when both the rows and the keyring know it."""
    key_id = (
        DataKey.objects.filter(label=label, destroyed_at__isnull=True).values_list("pk", flat=True).first()
    )
    if key_id is None:
        return None
    try:
        ring().key(key_id)
    except (KeyDestroyedError, KeyLostError):
        return None  # rows and keyring disagree after a restore; the keyring holds
    return key_id


def living_keys(labels: Iterable[str]) -> dict[str, UUID]:
    """Return the ids of the living keys of some labels by label, each as :func:`living_key` tells it."""
    rows = DataKey.objects.filter(label__in=list(labels), destroyed_at__isnull=True)
    known = dict(rows.values_list("label", "pk"))
    kept = ring().holds(known.values())
    return {label: key_id for label, key_id in known.items() if key_id in kept}


def holds_on(key_id: UUID) -> list[Text]:
    """Return every reason why a key may not be destroyed yet."""
    return [reason for hold in contrib.retention_hold for reason in hold.reasons(HOLD_SOURCE, key_id)]


def rows_beside_the_keyring(dead: frozenset[UUID]) -> tuple[list[UUID], list[UUID]]:
    """Return keys whose row lives though they are in ``dead``, and keys whose row is destroyed though not in it."""
    living = DataKey.objects.filter(pk__in=dead, destroyed_at__isnull=True).values_list("pk", flat=True)
    gone = (
        DataKey.objects.filter(destroyed_at__isnull=False).exclude(pk__in=dead).values_list("pk", flat=True)
    )
    return list(living), list(gone)


def waiting_destructions(actor: Actor) -> QuerySet[KeyDestruction]:
    """Return the proposals that wait for this actor as the second person."""
    return destructions_visible_to(actor).filter(~Q(proposed_by=actor.user_id), state="proposed")


def person_set(set_id: UUID) -> PersonSet:
    """Return the row of a sealed list; the calling room has checked the actor's right.

    Raises:
        NotFoundError: no such list.
    """
    found = PersonSet.objects.filter(pk=set_id).first()
    if found is None:
        raise NotFoundError
    return found


def read_persons(
    set_id: UUID, *, start: int = 0, rows: int = READ_ROWS
) -> Iterator[tuple[int, list[dict[str, str]]]]:
    """Yield the rows of a sealed list in chunks, each with the place at which to go on after it.

    Args:
        set_id: the list.
        start: a place that an earlier call gave: a job that was killed goes on from there.
        rows: rows in a chunk.

    Raises:
        NotFoundError: no such list.
        KeyDestroyedError: it was destroyed.
        SealBrokenError: the file was altered, cut or swapped.
    """
    found = person_set(set_id)
    key = ring().key(found.key_id)
    decoder = msgspec.json.Decoder(dict[str, str])
    raw = persons_path(set_id).open("rb")
    plain = FrameReader(raw, key, context=persons_context(found), header=bytes(found.header))
    with io.BufferedReader(plain, buffer_size=256 * 1024) as stream:
        stream.seek(start)
        place, chunk = start, []
        for line in stream:
            place += len(line)
            chunk.append(decoder.decode(line))
            if len(chunk) == rows:
                yield place, chunk
                chunk = []
        if chunk:
            yield place, chunk


def known_persons(names: Iterable[str]) -> set[str]:
    """Return the file names of those sealed lists, named by id, that have a row."""
    wanted = [UUID(name) for name in names]
    return {
        persons_path(found).name
        for found in PersonSet.objects.filter(pk__in=wanted).values_list("pk", flat=True)
    }


def persons_folder() -> Path:
    """Return the folder of sealed lists, inside that of sealed files, so that a backup takes both."""
    return rootkey.config_of(None).data_dir / "files" / "persons"


def persons_path(set_id: UUID) -> Path:
    """Return where a sealed list lies."""
    return persons_folder() / set_id.hex[-2:] / f"{set_id}.sealed"


def persons_context(row: PersonSet) -> bytes:
    """Return what binds the file of a sealed list to its row and tenant."""
    return aad("privacy_personset", "file", f"{row.tenant_id}/{row.id}", row.key_id)


def _compare_keys() -> list[UUID]:
    return [entry.key_id for entry in ring().entries(Kind.COMPARE)]
