"""Contributions of the part ``assets``."""

from __future__ import annotations


def register() -> None:
    """Add this part's contributions."""
