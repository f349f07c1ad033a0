"""The state of the records database against this release."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

from phithak.base.errors import ConflictError
from phithak.base.text import Text


class NoDatabaseError(ConflictError):
    """The records database cannot be opened."""

    code = "database.closed"
    text = Text(
        "เปิดฐานข้อมูลไม่ได้ ({reason}) ถ้าเป็นเครื่องใหม่ รัน phithak up ถ้าไม่ใช่ ดู PHITHAK_DATA_DIR และ database_url",
        "The database cannot be opened ({reason}). On a new machine run phithak up; else see PHITHAK_DATA_DIR and"
        " database_url.",
    )


class PendingMigrationsError(ConflictError):
    """The database is of an older release."""

    code = "migrate.pending"
    text = Text(
        "ฐานข้อมูลเป็นรุ่นเก่า ({count} ขั้น) รัน phithak up --migrate (สำรองข้อมูลให้ก่อน)",
        "The database is of an older release ({count} steps). Run phithak up --migrate (makes a backup first).",
    )


@contextmanager
def errors_for_people() -> Iterator[None]:
    """Turn a database's refusal that comes of a missing instance or an older release into what to do.

    Raises:
        NoDatabaseError: it cannot be opened.
        PendingMigrationsError: its tables are those of an older release.
    """
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        try:
            pending = pending_migrations()
        except OperationalError as refused:
            raise NoDatabaseError(reason=str(refused).splitlines()[0]) from refused
        if pending:
            raise PendingMigrationsError(count=len(pending)) from error
        raise


def pending_migrations() -> list[str]:
    """Return the steps that are not applied yet, as ``app.name``."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def is_fresh() -> bool:
    """Tell whether the database holds no table at all."""
    return not connection.introspection.table_names()


def migrate() -> None:
    """Apply every pending step, quietly."""
    call_command("migrate", verbosity=0, interactive=False)
