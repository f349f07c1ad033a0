"""Lets the test run empty the database between tests: the journal's triggers refuse it, in tests as in life.

Only Django's ``flush`` is let through, with the triggers dropped and made again in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from phithak.core.journal import triggers


def install() -> None:
    """Let ``flush`` pass; installing twice has no effect."""
    BaseDatabaseOperations.execute_sql_flush = _flush  # type: ignore[method-assign] # the one seam that flush has


def _flush(operations: Any, sql_list: Sequence[str]) -> None:
    connection = connections[operations.connection.alias]
    journal = "journal_entry" in connection.introspection.table_names()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if journal:
            triggers.drop(cursor, connection.vendor)
        for sql in sql_list:
            cursor.execute(sql)
        if journal:
            triggers.create(cursor, connection.vendor)
