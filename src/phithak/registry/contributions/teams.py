"""Contributions of the part ``teams``."""

from __future__ import annotations


def register() -> None:
    """Add this part's contributions."""
