"""All writes of the search room. No journal entry: an index holds nothing that its room has not recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from phithak.core.db.transactions import CHUNK_ROWS, chunks, write
from phithak.core.search import keys
from phithak.core.search.models import Document


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
    documents = (_document(kind, object_id, words) for object_id, words in things.items())
    for chunk in chunks(documents, CHUNK_ROWS):
        with write("search.put_many"):
            Document.objects.bulk_create(
                chunk,
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
