"""App of ``core/contrib``."""

from django.apps import AppConfig


class ContribConfig(AppConfig):
    """Owns no tables."""

    name = "phithak.core.contrib"
    label = "core_contrib"
