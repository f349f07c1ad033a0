"""App of the journal."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Hands ``record`` down to all rooms and registers what the journal contributes."""

    name = "phithak.core.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the recorder, the loops, the checks and the permissions."""
        from phithak.core import contrib  # noqa: PLC0415 - models are ready only now
        from phithak.core.accounts import permissions as rights  # noqa: PLC0415 - same
        from phithak.core.journal import contributions, permissions, services  # noqa: PLC0415 - same

        contrib.set_recorder(services.record)
        contributions.register()
        rights.register(*permissions.OWN)
