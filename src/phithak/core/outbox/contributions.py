"""What this room shows elsewhere: menu line, what waits, checks of ``doctor``, its loops, its number."""

from __future__ import annotations


def register() -> None:
    """Add this room's contributions."""
