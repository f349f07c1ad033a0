"""App of the detection room."""

from django.apps import AppConfig


class DetectionConfig(AppConfig):
    """Registers the room's rights."""

    name = "phithak.detection"
    label = "detection"

    def ready(self) -> None:
        """Register what this room contributes."""
        from phithak.core.accounts import permissions  # noqa: PLC0415 - models are ready only now
        from phithak.detection.permissions import OWN  # noqa: PLC0415 - same

        permissions.register(*OWN)
