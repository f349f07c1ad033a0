"""Which entries an actor may see, and one of them in full."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import queries as accounts
from phithak.core.accounts import scope
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason
from phithak.core.journal import canonical, keys
from phithak.core.journal.models import Entry, Epoch, Leaf, Pending

VIEW = "journal.view"
_CHUNK = 500


def visible_to(actor: Actor) -> QuerySet[Entry]:
    """Return the entries that the actor may see, newest first.

    Own tenant's and, for the CERT, those of its constituency; entries of the instance itself (no tenant)
    only for readers within the CERT.
    """
    shared = Q(tenant__isnull=True) if _is_of_cert(actor) else None
    rows = scope.rows_visible_to(
        Entry.objects.all(), actor, permission=VIEW, through=frozenset({Reason.CONSTITUENCY}), shared=shared
    )
    return rows.order_by("-id")


@dataclass(frozen=True)
class EntryView:
    """An entry for people: readable text, and its facts as they were recorded.

    Attributes:
        seq: its number, or None while the sequencer has not come to it.
        line: the export line, whose SHA-256 is the leaf.
        personal: names of the personal fields of which a salted hash is kept.
    """

    id: UUID
    seq: int | None
    tag: str
    text: Text
    actor_kind: str
    actor_name: str
    actor_user: UUID | None
    staff_session: UUID | None
    object_kind: str
    object_id: str
    tenant_id: UUID | None
    at: datetime
    count: int
    root: str
    facts: dict[str, Any]
    personal: tuple[str, ...]
    line: str


def get(actor: Actor, entry_id: UUID) -> EntryView:
    """Return one entry.

    Raises:
        NotFoundError: no such entry, or not the actor's to see.
    """
    entry = visible_to(actor).filter(pk=entry_id).first()
    if entry is None:
        raise NotFoundError
    return view(entry)


def view(entry: Entry) -> EntryView:
    """Return an entry for people."""
    body = json.loads(entry.body)
    return EntryView(
        id=entry.pk,
        seq=Leaf.objects.filter(entry=entry).values_list("seq", flat=True).first(),
        tag=entry.tag,
        text=readable(entry),
        actor_kind=entry.actor_kind,
        actor_name=entry.actor_name,
        actor_user=entry.actor_user,
        staff_session=entry.staff_session,
        object_kind=entry.object_kind,
        object_id=entry.object_id,
        tenant_id=entry.tenant_id,
        at=entry.at,
        count=body["count"],
        root=body.get("root", ""),
        facts=body["facts"],
        personal=tuple(sorted(body.get("personal", {}).get("hashes", {}))),
        line=canonical.line(entry).decode(),
    )


def readable(entry: Entry) -> Text:
    """Return what happened as a sentence in both languages; the tag's bare text when a fact is missing."""
    text = contrib.tag_text(entry.tag)
    try:
        facts = json.loads(entry.body)["facts"]
        return text.format(**facts)
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        return text


def is_personal_value(actor: Actor, entry_id: UUID, field: str, value: str) -> bool:
    """Tell whether a personal field of an entry had this very value, of which only a salted hash is kept.

    Raises:
        NotFoundError: no such entry, or not the actor's to see.
    """
    entry = visible_to(actor).filter(pk=entry_id).first()
    if entry is None:
        raise NotFoundError
    personal = json.loads(entry.body).get("personal", {})
    kept = personal.get("hashes", {}).get(field)
    if kept is None:
        return False
    return keys.same(kept, keys.hash_personal(bytes.fromhex(personal["salt"]), field, value))


def of_object(actor: Actor, kind: str, object_id: UUID | str) -> QuerySet[Entry]:
    """Return the entries about one thing that the actor may see, newest first."""
    return visible_to(actor).filter(object_kind=kind, object_id=str(object_id))


def lines(rows: QuerySet[Entry]) -> Iterator[bytes]:
    """Yield the export line (newline included) of each row, in the order of the rows."""
    for entry in rows.iterator(chunk_size=_CHUNK):
        yield canonical.line(entry) + b"\n"


def numbered_lines(start: int, end: int) -> Iterator[bytes]:
    """Yield the export lines (newline included) of numbers ``start + 1`` to ``end``, in order of number."""
    at = start
    while at < end:
        leaves = Leaf.objects.filter(seq__gt=at, seq__lte=min(end, at + _CHUNK))
        for leaf in leaves.order_by("seq").select_related("entry"):
            yield canonical.line(leaf.entry) + b"\n"
        at += _CHUNK


def last_of(epoch: Epoch) -> int:
    """Return the last number that stands in an epoch's tree; its start if it is empty."""
    following = Epoch.objects.filter(number__gt=epoch.number).order_by("number").first()
    leaves = Leaf.objects.filter(seq__gt=epoch.start)
    if following is not None:
        leaves = leaves.filter(seq__lte=following.start)
    return leaves.order_by("-seq").values_list("seq", flat=True).first() or epoch.start


def tags(actor: Actor) -> list[str]:
    """Return the tags that occur among the actor's entries, in order."""
    return sorted(visible_to(actor).order_by().values_list("tag", flat=True).distinct())


def object_kinds(actor: Actor) -> list[str]:
    """Return the kinds of objects that occur among the actor's entries, in order."""
    return sorted(visible_to(actor).order_by().values_list("object_kind", flat=True).distinct())


def count() -> int:
    """Return how many entries have a number."""
    return Leaf.objects.count()


def waiting() -> tuple[int, datetime | None]:
    """Return how many entries wait for their number, and since when the oldest does."""
    queued = Pending.objects.count()
    if not queued:
        return 0, None
    oldest = Pending.objects.order_by("entry_id").values("entry_id")[:1]
    return queued, Entry.objects.filter(pk__in=oldest).values_list("at", flat=True).first()


def _is_of_cert(actor: Actor) -> bool:
    own = scope.tenants_with(actor, VIEW)
    return bool(own) and accounts.has_tenant_of_kind(own, "cert")
