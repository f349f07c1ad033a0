"""App of the notices room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers what the room contributes."""

    name = "phithak.notices"
    label = "notices"
