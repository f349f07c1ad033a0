"""Where pages deep in a list begin, remembered by this process for a minute.

A mark is the number of a row with what it is sorted by; rows behind it are reached by index from there. While others
write, a mark may lie off by the rows that came or went within that minute, as the pages of any list that moves do;
the rows themselves are always read afresh, through the query of whoever asks. The query's own text and parameters
are the key, so marks of what one person may see never serve another.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Field, Q, QuerySet

from phithak.core.db.probes import over_all_rows
from phithak.core.db.remember import key_of

SECONDS = 60.0
MOST_LISTS = 100
MOST_MARKS = 200
FAR = 10_000
"""So many rows on the way are walked faster when what may be seen is listed first."""


@dataclass
class _Marks:
    made: float
    places: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    total: int | None = None


_lists: OrderedDict[object, _Marks] = OrderedDict()
_guard = threading.Lock()


class Walk:
    """An ordered query whose rows are reached by number."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self._rows = rows
        self._field, self._backwards = _order(rows)
        self._marks = _marks_of(rows)

    def keys(self, start: int, most: int) -> list[Any]:
        """Return the keys of at most ``most`` rows from row number ``start`` on (from 0)."""
        if not self._field:
            return list(self._rows.values_list("pk", flat=True)[start : start + most])
        at, rows = self._nearest(start)
        with over_all_rows() if start - at > FAR else nullcontext():
            found = list(rows.values_list("pk", self._field)[start - at : start - at + most])
        if found and len(self._marks.places) < MOST_MARKS:
            self._marks.places[start] = (found[0][1], found[0][0])
        return [key for key, _ in found]

    def total(self) -> int | None:
        """Return how many rows were counted within the last minute; None when nobody counted."""
        return self._marks.total

    def count(self) -> int:
        """Count the rows, at most once a minute."""
        if self._marks.total is None:
            with over_all_rows():
                self._marks.total = self._rows.count()
        return self._marks.total

    def _nearest(self, start: int) -> tuple[int, QuerySet[Any]]:
        places = dict(self._marks.places)
        before = [number for number in places if number <= start]
        if not before:
            return 0, self._rows
        at = max(before)
        value, key = places[at]
        than = "lt" if self._backwards else "gt"
        if self._field == "pk":
            return at, self._rows.filter(**{f"pk__{than}e": key})
        # the first condition finds the place in the index, the second leaves out what stands before it there
        beyond = Q(**{f"{self._field}__{than}": value}) | Q(**{f"pk__{than}e": key})
        return at, self._rows.filter(beyond, **{f"{self._field}__{than}e": value})


def _order(rows: QuerySet[Any]) -> tuple[str, bool]:
    """Return the field that rows are sorted by, before their keys, and whether backwards; "" for any other order."""
    order = [str(one) for one in rows.query.order_by]
    backwards = bool(order) and order[0].startswith("-")
    names = [one.removeprefix("-") for one in order]
    if any(one.startswith("-") is not backwards for one in order) or names[-1:] != ["pk"]:
        return "", False
    if len(names) == 1:
        return "pk", backwards
    known = {one.name: one for one in rows.model._meta.concrete_fields}  # noqa: SLF001 - Django's documented way
    found = known.get(names[0])
    plain = isinstance(found, Field) and not found.null and not found.is_relation
    return (names[0], backwards) if len(names) == 2 and plain else ("", False)  # noqa: PLR2004 - field and key


def _marks_of(rows: QuerySet[Any]) -> _Marks:
    key = key_of(rows)
    now = time.monotonic()
    with _guard:
        for old in [one for one, marks in _lists.items() if now - marks.made > SECONDS]:
            del _lists[old]
        found = _lists.setdefault(key, _Marks(now))
        _lists.move_to_end(key)
        while len(_lists) > MOST_LISTS:
            _lists.popitem(last=False)
        return found
