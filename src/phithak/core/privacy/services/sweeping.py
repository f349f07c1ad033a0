"""What crashes leave behind, removed at the worker's start and every ten minutes."""

from __future__ import annotations

from phithak.core.privacy import scratch
from phithak.core.privacy.services import persons


def sweep() -> None:
    """Remove scratch folders of dead processes and files of lists without a row."""
    scratch.sweep()
    persons.sweep_persons()
