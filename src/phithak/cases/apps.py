"""App of the cases room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers the room's rights and contributions."""

    name = "phithak.cases"
    label = "cases"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.cases.contributions import register  # noqa: PLC0415 - models are ready only now
        from phithak.cases.permissions import OWN  # noqa: PLC0415 - same
        from phithak.core.accounts import permissions  # noqa: PLC0415 - same

        permissions.register(*OWN)
        register()
