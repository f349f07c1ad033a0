"""Where pages deep in a list begin, remembered for a minute by all processes of the instance.

A mark is the number of a row with what it is sorted by; rows behind it are reached by index from there. While others
write, a mark may lie off by the rows that came or went within that minute, as the pages of any list that moves do;
the rows themselves are always read afresh, through the query of whoever asks. The query's own text and parameters
are the key, so marks of what one person may see never serve another.
"""

from __future__ import annotations

import time
from base64 import b64encode
from contextlib import nullcontext
from typing import Any

from django.db.models import Field, Q, QuerySet

from phithak.core.db import shelf
from phithak.core.db.probes import over_all_rows
from phithak.core.db.remember import key_of

MOST_MARKS = 200
FAR = 10_000
"""So many rows on the way are walked faster when what may be seen is listed first, and by one process for all."""


class Walk:
    """An ordered query whose rows are reached by number."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self._rows = rows
        self._field, self._backwards = _order(rows)
        self._key = ("marks", key_of(rows))

    def keys(self, start: int, most: int) -> list[Any]:
        """Return the keys of at most ``most`` rows from row number ``start`` on (from 0)."""
        if not self._field:
            return list(self._rows.values_list("pk", flat=True)[start : start + most])
        far = start - self._nearest(start)[0] > FAR
        with shelf.alone(self._key) if far else nullcontext():
            at, rows = self._nearest(start)
            with over_all_rows() if start - at > FAR else nullcontext():
                found = list(rows.values_list("pk", self._field.name)[start - at : start - at + most])
            if found and at != start:
                self._mark(start, *found[0])
        return [key for key, _ in found]

    def total(self) -> int | None:
        """Return how many rows were counted within the last minute; None when nobody counted."""
        total: int | None = self._known()["total"]
        return total

    def count(self) -> int:
        """Count the rows, at most once a minute."""
        total = self.total()
        if total is None:
            with over_all_rows():
                total = self._rows.count()
            self._keep(self._known() | {"total": total})
        return total

    def _nearest(self, start: int) -> tuple[int, QuerySet[Any]]:
        places = self._known()["places"]
        before = [int(number) for number in places if int(number) <= start]
        if not before or not self._field:
            return 0, self._rows
        at = max(before)
        value, key = self._read(self._field, *places[str(at)])
        than = "lt" if self._backwards else "gt"
        if self._field.primary_key:
            return at, self._rows.filter(**{f"pk__{than}e": key})
        # the first condition finds the place in the index, the second leaves out what stands before it there
        name = self._field.name
        beyond = Q(**{f"{name}__{than}": value}) | Q(**{f"pk__{than}e": key})
        return at, self._rows.filter(beyond, **{f"{name}__{than}e": value})

    def _known(self) -> dict[str, Any]:
        """Return the places that are known, by the number of their row as text, the total, and since when."""
        known = shelf.recall(self._key)
        return known if isinstance(known, dict) else {"since": time.monotonic(), "places": {}, "total": None}

    def _keep(self, known: dict[str, Any]) -> None:
        shelf.keep(self._key, known, since=known["since"])

    def _mark(self, start: int, key: Any, value: Any) -> None:
        known = self._known()
        if len(known["places"]) < MOST_MARKS:
            known["places"][str(start)] = [_told(value), _told(key)]
            self._keep(known)

    def _read(self, field: Field[Any, Any], value: str, key: str) -> tuple[Any, Any]:
        """Return a place's sort value and key as the database knows them."""
        pk = self._rows.model._meta.pk  # noqa: SLF001 - Django's documented way
        read = field.to_python(value)
        return bytes(read) if isinstance(read, memoryview) else read, pk.to_python(key)


def _told(value: Any) -> str:
    """Return a field's value as text that the field's ``to_python`` reads."""
    return b64encode(value).decode() if isinstance(value, bytes | memoryview) else str(value)


def _order(rows: QuerySet[Any]) -> tuple[Field[Any, Any] | None, bool]:
    """Return the field that rows are sorted by, before their keys, and whether backwards; None for any other order."""
    order = [str(one) for one in rows.query.order_by]
    backwards = bool(order) and order[0].startswith("-")
    names = [one.removeprefix("-") for one in order]
    if any(one.startswith("-") is not backwards for one in order) or names[-1:] != ["pk"]:
        return None, False
    meta = rows.model._meta  # noqa: SLF001 - Django's documented way
    if len(names) == 1:
        return meta.pk, backwards
    known = {one.name: one for one in meta.concrete_fields}
    found = known.get(names[0])
    plain = isinstance(found, Field) and not found.null and not found.is_relation
    return (found, backwards) if len(names) == 2 and plain else (None, False)  # noqa: PLR2004 - field and key
