"""Makes batches durable: one thread writes what waits, syncs it, commits it in the ledger, then answers.

While one group is being synced the next gathers, so the cost of a sync is shared by all that came meanwhile.
Whatever goes wrong, the answer is a refusal and the process lives on; an answer that a batch is stored is given
only after ``fdatasync`` of its segment **and** the commit of its row.
"""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from phithak.base.batch import Header
from phithak.eventstore.disk import Disk, RealDisk
from phithak.eventstore.holding import hold
from phithak.eventstore.layout import Layout
from phithak.eventstore.ledger import Beat, Entry, LedgerWriter
from phithak.eventstore.points import Point, reach
from phithak.eventstore.segments import Envelope, Writer, record

log = logging.getLogger(__name__)

SEGMENT_BYTES = 256 << 20
WAITING_BYTES = 32 << 20
GROUP_BYTES = 8 << 20
GROUP_BATCHES = 512
TENANT_SHARE = 0.25
RESERVE = 512 << 20
"""Free room below which nothing is taken any more, so that ledger and compactor can go on."""
_LOOK_AGAIN = 1.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

Verdict = Literal["stored", "repeat", "conflict", "full", "busy"]
Answer = Callable[[Verdict], None]


@dataclass(frozen=True)
class Pending:
    """A batch that waits to be stored.

    Attributes:
        envelope, header: of the batch.
        frame: as it will lie in the segment, after the privacy profile.
        digest: of the frame as it came: tells repeats from conflicts.
        size: bytes of the events unpacked, after the profile.
        taken: what the profile took out, by rule.
        answer: called once, from the store's thread.
        numbered: the sender numbers its batches itself.
        also: a second id under which the same batch may have come before.
    """

    envelope: Envelope
    header: Header
    frame: bytes
    digest: bytes
    size: int
    taken: Mapping[str, int]
    answer: Answer
    numbered: bool = True
    also: UUID | None = None

    @property
    def key(self) -> tuple[UUID, UUID]:
        """What a repeat has in common with the first."""
        return self.envelope.sender, self.header.batch


@dataclass
class Tally:
    """What the store has done since it was opened."""

    groups: int = 0
    batches: int = 0
    events: int = 0
    repeats: int = 0
    conflicts: int = 0
    refused: int = 0
    faults: int = 0


