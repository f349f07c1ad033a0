"""All writes of the search room. No journal entry: an index holds nothing that its room has not recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from phithak.core.db.transactions import CHUNK_ROWS, chunks, write
from phithak.core.search import keys
from phithak.core.search.models import Document

Entry = Document
"""What :func:`prepare_many` makes, for other rooms to hold and hand back."""


def put(kind: str, object_id: UUID, *words: str) -> None:
    """Index one thing under all its words, in place of what was indexed before.

    Args:
        kind: kind of thing, such as ``"notices.template"``.
        object_id: its id.
        words: names, aliases, texts; no personal data of a victim.
    """
    document = _document(kind, object_id, words)
    with write("search.put"):
        Document.objects.bulk_create(
            [document],
            update_conflicts=True,
            unique_fields=["kind", "object_id"],
            update_fields=["exact", "loose"],
        )


def put_many(kind: str, things: Mapping[UUID, Iterable[str]]) -> None:
    """Index many things, in chunks that give the lock back in between."""
    for chunk in chunks(
        (_document(kind, object_id, words) for object_id, words in things.items()), CHUNK_ROWS
    ):
        put_prepared(chunk)


def prepare_many(kind: str, things: Mapping[UUID, Iterable[str]]) -> list[Entry]:
    """Make the entries of many things before the lock is taken; nothing is written."""
    return [_document(kind, object_id, words) for object_id, words in things.items()]


def put_prepared(entries: Sequence[Entry]) -> None:
    """Write at most 500 entries of :func:`prepare_many`."""
    with write("search.put_many"):
        Document.objects.bulk_create(
            entries,
            update_conflicts=True,
            unique_fields=["kind", "object_id"],
            update_fields=["exact", "loose"],
        )


def remove(kind: str, object_id: UUID) -> None:
    """Take one thing out of the index; nothing happens when it is not there."""
    with write("search.remove"):
        Document.objects.filter(kind=kind, object_id=object_id).delete()


def _document(kind: str, object_id: UUID, words: Iterable[str]) -> Document:
    exact, loose = keys.document_keys(words)
    return Document(kind=kind, object_id=object_id, exact=exact, loose=loose)
