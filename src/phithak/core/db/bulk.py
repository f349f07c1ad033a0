"""Plain rows into a table without an object for each: for tables in which one thing has many short rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model

from phithak.core.db.transactions import chunks

MOST_VALUES = 900
"""Values of one statement; SQLite may have been built for 999."""

_SKIP = ("*",)


def insert_all(rows: Sequence[Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Insert made objects of one model, each with its key, as :func:`insert`."""
    if rows:
        model = type(rows[0])
        names = [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001 - Django's documented Model._meta API
        insert(model, names, (attrgetter(*names)(row) for row in rows), using=using)


def insert(
    model: type[Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    unique: Sequence[str] = (),
    skip: bool = False,
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Insert rows, as ``bulk_create`` does at several times the price; no defaults, no signals.

    Args:
        model: whose table.
        names: attributes of the columns that are told (``organisation_id``, not ``organisation``); the others
            must have a default in the database.
        rows: their values, in that order.
        unique: where a row with equal values of these is there, its others are set instead; its key stays.
        skip: leave out rows of which an equal one is there already.
        using: database alias.

    Raises:
        IntegrityError: a row breaks a constraint.
    """
    end = _SKIP if skip else tuple(unique)
    fields = _fields(model, tuple(names))
    connection = connections[using]
    with connection.cursor() as cursor:
        for part in chunks(rows, MOST_VALUES // len(names)):
            values = [
                field.get_db_prep_save(value, connection)
                for row in part
                for field, value in zip(fields, row, strict=True)
            ]
            cursor.execute(_statement(using, fields, len(part), end), values)


@cache
def _fields(model: type[Model], names: tuple[str, ...]) -> tuple[Field[Any, Any], ...]:
    known = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's documented Model._meta API
    return tuple(known[name] for name in names)


@cache
def _statement(using: str, fields: tuple[Field[Any, Any], ...], rows: int, unique: tuple[str, ...]) -> str:
    quote = connections[using].ops.quote_name
    names = [quote(str(field.column)) for field in fields]
    slots = "(" + ", ".join(["%s"] * len(fields)) + ")"
    table = quote(fields[0].model._meta.db_table)  # noqa: SLF001 - same
    start = f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([slots] * rows)}"  # noqa: S608 - names of our own table
    if not unique:
        return start
    if unique == _SKIP:
        return f"{start} ON CONFLICT DO NOTHING"
    same = [quote(str(field.column)) for field in fields if field.attname in unique]
    kept = {*same, *(quote(str(field.column)) for field in fields if field.primary_key)}
    renewed = ", ".join(f"{name} = EXCLUDED.{name}" for name in names if name not in kept)
    return f"{start} ON CONFLICT ({', '.join(same)}) DO UPDATE SET {renewed}"
