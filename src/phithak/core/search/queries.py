"""All reads of the search room."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from phithak.core.search import keys
from phithak.core.search.models import Document

TRIGRAM = 3


def matching(kind: str, question: str) -> QuerySet[Document, Any]:
    """Return the ids of the things of a kind that match, for ``rows.filter(id__in=matching(…))``.

    Args:
        kind: kind of thing.
        question: what the person typed; terms divided by blanks must all match, anywhere in a word (Thai is
            written without blanks). A term matches exactly (after the exact fold) or as a likely misprint.

    Returns:
        A lazy subquery of ``object_id``; of nothing when the question holds no letter or digit.
    """
    found = keys.terms(question)
    documents = Document.objects.filter(kind=kind)
    if not found:
        return documents.none().values("object_id")
    for term in found:
        documents = documents.filter(_holds("exact", term.exact) | _holds("loose", term.loose))
    return documents.values("object_id")


def _holds(column: str, piece: str) -> Q:
    if not piece:
        # a term of tone marks alone has an empty loose key, which would match everything
        return Q(pk__in=[])
    if len(piece) < TRIGRAM or connection.vendor != "sqlite":
        return Q(**{f"{column}__contains": piece})
    phrase = piece.replace('"', '""')
    return Q(
        pk__in=RawSQL(
            "SELECT rowid FROM search_trigram WHERE search_trigram MATCH %s", [f'{column} : "{phrase}"']
        )
    )
