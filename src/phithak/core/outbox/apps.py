"""App of ``core/outbox``."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    """Registers the room's rights, loops and checks, and imports every room's ``renderers.py``."""

    name = "phithak.core.outbox"
    label = "outbox"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.core.accounts import permissions  # noqa: PLC0415 - models are ready only now
        from phithak.core.outbox import contributions  # noqa: PLC0415 - same
        from phithak.core.outbox.permissions import OWN  # noqa: PLC0415 - same

        permissions.register(*OWN)
        contributions.register()
        autodiscover_modules("renderers")
