"""All reads of the journal. ``visible_to`` is the only door to entries; checkpoints and proofs are public."""

from phithak.core.journal.queries.checkpoints import (
    CheckpointView,
    InclusionProof,
    checkpoint,
    consistency,
    inclusion,
    inclusion_of_line,
    last_witnessed,
    latest,
    latest_checkpoint_note,
    leaf_of,
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
from phithak.core.journal.queries.verifications import (
    VerificationView,
    last_verification,
    running_verification,
)

__all__ = [
    "CheckpointView",
    "EntryView",
    "InclusionProof",
    "VerificationView",
    "checkpoint",
    "consistency",
    "get",
    "inclusion",
    "inclusion_of_line",
    "is_personal_value",
    "last_verification",
    "last_witnessed",
    "latest",
    "latest_checkpoint_note",
    "leaf_of",
    "not_yet_witnessed",
    "of_object",
    "readable",
    "running_verification",
    "visible_to",
    "waiting",
    "watched",
]
