"""App of the registry."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Registers the room's rights and contributions, and listens for new tenants and leavers."""

    name = "phithak.registry"
    label = "registry"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.core.accounts import permissions  # noqa: PLC0415 - models are ready only now
        from phithak.registry.contributions import register  # noqa: PLC0415 - same
        from phithak.registry.permissions import OWN  # noqa: PLC0415 - same

        permissions.register(*OWN)
        register()
