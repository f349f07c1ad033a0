"""App of the accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the room's permissions, menu lines, checks and what waits."""

    name = "phithak.core.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register what this room contributes and listen to logins."""
        from phithak.core.accounts import contributions, permissions, receivers  # noqa: PLC0415 - models are ready only now

        permissions.register(*permissions.OWN)
        contributions.register()
        receivers.connect()
