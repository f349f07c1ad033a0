"""App of the database floor."""

from django.apps import AppConfig


class DbConfig(AppConfig):
    """The database floor owns no tables."""

    name = "phithak.core.db"
    label = "db"
    default_auto_field = "django.db.models.BigAutoField"
