"""Sealing and opening single values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import F

from phithak.base import clock, ids
from phithak.base.errors import ForbiddenError, InvalidInputError, NotFoundError
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.db import bulk, transactions
from phithak.core.privacy import masks, queries, rootkey, tags
from phithak.core.privacy.errors import (
    KeyDestroyedError,
    KeyLostError,
    ReasonNeededError,
    TooManyUnmasksError,
)
from phithak.core.privacy.events import Tag
from phithak.core.privacy.keyring import Kind, ring
from phithak.core.privacy.models import UnmaskBudget, VaultItem
from phithak.core.privacy.secret import Secret
from phithak.core.privacy.services import keys
from phithak.engines.tlog import Frontier

REASON_LEAST = 10
REASON_MOST = 300
VALUE_MOST = 4000
Sealed = VaultItem
"""What :func:`prepare_items` makes, for other rooms to hold and hand back."""


def seal(
    actor: Actor, kind: masks.Kind | str, value: str, *, tenant_id: UUID, key_id: UUID | None = None
) -> UUID:
    """Seal one value and return its handle; errors as :func:`seal_many`."""
    return seal_many(actor, [(kind, value)], tenant_id=tenant_id, key_id=key_id)[0]


def seal_many(
    actor: Actor,
    values: Iterable[tuple[masks.Kind | str, str]],
    *,
    tenant_id: UUID,
    key_id: UUID | None = None,
) -> list[UUID]:
    """Seal values and return their handles in the same order. The calling room has checked the actor's right.

    Encryption happens before the write transaction, rows are written 500 at a time, each such chunk with one
    journal entry (count and Merkle root of its rows).

    Args:
        actor: who brings the values.
        values: kind and text of each (at most 4,000 characters).
        tenant_id: whose data they are.
        key_id: the data key, such as a case key; the tenant's vault key when None.

    Raises:
        InvalidInputError: an empty or overlong value.
        LockedError, KeyDestroyedError, WrongRootKeyError: the key cannot be had.
    """
    vault_key_id = key_id or keys.standing_key(Kind.VAULT, tenant_id=tenant_id)
    compare_key_id = keys.compare_key()
    vault_key, compare_key = ring().key(vault_key_id), ring().key(compare_key_id)
    handles: list[UUID] = []
    for chunk in transactions.chunks(values):
        rows = [
            _sealed_row(
                masks.Kind(kind), value, tenant_id, (vault_key_id, vault_key), (compare_key_id, compare_key)
            )
            for kind, value in chunk
        ]
        tree = Frontier()
        for row in rows:
            tree.append(row.id.bytes + bytes(row.sealed))
        with transactions.write("privacy.seal"):
            VaultItem.objects.bulk_create(rows)
            contrib.record(
                actor, Tag.ITEMS_SEALED, ("privacy.item", rows[0].id), tenant_id=tenant_id,
                facts={"count": len(rows)}, count=len(rows), root=tree.root(),
            )  # fmt: skip
        handles += [row.id for row in rows]
    return handles


def prepare_items(values: Iterable[tuple[UUID, masks.Kind, str]]) -> list[Sealed]:
    """Seal values of many tenants, each under its own vault key, before the lock is taken; nothing is stored yet.

    Args:
        values: tenant, kind and text of each (at most 4,000 characters); a few hundred.

    Returns:
        What :func:`put_items` takes, in the same order; ``id`` of each is its handle.

    Raises:
        InvalidInputError, LockedError, KeyDestroyedError, WrongRootKeyError: as :func:`seal_many`.
    """
    wanted = list(values)
    if not wanted:
        return []
    vault_keys = keys.standing_keys(Kind.VAULT, [tenant_id for tenant_id, _, _ in wanted])
    compare_key_id = keys.compare_key()
    compare = (compare_key_id, ring().key(compare_key_id))
    opened = {tenant_id: (key_id, ring().key(key_id)) for tenant_id, key_id in vault_keys.items()}
    return [
        _sealed_row(kind, value, tenant_id, opened[tenant_id], compare) for tenant_id, kind, value in wanted
    ]


def put_items(actor: Actor, items: Sequence[Sealed], *, tenant_id: UUID) -> None:
    """Store what :func:`prepare_items` sealed, inside the caller's transaction; one journal entry for all.

    Args:
        actor: who brings the values; the calling room has checked the right.
        items: at most some hundred.
        tenant_id: for whom they are brought in, as the journal's entry names it.
    """
    if not items:
        return
    tree = Frontier()
    for row in items:
        tree.append(row.id.bytes + bytes(row.sealed))
    with transactions.write("privacy.put_items"):
        bulk.insert_all(items)
        contrib.record(
            actor, Tag.ITEMS_SEALED, ("privacy.item", items[0].id), tenant_id=tenant_id,
            facts={"count": len(items)}, count=len(items), root=tree.root(),
        )  # fmt: skip


def add_item(actor: Actor, kind: masks.Kind | str, value: str, *, tenant_id: UUID) -> UUID:
    """Seal one value that a person typed, in a tenant of their own.

    Raises:
        ForbiddenError: the actor lacks ``privacy.vault.add``.
        NotFoundError: the tenant is not one in which the actor holds it.
    """
    permissions.require(actor, "privacy.vault.add")
    if tenant_id not in tenants_with(actor, "privacy.vault.add"):
        raise NotFoundError
    return seal(actor, kind, value, tenant_id=tenant_id)


def unmask(actor: Actor, handle: UUID, reason: str) -> str:
    """Return a value in full; the journal says who, what and why before it is returned.

    Args:
        actor: a person (never a process) that holds ``privacy.unmask``.
        handle: the sealed value.
        reason: at least ten characters; numbers and addresses in it are masked before it is kept.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's to see.
        ReasonNeededError: the reason is too short.
        TooManyUnmasksError: the setting ``unmask_per_hour`` is used up.
        KeyDestroyedError, LockedError, SealBrokenError: it cannot be opened.
    """
    permissions.require(actor, "privacy.unmask")
    if actor.user_id is None:
        raise ForbiddenError(permission="privacy.unmask")
    said = masks.scrub(reason)[:REASON_MOST]
    if len(said) < REASON_LEAST:
        raise ReasonNeededError(field="reason", least=REASON_LEAST)
    item = queries.visible_to(actor, permission="privacy.unmask").filter(pk=handle).first()
    if item is None:
        raise NotFoundError
    value = queries.opened(item)
    limit = rootkey.config_of(None).unmask_per_hour
    with transactions.write("privacy.unmask"):
        allowed = _take_from_budget(actor.user_id, limit)
        facts = {"masked": item.masked, "kind": item.kind, "limit": limit, "reason": said}
        tag = Tag.ITEM_UNMASKED if allowed else Tag.UNMASK_REFUSED
        contrib.record(actor, tag, ("privacy.item", item.id), tenant_id=item.tenant_id, facts=facts)
    if not allowed:
        raise TooManyUnmasksError(limit=limit)
    return value


def reveal_for_sending(handle: UUID) -> str:
    """Return a value in full to the outbox, at the moment of sending; nobody else may call this.

    Raises:
        NotFoundError: no such value.
        KeyDestroyedError, LockedError, SealBrokenError: it cannot be opened.
    """
    item = VaultItem.objects.filter(pk=handle).first()
    if item is None:
        raise NotFoundError
    return queries.opened(item)


def reveal_for_document(
    actor: Actor, handles: Iterable[UUID], *, tenant_id: UUID, document: str
) -> dict[UUID, str]:
    """Return values in full for a document that is sealed before it is stored, such as an offline call sheet.

    The journal says who, how many and for what before anything is returned. The calling room has checked the
    actor's right, keeps nothing in the clear, and writes none of it to a file, a log or a job's row. What cannot
    be opened any more is left out.

    Args:
        actor: who or what makes the document.
        handles: the sealed values.
        tenant_id: whose document it is.
        document: what it is, for the journal.
    """
    wanted = list(dict.fromkeys(handles))
    if not wanted:
        return {}
    tree = Frontier()
    for handle in wanted:
        tree.append(handle.bytes)
    with transactions.write("privacy.reveal_for_document"):
        contrib.record(
            actor, Tag.ITEMS_OPENED, ("privacy.item", wanted[0]), tenant_id=tenant_id,
            facts={"count": len(wanted), "document": document}, count=len(wanted), root=tree.root(),
        )  # fmt: skip
    found: dict[UUID, str] = {}
    for chunk in transactions.chunks(wanted):
        for row in VaultItem.objects.filter(pk__in=chunk):
            try:
                found[row.pk] = queries.opened(row)
            except (KeyDestroyedError, KeyLostError):
                continue
    return found


def _sealed_row(
    kind: masks.Kind, value: str, tenant_id: UUID, vault: tuple[UUID, Secret], compare: tuple[UUID, Secret]
) -> VaultItem:
    text = value.strip()
    if not text or len(text) > VALUE_MOST:
        raise InvalidInputError(
            field="value",
            reason_th=f"ใส่ข้อความ 1 ถึง {VALUE_MOST} ตัวอักษร",
            reason_en=f"give 1 to {VALUE_MOST} characters",
        )
    row = VaultItem(
        id=ids.uuid7(), tenant_id=tenant_id, kind=kind.value, key_id=vault[0], tag_key_id=compare[0]
    )
    row.sealed = vault[1].seal(text.encode(), queries.place_of(row))
    row.masked = masks.mask(kind, text)[:300]
    row.tag = tags.tag(compare[1], kind, text)
    return row


def _take_from_budget(user_id: UUID, limit: int) -> bool:
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    UnmaskBudget.objects.get_or_create(user_id=user_id, hour=hour)
    # one conditional UPDATE: two requests at once cannot both take the last one
    taken = UnmaskBudget.objects.filter(user_id=user_id, hour=hour, used__lt=limit).update(used=F("used") + 1)
    return taken == 1