class Store:
    """The one writer of segments and ledger.

    Args:
        layout: where.
        disk: the disk.
        reserve: free bytes below which nothing is taken.
        segment_bytes: bytes after which a segment is closed.
        waiting_bytes: bytes that may wait before ``busy`` is answered at once.

    Raises:
        StoreBusyError: another process has this store open.
    """

    def __init__(
        self,
        layout: Layout,
        disk: Disk | None = None,
        *,
        reserve: int = RESERVE,
        segment_bytes: int = SEGMENT_BYTES,
        waiting_bytes: int = WAITING_BYTES,
    ) -> None:
        self._layout = layout
        self._disk = disk or RealDisk()
        self._reserve = reserve
        self._waiting_bytes = waiting_bytes
        self.counters = Tally()
        layout.prepare()
        self._lock_handle = hold(layout.root / "ingest.lock")
        try:
            self._ledger = LedgerWriter(layout)
            used = max([self._ledger.highest_segment(), *layout.segment_numbers()])
        except BaseException:
            os.close(self._lock_handle)
            raise
        self._writer = Writer(layout, self._disk, after=used, most=segment_bytes)
        self._condition = threading.Condition()
        self._ledger_lock = threading.Lock()
        self._waiting: dict[UUID, deque[Pending]] = {}
        self._of_tenant: Counter[UUID] = Counter()
        self._beats: list[tuple[Beat, Callable[[bool], None]]] = []
        self._bytes = 0
        self._closing = False
        self._looked = float("-inf")
        self._roomy = True
        self._thread = threading.Thread(target=self._run, name="eventstore-commit", daemon=True)
        self._thread.start()

    def submit(self, pending: Pending) -> None:
        """Queue a batch; its ``answer`` is called from the store's thread (at once when too much waits)."""
        size, tenant = len(pending.frame), pending.envelope.tenant
        with self._condition:
            fits = (
                not self._closing
                and self._bytes + size <= self._waiting_bytes
                # one tenant never fills the queue of all
                and self._of_tenant[tenant] + size <= self._waiting_bytes * TENANT_SHARE
            )
            if fits:
                self._waiting.setdefault(tenant, deque()).append(pending)
                self._bytes += size
                self._of_tenant[tenant] += size
                self._condition.notify()
        if not fits:
            self.counters.refused += 1
            pending.answer("busy")

    def beat(self, beat: Beat, answer: Callable[[bool], None]) -> None:
        """Queue a heartbeat; ``answer`` is told whether it was kept."""
        with self._condition:
            takes = not self._closing
            if takes:
                self._beats.append((beat, answer))
                self._condition.notify()
        if not takes:
            answer(takes)

    @property
    def closed(self) -> bool:
        """Whether the store was closed."""
        return self._closing

    @property
    def load(self) -> float:
        """How full the queue is, 0 to 1."""
        return self._bytes / self._waiting_bytes

    def trim(self, *, through: int, before: int) -> int:
        """Let the ledger forget old rows; see :meth:`phithak.eventstore.ledger.LedgerWriter.trim`."""
        with self._ledger_lock:
            return self._ledger.trim(through=through, before=before)

    def close(self) -> None:
        """Store what waits, then close; batches that come meanwhile are answered ``busy``."""
        with self._condition:
            self._closing = True
            self._condition.notify()
        self._thread.join()
        self._writer.give_up()
        self._ledger.close()
        os.close(self._lock_handle)

    def _run(self) -> None:
        while True:
            with self._condition:
                while not (self._waiting or self._beats or self._closing):
                    self._condition.wait()
                if self._closing and not self._waiting and not self._beats:
                    return
                group, beats = self._take()
            verdicts, kept = self._store(group, [beat for beat, _ in beats])
            reach(Point.ANSWER)
            for pending, verdict in zip(group, verdicts, strict=True):
                _tell(pending.answer, verdict)
            for _, answer in beats:
                _tell(answer, kept)
            reach(Point.ANSWERED)

    def _take(self) -> tuple[list[Pending], list[tuple[Beat, Callable[[bool], None]]]]:
        """Take a group: one batch of each tenant in turn, so that a flood of one waits behind itself."""
        group: list[Pending] = []
        size = 0
        while self._waiting and size < GROUP_BYTES and len(group) < GROUP_BATCHES:
            for tenant in list(self._waiting):
                queue = self._waiting[tenant]
                pending = queue.popleft()
                if not queue:
                    del self._waiting[tenant]
                group.append(pending)
                size += len(pending.frame)
                self._of_tenant[tenant] -= len(pending.frame)
                if not self._of_tenant[tenant]:
                    del self._of_tenant[tenant]
        self._bytes -= size
        beats, self._beats = self._beats, []
        return group, beats

    def _store(self, group: list[Pending], beats: list[Beat]) -> tuple[list[Verdict], bool]:
        """Store a group; return a verdict for each batch, and whether the heartbeats were kept."""
        try:
            with self._ledger_lock:
                return self._write(group, beats), True
        except OSError as error:
            verdict: Verdict = "full" if error.errno in _FULL else "busy"
            log.error("a group of %d batches was not stored: %s", len(group), error)  # noqa: TRY400 - the error says all
        except sqlite3.Error as error:
            verdict = "full" if "full" in str(error) else "busy"
            log.error("the ledger took no group of %d batches: %s", len(group), error)  # noqa: TRY400 - same
        except Exception:
            # whatever it is: an answer for each, and the thread lives on
            verdict = "busy"
            log.exception("a group of %d batches was not stored", len(group))
        self.counters.faults += 1
        self.counters.refused += len(group)
        self._looked = float("-inf")
        return [verdict] * len(group), False

    def _write(self, group: list[Pending], beats: list[Beat]) -> list[Verdict]:
        verdicts: list[Verdict] = []
        fresh: dict[tuple[UUID, UUID], Pending] = {}
        repeats: list[tuple[UUID, UUID, UUID]] = []
        roomy = self._has_room()
        for pending in group:
            key = self._known_as(pending, fresh)
            first = fresh.get(key)
            known = self._ledger.digest_of(*key) if first is None else first.digest
            if known is None:
                verdicts.append("stored" if roomy else "full")
                if roomy:
                    fresh[pending.key] = pending
            elif known == pending.digest:
                verdicts.append("repeat")
                repeats.append((*key, pending.envelope.source))
            else:
                verdicts.append("conflict")
        stored = list(fresh.values())
        places = self._writer.append([record(one.envelope, one.frame) for one in stored]) if stored else []
        entries = [
            Entry(one.envelope, one.header, one.digest, place, one.size, one.taken, one.numbered)
            for one, place in zip(stored, places, strict=True)
        ]
        if entries or repeats or beats:
            self._ledger.commit(entries, repeats, beats)
        self.counters.groups += 1
        self.counters.batches += len(stored)
        self.counters.events += sum(one.header.count for one in stored)
        self.counters.repeats += len(repeats)
        self.counters.conflicts += verdicts.count("conflict")
        self.counters.refused += verdicts.count("full")
        return verdicts

    def _known_as(self, pending: Pending, fresh: Mapping[tuple[UUID, UUID], Pending]) -> tuple[UUID, UUID]:
        """Return sender and id of a batch: the second id where the batch is known under that."""
        if pending.also is not None:
            other = (pending.envelope.sender, pending.also)
            if other in fresh or self._ledger.digest_of(*other) is not None:
                return other
        return pending.key

    def _has_room(self) -> bool:
        now = time.monotonic()
        if now - self._looked >= _LOOK_AGAIN:
            self._roomy = self._disk.free(self._layout.root) >= self._reserve
            self._looked = now
        return self._roomy


def _tell(answer: Callable[[Any], None], word: Verdict | bool) -> None:  # noqa: FBT001 - the word of an answer
    try:
        answer(word)
    except Exception:
        # a sender that is gone must not keep the others from their answers
        log.exception("an answer could not be given")
