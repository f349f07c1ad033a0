"""Contributions of the part ``agreements``."""

from __future__ import annotations


def register() -> None:
    """Add this part's contributions."""
