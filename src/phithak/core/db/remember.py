"""Figures over very many rows, remembered for a minute by all processes of the instance.

A count over a hundred thousand rows costs a quarter of a second, for each person who looks at a page that shows it.
The query's own text and parameters are the key, so that what one person may see never serves another; rows
themselves are never remembered. Few rows are counted afresh each time. While one process computes a dear
figure anew, others that are asked for it wait.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from phithak.base import clock
from phithak.core.db import shelf

T = TypeVar("T")

MANY = 20_000
"""A figure is remembered where the table holds so many rows."""

DEAR_SECONDS = 0.03
"""What is computed faster is computed each time."""

JUST_NOW = timedelta(seconds=5)

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")
"""How SQLite is given a moment, in UTC."""


def figure(rows: QuerySet[Any], name: str, work: Callable[[], T]) -> T:
    """Return what ``work`` computes from the rows, at most a minute old.

    Args:
        rows: the query that the figure is about, as whoever asks may see it.
        name: what is computed; two figures of one query have two names.
        work: computes it, as something that JSON can hold.
    """
    try:
        key = (name, key_of(rows.order_by()))
    except EmptyResultSet:
        return work()
    found = shelf.recall(key)
    if found is not None:
        return cast("T", found)
    # what was dear a while ago is dear again: one computes, the others wait for it
    with shelf.alone(key) if shelf.knew(key) else nullcontext():
        found = shelf.recall(key)
        return cast("T", found) if found is not None else _computed(rows, key, work)


def _computed(rows: QuerySet[Any], key: object, work: Callable[[], T]) -> T:
    began = time.monotonic()
    value = work()
    if time.monotonic() - began <= DEAR_SECONDS or not _is_many(rows):
        return value
    shelf.keep(key, value, since=began)
    return cast("T", json.loads(json.dumps(value)))


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
