"""Contributions of the part ``people``."""

from __future__ import annotations


def register() -> None:
    """Add this part's contributions."""
