"""App of ``core/schedule``."""

from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    """What happens at set times."""

    name = "phithak.core.schedule"
    label = "schedule"
