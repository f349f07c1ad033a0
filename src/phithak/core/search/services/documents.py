"""What is indexed under which words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from django.db import connection
from django.db.models import Max

from phithak.core.db.transactions import CHUNK_ROWS, chunks, write
from phithak.core.search import keys
from phithak.core.search.models import Change, Document

SortKey = bytes | memoryview
"""What a list is sorted by, as it is made or as PostgreSQL gives it back."""

NO_KEYS: Mapping[UUID, SortKey] = MappingProxyType({})
Entry = Document
"""What :func:`prepare_many` makes, for other rooms to hold and hand back."""


def put(kind: str, object_id: UUID, *words: str, sort_key: SortKey = b"") -> None:
    """Index one thing under all its words, in place of what was indexed before.

    Args:
        kind: kind of thing, such as ``"notices.template"``.
        object_id: its id.
        words: names, aliases, texts; no personal data of a victim.
        sort_key: what the room's list sorts it by, for :class:`~phithak.core.search.queries.ranked.Ranked`.
    """
    document = _document(kind, object_id, words, sort_key)
    with write("search.put"):
        _store([document])


def put_many(
    kind: str, things: Mapping[UUID, Iterable[str]], sort_keys: Mapping[UUID, SortKey] = NO_KEYS
) -> None:
    """Index many things, in chunks that give the lock back in between."""
    for chunk in chunks(
        (
            _document(kind, object_id, words, sort_keys.get(object_id, b""))
            for object_id, words in things.items()
        ),
        CHUNK_ROWS,
    ):
        put_prepared(chunk)


def prepare_many(
    kind: str, things: Mapping[UUID, Iterable[str]], sort_keys: Mapping[UUID, SortKey] = NO_KEYS
) -> list[Entry]:
    """Make the entries of many things before the lock is taken; nothing is written."""
    return [
        _document(kind, object_id, words, sort_keys.get(object_id, b""))
        for object_id, words in things.items()
    ]


def put_prepared(entries: Sequence[Entry]) -> None:
    """Write at most 500 entries of :func:`prepare_many`."""
    with write("search.put_many"):
        _store(entries)


def remove(kind: str, object_id: UUID) -> None:
    """Take one thing out of the index; nothing happens when it is not there."""
    with write("search.remove"):
        Document.objects.filter(kind=kind, object_id=object_id).delete()


def _document(kind: str, object_id: UUID, words: Iterable[str], sort_key: SortKey) -> Document:
    exact, loose = keys.document_keys(words)
    return Document(kind=kind, object_id=object_id, exact=exact, loose=loose, sort_key=bytes(sort_key))


def _store(entries: Sequence[Document]) -> None:
    """Write inside the caller's transaction; on SQLite each document gets the next number of its kind."""
    if connection.vendor == "sqlite":
        following: dict[str, int] = {}
        for entry in entries:
            if entry.kind not in following:
                following[entry.kind] = _next_number(entry.kind)
            entry.pk = following[entry.kind]
            following[entry.kind] += 1
    Document.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["exact", "loose", "sort_key"],
    )
    # until the charts know of them, they are looked at one by one
    Change.objects.bulk_create(Change(kind=entry.kind, object_id=entry.object_id) for entry in entries)


def _next_number(kind: str) -> int:
    first, last = keys.numbers_of(kind)
    found = Document.objects.filter(pk__range=(first, last)).aggregate(most=Max("pk"))["most"]
    return first if found is None else int(found) + 1
