"""tlog: an append-only log that outsiders can hold to its word.

What it is: the RFC 6962 Merkle tree (frontier, proofs), C2SP checkpoints as signed notes with witness
cosignatures, and offline verification of a log copy. A hash chain alone proves nothing against the owner
of the machine, who can recompute it; a checkpoint in somebody else's hands does.

Design: ``tree`` grows (1 leaf + about 1 node hash an entry) and names complete subtrees (level, index),
so a caller keeps them where it likes; ``proofs`` makes from those and verifies from roots alone; ``note``
and ``checkpoint`` speak the text forms and signatures; ``witnessed``, ``lines`` and ``verify`` judge a
copy as a stream; ``cli`` is ``phithak audit verify``. Bytes in, bytes out: no database, no network, no
clock (a cosignature's time is an argument, POSIX seconds).

An entry is the bytes of a line without its newline. Sizes and leaf indexes count from 0, line numbers for
people from 1.
"""

from phithak.engines.tlog.checkpoint import (
    Attested,
    Checkpoint,
    cosign,
    sign_checkpoint,
    verify_checkpoint,
    witness,
)
from phithak.engines.tlog.errors import LogFileError, TlogError
from phithak.engines.tlog.note import (
    KeyKind,
    Note,
    Signature,
    SignerKey,
    Verified,
    VerifierKey,
    parse_keys,
    parse_note,
    sign,
    verify_note,
)
from phithak.engines.tlog.proofs import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
    verify_inclusion_hash,
)
from phithak.engines.tlog.tree import (
    EMPTY_ROOT,
    Frontier,
    HashTree,
    NodeReader,
    NodeStore,
    leaf_hash,
    node_hash,
    range_root,
)
from phithak.engines.tlog.verify import Fault, Problem, Report, verify_log
from phithak.engines.tlog.witnessed import Trust, View, Witnessed, load_keys, load_witnessed

__all__ = [
    "EMPTY_ROOT",
    "Attested",
    "Checkpoint",
    "Fault",
    "Frontier",
    "HashTree",
    "KeyKind",
    "LogFileError",
    "NodeReader",
    "NodeStore",
    "Note",
    "Problem",
    "Report",
    "Signature",
    "SignerKey",
    "TlogError",
    "Trust",
    "Verified",
    "VerifierKey",
    "View",
    "Witnessed",
    "consistency_proof",
    "cosign",
    "inclusion_proof",
    "leaf_hash",
    "load_keys",
    "load_witnessed",
    "node_hash",
    "parse_keys",
    "parse_note",
    "range_root",
    "sign",
    "sign_checkpoint",
    "verify_checkpoint",
    "verify_consistency",
    "verify_inclusion",
    "verify_inclusion_hash",
    "verify_log",
    "verify_note",
    "witness",
]
