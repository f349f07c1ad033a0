"""Figures over very many rows, remembered by this process for a minute.

A count over a hundred thousand rows costs a quarter of a second, for each person who looks at a page that shows it.
The query's own text and parameters are the key, so that what one person may see never serves another; rows
themselves are never remembered. Few rows are counted afresh each time.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from phithak.base import clock

T = TypeVar("T")

SECONDS = 60.0
MANY = 20_000
"""A figure is remembered where the table holds so many rows."""

DEAR_SECONDS = 0.03
"""What is computed faster is computed each time."""

MOST = 200
JUST_NOW = timedelta(seconds=5)

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")
"""How SQLite is given a moment, in UTC."""

_figures: OrderedDict[object, tuple[float, object]] = OrderedDict()
_guard = threading.Lock()


def figure(rows: QuerySet[Any], name: str, work: Callable[[], T]) -> T:
    """Return what ``work`` computes from the rows, at most a minute old.

    Args:
        rows: the query that the figure is about, as whoever asks may see it.
        name: what is computed; two figures of one query have two names.
        work: computes it; nobody may change what it returns.
    """
    try:
        key = (name, key_of(rows.order_by()))
    except EmptyResultSet:
        return work()
    now = time.monotonic()
    with _guard:
        made, found = _figures.get(key, (now - SECONDS, None))
    if now - made < SECONDS:
        return cast("T", found)
    value = work()
    if time.monotonic() - now > DEAR_SECONDS and _is_many(rows):
        with _guard:
            _figures[key] = (now, value)
            _figures.move_to_end(key)
            while len(_figures) > MOST:
                _figures.popitem(last=False)
    return value


def key_of(rows: QuerySet[Any]) -> object:
    """Return the text and parameters of a query; the moment of asking, which is another each time, is left out.

    Raises:
        EmptyResultSet: the query can find nothing, and has no text.
    """
    sql, values = rows.values("pk").query.sql_with_params()
    return sql, tuple("now" if _now(one) else repr(one) for one in values)


def _now(value: object) -> bool:
    """Tell whether a parameter is the moment of asking; a moment that somebody filters by belongs to the key."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return False
    if not isinstance(value, datetime):
        return False
    return abs(clock.now() - (value if value.tzinfo else value.replace(tzinfo=UTC))) < JUST_NOW


def _is_many(rows: QuerySet[Any]) -> bool:
    every = rows.model._base_manager.order_by().values("pk")  # noqa: SLF001 - Django's documented way
    return bool(every[:MANY].count() == MANY)
