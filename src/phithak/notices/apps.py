"""App of the notices room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers the room's rights, job, contributions, and listens for a new centre."""

    name = "phithak.notices"
    label = "notices"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.core.accounts import permissions  # noqa: PLC0415 - models are ready only now
        from phithak.notices import contributions, receivers  # noqa: PLC0415 - same
        from phithak.notices.permissions import OWN  # noqa: PLC0415 - same

        permissions.register(*OWN)
        contributions.register()
        receivers.connect()
