"""What senders tell, put into the intake's ledger as the intake itself does."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from phithak.base import clock
from phithak.base.batch import Heartbeat, SourceState, Spool
from phithak.eventstore.layout import Layout
from phithak.eventstore.ledger import Beat
from phithak.eventstore.store import Store


def micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def tell(
    layout: Layout,
    sender: UUID,
    tenant: UUID,
    at: datetime | None = None,
    *,
    started: datetime | None = None,
    sources: Sequence[SourceState] = (SourceState("his"), SourceState("servers")),
    spool: Spool | None = None,
    version: str = "1.2.3",
) -> None:
    """Let a sensor's heartbeat come in at ``at`` (now)."""
    moment = at or clock.now()
    beat = Heartbeat(
        version,
        micros(moment),
        micros(started or moment - timedelta(hours=1)),
        spool=spool or Spool(),
        sources=tuple(sources),
        host="box (Debian)",
    )
    store = Store(layout, reserve=0)
    kept = threading.Event()
    try:
        store.beat(Beat(sender, tenant, micros(moment), beat.to_json()), lambda _: kept.set())
        assert kept.wait(20)
    finally:
        store.close()
