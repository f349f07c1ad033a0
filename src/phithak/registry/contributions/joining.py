"""Contributions of the part ``joining``."""

from __future__ import annotations


def register() -> None:
    """Add this part's contributions."""
