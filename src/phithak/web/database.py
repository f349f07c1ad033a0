"""The state of the records database against this release."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


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
