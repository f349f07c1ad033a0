"""App of ``core/schedule``."""

from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    """Registers the room's permissions, checks and loop; schedules are registered by rooms' ``jobs.py``."""

    name = "phithak.core.schedule"
    label = "schedule"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.core.accounts import permissions  # noqa: PLC0415 - models are ready only now
        from phithak.core.schedule import contributions  # noqa: PLC0415 - same
        from phithak.core.schedule import permissions as own  # noqa: PLC0415 - same

        permissions.register(*own.OWN)
        contributions.register()
