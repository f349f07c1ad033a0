"""What each source sent and what is kept of it, from the event store's own figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.eventstore import queries as store
from phithak.eventstore.ledger import Activity, LedgerReader
from phithak.eventstore.manifest import living_files
from phithak.eventstore.retention import DAYS_KEPT, Rules, read_rules
from phithak.monitoring.models import Site, Source
from phithak.monitoring.queries import board, doors
from phithak.monitoring.queries.events import layout, moment
from phithak.monitoring.queries.projection import KINDS

_MOST = 10_000


@dataclass(frozen=True)
class Kept:
    """A source, what came of it and what is kept.

    Attributes:
        id: of the source.
        site, name: the site and its name.
        sender, label: of the source.
        retention: class of its events, by which they are kept.
        received, size: events stored since its first batch, and their bytes unpacked.
        dropped: events that the sender says it dropped.
        taken: personal data that the privacy profile took out at the intake, in places.
        stored: events that are there now.
        disk: bytes on the disk: its share, by events, of the files of its class at this site.
        last: when its last batch came, UTC.
        oldest: day of receipt (Bangkok) of the oldest events of its class at this site.
        days: full days that its class is kept.
        goes: day on which the oldest ones go; None while there are none, or something holds them.
    """

    id: UUID
    site: Site
    name: Text
    sender: str
    label: str
    retention: str
    received: int
    size: int
    dropped: int
    taken: int
    stored: int
    disk: int
    last: datetime | None
    oldest: date | None
    days: int
    goes: date | None


@dataclass
class _Class:
    """What is on the disk of one class of one site."""

    size: int = 0
    oldest: str = ""


def kept(actor: Actor) -> list[Kept]:
    """Return every source that the actor may see, with what came of it and what is kept."""
    sources = list(
        doors.sources_visible_to(actor)
        .select_related("sender__site__tenant")
        .order_by("sender__name", "label")
    )
    tenants = sorted({one.sender.tenant_id for one in sources})
    activity = _activity()
    stored = _stored(tenants)
    classes = _classes(tenants)
    rules = read_rules(layout())
    events: Counter[tuple[UUID, str]] = Counter()
    for one in sources:
        events[_class_of(one)] += stored[one.pk]
    return [
        _kept(
            one, activity.get(one.pk), stored[one.pk], classes[_class_of(one)], events[_class_of(one)], rules
        )
        for one in sources
    ]


def _class_of(source: Source) -> tuple[UUID, str]:
    return source.sender.tenant_id, KINDS.get(source.profile, "database")


def _kept(  # noqa: PLR0917 - what is known of a source comes from as many places
    source: Source, told: Activity | None, stored: int, kind: _Class, of_kind: int, rules: Rules
) -> Kept:
    site, retention = source.sender.site, _class_of(source)[1]
    days = rules.days.get(retention, DAYS_KEPT)
    oldest = date.fromisoformat(kind.oldest) if kind.oldest else None
    held = source.sender.tenant_id in rules.held
    return Kept(
        id=source.pk,
        site=site,
        name=board.name_of(site),
        sender=source.sender.name,
        label=source.label,
        retention=retention,
        received=told.events if told else 0,
        size=told.size if told else 0,
        dropped=sum(told.dropped.values()) if told else 0,
        taken=sum(told.taken.values()) if told else 0,
        stored=stored,
        disk=round(kind.size * stored / of_kind) if of_kind else 0,
        last=moment(told.received) if told else None,
        oldest=oldest if stored else None,
        days=days,
        goes=oldest + timedelta(days=days + 1) if oldest and stored and not held else None,
    )


def _activity() -> dict[UUID, Activity]:
    reader = LedgerReader(layout())
    try:
        return {one.source: one for one in reader.activity()}
    finally:
        reader.close()


def _stored(tenants: list[UUID]) -> Counter[UUID]:
    """Return how many events of each source are in Parquet now."""
    found = store.top(layout(), tenants=tenants, column="source", limit=_MOST)
    return Counter({UUID(name): count for name, count in found})


def _classes(tenants: list[UUID]) -> defaultdict[tuple[UUID, str], _Class]:
    found: defaultdict[tuple[UUID, str], _Class] = defaultdict(_Class)
    for file in living_files(layout(), tenants, since=None, until=None):
        one = found[file.tenant, file.retention]
        one.size += file.size
        one.oldest = min(one.oldest or file.day, file.day)
    return found


def narrowed(rows: Iterable[Kept], words: str) -> list[Kept]:
    """Return the rows in whose names the words stand."""
    plain = words.casefold()
    return [
        row for row in rows if plain in f"{row.name.th} {row.name.en} {row.sender} {row.label}".casefold()
    ]


def figures(rows: Iterable[Any]) -> tuple[int, int, int]:
    """Return events received, events stored and bytes on the disk, of all rows."""
    told = list(rows)
    return sum(one.received for one in told), sum(one.stored for one in told), sum(one.disk for one in told)
