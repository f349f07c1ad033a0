"""Contributions of the part ``drills``."""

from __future__ import annotations


def register() -> None:
    """Add this part's contributions."""
