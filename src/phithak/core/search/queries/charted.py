"""Where in a list's order a question may find something, by the chart of its kind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from phithak.base import clock
from phithak.core.search import charts
from phithak.core.search.keys import Term
from phithak.core.search.models import Change, Chart, ChartPiece, Document

MOST_CHANGES = 5_000
"""A chart that knows less than this many changes too few is of no use."""

BEHIND = timedelta(seconds=30)
"""A change that was told so long before a page read the chart stands in what the page read."""

GAP = 1
MOST_RUNS = 6
"""After so many runs of regions the rest of the order is walked as one."""

_starts: dict[str, tuple[int, list[bytes]]] = {}


@dataclass(frozen=True)
class Charted:
    """The regions in which documents may match that were not written since.

    Attributes:
        kind: kind of thing.
        starts: first sort key of each region of the kind.
        bits: those regions.
        each: about so many documents lie in a region.
        since: when the chart was read.
    """

    kind: str
    starts: Sequence[bytes]
    bits: int
    each: float
    since: datetime

    def within(self, reach: float, *, backwards: bool) -> int:
        """Return how many regions that may hold a match lie within a share of the order; 1 at least."""
        number = len(self.starts)
        far = math.ceil(reach * number)
        bits = self.bits >> (number - far) if backwards else self.bits & ((1 << far) - 1)
        return max(1, bits.bit_count())

    def changed(self, documents: QuerySet[Document]) -> QuerySet[Document]:
        """Return those of ``documents`` that were written since, in whatever region they lie."""
        return documents.filter(object_id__in=_changes(self.kind, self.since).values("object_id"))

    def walks(self, documents: QuerySet[Document], *, backwards: bool) -> list[QuerySet[Document]]:
        """Return those of ``documents`` that lie in the regions, part by part in the order of the list."""
        runs = charts.runs(self.bits, len(self.starts), GAP)
        if backwards:
            runs.reverse()
        if len(runs) > MOST_RUNS:
            rest = runs[MOST_RUNS - 1 :]
            runs[MOST_RUNS - 1 :] = [(min(rest)[0], max(rest)[1])]
        return [self._between(documents, first, behind) for first, behind in runs]

    def _between(self, documents: QuerySet[Document], first: int, behind: int) -> QuerySet[Document]:
        # a document that stands before all that were charted belongs to the first region
        if first:
            documents = documents.filter(sort_key__gte=self.starts[first])
        return documents.filter(sort_key__lt=self.starts[behind]) if behind < len(self.starts) else documents


def charted(kind: str, terms: Sequence[Term]) -> Charted | None:
    """Return where the kind's documents may match; None without a chart, or when too much was written since."""
    since = clock.now()
    chart = Chart.objects.filter(kind=kind).values_list("version", "total").first()
    if chart is None or _changes(kind, since)[: MOST_CHANGES + 1].count() > MOST_CHANGES:
        return None
    version, total = chart
    starts = _starts_of(kind, version)
    if not starts:
        return None
    rows = ChartPiece.objects.filter(kind=kind, version=version, piece__in=charts.asked(terms))
    known = {
        piece: int.from_bytes(bytes(bits), "little") for piece, bits in rows.values_list("piece", "regions")
    }
    return Charted(kind, starts, charts.regions(terms, known, len(starts)), total / len(starts), since)


def _changes(kind: str, since: datetime) -> QuerySet[Change]:
    """Return the changes that a chart read at a moment may not know."""
    return Change.objects.filter(Q(charted_at=None) | Q(charted_at__gte=since - BEHIND), kind=kind)


def _starts_of(kind: str, version: int) -> list[bytes]:
    kept = _starts.get(kind)
    if kept is None or kept[0] != version:
        value = Chart.objects.filter(kind=kind, version=version).values_list("starts", flat=True).first()
        if value is None:  # drawn anew this moment
            return []
        kept = _starts[kind] = (version, charts.unpacked(bytes(value)))
    return kept[1]


def forget() -> None:
    """Drop what is kept of charts, for tests that begin afresh."""
    _starts.clear()
