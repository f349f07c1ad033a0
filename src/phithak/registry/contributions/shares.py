"""Contributions of the part ``shares``."""

from __future__ import annotations


def register() -> None:
    """Add this part's contributions."""
