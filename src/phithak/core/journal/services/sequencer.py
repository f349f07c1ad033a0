"""The sequencer: gives each committed entry its number, grows the tree, signs checkpoints.

Any number of processes may call :func:`tick`; the lease keeps all but one idle. What keeps the journal whole
is not the lease but the fence: numbering is one transaction that begins with ``UPDATE … WHERE fence = seen``,
so a holder that slept past its lease (SIGSTOP) finds the fence moved on and changes nothing.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Sequence
from datetime import timedelta

from phithak.base import clock
from phithak.core.db import transactions
from phithak.core.journal import archive, canonical, keys
from phithak.core.journal.archive import Archived
from phithak.core.journal.models import Checkpoint as CheckpointRow
from phithak.core.journal.models import Entry, Epoch, Leaf, Node, Pending, Sequencer
from phithak.core.journal.points import Point, reach
from phithak.core.journal.queries import tree
from phithak.core.journal.services import epochs
from phithak.engines.tlog import Checkpoint, sign_checkpoint

CHUNK = 250
LEASE = timedelta(seconds=10)
CHECKPOINT_EVERY = timedelta(seconds=10)
BUSY_SECONDS = 5.0

HOLDER = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"

_log = logging.getLogger("phithak.journal")


def tick(holder: str | None = None, *, release: bool = False) -> int:
    """Number what is committed and sign a checkpoint when one is due; return how many were numbered.

    Works for at most about five seconds, so that the loop that calls it stays responsive.

    Args:
        holder: who holds the lease; this process when None.
        release: give the lease back at the end (a command that runs once) instead of keeping it.
    """
    me = holder or f"{HOLDER}:{os.getpid()}"
    stand_on_archive()
    deadline = time.monotonic() + BUSY_SECONDS
    numbered = 0
    while count := number_chunk(me):
        numbered += count
        if time.monotonic() > deadline:
            break
    sign_if_due()
    if release and numbered:
        with transactions.write("journal.release"):
            Sequencer.objects.filter(pk=1, holder=me).update(leased_until=None)
    return numbered


def stand_on_archive() -> None:
    """Make sure that the records hold the last signed checkpoint; if they do not, begin a new epoch.

    Also begins the first epoch, and one when the instance key is another than the epoch's.
    """
    # the archive is read first: it is written after the commit, so what it says the records must know
    last = archive.newest()
    state = tree.state()
    if state is None:
        epochs.begin_epoch(reason=epochs.FIRST if last is None else epochs.ROLLED_BACK)
        return
    epoch = Epoch.objects.get(pk=state.epoch)
    if bytes(epoch.public_key) != keys.public_key():
        epochs.begin_epoch(reason=epochs.NEW_KEY, fence=state.fence)
    elif last is not None and not _holds(state, last):
        _log.error("journal: the records do not hold the checkpoint %s size %d", last.origin, last.size)
        epochs.begin_epoch(reason=epochs.ROLLED_BACK, fence=state.fence)


def number_chunk(holder: str) -> int:
    """Number at most 250 committed entries in one transaction and return how many; 0 when another holds it."""
    state = tree.state()
    now = clock.now()
    if state is None or (
        state.holder != holder and state.leased_until is not None and state.leased_until > now
    ):
        return 0
    queued = list(Pending.objects.order_by("entry_id").values_list("entry_id", flat=True)[:CHUNK])
    entries = list(Entry.objects.filter(pk__in=queued).order_by("id")) if queued else []
    if not entries:
        return 0
    frontier = state.frontier()
    leaves: list[Leaf] = []
    nodes: list[Node] = []

    def keep(level: int, first: int, hashes: list[bytes]) -> None:
        if level == 0:
            at = state.start + 1 + first
            leaves.extend(
                Leaf(seq=at + offset, entry_id=entries[first - state.size + offset].pk, leaf_hash=value)
                for offset, value in enumerate(hashes)
            )
        elif level % tree.TILE == 0:
            nodes.extend(
                Node(epoch=state.epoch, level=level, index=first + offset, node_hash=value)
                for offset, value in enumerate(hashes)
            )

    frontier.extend((canonical.line(entry) for entry in entries), keep)
    reach(Point.NUMBER_HASHED)
    if not _store(state, holder, bytes(frontier), leaves, nodes):
        return 0
    reach(Point.NUMBER_COMMITTED)
    return len(entries)


def _store(
    state: tree.State, holder: str, edge: bytes, leaves: Sequence[Leaf], nodes: Sequence[Node]
) -> bool:
    with transactions.write("journal.number"):
        claimed = Sequencer.objects.filter(pk=1, fence=state.fence).update(
            fence=state.fence + 1,
            holder=holder,
            leased_until=clock.now() + LEASE,
            seq=leaves[-1].seq,
            edge=edge,
        )
        if not claimed:
            return False
        reach(Point.NUMBER_CLAIMED)
        Leaf.objects.bulk_create(leaves)
        Node.objects.bulk_create(nodes)
        Pending.objects.filter(pk__in=[leaf.entry_id for leaf in leaves]).delete()
        reach(Point.NUMBER_BEFORE_COMMIT)
    return True


def sign_if_due(*, at_once: bool = False) -> bool:
    """Sign a checkpoint if the tree grew since the last one and that is ten seconds old.

    Args:
        at_once: do not wait for the ten seconds (export, backup).

    Raises:
        ForkError: another tree of this size was signed before; the next tick begins a new epoch.
    """
    state = tree.state()
    if state is None:
        return False
    last = CheckpointRow.objects.filter(epoch=state.epoch).order_by("-size").first()
    if last is not None and (
        last.size >= state.size or not (at_once or clock.now() - last.at >= CHECKPOINT_EVERY)
    ):
        return False
    checkpoint = Checkpoint(state.origin, state.size, state.frontier().root())
    note = str(sign_checkpoint(checkpoint, keys.log_key(state.origin)))
    reach(Point.SIGNED)
    signed = Archived(state.origin, state.epoch, state.start, state.size, checkpoint.root, note)
    archive.append(signed)
    reach(Point.ARCHIVED)
    _keep(signed)
    return True


def _keep(signed: Archived) -> None:
    row = CheckpointRow(
        origin=signed.origin,
        epoch=signed.epoch,
        size=signed.size,
        root=signed.root,
        at=clock.now(),
        note=signed.note,
    )
    with transactions.write("journal.checkpoint"):
        # the same checkpoint may stand already: signing is deterministic and a kill repeats this step
        CheckpointRow.objects.bulk_create([row], ignore_conflicts=True)
        reach(Point.CHECKPOINT_BEFORE_COMMIT)
    reach(Point.CHECKPOINT_COMMITTED)


def _holds(state: tree.State, last: Archived) -> bool:
    """Tell whether the records hold what was signed last; mend the one row that a kill can leave out."""
    if last.epoch != state.epoch:
        return last.epoch < state.epoch
    if last.origin != state.origin or last.start != state.start or last.size > state.size:
        return False
    row = CheckpointRow.objects.filter(epoch=last.epoch, size=last.size).first()
    if row is not None:
        return bytes(row.root) == last.root
    try:
        held = tree.root_at(last.epoch, last.start, last.size) == last.root
    except tree.DamagedTreeError:
        return False
    if held:
        _keep(last)
    return held
