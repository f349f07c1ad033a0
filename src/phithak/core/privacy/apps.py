"""App of ``core/privacy``."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Keys, vault, masks and tags of personal data."""

    name = "phithak.core.privacy"
    label = "privacy"
