"""From a stored batch to what was found in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from phithak.detection.detector.rules import InUse
from phithak.detection.services import Sighting, alert_key
from phithak.engines.sigma.correlate import Alert, Correlator, Fed
from phithak.engines.sigma.correlate.model import held_texts
from phithak.engines.sigma.match import Hit
from phithak.engines.sigma.normalise import flat_event
from phithak.eventstore.bus import Stored
from phithak.eventstore.normalise.reference import normalise, record_of

WINDOW = timedelta(hours=1)
MOST_MATCHED = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def hits_of(use: InUse, events: list[bytes]) -> Iterator[tuple[int, Any, list[Hit]]]:
    """Yield number, decoded record and hits of each event of a batch that hits; what is no JSON is read as text."""
    lines, places = [], []
    for place, event in enumerate(events):
        if event[:1] == b"{" and b"\n" not in event:
            lines.append(event)
            places.append(place)
    taken = set(places)
    others = [place for place in range(len(events)) if place not in taken]
    if lines:
        for number, record, found in use.engine.match_lines(b"\n".join(lines)):
            if found is None:
                others.append(places[number])
            else:
                yield places[number], record, found
    for place in others:
        record = record_of(events[place])
        found = use.engine.match(record)
        if found:
            yield place, record, found


class Finder:
    """Gathers the alerts of some batches, each once.

    Args:
        use: the rules.
        memories: correlators by tenant; made here as tenants come.
        lateness: microseconds by which events of a tenant may come out of order.
    """

    def __init__(self, use: InUse, memories: dict[Any, Correlator], lateness: int) -> None:
        self._use, self._memories, self._lateness = use, memories, lateness
        self._found: dict[str, Sighting] = {}

    def take(self, batch: Stored, *, again: bool = False) -> int:
        """Look through a batch.

        Args:
            batch: as the bus gives it.
            again: its hits are counted already, only the correlations forgot them.

        Returns:
            How many events it holds.
        """
        events = batch.events()
        for place, record, found in hits_of(self._use, events):
            self._hit(batch, events[place], place, record, found, again=again)
        return len(events)

    def sightings(self) -> list[Sighting]:
        """Return what was gathered since the last call."""
        found, self._found = list(self._found.values()), {}
        return found

    def _hit(
        self, batch: Stored, event: bytes, place: int, record: Any, found: list[Hit], *, again: bool
    ) -> None:
        told = normalise([event], received=batch.envelope.received, zone=batch.envelope.zone)[0]
        at, host = _moment(told.time), told.columns.get("host", "")
        plan = self._use.plan
        for hit in found:
            if not again and hit.rule.rule_id not in plan.hidden:
                self._sighted(batch, place, hit, at, host)
        feeding = tuple(hit.rule.rule_id for hit in found if hit.rule.rule_id in plan.feeds)
        if feeding:
            fields = flat_event(record).fields
            names = sorted({name for rule in feeding for name in plan.feeds[rule]})
            texts = {name: held_texts(fields.get(name)) for name in names}
            fed = Fed(told.time, f"{batch.offset:020d}", place, feeding, texts)
            for alert in self._correlator(batch.envelope.tenant).feed(fed):
                self._correlated(batch, alert)

    def _correlator(self, tenant: Any) -> Correlator:
        known = self._memories.get(tenant)
        if known is None:
            known = Correlator(self._use.plan, tenant=tenant.hex, lateness=self._lateness)
            self._memories[tenant] = known
        return known

    def _sighted(self, batch: Stored, place: int, hit: Hit, at: datetime, host: str) -> None:
        rule, tenant = hit.rule, batch.envelope.tenant
        key = alert_key(tenant, rule.rule_id, host, window_of(at).isoformat())
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = Sighting(
                key, tenant, rule.rule_id, rule.title, rule.level, rule.tags, host, at, at,
                batch.envelope.source, place, msgspec.to_builtins(hit.matched[:MOST_MATCHED]),
            )  # fmt: skip
        known.counts[batch.offset] = known.counts.get(batch.offset, 0) + 1
        known.first_at, known.last_at = min(known.first_at, at), max(known.last_at, at)

    def _correlated(self, batch: Stored, alert: Alert) -> None:
        rule, tenant = alert.correlation, batch.envelope.tenant
        if rule.rule_id in self._use.plan.hidden:
            return
        group = " · ".join(value for _, value in alert.group)
        key = alert_key(tenant, rule.rule_id, group, alert.id)
        first = alert.events[0] if alert.events else None
        self._found[key] = Sighting(
            key, tenant, rule.rule_id, rule.title, rule.level, rule.tags, group, _moment(alert.begin),
            _moment(alert.end), None, first.index if first else 0,
            [{"field": name, "value": value} for name, value in alert.group],
            {int(first.file) if first and first.file else batch.offset: alert.count}, correlated=True,
        )  # fmt: skip


def window_of(at: datetime) -> datetime:
    """Return the start of the hour in which hits of one rule on one host are one alert."""
    return at - (at - _EPOCH) % WINDOW


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
