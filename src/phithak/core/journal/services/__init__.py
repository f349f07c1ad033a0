"""All writes of the journal."""

from phithak.core.journal.services.recording import record

__all__ = ["record"]
