"""All writes of the journal."""

from phithak.core.journal.services.asking import ask_all
from phithak.core.journal.services.epochs import begin_epoch
from phithak.core.journal.services.recording import record, record_export
from phithak.core.journal.services.sequencer import sign_if_due, tick
from phithak.core.journal.services.verifying import advance_verification, start_verification
from phithak.core.journal.services.witnessing import witness

__all__ = [
    "advance_verification",
    "ask_all",
    "begin_epoch",
    "record",
    "record_export",
    "sign_if_due",
    "start_verification",
    "tick",
    "witness",
]
