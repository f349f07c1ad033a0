"""App of ``core/journal``."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The tamper-evident journal."""

    name = "phithak.core.journal"
    label = "journal"
