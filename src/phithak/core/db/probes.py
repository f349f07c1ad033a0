"""Whether a row leads to another: asked of each row by itself, or of all rows at once where all are read.

PostgreSQL answers an EXISTS that stands beside an OR by listing everything it may find first (a hashed subplan): 80 ms
for a hundred thousand, for each page of fifty anew. Row by row it is an index's matter of microseconds, so that is
the rule; over all rows the listing is the cheaper one, by a half.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists
from django.db.models.sql.compiler import SQLCompiler

_all_rows: ContextVar[bool] = ContextVar("all_rows", default=False)


class HasAny(Exists):
    """``Exists`` for a query with an ``OuterRef`` that an index answers; it means the same on each database."""

    def as_postgresql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        template: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[Any, ...]]:
        """Return a scalar question, which PostgreSQL puts row by row."""
        if template is None and not reads_all_rows():
            template = "((%(subquery)s) IS NOT NULL)"
        sql, parameters = super().as_sql(compiler, connection, template=template, **extra_context)
        return sql, tuple(parameters)


def reads_all_rows() -> bool:
    """Tell whether queries are planned for nearly all rows of a table now."""
    return _all_rows.get()


@contextmanager
def over_all_rows() -> Iterator[None]:
    """Plan the queries that are run within for nearly all rows of a table: figures, counts, far ends of lists."""
    before = _all_rows.set(True)
    try:
        yield
    finally:
        _all_rows.reset(before)
