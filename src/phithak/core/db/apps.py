"""App of the database floor."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


class DbConfig(AppConfig):
    """The database floor owns no tables."""

    name = "phithak.core.db"
    label = "db"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tune each connection as it is opened."""
        connection_created.connect(tune, dispatch_uid="db.tune")


def tune(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Switch PostgreSQL's compiler off: our questions take milliseconds, compiling one took up to 200 of them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
