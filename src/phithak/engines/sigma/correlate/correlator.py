"""Events in any order in, alerts in the order of time out."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from fractions import Fraction
from heapq import heappop, heappush
from typing import Any

import msgspec

from phithak.engines.sigma.correlate import snapshot
from phithak.engines.sigma.correlate.books import Book, Desk, FrameBook, SlideBook
from phithak.engines.sigma.correlate.model import Alert, Fed, Limits, Stats, Texts
from phithak.engines.sigma.correlate.plan import Plan

_NEVER = -(1 << 62)
_ALWAYS = 1 << 62
_MOST_VALUES = 1_000
_Key = tuple[int, str, int]


class Correlator:
    """The correlations of one tenant over one stream of events. One correlator serves one thread.

    Attributes:
        stats: what became of the events so far.
        watermark: events from before this moment are late.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        tenant: str = "",
        lateness: int | None = None,
        latest: int | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Begin with nothing seen.

        Args:
            plan: as ``make_plan`` gives it.
            tenant: part of each alert's id.
            lateness: microseconds by which an event may come behind a later one; None lets all wait for ``finish``.
            limits: how much may be held.
            latest: events from after this moment are not used, so that one wrong clock makes no other event late.
        """
        self.plan = plan
        self.lateness = lateness
        self.latest = latest
        self.watermark = _NEVER
        self.stats = Stats()
        self._limits = limits or Limits()
        self._desk = Desk(tenant, self._limits, self.stats, self._begun)
        self._books: list[Book] = [
            SlideBook(node, self._desk) if node.slides else FrameBook(node, self._desk) for node in plan.nodes
        ]
        self._settled = [place for place, node in enumerate(plan.nodes) if not node.slides]
        self._order: list[_Key] = []
        self._waiting: dict[_Key, Fed] = {}
        self._ends: list[int] = []

    @property
    def tenant(self) -> str:
        """Whose events these are."""
        return self._desk.tenant

    def _begun(self, end: int) -> None:
        heappush(self._ends, end)

    def feed(self, event: Fed) -> list[Alert]:
        """Take one event and return the alerts that are certain now; one that feeds nothing only tells the time."""
        self.stats.fed += 1
        if event.time is None:
            self.stats.timeless += 1
            return []
        if self.latest is not None and event.time > self.latest:
            self.stats.future += 1
            return []
        if event.time < self.watermark:
            self.stats.late += 1
            return []
        key = (event.time, event.file, event.index)
        if key in self._waiting:
            self.stats.duplicates += 1
            return []
        if any(rule in self.plan.takers for rule in event.rules):
            heappush(self._order, key)
            self._waiting[key] = self._bounded(event)
        if self.lateness is not None:
            self.watermark = max(self.watermark, event.time - self.lateness)
        if len(self._waiting) > self._limits.pending:
            # too many wait: the oldest moment is taken now, what comes for it later is late
            self.watermark = max(self.watermark, self._order[0][0] + 1)
            self.stats.forced += 1
        return self._until(self.watermark)

    def _bounded(self, event: Fed) -> Fed:
        if all(len(texts) <= _MOST_VALUES for texts in event.fields.values()):
            return event
        self.stats.cut += 1
        fields = {name: texts[:_MOST_VALUES] for name, texts in event.fields.items()}
        return msgspec.structs.replace(event, fields=fields)

    def advance(self, moment: int) -> list[Alert]:
        """Let time pass: nothing from before ``moment`` will come any more."""
        self.watermark = max(self.watermark, moment)
        return self._until(self.watermark)

    def finish(self) -> list[Alert]:
        """Take all that waits and judge every open window: the stream is over."""
        self.watermark = _ALWAYS
        return self._until(_ALWAYS)

    def _until(self, limit: int) -> list[Alert]:
        alerts: list[Alert] = []
        while True:
            now = min(self._order[0][0] if self._order else _ALWAYS, self._ends[0] if self._ends else _ALWAYS)
            if now >= limit:
                return alerts
            alerts += self._moment(now)
            self._keep_bounds()

    def _moment(self, now: int) -> list[Alert]:
        """Take all events of one moment, then judge windows that end with it; feeding ones before those they feed."""
        coming: dict[int, list[Fed]] = defaultdict(list)
        while self._order and self._order[0][0] == now:
            event = self._waiting.pop(heappop(self._order))
            for place in {place for rule in event.rules for place in self.plan.takers.get(rule, ())}:
                coming[place].append(event)
        ending = bool(self._ends) and self._ends[0] <= now
        while self._ends and self._ends[0] <= now:
            heappop(self._ends)
        todo = sorted({*coming, *(self._settled if ending else ())})
        alerts: list[Alert] = []
        while todo:
            place = todo.pop(0)
            book = self._books[place]
            made = book.at(now, sorted(coming[place], key=_rank)) if place in coming else []
            if ending:
                made += book.due(now)
            rule_id = self.plan.nodes[place].correlation.rule_id
            for parent in self.plan.takers.get(rule_id, ()) if made else ():
                # it stands behind what feeds it
                if parent not in coming and parent not in todo:
                    insort(todo, parent)
                coming[parent] += [_fed(alert, now) for alert in made]
            alerts += made
        return alerts

    def _keep_bounds(self) -> None:
        while self._desk.weight > self._limits.entries:
            held = [
                (moment, place)
                for place, book in enumerate(self._books)
                if (moment := book.oldest()) is not None
            ]
            self._books[min(held)[1]].evict()

    def held(self) -> int:
        """Return how many events and values are held."""
        return len(self._waiting) + self._desk.weight

    def measured(self, place: int, group: Texts) -> int | Fraction | None:
        """Return what the open window of a group measures so far, of the node at ``place``; None if nothing."""
        return self._books[place].measured(group)

    def snapshot(self, offset: Any = None) -> bytes:
        """Return the whole state, with the caller's ``offset`` (plain values) of what was fed so far."""
        state = snapshot.State(
            self.tenant,
            self.lateness,
            self.latest,
            self.watermark,
            offset,
            self.stats,
            dict(self.plan.marks),
            [self._waiting[key] for key in sorted(self._order)],
            [
                snapshot.BookState(node.correlation.rule_id, node.fingerprint, book.saved())
                for node, book in zip(self.plan.nodes, self._books, strict=True)
            ],
        )
        return snapshot.packed(state)

    @classmethod
    def restore(
        cls, plan: Plan, content: bytes, *, limits: Limits | None = None
    ) -> tuple[Correlator, Any, list[str]]:
        """Return a correlator as it was, the offset, and ids of correlations whose state could not be kept.

        Rules may have changed since: a correlation keeps its state if it and all that feeds it are the same.

        Raises:
            SigmaError: the content is damaged or of another version.
        """
        state = snapshot.unpacked(content)
        made = cls(plan, tenant=state.tenant, lateness=state.lateness, latest=state.latest, limits=limits)
        made.watermark = state.watermark
        for name in state.stats.__struct_fields__:
            setattr(made.stats, name, getattr(state.stats, name))
        known = {book.rule_id: book for book in state.books}
        lost = sorted(set(known) - {node.correlation.rule_id for node in plan.nodes})
        for node, book in zip(plan.nodes, made._books, strict=True):
            saved = known.get(node.correlation.rule_id)
            if saved is None:
                continue
            if saved.fingerprint == node.fingerprint:
                book.load(saved.groups)
            else:
                lost.append(node.correlation.rule_id)
        for event in snapshot.still_valid(state, plan):
            key = (event.moment, event.file, event.index)
            heappush(made._order, key)
            made._waiting[key] = event
        return made, state.offset, lost


def _rank(event: Fed) -> tuple[str, int, str]:
    return event.file, event.index, event.alert


def _fed(alert: Alert, now: int) -> Fed:
    last = alert.events[-1] if alert.events else None
    place = ("", 0) if last is None else (last.file, last.index)
    return Fed(now, *place, (alert.correlation.rule_id,), alert.fields, alert.id)
