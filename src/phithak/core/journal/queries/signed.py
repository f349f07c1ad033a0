"""What was signed: checkpoints in the database and in ``checkpoints.log``, judged by their signatures."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from phithak.core.journal import archive, peers
from phithak.core.journal.models import Checkpoint as Row
from phithak.core.journal.models import Epoch
from phithak.engines.tlog import (
    Checkpoint,
    KeyKind,
    Note,
    TlogError,
    VerifierKey,
    parse_note,
    verify_checkpoint,
    verify_note,
)


@dataclass(frozen=True)
class Claim:
    """A root given out for one size: ``signed`` = rightly, ``agrees`` = both copies say the same."""

    size: int
    root: bytes
    signed: bool
    agrees: bool


def archived(epoch: Epoch) -> dict[int, archive.Archived]:
    """Return the checkpoints of an epoch that ``checkpoints.log`` holds, by size."""
    return {item.size: item for item in archive.every() if item.origin == epoch.origin}


def claims(
    epoch: Epoch, after: int, upto: int, copies: Mapping[int, archive.Archived]
) -> dict[int, list[Claim]]:
    """Return all claims for sizes above ``after`` up to ``upto``, by size.

    Args:
        epoch: the tree.
        after: size that was looked at already.
        upto: last size to look at.
        copies: what :func:`archived` returned for the epoch.
    """
    found: defaultdict[int, list[Claim]] = defaultdict(list)
    newest = (
        Row.objects.filter(epoch=epoch.number).order_by("-size").values_list("size", flat=True).first() or 0
    )
    rows = Row.objects.filter(epoch=epoch.number, size__gt=after, size__lte=upto).prefetch_related(
        "cosignatures"
    )
    for row in rows:
        copy = copies.get(row.size)
        agrees = copy is None or copy.root == bytes(row.root)
        rightly = _rightly(epoch, row.note, row.size, bytes(row.root)) and not _wrong_witness(row)
        found[row.size].append(Claim(row.size, bytes(row.root), rightly, agrees))
    for size, copy in copies.items():
        if after < size <= upto and not any(claim.root == copy.root for claim in found[size]):
            # the newest one may be about to be stored; an older one that is gone was taken away
            agrees = size > newest
            found[size].append(Claim(size, copy.root, _rightly(epoch, copy.note, size, copy.root), agrees))
    return {size: items for size, items in found.items() if items}


def by_witness(row: Row) -> bool:
    """Tell whether one of our configured witnesses rightly signed a stored checkpoint."""
    for item in row.cosignatures.all():
        try:
            if verify_note(_with_line(row.note, item.line), peers.witness_keys()):
                return True
        except TlogError:
            continue
    return False


def witnessed_until() -> int:
    """Return the number of the last entry that a witness vouches for, 0 if none does."""
    rows = Row.objects.filter(cosignatures__isnull=False).distinct().order_by("-epoch", "-size")
    for row in rows.prefetch_related("cosignatures").iterator(chunk_size=20):
        if by_witness(row):
            start = Epoch.objects.filter(number=row.epoch).values_list("start", flat=True).first() or 0
            return start + row.size
    return 0


def _wrong_witness(row: Row) -> bool:
    """Tell whether a stored cosignature carries a known witness's name and is wrong."""
    keys = {key.name: key for key in peers.witness_keys()}
    for item in row.cosignatures.all():
        if item.witness in keys:
            try:
                verify_note(_with_line(row.note, item.line), [keys[item.witness]])
            except TlogError:
                return True
    return False


def _with_line(note: str, line: str) -> Note:
    return parse_note(parse_note(note).text + "\n" + line)


def _rightly(epoch: Epoch, note: str, size: int, root: bytes) -> bool:
    public = bytes(epoch.public_key)
    # an epoch's name carries the key's fingerprint, so a key swapped in the database shows
    if f"-{hashlib.sha256(public).hexdigest()[:8]}/" not in epoch.origin:
        return False
    try:
        attested = verify_checkpoint(note, [VerifierKey(epoch.origin, KeyKind.ED25519, public)])
    except TlogError:
        return False
    return attested.checkpoint == Checkpoint(epoch.origin, size, root)
