"""App of ``core/pdf``."""

from django.apps import AppConfig


class PdfConfig(AppConfig):
    """Letters and reports as PDF."""

    name = "phithak.core.pdf"
    label = "pdf"
