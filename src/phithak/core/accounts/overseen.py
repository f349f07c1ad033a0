"""The condition that a tenant lies under others now, as one expression.

Nearly every query of every page asks this. Built from querysets it cost as much as all the rest of a query's way to
the database; here the text stands ready, and only the row's tenant is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F, Field
from django.db.models.sql.compiler import SQLCompiler

from phithak.core.accounts.models import Oversight
from phithak.core.db.probes import reads_all_rows

_TABLE = Oversight._meta.db_table  # noqa: SLF001 - Django's documented way
_HERE = "overseen_by"
"""Name of the table within the expression; a row's tenant is never a column of it."""


class LiesUnder(Expression):
    """True where a row's tenant lies under one of others.

    Args:
        tenant_field: lookup that leads from a row to its tenant.
        over: tenants of which one must be over it.
        reasons: reasons that count; None for all.
        now: UTC; an oversight that ended by then does not count.
        listed: list who lies under them first, instead of asking each row by itself; only a matter of speed.
    """

    conditional = True

    def __init__(
        self,
        tenant_field: str,
        over: Iterable[UUID],
        reasons: Iterable[str] | None,
        now: datetime,
        *,
        listed: bool,
    ) -> None:
        super().__init__(output_field=BooleanField())
        self._tenant: Any = F(tenant_field)
        self._over, self._now, self._listed = sorted(over), now, listed
        self._reasons = None if reasons is None else sorted(map(str, reasons))

    def get_source_expressions(self) -> list[Any]:
        """Return the row's tenant, which Django resolves."""
        return [self._tenant]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Take the row's tenant back, resolved."""
        (self._tenant,) = exprs

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Return the condition for SQLite, which asks row by row whatever the form of EXISTS."""
        return self._sql(compiler, connection, ("EXISTS(", ")"))

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        """Return the condition for PostgreSQL: see :mod:`phithak.core.db.probes`."""
        return self._sql(
            compiler, connection, ("EXISTS(", ")") if reads_all_rows() else ("((", ") IS NOT NULL)")
        )

    def _sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, form: tuple[str, str]
    ) -> tuple[str, tuple[Any, ...]]:
        tenant, of_tenant = compiler.compile(self._tenant)
        rows, given = self._running(connection)
        under = f"{_HERE}.{connection.ops.quote_name('under_id')}"
        if self._listed:
            return f"{tenant} IN (SELECT {under} {rows})", (*of_tenant, *given)
        return f"{form[0]}SELECT 1 {rows} AND {under} = {tenant} LIMIT 1{form[1]}", (*given, *of_tenant)

    def _running(self, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Return the rows of oversight that count now, from FROM on."""
        quote = connection.ops.quote_name
        conditions = [f"{_HERE}.{quote('ended_at')} IS NULL"]
        given: list[Any] = []
        named: list[tuple[Field[Any, Any], Sequence[object] | None]] = [
            (Oversight.over.field, self._over),
            (Oversight.reason.field, self._reasons),
        ]
        for field, values in named:
            if values is not None:
                conditions.append(
                    f"{_HERE}.{quote(str(field.column))} IN ({', '.join(['%s'] * len(values))})"
                )
                given += [field.get_db_prep_value(one, connection) for one in values]
        until = f"{_HERE}.{quote('until')}"
        conditions.append(f"({until} IS NULL OR {until} > %s)")
        given.append(Oversight.until.field.get_db_prep_value(self._now, connection))
        return f"FROM {quote(_TABLE)} {_HERE} WHERE {' AND '.join(conditions)}", tuple(given)
