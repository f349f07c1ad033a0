"""App of the monitoring room."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Registers the room's rights, checks and loop."""

    name = "phithak.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.core.accounts import permissions  # noqa: PLC0415 - models are ready only now
        from phithak.monitoring import contributions  # noqa: PLC0415 - same
        from phithak.monitoring.permissions import OWN  # noqa: PLC0415 - same

        permissions.register(*OWN)
        contributions.register()
