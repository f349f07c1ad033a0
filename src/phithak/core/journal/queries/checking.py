"""A check of the whole live journal, step by step: every line, number, root, signature and stored copy.

``Check`` can stop after any step and go on in another process from ``Check.save()``. It trusts nothing that
lies in the database: leaves are hashed anew, roots are built anew, and what was signed is taken from the
checkpoints' signatures and from ``checkpoints.log`` beside the database.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from phithak.core.journal import archive, canonical
from phithak.core.journal.findings import Finding, Gap, Kind, LiveReport
from phithak.core.journal.models import Entry, Epoch, Leaf, Node, Pending
from phithak.core.journal.queries import signed, tree
from phithak.core.journal.queries.signed import Claim
from phithak.engines.tlog import Frontier, leaf_hash

STEP = 500
TILE_LEAVES = 1 << tree.TILE
MAX_REORDER = 1 << 14


@dataclass
class _Cursor:
    """Where the check stands.

    Attributes:
        epoch: the tree.
        seq: the last number looked at.
        edge: the right edge there.
        held: the last number under a root that held.
        held_edge: the right edge there.
        bad: a root did not hold or a number is missing: later roots of this epoch say nothing more.
        bad_tile: first number of the first stored subtree that differs, 0 if none.
    """

    epoch: int
    seq: int
    held: int
    edge: bytes = bytes(Frontier())
    held_edge: bytes = bytes(Frontier())
    bad: bool = False
    bad_tile: int = 0


class Check:
    """One check; :meth:`step` until it returns False."""

    def __init__(self, saved: str = "") -> None:
        """Begin, or go on from what :meth:`save` returned."""
        self.report = LiveReport()
        self._cursor: _Cursor | None = None
        self._ends: dict[int, int] = {}
        self._tiles: dict[int, bytes] = {}
        self._copies: tuple[int, dict[int, archive.Archived]] = (0, {})
        if saved:
            self._resume(json.loads(saved))
        else:
            self._begin()

    def save(self) -> str:
        """Return the state as JSON."""
        cursor = None
        if self._cursor is not None:
            cursor = {k: v.hex() if isinstance(v, bytes) else v for k, v in vars(self._cursor).items()}
        return json.dumps({"report": self.report.as_dict(), "cursor": cursor, "ends": self._ends})

    def step(self) -> bool:
        """Look at up to 500 numbers, or finish; return whether there is more to do."""
        if self.report.complete:
            return False
        if self._cursor is None:
            self._finish()
            return False
        epoch = Epoch.objects.get(number=self._cursor.epoch)
        if self._copies[0] != epoch.number:
            self._copies = (epoch.number, signed.archived(epoch))
        end = self._ends[epoch.number]
        upto = min(end, self._cursor.seq + STEP)
        if upto > self._cursor.seq:
            self._look(self._cursor, epoch, upto)
        if self._cursor.seq >= end:
            self._close(self._cursor, epoch)
        return True

    def _begin(self) -> None:
        state = tree.state()
        end = state.seq if state else 0
        found = tree.epochs()
        helds = [self._held_before(epoch) for epoch in found]
        for epoch, held in zip(found, [*helds[1:], end], strict=False):
            self._ends[epoch.number] = held
        if found:
            self._cursor = _Cursor(found[0].number, found[0].start, found[0].start)
        self.report.total = sum(max(0, self._ends[epoch.number] - epoch.start) for epoch in found)
        self.report.last = end
        self.report.waiting = Pending.objects.count()
        self.report.witnessed = signed.witnessed_until()

    def _resume(self, fields: dict[str, object]) -> None:
        stored = json.loads(json.dumps(fields))
        self.report = LiveReport.from_dict(stored["report"])
        self._ends = {int(number): end for number, end in stored["ends"].items()}
        if stored["cursor"]:
            for name in ("edge", "held_edge"):
                stored["cursor"][name] = bytes.fromhex(stored["cursor"][name])
            self._cursor = _Cursor(**stored["cursor"])

    def _held_before(self, epoch: Epoch) -> int:
        """Return the last number that the records held when an epoch began, as its first entry says."""
        leaf = Leaf.objects.filter(seq=epoch.start + 1).first()
        entry = Entry.objects.filter(pk=leaf.entry_id).first() if leaf else None
        try:
            held = int(json.loads(entry.body)["facts"]["held"]) if entry else epoch.start
        except (ValueError, KeyError, TypeError):
            held = epoch.start
        if held < epoch.start:
            self.report.gaps.append(Gap(held + 1, epoch.start, epoch.number))
        return min(held, epoch.start)

    def _look(self, cursor: _Cursor, epoch: Epoch, upto: int) -> None:
        leaves = list(Leaf.objects.filter(seq__gt=cursor.seq, seq__lte=upto).order_by("seq"))
        entries = Entry.objects.in_bulk([leaf.entry_id for leaf in leaves])
        claims = signed.claims(epoch, cursor.seq - epoch.start, upto - epoch.start, self._copies[1])
        frontier = Frontier.from_bytes(cursor.edge)
        expected = cursor.seq + 1
        for leaf in leaves:
            if leaf.seq > expected:
                self._missing(cursor, expected, leaf.seq - 1)
            expected = leaf.seq + 1
            self._compare(leaf, entries.get(leaf.entry_id))
            frontier.append_hash(bytes(leaf.leaf_hash), self._keep_tile)
            if not cursor.bad and frontier.size % TILE_LEAVES == 0:
                self._compare_tile(cursor, epoch, frontier.size)
            if leaf.seq - epoch.start in claims:
                self._judge(cursor, leaf.seq, claims[leaf.seq - epoch.start], frontier)
        if expected <= upto:
            self._missing(cursor, expected, upto)
        self.report.checked += len(leaves)
        cursor.seq, cursor.edge = upto, bytes(frontier)

    def _missing(self, cursor: _Cursor, first: int, last: int) -> None:
        cursor.bad = True
        self.report.add(Finding(Kind.NUMBER_MISSING, first, last))

    def _compare(self, leaf: Leaf, entry: Entry | None) -> None:
        if entry is None:
            self.report.add(Finding(Kind.ENTRY_MISSING, leaf.seq, leaf.seq, str(leaf.entry_id)))
        elif leaf_hash(_line(entry)) != bytes(leaf.leaf_hash):
            self.report.add(Finding(Kind.ALTERED, leaf.seq, leaf.seq, str(entry.pk)))

    def _keep_tile(self, level: int, first: int, hashes: list[bytes]) -> None:
        if level == tree.TILE:
            self._tiles = {first: hashes[0]}

    def _compare_tile(self, cursor: _Cursor, epoch: Epoch, size: int) -> None:
        index = (size >> tree.TILE) - 1
        node = Node.objects.filter(epoch=epoch.number, level=tree.TILE, index=index).first()
        differs = node is None or bytes(node.node_hash) != self._tiles.get(index)
        if differs and not cursor.bad_tile:
            cursor.bad_tile = epoch.start + size - TILE_LEAVES + 1

    def _judge(self, cursor: _Cursor, seq: int, claims: Sequence[Claim], frontier: Frontier) -> None:
        """Compare the root at ``seq`` with all that was ever given out for it."""
        if not all(claim.signed for claim in claims):
            self.report.add(Finding(Kind.SIGNATURE, seq, seq))
        if not all(claim.agrees for claim in claims):
            self.report.add(Finding(Kind.CHECKPOINT, seq, seq))
        if cursor.bad:
            return
        differing = [claim.root for claim in claims if claim.root != frontier.root()]
        if differing:
            self._root_differs(cursor, seq, differing)
            return
        if cursor.bad_tile:
            # the leaves are as signed, so it is the stored subtree that was changed
            self.report.add(Finding(Kind.STATE, cursor.bad_tile, cursor.bad_tile + TILE_LEAVES - 1))
            cursor.bad_tile = 0
        cursor.held, cursor.held_edge = seq, bytes(frontier)
        self.report.held = seq
        self.report.checkpoints += 1

    def _root_differs(self, cursor: _Cursor, seq: int, roots: Sequence[bytes]) -> None:
        cursor.bad = True
        for root in roots:
            if moved := _moved(cursor, seq, root):
                for leaf in moved:
                    self.report.add(Finding(Kind.RENUMBERED, leaf.seq, leaf.seq, str(leaf.entry_id)))
                return
        first, last = cursor.held + 1, seq
        if cursor.bad_tile:
            first, last = max(first, cursor.bad_tile), min(last, cursor.bad_tile + TILE_LEAVES - 1)
        self.report.add(Finding(Kind.ROOT, first, last))

    def _close(self, cursor: _Cursor, epoch: Epoch) -> None:
        state = tree.state()
        is_last = epoch.number == max(self._ends)
        # if nothing newer was numbered meanwhile, the saved edge must be the one that was built here
        at_rest = is_last and state is not None and state.seq == cursor.seq
        if cursor.bad_tile and not cursor.bad:
            self.report.add(Finding(Kind.STATE, cursor.bad_tile, cursor.bad_tile + TILE_LEAVES - 1))
        elif at_rest and state is not None and state.edge != cursor.edge and not cursor.bad:
            self.report.add(Finding(Kind.STATE, cursor.held + 1, cursor.seq))
        known = epoch.start + max(self._copies[1], default=0)
        explained = any(gap.first <= known <= gap.last for gap in self.report.gaps)
        if known > max(cursor.seq, state.seq if state and is_last else 0) and not explained:
            self.report.add(Finding(Kind.NUMBER_MISSING, cursor.seq + 1, known))
        following = min((number for number in self._ends if number > epoch.number), default=None)
        if following is None:
            self._cursor = None
            return
        start = Epoch.objects.get(number=following).start
        stray = list(Leaf.objects.filter(seq__gt=cursor.seq, seq__lte=start).values_list("seq", flat=True))
        if stray:
            self.report.add(Finding(Kind.EXTRA_NUMBER, min(stray), max(stray)))
        self._cursor = _Cursor(following, start, start)

    def _finish(self) -> None:
        # leaves first, state after: what is numbered meanwhile moves the state with it
        beyond = sorted(Leaf.objects.filter(seq__gt=self.report.last).values_list("seq", flat=True))
        state = tree.state()
        stray = [seq for seq in beyond if seq > (state.seq if state else 0)]
        if stray:
            self.report.add(Finding(Kind.EXTRA_NUMBER, stray[0], stray[-1]))
        loose = Entry.objects.filter(leaf__isnull=True).exclude(pk__in=Pending.objects.values("entry_id"))
        for entry in loose.values_list("pk", flat=True)[:STEP]:
            self.report.add(Finding(Kind.EXTRA_ENTRY, 0, 0, str(entry)))
        gone = Pending.objects.exclude(entry_id__in=Entry.objects.values("pk"))
        for entry in gone.values_list("entry_id", flat=True)[:STEP]:
            self.report.add(Finding(Kind.QUEUED_MISSING, 0, 0, str(entry)))
        self.report.complete = True


def _line(entry: Entry) -> bytes:
    try:
        return canonical.line(entry)
    except (TypeError, ValueError):
        # a row that cannot even be spelled was surely altered
        return b""


def _moved(cursor: _Cursor, last: int, root: bytes) -> list[Leaf]:
    """Return the leaves that stand at a wrong number, if putting them back in order of entry id gives ``root``.

    The sequencer numbers each chunk in order of id, so a swap within one chunk can be undone and proved.
    """
    if last - cursor.held > MAX_REORDER:
        return []
    leaves = list(Leaf.objects.filter(seq__gt=cursor.held, seq__lte=last).order_by("seq"))
    ordered = sorted(leaves, key=lambda leaf: leaf.entry_id)
    frontier = Frontier.from_bytes(cursor.held_edge)
    for leaf in ordered:
        frontier.append_hash(bytes(leaf.leaf_hash))
    if frontier.root() != root:
        return []
    return [here for here, there in zip(leaves, ordered, strict=True) if here.entry_id != there.entry_id]
