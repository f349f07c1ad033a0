"""Cutting one page out of a list, as fast at the end and in the middle as at the start.

The database walks to the page over the keys alone (an index holds them) and only then reads the page's rows. More
than :data:`COUNTED` rows are counted only for a page past the end. Where a page deep in a list begins is kept for a
minute (:mod:`~phithak.core.ui.tables.marks`), so that its neighbours need no walk of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet

from phithak.core.ui.tables import marks

COUNTED = 1_000
FAR = 1_000_000
"""A page beyond this asks for the last one, whichever that is."""


@dataclass(frozen=True)
class Slice:
    """One page: its rows, its number, how many pages and rows there are, and the number of its first row.

    With ``more`` there are more rows than ``total`` and more pages than ``pages``.
    """

    rows: list[Any]
    page: int
    pages: int
    total: int
    first: int
    more: bool = False

    @property
    def last(self) -> int:
        """Number of the page's last row."""
        return self.first + len(self.rows) - 1


def cut(rows: QuerySet[Any] | Sequence[Any], page: int, size: int) -> Slice:
    """Return one page of ordered rows; a page past the end gives the last one.

    Args:
        rows: an ordered query, or a list.
        page: from 1.
        size: rows on a page.
    """
    if not isinstance(rows, QuerySet):
        return _listed(rows, page, size)
    if page * size <= COUNTED:
        found = rows.order_by()[: COUNTED + 1].count()
        return _known(rows, page, size, min(found, COUNTED), more=found > COUNTED)
    return _deep(rows, page, size)


class Found(Protocol):
    """What a search found, in the order of the list (such as :class:`phithak.core.search.queries.ranked.Ranked`)."""

    def count(self, most: int | None) -> int:
        """Return how many rows there are, at most ``most``."""
        ...

    def keys(self, start: int, stop: int) -> list[Any]:
        """Return the keys of the rows from number ``start`` (from 0) to before ``stop``."""
        ...


def cut_found(rows: QuerySet[Any], found: Found, page: int, size: int) -> Slice:
    """Return one page of what was found among ``rows``; a page past the end gives the last one."""
    start = (page - 1) * size
    if start + size > COUNTED:
        picked = found.keys(start, start + size + 1)
        if len(picked) > size:
            return Slice(_read(rows, picked[:size]), page, page, page * size, start + 1, more=True)
        if picked:
            return Slice(_read(rows, picked), page, page, start + len(picked), start + 1)
        total = found.count(None)
    else:
        total = found.count(COUNTED + 1)
    more = total > COUNTED and start + size <= COUNTED
    total = min(total, COUNTED) if more else total
    pages = max(1, -(-total // size))
    page = min(page, pages)
    start = (page - 1) * size
    picked = found.keys(start, min(start + size, total)) if total else []
    return Slice(_read(rows, picked), page, pages, total, start + 1 if total else 0, more)


def _listed(rows: Sequence[Any], page: int, size: int) -> Slice:
    pages = max(1, -(-len(rows) // size))
    page = min(page, pages)
    start = (page - 1) * size
    return Slice(list(rows[start : start + size]), page, pages, len(rows), start + 1 if rows else 0)


def _known(rows: QuerySet[Any], page: int, size: int, total: int, *, more: bool) -> Slice:
    """Return a page of the ``total`` first rows; the last of them when it lies past them."""
    pages = max(1, -(-total // size))
    page = min(page, pages)
    start = (page - 1) * size
    stop = min(start + size, total)
    keys = rows.values_list("pk", flat=True)
    if stop <= start:
        picked = []
    elif not more and start > total // 2:
        picked = list(keys.reverse()[total - stop : total - start])[::-1]
    else:
        picked = list(keys[start:stop])
    return Slice(_read(rows, picked), page, pages, total, start + 1 if total else 0, more)


def _deep(rows: QuerySet[Any], page: int, size: int) -> Slice:
    walk = marks.Walk(rows)
    start = (page - 1) * size
    total = walk.count() if page > FAR else walk.total()
    if total is None or start < total:
        picked = walk.keys(start, size + 1)
        if len(picked) > size:
            return Slice(_read(rows, picked[:size]), page, page, page * size, start + 1, more=True)
        if picked:
            return Slice(_read(rows, picked), page, page, start + len(picked), start + 1)
    # nothing lies there: the last page is asked for
    return _known(rows, page, size, walk.count(), more=False)


def _read(rows: QuerySet[Any], picked: list[Any]) -> list[Any]:
    # the visible rows are asked again: a key alone opens nothing
    found = {row.pk: row for row in rows.filter(pk__in=picked)}
    return [found[key] for key in picked if key in found]
