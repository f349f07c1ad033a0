"""App of ``core/signals``."""

from django.apps import AppConfig


class SignalsConfig(AppConfig):
    """Owns no tables."""

    name = "phithak.core.signals"
    label = "core_signals"
