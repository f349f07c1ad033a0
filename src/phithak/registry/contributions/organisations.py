"""Contributions of the part ``organisations``."""

from __future__ import annotations


def register() -> None:
    """Add this part's contributions."""
