"""App of ``core/ui``."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Registers the menu lines of the toolkit's own pages and the check of the front end's files."""

    name = "phithak.core.ui"
    label = "ui"

    def ready(self) -> None:
        """Register what the toolkit contributes."""
        from phithak.core.ui import contributions  # noqa: PLC0415 - apps are ready only now

        contributions.register()
