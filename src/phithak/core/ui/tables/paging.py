"""Cutting one page out of a list, as fast at the end and in the middle as at the start.

The database walks to the page over the keys alone (an index holds them), from whichever end is nearer, and
only then reads the page's rows. More than :data:`COUNTED` rows are counted only for pages beyond them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

COUNTED = 10_000


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
    total, more = _count(rows, page * size)
    pages = max(1, -(-total // size))
    page = min(page, pages)
    start = (page - 1) * size
    stop = min(start + size, total)
    if not isinstance(rows, QuerySet):
        found = list(rows[start:stop])
    elif stop <= start:
        found = []
    else:
        found = _by_keys(rows, start, stop, None if more else total)
    return Slice(found, page, pages, total, start + 1 if total else 0, more)


def _count(rows: QuerySet[Any] | Sequence[Any], needed: int) -> tuple[int, bool]:
    """Return how many rows there are, and whether counting stopped there; exact when ``needed`` rows are more."""
    if not isinstance(rows, QuerySet):
        return len(rows), False
    if needed < COUNTED:
        found = rows.order_by()[: COUNTED + 1].count()
        return (COUNTED, True) if found > COUNTED else (found, False)
    return rows.count(), False


def _by_keys(rows: QuerySet[Any], start: int, stop: int, total: int | None) -> list[Any]:
    keys = rows.values_list("pk", flat=True)
    if total is not None and start > total // 2:
        picked = list(keys.reverse()[total - stop : total - start])[::-1]
    else:
        picked = list(keys[start:stop])
    # the visible rows are asked again: a key alone opens nothing
    found = {row.pk: row for row in rows.filter(pk__in=picked)}
    return [found[key] for key in picked if key in found]
