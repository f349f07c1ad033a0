"""Steps that all services of assets share: clean words, find the row to change, write it under its version."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import F, Model, QuerySet

from phithak.base import clock
from phithak.base.errors import ForbiddenError, NotFoundError
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.models import TenantOwned
from phithak.core.contrib import EventTag
from phithak.engines.thai import normalize
from phithak.registry.queries.assets import doors
from phithak.registry.queries.assets.errors import AssetChangedError, AssetEndedError, AssetValueError

T = TypeVar("T", bound=TenantOwned)
Door = Callable[..., "QuerySet[T]"]
_DECEPTIVE = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f-\x9f]")
_CLAIMS_LOCK = 0x7068_6173  # any number of ours: who adds names and ranges stands in line


def need_owner(actor: Actor, organisation_id: UUID) -> None:
    """Refuse an actor who may not add assets to that organisation.

    Raises:
        ForbiddenError: the right is held nowhere.
        NotFoundError: there is no such organisation, or it is not the actor's to change.
    """
    permissions.require(actor, doors.MANAGE)
    doors.one(doors.owners_visible_to(actor), organisation_id)


def managed(actor: Actor, door: Door[T], key: UUID) -> T:
    """Return a running row that the actor may change.

    Raises:
        ForbiddenError: it may be seen, but not changed.
        NotFoundError: there is none, or it is not the actor's to see.
        AssetEndedError: it was ended.
    """
    permissions.require(actor, doors.MANAGE)
    row = door(actor, doors.MANAGE).filter(pk=key).first()
    if row is None:
        if door(actor).filter(pk=key).exists():
            raise ForbiddenError(permission=doors.MANAGE)
        raise NotFoundError
    if getattr(row, "ended_at", None) is not None:
        raise AssetEndedError
    return row


def words(typed: str, field: str, most: int, *, needed: bool = False) -> str:
    """Return a text of one line as it is kept.

    Raises:
        AssetValueError: it holds marks that turn or hide what one reads, is too long, or is needed and empty.
    """
    if _DECEPTIVE.search(typed):
        raise wrong(
            field,
            "มีอักขระควบคุมที่มองไม่เห็น ลบแล้วพิมพ์ใหม่ด้วยมือ",
            "It holds control characters that cannot be seen. Delete it and type it anew by hand.",
        )
    clean = " ".join(normalize(typed).split())
    if needed and not clean:
        raise wrong(field, "ต้องกรอก", "This is needed.")
    if len(clean) > most:
        raise wrong(field, f"ยาวเกิน {most} ตัวอักษร", f"It is longer than {most} characters.")
    return clean


def changes(row: Model, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return those columns whose value differs from the row's."""
    return {name: value for name, value in columns.items() if getattr(row, name) != value}


def update(row: T, version: int, columns: Mapping[str, Any]) -> None:
    """Change a running row if it still has that version; inside of a transaction.

    Raises:
        AssetChangedError: somebody changed it meanwhile.
        AssetEndedError: somebody ended it meanwhile.
    """
    rows = type(row)._default_manager.filter(pk=row.pk)  # noqa: SLF001 - Django's public name for "objects"
    if not rows.filter(version=version, ended_at__isnull=True).update(version=F("version") + 1, **columns):
        raise AssetEndedError if rows.filter(ended_at__isnull=False).exists() else AssetChangedError


def end(row: T) -> None:
    """End a running row; inside of a transaction.

    Raises:
        AssetEndedError: somebody ended it meanwhile.
    """
    rows = type(row)._default_manager.filter(pk=row.pk, ended_at__isnull=True)  # noqa: SLF001 - same
    if not rows.update(ended_at=clock.now(), version=F("version") + 1):
        raise AssetEndedError


def stand_in_line() -> None:
    """Let those who add names and ranges pass one by one, so that two claims never miss each other.

    SQLite has one writer at a time anyhow.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CLAIMS_LOCK])


def note(actor: Actor, tag: EventTag, kind: str, row: TenantOwned, name: str, **facts: Any) -> None:
    """Record what happened to an asset."""
    contrib.record(actor, tag, (kind, row.pk), tenant_id=row.tenant_id, facts={"name": name, **facts})


def fields_of(columns: Mapping[str, Any]) -> str:
    """Return the names of changed columns for the journal."""
    return ", ".join(sorted(name for name in columns if name != "name_key"))


def wrong(field: str, th: str, en: str) -> AssetValueError:
    """Return the error of one field."""
    return AssetValueError(field=field, reason_th=th, reason_en=en)
