"""App of ``core/i18n``."""

from django.apps import AppConfig


class I18NConfig(AppConfig):
    """Owns no tables."""

    name = "phithak.core.i18n"
    label = "core_i18n"
