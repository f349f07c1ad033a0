"""App of ``core/search``."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Thai search."""

    name = "phithak.core.search"
    label = "search"
