"""All writes of the journal."""

from phithak.core.journal.services.epochs import begin_epoch
from phithak.core.journal.services.recording import record
from phithak.core.journal.services.sequencer import sign_if_due, tick

__all__ = ["begin_epoch", "record", "sign_if_due", "tick"]
