"""App of ``core/ui``."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The toolkit of pages and API, and the pages of the core."""

    name = "phithak.core.ui"
    label = "ui"
