"""App of the links room."""

from django.apps import AppConfig


class LinksConfig(AppConfig):
    """Registers the room's rights."""

    name = "phithak.core.links"
    label = "links"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.core.accounts import permissions  # noqa: PLC0415 - models are ready only now
        from phithak.core.links.permissions import OWN  # noqa: PLC0415 - same

        permissions.register(*OWN)
