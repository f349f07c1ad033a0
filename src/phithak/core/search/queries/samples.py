"""A sample of each kind's documents, to guess how many hold a word and where in the order they stand.

It is kept by the process for some minutes and never shown; a wrong guess costs time, not a row.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from phithak.core.search import keys
from phithak.core.search.keys import Term
from phithak.core.search.models import Document

SIZE = 1_000
SECONDS = 300.0
SMALL = 3_000
"""A kind of no more documents than this needs no guess."""

MANY = {"sqlite": 0.3, "postgresql": 0.2}
"""From this share of all documents on, looking at them finds some sooner than the index does (measured)."""


@dataclass(frozen=True)
class Sample:
    """Texts of some documents in the order of their list, and how many documents there are."""

    texts: Sequence[tuple[str, str]]
    total: int


@dataclass(frozen=True)
class Guess:
    """How many documents hold what was asked (about), and where in the sample they stand."""

    places: Sequence[int]
    sampled: int
    total: int

    @property
    def found(self) -> float:
        """About so many documents match."""
        return max(len(self.places), 0.5) / self.sampled * self.total

    @property
    def many(self) -> bool:
        """So large a share matches that any documents will do to find some."""
        return len(self.places) >= MANY[connection.vendor] * self.sampled

    def walk(self, wanted: int, *, backwards: bool) -> float:
        """Return about how many documents are walked in order until ``wanted`` are found."""
        each = self.total / self.sampled
        needed = int(wanted / each)  # so many of the sample lie before the page
        if needed >= len(self.places):
            return float(self.total)
        place = self.sampled - 1 - self.places[-1 - needed] if backwards else self.places[needed]
        return (place + 1) * each


_samples: dict[str, tuple[float, Sample | None]] = {}
_guard = threading.Lock()


def guess(kind: str, terms: Sequence[Term]) -> Guess | None:
    """Return a guess for a question; None for a kind of few documents."""
    sample = _sample(kind)
    if sample is None:
        return None
    places = [
        place
        for place, (exact, loose) in enumerate(sample.texts)
        if all(one.exact in exact or (one.loose and one.loose in loose) for one in terms)
    ]
    return Guess(places, len(sample.texts), sample.total)


def forget() -> None:
    """Drop all samples, for tests that fill their tables at once."""
    with _guard:
        _samples.clear()


def _sample(kind: str) -> Sample | None:
    now = time.monotonic()
    with _guard:
        made, kept = _samples.get(kind, (-SECONDS, None))
        if now - made < SECONDS:
            return kept
        # the others go on with the old one meanwhile
        _samples[kind] = (now, kept)
    found = _drawn(kind)
    with _guard:
        _samples[kind] = (now, found)
    return found


def _drawn(kind: str) -> Sample | None:
    rows = Document.objects.filter(kind=kind)
    if rows[: SMALL + 1].count() <= SMALL:
        return None
    texts = rows.order_by("sort_key", "object_id").values_list("exact", "loose")
    if connection.vendor == "sqlite":
        first, _ = keys.numbers_of(kind)
        last = rows.order_by("-pk").values_list("pk", flat=True)[0]
        chance = random.Random(last)  # noqa: S311 - no secret
        numbers = sorted({chance.randrange(first, last + 1) for _ in range(SIZE)})
        found = list(texts.filter(pk__in=numbers))
        total = round((last - first + 1) * len(found) / len(numbers))
    else:
        total, found = _drawn_in_blocks(kind)
    return Sample(found, total) if len(found) >= SIZE // 8 else None


def _drawn_in_blocks(kind: str) -> tuple[int, list[tuple[str, str]]]:
    """Return about how many documents of a kind PostgreSQL holds, and some of them in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'search_document'::regclass")
        every = max(cursor.fetchone()[0], 1.0)
        cursor.execute(
            "SELECT exact, loose, kind = %s FROM search_document TABLESAMPLE SYSTEM (%s) ORDER BY sort_key, object_id",
            [kind, min(100.0, 100.0 * 10 * SIZE / every)],
        )
        drawn = cursor.fetchall()
    mine = [(exact, loose) for exact, loose, own in drawn if own]
    total = round(every * len(mine) / max(len(drawn), 1))
    step = max(1, len(mine) // SIZE)
    return total, mine[::step]
