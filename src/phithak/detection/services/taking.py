"""What the detector found and how far it has come, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from phithak.base import clock, ids
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.db.transactions import CHUNK_ROWS, chunks, write
from phithak.detection.errors import FencedError
from phithak.detection.events import Tag
from phithak.detection.models import Alert, Memory, Position
from phithak.engines.tlog import Frontier

NAME = "detector"
POSITION = "detection.position"
_ACTOR = actors.system("detector")
_CHANGING = ("count", "first_at", "last_at", "seen_at", "counted")


@dataclass(frozen=True)
class Duty:
    """What a detector that begins has to go on with.

    Attributes:
        fence: its own; a later one ends it.
        offset: up to here all is found and counted.
        remembered: correlations stand as they were after this.
        memories: packed state of correlations by tenant.
    """

    fence: int
    offset: int
    remembered: int
    memories: Mapping[UUID, bytes]


@dataclass
class Sighting:
    """One alert as far as some batches tell of it.

    Attributes:
        key: as :func:`alert_key` makes it.
        tenant: whose events these are.
        rule, title, level, tags: of the rule or correlation.
        group: the host, or the values that a correlation groups by.
        first_at, last_at: times of its events (UTC).
        source: of the first event.
        place: of the first event in its batch.
        matched: what was true of the first event, as plain values.
        counts: events by batch, in the order of the bus.
        correlated: whether a correlation found it; it then stays as it was found first.
    """

    key: str
    tenant: UUID
    rule: str
    title: str
    level: str
    tags: Sequence[str]
    group: str
    first_at: datetime
    last_at: datetime
    source: UUID | None
    place: int
    matched: list[Any]
    counts: dict[int, int] = field(default_factory=dict)
    correlated: bool = False


def alert_key(tenant: UUID, rule: str, group: str, window: str) -> str:
    """Return the key that the same tenant, rule, group and window always give (design.md §5, Ids)."""
    digest = blake2b(digest_size=16, person=b"alert")
    for part in (tenant.hex, rule, group, window):
        told = part.encode("utf-8", "surrogatepass")
        digest.update(len(told).to_bytes(4, "little") + told)
    return digest.hexdigest()


def begin() -> Duty:
    """Take the detector's place: whoever had it before can commit nothing more."""
    with write("detection.begin"):
        row, _ = Position.objects.select_for_update().get_or_create(name=NAME)
        row.fence += 1
        row.save(update_fields=["fence"])
        contrib.record(_ACTOR, Tag.BEGAN, (POSITION, row.pk), facts={"fence": row.fence})
    memories = {one.tenant_id: bytes(one.content) for one in Memory.objects.all()}
    return Duty(row.fence, row.offset, row.remembered, memories)


def commit(
    fence: int, through: int, found: Sequence[Sighting], memories: Mapping[UUID, bytes] | None = None
) -> int:
    """Write what was found up to an offset, and the offset with the last of it.

    Args:
        fence: the detector's own.
        through: offset of the last batch that was looked through.
        found: alerts of these batches, each key once.
        memories: state of all correlations after ``through``; None leaves what was remembered.

    Returns:
        How many alerts are new.

    Raises:
        FencedError: another detector has begun; nothing of this call's last step is written.
    """
    fresh = 0
    for some in chunks(found, CHUNK_ROWS):
        with write("detection.found"):
            _still(fence)
            fresh += _take(some)
    with write("detection.move"):
        moved: dict[str, Any] = {"offset": through, "moved_at": clock.now()}
        if memories is not None:
            _remember(memories)
            moved["remembered"] = through
        if not Position.objects.filter(name=NAME, fence=fence).update(**moved):
            raise FencedError
    return fresh


def _still(fence: int) -> None:
    # an update, not a look: it waits for another's transaction, and holds the row to the end of this one
    if not Position.objects.filter(name=NAME, fence=fence).update(moved_at=clock.now()):
        raise FencedError


def _take(some: Sequence[Sighting]) -> int:
    now = clock.now()
    known = {row.key: row for row in Alert.objects.filter(key__in=[one.key for one in some])}
    changed, fresh = [], []
    for one in some:
        row = known.get(one.key)
        if row is None:
            fresh.append(_row(one, now))
            continue
        later = {batch: number for batch, number in one.counts.items() if batch > row.counted}
        if one.correlated or not later:
            continue
        row.count += sum(later.values())
        row.counted = max(later)
        row.first_at, row.last_at = min(row.first_at, one.first_at), max(row.last_at, one.last_at)
        row.seen_at = now
        changed.append(row)
    # one statement for all, where an update of each its own values would be one of many megabytes
    Alert.objects.bulk_create(changed, update_conflicts=True, unique_fields=["key"], update_fields=_CHANGING)
    Alert.objects.bulk_create(fresh)
    by_tenant: dict[UUID, list[Alert]] = {}
    for row in fresh:
        by_tenant.setdefault(row.tenant_id, []).append(row)
    for tenant, rows in by_tenant.items():
        contrib.record(
            _ACTOR,
            Tag.FOUND,
            (POSITION, NAME),
            tenant_id=tenant,
            facts={"count": len(rows)},
            count=len(rows),
            root=_root(rows),
        )
    return len(fresh)


def _root(rows: Sequence[Alert]) -> bytes:
    tree = Frontier()
    for row in rows:
        tree.append(row.key.encode())
    return tree.root()


def _row(one: Sighting, now: datetime) -> Alert:
    return Alert(
        id=ids.uuid7(), tenant_id=one.tenant, key=one.key, rule=one.rule[:200], title=one.title[:500],
        level=one.level, tags=list(one.tags), group=one.group[:500], correlated=one.correlated,
        count=sum(one.counts.values()), first_at=one.first_at, last_at=one.last_at, found_at=now, seen_at=now,
        source=one.source, batch=min(one.counts), place=one.place, counted=max(one.counts), matched=one.matched,
    )  # fmt: skip


def _remember(memories: Mapping[UUID, bytes]) -> None:
    known = {row.tenant_id: row for row in Memory.objects.filter(tenant__in=list(memories)).defer("content")}
    for tenant, content in memories.items():
        row = known.get(tenant) or Memory(tenant_id=tenant)
        row.content = content
        row.save()
