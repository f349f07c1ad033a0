"""Epochs: a journal whose data was restored goes on under a new name, and its first entry says from where."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from phithak.base import clock
from phithak.core.accounts import actors
from phithak.core.db import transactions
from phithak.core.journal import archive, canonical, keys
from phithak.core.journal.archive import Archived
from phithak.core.journal.events import Tag
from phithak.core.journal.models import Entry, Epoch, Leaf, Pending, Sequencer
from phithak.core.journal.points import Point, reach
from phithak.core.journal.queries import tree
from phithak.core.journal.services.recording import record
from phithak.engines.tlog import Checkpoint, Frontier, leaf_hash, parse_note

FIRST = "first start"
ROLLED_BACK = "records are older than the last signed checkpoint"
NEW_KEY = "the instance key is another"

_log = logging.getLogger("phithak.journal")


def begin_epoch(*, reason: str, last_known_checkpoint: str = "", fence: int | None = None) -> int:
    """Begin a new tree under a new name and return its number.

    Its first entry names the newest checkpoint that is known (of the archive in the configuration folder and
    ``last_known_checkpoint``) and how many entries the records lack of it. Numbers go on after that
    checkpoint, so no number that was ever signed for is given to another entry.

    Args:
        reason: why, as the entry shall say it.
        last_known_checkpoint: a signed checkpoint as text, such as a backup's manifest holds; "" = none.
        fence: only if the sequencer's fence still is this; None = in any case.

    Raises:
        TlogError: ``last_known_checkpoint`` is not the text of a checkpoint.
    """
    known = _newest_of(archive.newest(), _from_note(last_known_checkpoint))
    with transactions.write("journal.epoch"):
        Sequencer.objects.get_or_create(pk=1)
        row = Sequencer.objects.select_for_update().get(pk=1)
        if fence is not None and row.fence != fence:
            return row.epoch
        number = max(row.epoch, known.epoch if known else 0) + 1
        start = max(row.seq, known.seq if known else 0)
        origin = f"{keys.base_name()}/{number}"
        entry_id = record(
            actors.system("journal"),
            Tag.EPOCH_BEGUN,
            ("journal.epoch", str(number)),
            facts=_facts(number, reason, row.seq, known),
        )
        line = canonical.line(Entry.objects.get(pk=entry_id))
        frontier = Frontier()
        frontier.append(line)
        Epoch.objects.create(
            number=number,
            origin=origin,
            start=start,
            public_key=keys.public_key(),
            reason=reason,
            at=clock.now(),
        )
        Leaf.objects.create(seq=start + 1, entry_id=entry_id, leaf_hash=leaf_hash(line))
        Pending.objects.filter(pk=entry_id).delete()
        Sequencer.objects.filter(pk=1).update(
            epoch=number, seq=start + 1, edge=bytes(frontier), fence=row.fence + 1
        )
        reach(Point.EPOCH_BEFORE_COMMIT)
    reach(Point.EPOCH_COMMITTED)
    _log.warning("journal epoch %d began: %s", number, reason)
    return number


def _facts(number: int, reason: str, held: int, known: Archived | None) -> Mapping[str, Any]:
    return {
        "epoch": number,
        "held": held,
        "last_origin": known.origin if known else "-",
        "last_root": known.root.hex() if known else "",
        "last_size": known.size if known else 0,
        "missing": max(0, known.seq - held) if known else 0,
        "reason": reason,
    }


def _newest_of(*found: Archived | None) -> Archived | None:
    return max((item for item in found if item is not None), key=lambda item: item.order, default=None)


def _from_note(note: str) -> Archived | None:
    if not note.strip():
        return None
    checkpoint = Checkpoint.parse(parse_note(note).text)
    epoch = tree.epoch_by_origin(checkpoint.origin)
    start = epoch.start if epoch else 0
    _, number = tree.split_origin(checkpoint.origin)
    return Archived(checkpoint.origin, number, start, checkpoint.size, checkpoint.root, note)
