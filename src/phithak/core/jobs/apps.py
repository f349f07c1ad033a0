"""App of ``core/jobs``."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Registers the room's permissions, checks and loops, and imports every room's ``jobs.py``."""

    name = "phithak.core.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.core.accounts import permissions  # noqa: PLC0415 - models are ready only now
        from phithak.core.jobs import contributions  # noqa: PLC0415 - same
        from phithak.core.jobs import permissions as own  # noqa: PLC0415 - same

        permissions.register(*own.OWN)
        contributions.register()
        autodiscover_modules("jobs")
