"""A sample of each kind's documents, to guess how many hold a word and where in the order they stand.

It is kept by the process for some minutes and never shown; a wrong guess costs time, not a row.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from phithak.core.search import keys
from phithak.core.search.keys import Term
from phithak.core.search.models import Document

SIZE = 1_000
SECONDS = 300.0
KEPT = 1_000
"""So many guesses are kept with a sample."""

SMALL = 3_000
"""A kind of no more documents than this needs no guess."""

MANY = {"sqlite": 0.3, "postgresql": 0.2}
"""From this share of all documents on, looking at them finds some sooner than the index does (measured)."""


@dataclass(frozen=True)
class Sample:
    """Texts and ids of some documents in the order of their list, and how many documents there are."""

    texts: Sequence[tuple[str, str, UUID]]
    total: int
    guesses: dict[tuple[Term, ...], Guess] = field(default_factory=dict)


@dataclass(frozen=True)
class Guess:
    """How many documents hold what was asked (about), where in the sample they stand, and which they are."""

    places: Sequence[int]
    ids: Sequence[UUID]
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

    def reach(self, wanted: int, places: Sequence[int], step: int, *, backwards: bool) -> float:
        """Return about which share of the order is walked until ``wanted`` are found.

        Args:
            wanted: how many are wanted.
            places: where those stand that count, of each ``step``-th of the guess.
            step: 1 for all of them.
            backwards: from the end of the order.
        """
        needed = int(wanted / (self.total / self.sampled * step))  # so many of these lie before the page
        if needed >= len(places):
            return 1.0
        place = self.sampled - 1 - places[-1 - needed] if backwards else places[needed]
        return (place + 1) / self.sampled


_samples: dict[str, tuple[float, Sample | None]] = {}
_guard = threading.Lock()


def guess(kind: str, terms: Sequence[Term]) -> Guess | None:
    """Return a guess for a question; None for a kind of few documents."""
    sample = _sample(kind)
    if sample is None:
        return None
    asked = tuple(terms)
    known = sample.guesses.get(asked)
    if known is not None:
        return known
    places = [
        place
        for place, (exact, loose, _) in enumerate(sample.texts)
        if all(one.exact in exact or (one.loose and one.loose in loose) for one in terms)
    ]
    made = Guess(places, [sample.texts[place][2] for place in places], len(sample.texts), sample.total)
    if len(sample.guesses) < KEPT:
        sample.guesses[asked] = made
    return made


def before(kind: str, reach: float, most: int, *, backwards: bool) -> list[UUID]:
    """Return the ids of at most so many of the kind's sample from the beginning of the order to a share of it."""
    sample = _sample(kind)
    if sample is None:
        return []
    texts = sample.texts[::-1] if backwards else sample.texts
    within = texts[: max(1, math.ceil(reach * len(texts)))]
    return [object_id for _, _, object_id in within[:: -(-len(within) // most)]]


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
    texts = rows.order_by("sort_key", "object_id").values_list("exact", "loose", "object_id")
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


def _drawn_in_blocks(kind: str) -> tuple[int, list[tuple[str, str, UUID]]]:
    """Return about how many documents of a kind PostgreSQL holds, and some of them in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'search_document'::regclass")
        every = max(cursor.fetchone()[0], 1.0)
        cursor.execute(
            "SELECT exact, loose, object_id, kind = %s FROM search_document TABLESAMPLE SYSTEM (%s)"
            " ORDER BY sort_key, object_id",
            [kind, min(100.0, 100.0 * 10 * SIZE / every)],
        )
        drawn = cursor.fetchall()
    mine = [(exact, loose, object_id) for exact, loose, object_id, own in drawn if own]
    total = round(every * len(mine) / max(len(drawn), 1))
    step = max(1, len(mine) // SIZE)
    return total, mine[::step]
