"""App of ``core/files``."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Sealed files."""

    name = "phithak.core.files"
    label = "files"
