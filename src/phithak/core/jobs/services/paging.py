"""Walking through a source from where a former attempt stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

T = TypeVar("T")
Take = Callable[[int], tuple[list[T], Any]]
"""``take(n)`` returns the next at most ``n`` rows and the cursor behind them; no rows = the end."""


def walk(source: Iterable[T], key: Callable[[T], Any] | str | None, cursor: Any) -> Take[T]:
    """Return the ``take`` of a source; see ``Run.chunks`` for the arguments.

    Raises:
        TypeError: the key does not fit the kind of source.
    """
    if isinstance(source, QuerySet):
        if callable(key):
            raise TypeError("a QuerySet is read in the order of a field: give its name as key")
        return _rows(source, key or "pk", cursor)
    if isinstance(key, str):
        raise TypeError("the key of an iterable is a function")
    return _items(source, key, cursor)


def _rows(source: QuerySet[Any], field: str, cursor: Any) -> Take[Any]:
    place = [cursor]
    ordered = source.order_by(field)

    def take(count: int) -> tuple[list[Any], Any]:
        rest = ordered if place[0] is None else ordered.filter(**{f"{field}__gt": place[0]})
        found = list(rest[:count])
        if found:
            last = found[-1]
            value = last[field] if isinstance(last, dict) else getattr(last, field)
            place[0] = str(value) if isinstance(value, UUID) else value
        return found, place[0]

    return take


def _items(source: Iterable[T], key: Callable[[T], Any] | None, cursor: Any) -> Take[T]:
    numbered = enumerate(source, start=1)

    def key_of(number: int, item: T) -> Any:
        return number if key is None else key(item)

    rest = ((key_of(n, item), item) for n, item in numbered)
    ahead = rest if cursor is None else (pair for pair in rest if pair[0] > cursor)
    place = [cursor]

    def take(count: int) -> tuple[list[T], Any]:
        found = list(islice(ahead, count))
        if found:
            place[0] = found[-1][0]
        return [item for _, item in found], place[0]

    return take
