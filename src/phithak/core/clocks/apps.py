"""App of ``core/clocks``."""

from django.apps import AppConfig


class ClocksConfig(AppConfig):
    """Running legal clocks."""

    name = "phithak.core.clocks"
    label = "clocks"
