"""What a question finds, in the order of its list, without reading everything that it finds.

Documents carry what their list is sorted by. A word that few hold is found by the index of pieces and sorted; of a
word that many hold, the documents are walked in the order of the list until the page is full. Which of the two is
sooner is told by a sample of the kind's documents, which decides of nothing else. Only what stands in the rows that
were given (what the actor may see) is ever counted or returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from phithak.core.search import keys
from phithak.core.search.models import Document
from phithak.core.search.queries import finding, samples

_COSTS = {"sqlite": (4.0, 0.7), "postgresql": (4.0, 3.5)}
"""What a document costs by index and in a walk, in microseconds (measured); only their ratio counts."""


class Ranked:
    """The found rows of a kind, by number, in the order of ``sort_key`` and key.

    Args:
        rows: what the actor may see, already narrowed by other filters; their keys are ids of documents.
        kind: kind of thing.
        question: what the person typed.
        backwards: from the end of the order.
    """

    def __init__(self, rows: QuerySet[Any], kind: str, question: str, *, backwards: bool = False) -> None:
        self._terms = keys.terms(question)
        self._backwards = backwards
        self._seen = Exists(rows.order_by().filter(pk=OuterRef("object_id")))
        self._kind = kind

    def count(self, most: int | None) -> int:
        """Return how many rows there are, at most ``most``; None counts all."""
        documents = finding.by_index(self._kind, self._terms)
        guess = samples.guess(self._kind, self._terms)
        if guess is not None and guess.many:
            documents = finding.by_looking(self._kind, self._terms)
        return documents.filter(self._seen)[:most].count()

    def keys(self, start: int, stop: int) -> list[UUID]:
        """Return the ids of the rows from number ``start`` (from 0) to before ``stop``."""
        order = ("-sort_key", "-object_id") if self._backwards else ("sort_key", "object_id")
        if self._walks(stop):
            documents = finding.by_looking(self._kind, self._terms).filter(self._seen)
            return list(documents.order_by(*order).values_list("object_id", flat=True)[start:stop])
        # sorted first: what the actor may see is then asked of the first few alone
        try:
            every = Document.objects.raw(*self._sorted(order, start, stop))
        except EmptyResultSet:
            # no document can hold it, or the actor can see nothing
            return []
        return [row.object_id for row in every]

    def _walks(self, stop: int) -> bool:
        guess = samples.guess(self._kind, self._terms)
        if guess is None:
            return False
        found, walked = _COSTS[connection.vendor]
        return guess.walk(stop, backwards=self._backwards) * walked < guess.found * found

    def _sorted(self, order: Sequence[str], start: int, stop: int) -> tuple[str, list[Any]]:
        inner = finding.by_index(self._kind, self._terms).order_by(*order).only("id", "object_id", "sort_key")
        inner_sql, inner_values = inner.query.sql_with_params()
        outer = Document.objects.filter(self._seen).only("id", "object_id")
        outer_sql, outer_values = outer.query.sql_with_params()
        # the table of the outer query is the sorted one; a limit keeps it from being drawn into the outer query
        limit = "LIMIT -1" if connection.vendor == "sqlite" else "OFFSET 0"
        head, _, tail = outer_sql.partition(' FROM "search_document"')
        sql = f'{head} FROM ({inner_sql} {limit}) "search_document"{tail} LIMIT %s OFFSET %s'
        return sql, [*inner_values, *outer_values, stop - start, start]
