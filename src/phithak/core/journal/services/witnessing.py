"""Being a witness: sign a peer's checkpoint only if it extends what we signed before (C2SP tlog-witness).

What a peer's journal once showed us it can never take back: an older or another view is refused, kept as
evidence and journalled. Signing itself is not journalled, or two journals that witness each other would
never rest.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from phithak.base import clock
from phithak.core.accounts import actors
from phithak.core.db import transactions
from phithak.core.journal import keys, peers
from phithak.core.journal.errors import (
    ForkSeenError,
    MalformedCheckpointError,
    NotConsistentError,
    NotSignedError,
    OldEpochError,
    OtherSizeError,
    UnknownLogError,
)
from phithak.core.journal.events import Tag
from phithak.core.journal.models import WatchedLog
from phithak.core.journal.points import Point, reach
from phithak.core.journal.queries import tree
from phithak.core.journal.services.recording import record
from phithak.engines.tlog import (
    Checkpoint,
    KeyKind,
    Note,
    TlogError,
    VerifierKey,
    cosign,
    parse_note,
    verify_checkpoint,
    verify_consistency,
)

MAX_PROOF = 128
_log = logging.getLogger("phithak.journal")


def witness(old: int, proof: Sequence[bytes], text: str) -> str:
    """Cosign a peer's checkpoint and return our signature line.

    Args:
        old: size of the checkpoint of this log that the peer believes we signed last; 0 at the first meeting.
        proof: consistency proof from ``old`` to the new size.
        text: the signed checkpoint.

    Raises:
        MalformedCheckpointError: not a signed checkpoint, or ``old`` larger than its size.
        UnknownLogError: not one of ``witness_logs``.
        NotSignedError: the log's own signature is missing or wrong.
        OtherSizeError: we saw another size last (``known``); a newer epoch counts as one.
        ForkSeenError: we saw another root at this size.
        NotConsistentError: the proof does not hold.
    """
    note, new = _read(text)
    _verify(note, new)
    if not 0 <= old <= new.size or len(proof) > MAX_PROOF:
        raise MalformedCheckpointError(
            field="old",
            reason_th="ขนาดเดิมต้องไม่มากกว่าขนาดใหม่ และหลักฐานไม่เกิน 128 ค่า",
            reason_en="The old size must not be larger than the new one, nor the proof longer than 128 hashes.",
        )
    signed = cosign(note, keys.witness_key(), int(clock.now().timestamp()))
    try:
        with transactions.write("journal.witness"):
            _accept(old, proof, new, text)
            reach(Point.WITNESS_BEFORE_COMMIT)
    except OtherSizeError as error:
        # a peer that merely does not know what we signed last is no offender
        if isinstance(error, ForkSeenError) or new.size < error.known:
            _keep_refusal(new, text, error.code, error.known)
        raise
    except NotConsistentError as error:
        _keep_refusal(new, text, error.code, old)
        raise
    reach(Point.WITNESS_COMMITTED)
    return signed.signatures[-1].line


def _read(text: str) -> tuple[Note, Checkpoint]:
    try:
        note = parse_note(text)
        return note, Checkpoint.parse(note.text)
    except TlogError as error:
        message = error.message
        raise MalformedCheckpointError(
            field="checkpoint", reason_th=message.th, reason_en=message.en
        ) from error


def _verify(note: Note, new: Checkpoint) -> None:
    base, _ = tree.split_origin(new.origin)
    public = peers.log_public_key(base)
    if public is None:
        raise UnknownLogError(origin=new.origin)
    try:
        verify_checkpoint(note, [VerifierKey(new.origin, KeyKind.ED25519, public)])
    except TlogError as error:
        raise NotSignedError(permission="", origin=new.origin) from error


def _accept(old: int, proof: Sequence[bytes], new: Checkpoint, text: str) -> None:
    """Move what we know of the log forward, or raise; the row is locked (SQLite: the whole database is)."""
    base, epoch = tree.split_origin(new.origin)
    known = WatchedLog.objects.select_for_update().filter(origin=new.origin).first()
    size = known.size if known else 0
    if WatchedLog.objects.filter(base=base, epoch__gt=epoch).exists():
        raise OldEpochError(known=size, old=old)
    if known is not None and size == new.size and bytes(known.root) != new.root:
        raise ForkSeenError(known=size, old=old)
    if size != old:
        raise OtherSizeError(known=size, old=old)
    if known is not None and not verify_consistency(old, new.size, proof, bytes(known.root), new.root):
        raise NotConsistentError(field="proof", size=new.size, known=old)
    fields = {"size": new.size, "root": new.root, "note": text, "signed_at": clock.now()}
    if known is None:
        WatchedLog.objects.create(base=base, origin=new.origin, epoch=epoch, **fields)
    else:
        WatchedLog.objects.filter(pk=known.pk).update(**fields)


def _keep_refusal(new: Checkpoint, text: str, why: str, known: int) -> None:
    """Keep what was shown as evidence, and journal it once for each text."""
    _log.error("journal: refused to witness %s at size %d: %s", new.origin, new.size, why)
    with transactions.write("journal.witness.refuse"):
        row = WatchedLog.objects.select_for_update().filter(origin=new.origin).first()
        if row is None or row.refused_note == text:
            return
        WatchedLog.objects.filter(pk=row.pk).update(
            refused_at=clock.now(), refused_why=why, refused_note=text
        )
        record(
            actors.system("witness"),
            Tag.WITNESS_REFUSED,
            ("journal.watched_log", row.pk),
            facts={"origin": new.origin, "size": new.size, "known": known, "reason": why},
        )
