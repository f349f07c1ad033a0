"""What senders tell each minute, taken from the intake's ledger: state, backlog, drops, clock, switches at the site."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from phithak.base import clock
from phithak.base.batch import BatchError, Heartbeat, SourceState
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.db.transactions import write
from phithak.eventstore.ledger import LedgerReader
from phithak.monitoring.events import Tag
from phithak.monitoring.models import Sample, Sender, Source, Turn
from phithak.monitoring.queries.states import Side
from phithak.monitoring.services import twins
from phithak.monitoring.services.projecting import layout
from phithak.monitoring.services.senders import SOURCE

log = logging.getLogger(__name__)

KEEP_SAMPLES = timedelta(days=90)
_QUARTER = 900
_ACTOR = actors.system("monitoring")
_LATEST = 253_402_300_799_000_000  # the last moment that a clock can show


def take() -> int:
    """Take in what was told since the last look; return how many senders told something."""
    reader = LedgerReader(layout())
    try:
        beats = {beat.sender: beat for beat in reader.beats()}
        posted: dict[UUID, int] = {}
        clashes: Counter[UUID] = Counter()
        for activity in reader.activity():
            posted[activity.sender] = max(posted.get(activity.sender, 0), activity.received)
            clashes[activity.sender] += activity.clashes
    except sqlite3.Error as error:
        log.warning("the ledger cannot be read: %s", error)
        return 0
    finally:
        reader.close()
    taken = 0
    for row in Sender.objects.filter(pk__in={*beats, *posted}, revoked_at=None).prefetch_related("sources"):
        beat = beats.get(row.pk)
        told = _read(beat.told) if beat is not None and beat.received > row.beat_at else None
        if clashes[row.pk] > row.clashes:
            twins.by_numbers(row, clashes[row.pk])
        heard = _moment(max(beat.received if beat else 0, posted.get(row.pk, 0)))
        if heard is None or (told is None and row.heard_at is not None and heard <= row.heard_at):
            continue
        with write("monitoring.take_beat"):
            Sender.objects.filter(pk=row.pk).update(heard_at=heard)
            if told is not None and beat is not None:
                _keep(row, told, beat.received)
        taken += 1
    return taken


def _read(body: bytes) -> Heartbeat | None:
    try:
        return Heartbeat.from_json(body)
    except BatchError as error:
        log.warning("a heartbeat cannot be read: %s", error)
        return None


def _keep(row: Sender, told: Heartbeat, received: int) -> None:
    beat: dict[str, Any] = json.loads(told.to_json())
    beat["skew_ms"] = (told.now - received) // 1000
    beat["starts"] = twins.by_starts(row, told)
    beat["waited"] = row.beat.get("spool", {}).get("batches", 0)
    Sender.objects.filter(pk=row.pk).update(
        beat=beat, beat_at=received, version=told.version[:40], host=told.host[:200] or row.host
    )
    known = {source.label: source for source in row.sources.all()}
    for state in told.sources:
        if state.source in known:
            _keep_source(row, known[state.source], state)
    begin = clock.now().timestamp() // _QUARTER * _QUARTER
    Sample.objects.update_or_create(
        sender=row,
        at=datetime.fromtimestamp(begin, UTC),
        defaults={
            "waiting": _small(told.spool.events),
            "dropped": _small(sum(sum(one.dropped.values()) for one in told.sources)),
            "events": _small(sum(one.events for one in told.sources)),
            "skew_ms": _small(beat["skew_ms"]),
            "cpu": told.cpu,
            "memory": _small(told.memory),
        },
    )


def _keep_source(row: Sender, source: Source, state: SourceState) -> None:
    Source.objects.filter(pk=source.pk).update(
        there_on=state.on,
        events=_small(state.events),
        dropped=_drops(state.dropped),
        fault=state.fault[:200],
        last_event_at=_moment(state.last_event),
    )
    at = _moment(state.changed_at)
    side, _, person = state.changed_by.partition(": ")
    # what the centre turned itself stands in the log already
    if (
        at is None
        or side != Side.HOSPITAL
        or Turn.objects.filter(source=source, side=Side.HOSPITAL, at=at).exists()
    ):
        return
    Turn(source=source, side=Side.HOSPITAL, on=state.on, person=person[:200] or "?", at=at).save(
        force_insert=True
    )
    contrib.record(
        _ACTOR,
        Tag.SWITCHED,
        (SOURCE, source.pk),
        tenant_id=row.tenant_id,
        facts={
            "label": source.label,
            "turned": "on" if state.on else "off",
            "side": Side.HOSPITAL.value,
            "person": person[:200],
        },
    )


def _drops(told: Mapping[str, int]) -> dict[str, int]:
    return {reason[:60]: count for reason, count in list(told.items())[:20]}


def _small(number: int) -> int:
    """Return a number of a stranger's making within what a column holds."""
    return max(-(2**62), min(number, 2**62))


def _moment(micros: int | None) -> datetime | None:
    if not micros or not 0 < micros <= _LATEST:
        return None
    return datetime.fromtimestamp(micros / 1_000_000, UTC)


def forget_old_samples() -> None:
    """Let samples go that are older than 90 days."""
    Sample.objects.filter(at__lt=clock.now() - KEEP_SAMPLES).delete()
