"""App of the accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the room's permissions, menu lines and checks."""

    name = "phithak.core.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.core.accounts import permissions  # noqa: PLC0415 - models are ready only now

        permissions.register(*permissions.OWN)
