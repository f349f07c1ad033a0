"""The first rows of a wide query, their keys first."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def first_rows(rows: QuerySet[M], most: int) -> list[M]:
    """Return the first rows of an ordered query, at most ``most``; their keys are asked for first.

    What waits for somebody is mostly nothing, and a query that reads a row with all that it joins costs several times
    what asking for keys costs; of a search, the joined tables may lead the database astray.
    """
    keys: list[Any] = list(
        rows.select_related(None).prefetch_related(None).values_list("pk", flat=True)[:most]
    )
    if not keys:
        return []
    found = {row.pk: row for row in rows.filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]
