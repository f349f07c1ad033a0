"""What matches a question, in no order (in the order of a list: :mod:`~phithak.core.search.queries.ranked`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.lookups import GreaterThan

from phithak.core.search import keys
from phithak.core.search.keys import Term
from phithak.core.search.models import Document

PAIR = 2
MOST_ARMS = 8
"""So many ways of combining folds are asked of the index; further terms are looked for in what it finds."""

_HOLDS = "search_pieces(kind, exact || loose) @> %s::text[]"
_MATCHING = "SELECT rowid FROM search_trigram WHERE search_trigram MATCH %s AND rowid BETWEEN %s AND %s"
_JOINED = (
    "search_trigram MATCH %s AND search_trigram.rowid BETWEEN %s AND %s"
    # the plus keeps the index of words the one that leads
    " AND search_document.id = +search_trigram.rowid"
)
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
    return by_index(kind, keys.terms(question)).values("object_id")


def by_index(kind: str, terms: Sequence[Term]) -> QuerySet[Document]:
    """Return the documents of a kind in which all terms stand, found by the index of pieces."""
    if not terms:
        return Document.objects.none()
    if connection.vendor != "sqlite":
        return _by_pieces(kind, terms)
    documents, asked = _phrases(kind, terms)
    if asked:
        first, last = keys.numbers_of(kind)
        documents = documents.filter(pk__in=RawSQL(_MATCHING, [asked, first, last]))  # noqa: S611 - a constant
    return documents


def as_they_come(kind: str, terms: Sequence[Term]) -> QuerySet[Document]:
    """Return the same documents on SQLite, each as soon as the index tells it: to count some of them."""
    if not terms:
        return Document.objects.none()
    documents, asked = _phrases(kind, terms)
    if not asked:
        return documents
    first, last = keys.numbers_of(kind)
    return documents.extra(tables=["search_trigram"], where=[_JOINED], params=[asked, first, last])  # noqa: S610 - a constant


def _phrases(kind: str, terms: Sequence[Term]) -> tuple[QuerySet[Document], str]:
    """Return the documents that hold the terms of which FTS5 cannot tell, and what it is asked of the others."""
    documents = Document.objects.filter(kind=kind)
    phrases = []
    for term in terms:
        both = [("exact", term.exact), ("loose", term.loose)]
        found = [(column, _trigrams(column, piece), piece) for column, piece in both if piece]
        if any(pieces is None for _, pieces, _ in found):
            # too short, or the beginning of too many: looked at, in what the others leave
            documents = documents.filter(
                reduce(or_, (Q(**{f"{one}__contains": piece}) for one, _, piece in found))
            )
        else:
            phrases.append(" OR ".join(f"{column} : ({pieces})" for column, pieces, _ in found if pieces))
    if "" in phrases:
        return documents.none(), ""
    return documents, " AND ".join(f"({phrase})" for phrase in phrases)


def by_looking(kind: str, terms: Sequence[Term]) -> QuerySet[Document]:
    """Return the same documents, each looked at: sooner than the index for words that many hold."""
    documents = Document.objects.filter(kind=kind)
    if not terms:
        return documents.none()
    for term in terms:
        looked = _stands("exact", term.exact)
        # a term of tone marks alone has an empty loose key, which would match everything
        documents = documents.filter(looked | _stands("loose", term.loose) if term.loose else looked)
    return documents


def _stands(column: str, piece: str) -> Q:
    # not LIKE: the planner must not think of the index here
    looks = "instr" if connection.vendor == "sqlite" else "strpos"
    place = Func(F(column), Value(piece), function=looks, output_field=IntegerField())
    return Q(GreaterThan(place, 0))


def _by_pieces(kind: str, terms: Sequence[Term]) -> QuerySet[Document]:
    """Narrow documents on PostgreSQL to those in which all terms stand, by the index over the pieces of both folds."""
    where, values = pieces_held(kind, terms)
    return Document.objects.filter(RawSQL(f"({where})", values, output_field=BooleanField()))  # noqa: S611 - constants; what was typed is a parameter


def pieces_held(kind: str, terms: Sequence[Term]) -> tuple[str, list[Any]]:
    """Return the condition on PostgreSQL that all terms stand in a document of a kind, and its parameters.

    It names the columns of ``search_document`` as they stand and no other table's.
    """
    conditions: list[str] = []
    values: list[Any] = []
    arms: list[frozenset[str]] = [frozenset()]
    # the longest first: they are the rarest
    for term in sorted(terms, key=lambda one: -len(one.exact)):
        both = [(column, piece) for column, piece in (("exact", term.exact), ("loose", term.loose)) if piece]
        conditions.append("(" + " OR ".join(f"{column} LIKE %s" for column, _ in both) + ")")
        values += [f"%{connection.ops.prep_for_like_query(piece)}%" for _, piece in both]
        pieces = {piece for _, piece in both}
        if min(map(len, pieces)) < PAIR or len(arms) * len(pieces) > MOST_ARMS:
            continue
        arms = [arm | _parts(kind, piece) for arm in arms for piece in sorted(pieces)]
    if not arms[0]:
        return " AND ".join(["kind = %s", *conditions]), [kind, *values]
    # the pieces begin with the kind: a condition on it would only have its own index read as well
    held = " OR ".join([_HOLDS] * len(arms))
    return " AND ".join([*conditions, f"({held})"]), [*values, *(sorted(arm) for arm in arms)]


def _parts(kind: str, piece: str) -> frozenset[str]:
    """Return pieces of the index that cover a piece, no more of them than that takes: each is a list to be read."""
    size = min(len(piece), PAIR + 1)
    last = len(piece) - size
    return frozenset(f"{kind}:{piece[at : at + size]}" for at in {*range(0, last, size), last})


def _beginning_with(column: str, pair: str) -> list[str]:
    # FTS5 holds trigrams alone: those that begin with the pair are few, and its vocabulary lists them
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT term FROM search_vocabulary WHERE term >= %s AND term < %s AND col = %s LIMIT %s",
            [pair, f"{pair[0]}{chr(ord(pair[1]) + 1)}", column, MOST_TRIGRAMS + 1],
        )
        return [row[0] for row in cursor.fetchall()]


def _trigrams(column: str, piece: str) -> str | None:
    """Return the pieces of FTS5 that stand for a piece, "" when no document holds it, None when it cannot say."""
    if len(piece) < PAIR:
        return None
    found = [piece] if len(piece) > PAIR else _beginning_with(column, piece)
    if len(found) > MOST_TRIGRAMS:
        return None
    return " OR ".join('"' + one.replace('"', '""') + '"' for one in found)
