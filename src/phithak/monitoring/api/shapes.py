"""What the API takes and answers about sites, senders, sources and events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field

from phithak.core.ui.api import Schema
from phithak.monitoring.models import Sender, Silence, Site, Source
from phithak.monitoring.queries import board
from phithak.monitoring.queries.states import Evidence, SenderKind, Stage, condition
from phithak.monitoring.queries.storage import Kept


class SourceOut(Schema):
    """A source; ``on`` is the centre's switch, ``there_on`` whether the site collects it (null: not told yet)."""

    id: UUID
    label: str
    kind: str
    profile: str
    place: str
    local: bool
    on: bool
    there_on: bool | None
    events: int
    dropped: dict[str, int]
    fault: str
    last_event_at: datetime | None


class SenderOut(Schema):
    """A sender; ``health`` is good, waiting, look, dark or revoked."""

    id: UUID
    name: str
    kind: str
    health: str
    why: list[str]
    version: str
    host: str
    enrolled_at: datetime | None
    revoked_at: datetime | None
    heard_at: datetime | None
    beat: dict[str, Any]
    sources: list[SourceOut]


class SiteOut(Schema):
    """A site of the roll-out; ``health`` is that of its worst sender, never good while one is dark."""

    id: UUID
    tenant_id: UUID
    name_th: str
    name_en: str
    state: str
    wave: int
    pilot: bool
    note: str
    health: str
    heard_at: datetime | None
    versions: str


class SiteDetail(SiteOut):
    """A site with its senders."""

    senders: list[SenderOut]


class SiteIn(Schema):
    """A new site."""

    tenant_id: UUID
    wave: int = Field(1, ge=1, le=99)
    pilot: bool = False
    note: str = Field("", max_length=300)


class SiteChange(Schema):
    """Where a site stands."""

    state: Stage
    wave: int = Field(ge=1, le=99)
    pilot: bool
    note: str = Field("", max_length=300)


class QuotaIn(Schema):
    """How much a site may send in a second; 0 is no limit."""

    events: int = Field(0, ge=0, le=1_000_000)
    bytes: int = Field(0, ge=0, le=10_000_000_000)


class KeptOut(Schema):
    """What came of a source and what is kept; ``disk`` is its share of the bytes of its class at the site."""

    source_id: UUID
    site_id: UUID
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
    quota_events: int
    quota_bytes: int


class ApplyIn(Schema):
    """A template and who gets it."""

    template: dict[str, Any]
    tenant_ids: list[UUID] = Field(max_length=50)
    wave: int = Field(2, ge=1, le=99)


class Ids(Schema):
    """Ids of what was made."""

    ids: list[UUID]


class Made(Schema):
    """Id of what was made."""

    id: UUID


class SenderIn(Schema):
    """A new sender."""

    name: str = Field(min_length=1, max_length=120)
    kind: SenderKind


class SourceIn(Schema):
    """A new source."""

    label: str = Field(max_length=64)
    kind: str = Field(max_length=20)
    profile: str = Field(max_length=20)
    place: str = Field("", max_length=300)
    local: bool = False


class CodeOut(Schema):
    """A one-time code, to be told by telephone with the first digits of the fingerprint."""

    code: str
    fingerprint: str
    address: str


class TokenOut(Schema):
    """An agent's token, shown once."""

    token: str
    address: str


class SwitchIn(Schema):
    """How a source's switch is turned, and why."""

    on: bool
    reason: str = Field("", max_length=200)


class PlaceIn(Schema):
    """Where a source lies at its site."""

    place: str = Field(max_length=300)


class SilenceOut(Schema):
    """One signal of a silent sender; ``cause`` is link or box, ``sure`` whether it is more than the likelier of two."""

    id: UUID
    sender_id: UUID
    site_id: UUID
    since: datetime
    told_at: datetime
    cause: str
    evidence: str
    sure: bool
    ended_at: datetime | None
    proven: str


class EventOut(Schema):
    """One event; ``raw`` is base64 of it as it came, less what its privacy profile took out."""

    tenant_id: UUID
    time: datetime
    received: datetime
    offset: int
    number: int
    columns: dict[str, str]
    raw: str


class StepOut(Schema):
    """How many events there were from a moment on."""

    at: datetime
    count: int


class AnswerOut(Schema):
    """What a search found: all counts, and the newest events."""

    total: int
    steps: list[StepOut]
    events: list[EventOut]


class AuthorityOut(Schema):
    """The certificate that sensors trust, as PEM."""

    authority: str


class EnrolIn(Schema):
    """A sensor's word at its enrolment."""

    code: str = Field(max_length=60)
    name: str = Field("", max_length=120)
    system: str = Field("", max_length=200)
    version: str = Field("", max_length=40)


class EnrolOut(Schema):
    """What a sensor is given."""

    token: str
    sender: str
    address: str
    sources: dict[str, dict[str, str]]


def site_out(row: Site) -> SiteOut:
    """Return a site (with its senders) as the API shows it."""
    return SiteOut(**_site(row))


def site_detail(row: Site, now: datetime) -> SiteDetail:
    """Return a site with its senders."""
    return SiteDetail(**_site(row), senders=[_sender(one, now) for one in row.senders.all()])


def _site(row: Site) -> dict[str, Any]:
    name = board.name_of(row)
    return {
        "id": row.pk,
        "tenant_id": row.tenant_id,
        "name_th": name.th,
        "name_en": name.en,
        "state": row.state,
        "wave": row.wave,
        "pilot": row.pilot,
        "note": row.note,
        "health": board.condition_of(row).health.value,
        "heard_at": board.last_heard(row),
        "versions": board.versions(row),
    }


def _sender(row: Sender, now: datetime) -> SenderOut:
    found = condition(row, now)
    return SenderOut(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        health=found.health.value,
        why=[text.en for text in found.why],
        version=row.version,
        host=row.host,
        enrolled_at=row.enrolled_at,
        revoked_at=row.revoked_at,
        heard_at=row.heard_at,
        beat=row.beat,
        sources=[_source(one) for one in sorted(row.sources.all(), key=lambda source: source.label)],
    )


def _source(row: Source) -> SourceOut:
    return SourceOut(
        id=row.pk,
        label=row.label,
        kind=row.kind,
        profile=row.profile,
        place=row.place,
        local=row.local,
        on=row.on,
        there_on=row.there_on,
        events=row.events,
        dropped=row.dropped,
        fault=row.fault,
        last_event_at=row.last_event_at,
    )


def kept_out(row: Kept) -> KeptOut:
    """Return what is kept of a source as the API shows it."""
    return KeptOut(
        source_id=row.id,
        site_id=row.site.pk,
        sender=row.sender,
        label=row.label,
        retention=row.retention,
        received=row.received,
        size=row.size,
        dropped=row.dropped,
        taken=row.taken,
        stored=row.stored,
        disk=row.disk,
        last=row.last,
        oldest=row.oldest,
        days=row.days,
        goes=row.goes,
        quota_events=row.site.quota_events,
        quota_bytes=row.site.quota_bytes,
    )


def silence_out(row: Silence) -> SilenceOut:
    """Return a silence as the API shows it."""
    return SilenceOut(
        id=row.pk,
        sender_id=row.sender_id,
        site_id=row.sender.site_id,
        since=row.since,
        told_at=row.told_at,
        cause=row.proven or row.cause,
        evidence=row.evidence,
        sure=bool(row.proven) or Evidence(row.evidence).sure,
        ended_at=row.ended_at,
        proven=row.proven,
    )
