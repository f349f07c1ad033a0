"""Between a source and the spool: events are cleaned as they come, sorted by worth, and sealed into batches.

What came over the network is kept in a journal until it is sealed; what came from a file is read again after a kill.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter, deque
from collections.abc import Mapping, Sequence

from phithak.base import profile
from phithak.sensor import lanes, moments
from phithak.sensor.points import Point, reach
from phithak.sensor.settings import SourceSettings
from phithak.sensor.spool import Journal, Spool

_MOST_EVENTS = 4_000
_MOST_BYTES = 2 << 20
_BURST_SECONDS = 5
_SAMPLES = 5
_SAMPLE_BYTES = 600
_POSITION_SECONDS = 30.0

FULL = (OSError, sqlite3.Error)
"""What a full or broken disk raises."""


class Gatherer:
    """The sink of one source.

    Args:
        settings: of the source.
        spool: where batches go.
        key: of this site, for the tags of persons' numbers.
        journal: for sources that cannot be read again, else None.
        delay: seconds before events are sealed; alerts one second, low lanes twice as long.

    Attributes:
        collecting: off when a side has switched the source off; events are then let go as if they had not come.
        samples: the last events as they leave, cut short, for the local page.
        trouble: what kept the last batch from being sealed, or "".
        stale: what was taken from a file went from memory without being sealed; the source has to be rewound.
    """

    def __init__(
        self,
        settings: SourceSettings,
        spool: Spool,
        key: bytes,
        journal: Journal | None = None,
        delay: int = 5,
    ) -> None:
        self.settings = settings
        self.collecting = True
        self.samples: deque[bytes] = deque(maxlen=_SAMPLES)
        self.trouble = ""
        self.stale = False
        self._spool = spool
        self._cleaner = profile.Cleaner(profile.named(settings.profile), key)
        self._sorter = lanes.Sorter(settings.profile, settings.lane, settings.alert_if, settings.low_if)
        self._journal = journal
        self._wait = {lanes.ALERT: 1.0, lanes.NORMAL: float(delay), lanes.LOW: 2.0 * delay}
        self._lanes: dict[int, list[bytes]] = {}
        self._positions: dict[str, str | None] = {}
        self._moved = 0.0
        self._first = self._last = 0
        self._count = self.size = 0
        self._due = 0.0
        self._tokens = float(settings.rate * _BURST_SECONDS)
        self._filled = moments.steady()
        self._dropped: Counter[str] = Counter()
        self._counting = threading.Lock()
        if journal is not None and journal.left_over:
            self._sort(journal.left_over)

    def add(
        self,
        events: Sequence[bytes],
        positions: Mapping[str, str | None] | None = None,
        *,
        sync: bool = False,
    ) -> None:
        """Take events; see :class:`phithak.sensor.sources.Sink`."""
        if self.stale:
            return
        if events and self.collecting:
            cleaned = self._cleaner.clean(events)
            if self._journal is not None and not self._keep(cleaned, sync=sync):
                return
            self._sort(cleaned)
        if positions:
            self._positions.update(positions)
            self._moved = self._moved or moments.steady()
        if self._count >= _MOST_EVENTS or self.size >= _MOST_BYTES:
            self.seal()

    def _keep(self, cleaned: Sequence[bytes], *, sync: bool) -> bool:
        """Append to the journal; false when the disk is full and the events were dropped instead."""
        try:
            if self._journal is not None:
                self._journal.append(cleaned, sync=sync)
        except OSError as error:
            self.trouble = f"{error.strerror or error}"
            if sync:
                raise
            self.drop("disk-full", len(cleaned))
            return False
        return True

    def _sort(self, cleaned: Sequence[bytes]) -> None:
        now = moments.micros()
        self._first = self._first or now
        self._last = now
        steady = moments.steady()
        for lane, events in self._sorter.split(cleaned).items():
            self._lanes.setdefault(lane, []).extend(events)
            due = steady + self._wait[lane]
            self._due = min(self._due, due) if self._due else due
        self._count += len(cleaned)
        self.size += sum(map(len, cleaned))
        self.samples.extend([event[:_SAMPLE_BYTES] for event in cleaned[-_SAMPLES:]])

    def allow(self, events: int) -> bool:
        """Tell whether so many events may come now: the source's rate, with a burst of some seconds."""
        now = moments.steady()
        self._tokens = min(
            self._tokens + (now - self._filled) * self.settings.rate,
            float(self.settings.rate * _BURST_SECONDS),
        )
        self._filled = now
        if self._tokens <= 0:
            return False
        self._tokens -= events
        return True

    def drop(self, reason: str, events: int) -> None:
        """Count events that were dropped; while the source is switched off nothing is counted."""
        if events and self.collecting:
            with self._counting:
                self._dropped[reason] += events

    def positions(self) -> dict[str, str]:
        """Return the positions that were last kept."""
        return self._spool.positions(self.settings.label)

    def next_due(self) -> float:
        """Return when the next sealing is due by the steady clock; infinity when nothing waits."""
        moved = self._moved + _POSITION_SECONDS if self._moved else float("inf")
        return min(self._due or float("inf"), moved)

    def seal(self) -> bool:
        """Seal what waits; false when the disk is full, then it waits on (network) or is read again (files)."""
        self.write_drops()
        if not self._count and not self._positions:
            return True
        positions: dict[str, str | None] = dict(self._positions)
        if self._journal is not None:
            positions["journal"] = str(self._journal.number)
        try:
            self._spool.seal(
                self.settings.label, self._lanes, first=self._first, last=self._last,
                profile=self.settings.profile, positions=positions,
            )  # fmt: skip
        except FULL as error:
            self.trouble = str(error)
            self._postpone()
            return False
        self.trouble = ""
        self._clear()
        if self._journal is not None:
            self._journal.turn()
        reach(Point.SEAL_TURNED)
        return True

    def _postpone(self) -> None:
        """After a failed sealing: what can be read again goes from memory, the rest stays as far as there is room."""
        if self._journal is None:
            self._clear()
            self.stale = True
        elif self.size > 2 * _MOST_BYTES:
            self.drop("disk-full", self._count)
            self._clear()
            self._journal.turn()
        self._due = moments.steady() + self._wait[lanes.NORMAL]

    def _clear(self) -> None:
        self._lanes, self._positions = {}, {}
        self._count = self.size = self._first = self._last = 0
        self._due = self._moved = 0.0

    def write_drops(self) -> None:
        """Bring the counts of dropped events to the disk; what does not fit stays in memory for the next time."""
        with self._counting:
            counted, self._dropped = self._dropped, Counter()
        for reason, events in counted.items():
            try:
                self._spool.drop(self.settings.label, reason, events)
            except FULL:  # noqa: PERF203 - each reason is kept or not by itself
                with self._counting:
                    self._dropped[reason] += events

    def close(self) -> None:
        """Seal what waits and let go of the journal."""
        self.seal()
        if self._journal is not None:
            self._journal.close()
