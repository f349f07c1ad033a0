"""App of ``core/links``."""

from django.apps import AppConfig


class LinksConfig(AppConfig):
    """One-time links."""

    name = "phithak.core.links"
    label = "links"
