"""Whether strangers may register by themselves: the setting ``self_registration``."""

from __future__ import annotations

from django.conf import settings


def is_open() -> bool:
    """Tell whether the public form takes registrations."""
    return bool(settings.CONFIG.self_registration)
