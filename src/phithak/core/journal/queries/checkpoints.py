"""Checkpoints, witnesses and proofs: what outsiders may ask and what the pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from phithak.base.errors import InvalidInputError, NotFoundError
from phithak.core.journal.models import Checkpoint, Cosignature, Entry, Epoch, Leaf, WatchedLog
from phithak.core.journal.queries import signed, tree
from phithak.engines.tlog import TlogError, consistency_proof, inclusion_proof, leaf_hash

MAX_SIZE = (1 << 63) - 1


def leaf_of(line: str) -> bytes:
    """Return the leaf hash of an entry's line."""
    return leaf_hash(line.encode())


@dataclass(frozen=True)
class CheckpointView:
    """A signed checkpoint: ``seq`` is the number of the last entry under it."""

    origin: str
    epoch: int
    size: int
    seq: int
    root: bytes
    at: datetime
    note: str
    witnesses: tuple[str, ...]


@dataclass(frozen=True)
class InclusionProof:
    """Shows that a line is in the tree of a checkpoint: its index (from 0) and the hashes, leaf end first."""

    entry_id: UUID
    seq: int
    index: int
    size: int
    root: bytes
    leaf: bytes
    hashes: tuple[bytes, ...]
    checkpoint: CheckpointView


def rows() -> QuerySet[Checkpoint]:
    """Return all checkpoints, newest first; they are public."""
    return Checkpoint.objects.order_by("-epoch", "-size").prefetch_related("cosignatures")


def latest(epoch: int | None = None) -> CheckpointView | None:
    """Return the newest checkpoint (of an epoch), or None."""
    found = rows() if epoch is None else rows().filter(epoch=epoch)
    row = found.first()
    return None if row is None else view(row)


def checkpoint(epoch: int, size: int) -> CheckpointView:
    """Return one checkpoint.

    Raises:
        NotFoundError: there is none of that size.
    """
    row = rows().filter(epoch=epoch, size=size).first() if size <= MAX_SIZE else None
    if row is None:
        raise NotFoundError
    return view(row)


def latest_checkpoint_note() -> str:
    """Return the newest checkpoint as signed text, "" if there is none: what a backup's manifest keeps.

    The backup before a migration asks this of an older schema, and of one whose first start was cut off: the
    tables may be missing, and no column younger than the first release may be read.
    """
    if Cosignature._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001 - Django's documented Model._meta API
        return ""
    newest = Checkpoint.objects.order_by("-epoch", "-size").values_list("pk", "note").first()
    if newest is None:
        return ""
    key, note = newest
    lines = Cosignature.objects.filter(checkpoint_id=key).order_by("witness").values_list("line", flat=True)
    return note + "".join(lines)


def view(row: Checkpoint) -> CheckpointView:
    """Return a checkpoint with its witnesses' lines appended to its note."""
    given = sorted(row.cosignatures.all(), key=lambda item: item.witness)
    start = Epoch.objects.filter(number=row.epoch).values_list("start", flat=True).first() or 0
    return CheckpointView(
        row.origin,
        row.epoch,
        row.size,
        start + row.size,
        bytes(row.root),
        row.at,
        row.note + "".join(item.line for item in given),
        tuple(item.witness for item in given),
    )


def of_epoch(epoch: int) -> list[CheckpointView]:
    """Return an epoch's checkpoints, smallest first."""
    return [view(row) for row in rows().filter(epoch=epoch).order_by("size")]


def last_witnessed() -> CheckpointView | None:
    """Return the newest checkpoint that one of our configured witnesses rightly signed, or None."""
    for row in rows().filter(cosignatures__isnull=False).distinct().iterator(chunk_size=20):
        if signed.by_witness(row):
            return view(row)
    return None


def last_witnessed_at() -> datetime | None:
    """Return when a witness last signed anything, or None."""
    return Cosignature.objects.order_by("-witnessed_at").values_list("witnessed_at", flat=True).first()


def last_signed_by(witness: str, epoch: int) -> tuple[int, datetime | None]:
    """Return the largest size of an epoch that a witness signed, and when; (0, None) if none."""
    found = (
        Cosignature.objects.filter(witness=witness, checkpoint__epoch=epoch)
        .order_by("-checkpoint__size")
        .values_list("checkpoint__size", "witnessed_at")
        .first()
    )
    return found or (0, None)


def not_yet_witnessed() -> int:
    """Return how many numbered entries no witness vouches for yet."""
    witnessed = last_witnessed()
    return Leaf.objects.filter(seq__gt=witnessed.seq if witnessed else 0).count()


def inclusion(entry: Entry) -> InclusionProof:
    """Prove that an entry is under the newest checkpoint of its epoch.

    Raises:
        NotFoundError: it has no number yet, or no checkpoint covers it yet.
        DamagedTreeError: rows of the tree are missing.
    """
    leaf = Leaf.objects.filter(entry=entry).first()
    epoch = tree.epoch_of(leaf.seq) if leaf else None
    checkpoint = latest(epoch.number) if epoch else None
    if leaf is None or epoch is None or checkpoint is None or checkpoint.seq < leaf.seq:
        raise NotFoundError
    index = leaf.seq - epoch.start - 1
    hashes = inclusion_proof(index, checkpoint.size, tree.reader(epoch.number, epoch.start))
    return InclusionProof(
        entry.pk,
        leaf.seq,
        index,
        checkpoint.size,
        checkpoint.root,
        bytes(leaf.leaf_hash),
        tuple(hashes),
        checkpoint,
    )


def inclusion_of_line(entry_id: UUID, leaf_hash: bytes) -> InclusionProof:
    """Prove inclusion to somebody who holds an entry's line, which is shown by its leaf hash.

    Raises:
        NotFoundError: no such entry, another hash, or no checkpoint covers it yet; never told apart.
    """
    leaf = Leaf.objects.filter(entry=entry_id).select_related("entry").first()
    if leaf is None or bytes(leaf.leaf_hash) != leaf_hash:
        raise NotFoundError
    return inclusion(leaf.entry)


def consistency(origin: str, old: int, new: int) -> Sequence[bytes]:
    """Prove that the tree of ``new`` entries only appended to that of ``old``.

    Raises:
        NotFoundError: no such epoch.
        InvalidInputError: ``old`` larger than ``new``, or ``new`` larger than the newest checkpoint.
    """
    epoch = tree.epoch_by_origin(origin)
    last = latest(epoch.number) if epoch else None
    if epoch is None or last is None:
        raise NotFoundError
    if new > last.size:
        raise InvalidInputError(
            field="new", reason_th=f"ต้องไม่เกิน {last.size}", reason_en=f"must not exceed {last.size}"
        )
    try:
        return consistency_proof(old, new, tree.reader(epoch.number, epoch.start))
    except TlogError as error:
        raise InvalidInputError(
            field="old", reason_th=error.message.th, reason_en=error.message.en
        ) from error


def watched() -> list[WatchedLog]:
    """Return the peers' journals that we witness, by name."""
    return list(WatchedLog.objects.order_by("base", "-epoch"))
