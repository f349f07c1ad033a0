"""Reading the tree: where numbering stands, complete subtrees for proofs, the root at any size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from phithak.base.errors import ConflictError
from phithak.base.text import Text
from phithak.core.journal.models import Epoch, Leaf, Node, Sequencer
from phithak.engines.tlog import Frontier, NodeReader, node_hash, range_root

TILE = 8
"""Nodes are kept at every eighth level: at most 128 rows are read to make any other one."""

MAX_LEVEL = 56


class DamagedTreeError(ConflictError):
    """Rows of the tree are missing."""

    code = "journal.damaged"
    text = Text(
        "ลำดับที่ {first} ถึง {last} ของบันทึกหายไปบางส่วน รัน phithak audit verify --live เพื่อดูว่าอะไรถูกแก้",
        "Some of the journal's numbers {first} to {last} are missing. "
        "Run phithak audit verify --live to see what was changed.",
    )


@dataclass(frozen=True)
class State:
    """Where numbering stands: the current tree, the last number, the right edge, the lease and its fence."""

    epoch: int
    origin: str
    start: int
    seq: int
    edge: bytes
    fence: int
    holder: str
    leased_until: datetime | None

    @property
    def size(self) -> int:
        """Entries in the current tree."""
        return self.seq - self.start

    def frontier(self) -> Frontier:
        """Return the tree's right edge, ready to grow."""
        return Frontier.from_bytes(self.edge)


def state() -> State | None:
    """Return where numbering stands, or None before the first epoch."""
    row = Sequencer.objects.filter(pk=1).first()
    epoch = Epoch.objects.filter(pk=row.epoch).first() if row else None
    if row is None or epoch is None:
        return None
    return State(
        epoch.number,
        epoch.origin,
        epoch.start,
        row.seq,
        bytes(row.edge),
        row.fence,
        row.holder,
        row.leased_until,
    )


def epochs() -> list[Epoch]:
    """Return all epochs, oldest first."""
    return list(Epoch.objects.order_by("number"))


def epoch_of(seq: int) -> Epoch | None:
    """Return the epoch whose tree holds the number ``seq``."""
    return Epoch.objects.filter(start__lt=seq).order_by("-number").first()


def epoch_by_origin(origin: str) -> Epoch | None:
    """Return the epoch of that name."""
    return Epoch.objects.filter(origin=origin).first()


def split_origin(origin: str) -> tuple[str, int]:
    """Return the name that all epochs share and the epoch's number; (origin, 0) if it has none."""
    match = re.fullmatch(r"(.+)/([1-9]\d{0,8})", origin, re.ASCII)
    return (match[1], int(match[2])) if match else (origin, 0)


def reader(epoch: int, start: int) -> NodeReader:
    """Return what proofs read complete subtrees through.

    Raises:
        DamagedTreeError: (when reading) rows are missing.
    """
    known: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        if (level, index) not in known:
            known[level, index] = _fold(_row_hashes(epoch, start, level, index))
        return known[level, index]

    return read


def root_at(epoch: int, start: int, size: int) -> bytes:
    """Return the root of the first ``size`` entries of an epoch.

    Raises:
        DamagedTreeError: rows are missing.
    """
    return range_root(0, size, reader(epoch, start))


def _row_hashes(epoch: int, start: int, level: int, index: int) -> list[bytes]:
    base = level - level % TILE
    width = 1 << (level - base)
    first = index * width
    if base == 0:
        leaves = Leaf.objects.filter(seq__gt=start + first, seq__lte=start + first + width)
        found = list(leaves.order_by("seq").values_list("leaf_hash", flat=True))
    else:
        nodes = Node.objects.filter(epoch=epoch, level=base, index__gte=first, index__lt=first + width)
        found = list(nodes.order_by("index").values_list("node_hash", flat=True))
    if len(found) != width:
        raise DamagedTreeError(first=start + (index << level) + 1, last=start + ((index + 1) << level))
    return [bytes(item) for item in found]


def _fold(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]
