"""``record``: one entry for one service call, in its transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field

from phithak.base import clock, ids
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import EventTag
from phithak.core.db import transactions
from phithak.core.journal import canonical, guard, keys
from phithak.core.journal.events import Tag
from phithak.core.journal.models import Entry
from phithak.core.journal.points import Point, reach

NAME_LENGTH = 250
ROOT_BYTES = 32


def record(
    actor: Actor,
    tag: EventTag,
    subject: tuple[str, UUID | str],
    *,
    tenant_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
    count: int = 1,
    root: bytes | None = None,
) -> UUID:
    """Insert one entry in the open write transaction; parameters as in ``contrib.record``.

    Returns:
        The entry's id. Its number comes from the sequencer, once this transaction has committed.

    Raises:
        RuntimeError: no write transaction is open.
        PersonalDataError: a fact or the object's id looks like a citizen id or a mobile number.
        ValueError: a root that is not 32 bytes, a negative count, or a fact that is not finite.
        TypeError: a fact that has no JSON form.
    """
    if not transactions.in_write():
        raise RuntimeError(
            "record() belongs inside transactions.write(): what it tells of must commit with it"
        )
    if (root is not None and len(root) != ROOT_BYTES) or count < 0:
        raise ValueError("count is not negative and root has 32 bytes")
    kind, object_id = subject
    facts = facts or {}
    guard.check(facts, "facts")
    guard.check(str(object_id), "object")
    body: dict[str, Any] = {"count": count, "facts": facts}
    if personal:
        salt = secrets.token_bytes(keys.SALT_BYTES)
        body["personal"] = {
            "hashes": {name: keys.hash_personal(salt, name, value) for name, value in personal.items()},
            "salt": salt.hex(),
        }
    if root is not None:
        body["root"] = root.hex()
    entry = Entry(
        id=ids.uuid7(),
        tenant_id=tenant_id,
        tag=tag.code,
        actor_kind=actor.kind.value,
        actor_name=actor.name[:NAME_LENGTH],
        actor_user=actor.user_id,
        staff_session=actor.staff_session_id,
        object_kind=kind,
        object_id=str(object_id),
        at=clock.now(),
        body=canonical.dump(body),
    )
    _insert(entry)
    reach(Point.RECORDED)
    return entry.id


def _insert(entry: Entry) -> None:
    """Insert the row with one prepared statement: every service call of every room pays for this."""
    statement, fields = _statement(connection.vendor)
    values = [field.get_db_prep_save(getattr(entry, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@cache
def _statement(vendor: str) -> tuple[str, tuple[Field[Any, Any], ...]]:  # noqa: ARG001 - quoting may differ by vendor
    fields = tuple(Entry._meta.concrete_fields)  # noqa: SLF001 - Django's documented Model._meta API
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    slots = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(Entry._meta.db_table)} ({columns}) VALUES ({slots})", fields  # noqa: S608, SLF001 - same; names of our own table


def record_export(actor: Actor, entries: int) -> UUID:
    """Record that somebody took ``entries`` journal entries out of the house."""
    with transactions.write("journal.export"):
        return record(actor, Tag.EXPORTED, ("journal.log", "export"), facts={"entries": entries})
