"""The one spelling of an entry: canonical JSON, one line, the same bytes on every machine and database.

Keys in order, no blanks, UTF-8 with Thai as Thai, moments in UTC with six digits. The export writes these
lines and the leaf hash is taken over them, so changing anything here breaks every journal there is: a new
spelling gets a new ``"v"``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Protocol
from uuid import UUID

VERSION = 1


class EntryFields(Protocol):
    """What a line is made from: an ``Entry`` row has all of it."""

    id: UUID
    tenant_id: UUID | None
    tag: str
    actor_kind: str
    actor_name: str
    actor_user: UUID | None
    staff_session: UUID | None
    object_kind: str
    object_id: str
    at: datetime
    body: str


def dump(value: Any) -> str:
    """Return ``value`` as canonical JSON.

    UUIDs, dates, moments (aware), sets and enums are written as text; lone surrogates as their escape.

    Raises:
        TypeError: something that has no JSON form, or a moment without time zone.
        ValueError: a number that is not finite.
    """
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
    )
    return text.encode("utf-8", "backslashreplace").decode()


def moment(at: datetime) -> str:
    """Return an aware moment as ``2026-11-21T10:00:00.000000Z``.

    Raises:
        TypeError: the moment has no time zone.
    """
    if at.tzinfo is None:
        raise TypeError("a moment in the journal needs a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def line(entry: EntryFields) -> bytes:
    """Return the line of an entry as the export writes it, without the newline."""
    actor = dump(
        {
            "id": _text(entry.actor_user),
            "kind": entry.actor_kind,
            "name": entry.actor_name,
            "staff_session": _text(entry.staff_session),
        }
    )
    subject = dump({"id": entry.object_id, "kind": entry.object_kind})
    tenant = f'"{entry.tenant_id}"' if entry.tenant_id else "null"
    # the body is spliced in as it stands in the row: its bytes are what was hashed, never a re-reading of them
    return (
        f'{{"actor":{actor},"at":"{moment(entry.at)}","body":{entry.body},"id":"{entry.id}",'
        f'"object":{subject},"tag":{dump(entry.tag)},"tenant":{tenant},"v":{VERSION}}}'
    ).encode()


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, UUID | date):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a journal entry")
