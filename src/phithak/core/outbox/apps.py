"""App of ``core/outbox``."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Everything that is told to people outside."""

    name = "phithak.core.outbox"
    label = "outbox"
