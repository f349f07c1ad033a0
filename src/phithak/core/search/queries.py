"""All reads of the search room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from phithak.core.search import keys
from phithak.core.search.models import Document

PAIR = 2
MOST_TRIGRAMS = 400
"""More trigrams than this begin with a pair in no language that we know; such a question scans."""


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
    if len(piece) == PAIR:
        return _holds_pair(column, piece)
    if len(piece) < PAIR or connection.vendor != "sqlite":
        return Q(**{f"{column}__contains": piece})
    return _trigrams(column, [piece])


def _holds_pair(column: str, pair: str) -> Q:
    if connection.vendor != "sqlite":
        sql = f"SELECT id FROM search_document WHERE search_pairs({column}) @> ARRAY[%s]"  # noqa: S608 - one of two names
        return Q(pk__in=RawSQL(sql, [pair]))  # noqa: S611 - the same; what was typed is a parameter
    # FTS5 holds trigrams alone: those that begin with the pair are few, and its vocabulary lists them
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT term FROM search_vocabulary WHERE term >= %s AND term < %s AND col = %s LIMIT %s",
            [pair, f"{pair[0]}{chr(ord(pair[1]) + 1)}", column, MOST_TRIGRAMS + 1],
        )
        found = [row[0] for row in cursor.fetchall()]
    if len(found) > MOST_TRIGRAMS:
        return Q(**{f"{column}__contains": pair})
    return _trigrams(column, found) if found else Q(pk__in=[])


def _trigrams(column: str, pieces: Sequence[str]) -> Q:
    phrases = " OR ".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
    return Q(
        pk__in=RawSQL(
            "SELECT rowid FROM search_trigram WHERE search_trigram MATCH %s", [f"{column} : ({phrases})"]
        )
    )
