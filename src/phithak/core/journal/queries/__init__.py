"""All reads of the journal. ``visible_to`` is the only door to entries; checkpoints and proofs are public."""

from phithak.core.journal.queries.checkpoints import (
    CheckpointView,
    InclusionProof,
    consistency,
    inclusion,
    inclusion_of_line,
    last_witnessed,
    latest,
    latest_checkpoint_note,
    not_yet_witnessed,
    watched,
)
from phithak.core.journal.queries.entries import (
    EntryView,
    get,
    is_personal_value,
    of_object,
    readable,
    visible_to,
    waiting,
)

__all__ = [
    "CheckpointView",
    "EntryView",
    "InclusionProof",
    "consistency",
    "get",
    "inclusion",
    "inclusion_of_line",
    "is_personal_value",
    "last_witnessed",
    "latest",
    "latest_checkpoint_note",
    "not_yet_witnessed",
    "of_object",
    "readable",
    "visible_to",
    "waiting",
    "watched",
]
