"""What a question finds, in the order of its list, without reading everything that it finds.

Documents carry what their list is sorted by. A word that few hold is found by the index of pieces and sorted; of a
word that many hold, the documents are walked in the order of the list until the page is full. Which of the two is
sooner is told by a sample of the kind's documents, which decides of nothing else. Only what stands in the rows that
were given (what the actor may see) is ever counted or returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from phithak.core.db.probes import HasAny
from phithak.core.search import keys
from phithak.core.search.models import Document
from phithak.core.search.queries import charted, finding, samples
from phithak.core.search.queries.charted import MOST_RUNS, Charted
from phithak.core.search.queries.once import nothing_found
from phithak.core.search.queries.samples import Guess

_COSTS = {"sqlite": (4.0, 0.7), "postgresql": (4.0, 3.5)}
"""What a document costs by index and in a walk, in microseconds (measured)."""

_ASKED, _ROW = 3_000.0, 12.0
"""What a question of its own costs, and a row of the list that is looked at by itself, likewise."""

_NARROW = 0.8
_ENOUGH, _ASKED_FOR = 20, 100
"""From so many found in the sample on it is asked how many of them are among the rows, of so many at most."""


class Ranked:
    """The found rows of a kind, by number, in the order of ``sort_key`` and key.

    Args:
        rows: what the actor may see, already narrowed by other filters; their keys are ids of documents. When they
            are ordered, then as the documents are.
        kind: kind of thing.
        question: what the person typed.
        backwards: from the end of the order.
    """

    def __init__(self, rows: QuerySet[Any], kind: str, question: str, *, backwards: bool = False) -> None:
        self._question = question
        self._terms = keys.terms(question)
        self._backwards = backwards
        self._rows = rows
        self._seen = Exists(rows.order_by().filter(pk=OuterRef("object_id")))
        self._kind = kind

    def count(self, most: int | None) -> int:
        """Return how many rows there are, at most ``most``; None counts all."""
        if self._seen_of_sample is not None and not self._seen_of_sample[0]:
            return self._by_rows()[:most].count()
        if connection.vendor == "sqlite" and most is not None:
            documents = finding.as_they_come(self._kind, self._terms)
        elif self._guess is not None and self._guess.many:
            documents = finding.by_looking(self._kind, self._terms)
        else:
            documents = finding.by_index(self._kind, self._terms)
        return documents.filter(self._seen)[:most].count()

    def keys(self, start: int, stop: int) -> list[UUID]:
        """Return the ids of the rows from number ``start`` (from 0) to before ``stop``."""
        if nothing_found(self._kind, self._question):
            return []
        order = ("-sort_key", "-object_id") if self._backwards else ("sort_key", "object_id")
        way, chart = self._way(stop)
        if way == "rows":
            return list(self._by_rows().values_list("pk", flat=True)[start:stop])
        if way == "index":
            # sorted first: what the actor may see is then asked of the first few alone
            try:
                every = Document.objects.raw(*self._sorted(order, start, stop))
            except EmptyResultSet:
                # no document can hold it, or the actor can see nothing
                return []
            return [row.object_id for row in every]
        documents = finding.by_looking(self._kind, self._terms).filter(self._seen).order_by(*order)
        if chart is None:
            return list(documents.values_list("object_id", flat=True)[start:stop])
        return self._charted(chart, documents, stop)[start:]

    @cached_property
    def _guess(self) -> Guess | None:
        return samples.guess(self._kind, self._terms)

    @cached_property
    def _seen_of_sample(self) -> tuple[list[int], int] | None:
        """Where in the sample those stand that are among the rows, of each so-manieth; None when it holds too few."""
        guess = self._guess
        if guess is None or len(guess.places) < _ENOUGH:
            return None
        step = -(-len(guess.places) // _ASKED_FOR)
        told = dict(zip(guess.ids[::step], guess.places[::step], strict=True))
        seen = self._rows.order_by().filter(pk__in=list(told)).values_list("pk", flat=True)
        return sorted(told[key] for key in seen), step

    @cached_property
    def _narrow(self) -> bool:
        """Tell whether filters, or what the actor may see, leave out many of what was found."""
        if self._guess is None or self._seen_of_sample is None:
            return False
        seen, step = self._seen_of_sample
        return len(seen) < _NARROW * len(self._guess.places[::step])

    def _share_before(self, reach: float) -> float:
        """Return about which share of the kind's documents before a place in the order is among the rows."""
        drawn = samples.before(self._kind, reach, _ASKED_FOR, backwards=self._backwards)
        found = self._rows.order_by().filter(pk__in=drawn).count()
        return max(found, 0.5) / max(len(drawn), 1)

    def _by_rows(self) -> QuerySet[Any]:
        documents = finding.by_looking(self._kind, self._terms)
        return self._rows.filter(HasAny(documents.filter(object_id=OuterRef("pk"))))

    def _way(self, stop: int) -> tuple[str, Charted | None]:
        """Return what is soonest: ``index``, ``rows`` of the list one by one, or a ``walk`` through its documents.

        The walk is through all of them, or through the regions of a chart.
        """
        guess = self._guess
        if guess is None:
            return "index", None
        found, walked = _COSTS[connection.vendor]
        places, step = self._seen_of_sample or (guess.places, 1)
        reach = guess.reach(stop, places, step, backwards=self._backwards)
        costs = {"index": guess.found * found, "walk": reach * guess.total * walked}
        if self._narrow and self._rows.query.order_by:
            # a narrowed list is in order by an index of its own
            costs["rows"] = reach * self._share_before(reach) * guess.total * _ROW
        if min(costs.values()) > _ASKED:
            chart = charted.charted(self._kind, self._terms)
            if chart is not None:
                regions = chart.within(reach, backwards=self._backwards)
                # a question of its own for each run of regions, and one for what was written since
                costs["chart"] = regions * chart.each * walked + (min(regions, MOST_RUNS) + 1) * _ASKED
                if min(costs, key=costs.__getitem__) == "chart":
                    return "walk", chart
        return min(costs, key=costs.__getitem__), None

    def _charted(self, chart: Charted, documents: QuerySet[Document], stop: int) -> list[UUID]:
        told = ("object_id", "sort_key")
        found = dict(chart.changed(documents).values_list(*told)[:stop])
        walked: dict[UUID, bytes] = {}
        for part in chart.walks(documents, backwards=self._backwards):
            if len(walked) >= stop:
                break
            walked |= part.values_list(*told)[: stop - len(walked)]
        both = [(bytes(key), object_id) for object_id, key in (walked | found).items()]
        return [object_id for _, object_id in sorted(both, reverse=self._backwards)[:stop]]

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
