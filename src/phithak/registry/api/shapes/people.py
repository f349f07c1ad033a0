"""Schemas of people, positions and contacts; telephone and mail are masked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field

from phithak.base import clock
from phithak.core.privacy import queries as privacy
from phithak.core.ui.api import Paging, Schema
from phithak.registry.api.calls import filled, pair
from phithak.registry.models import ContactPoint, Person, Position
from phithak.registry.queries import people as queries
from phithak.registry.queries import people_hours as hours
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people import CallStep, MessageKind, Route
from phithak.registry.services.people import ContactFacts, PersonFacts


class PersonIn(Schema):
    """What is known of a person; titles may stand in front of the name."""

    name_th: str = Field(max_length=300)
    title: str = Field("", max_length=60)
    name_en: str = Field("", max_length=200)
    languages: list[str] = Field(["th"], max_length=12)
    user_id: UUID | None = None


class PersonChange(PersonIn):
    """All facts anew, and the version that was seen."""

    version: int


class PersonOut(Schema):
    """A person."""

    id: UUID
    organisation_id: UUID
    title: str
    name_th: str
    name_en: str
    languages: list[str]
    leaves_on: date | None
    left_at: datetime | None
    version: int


class PositionIn(Schema):
    """A position; ``kinds`` are the matters that it is for, none = all."""

    title_th: str = Field(max_length=300)
    title_en: str = Field("", max_length=200)
    unit: str = Field("", max_length=200)
    kinds: list[ContactKind] = []
    since: date | None = None
    until: date | None = None


class NewPosition(PositionIn):
    """A new position: also in which organisation."""

    organisation_id: UUID


class PositionOut(PositionIn):
    """A position of a person."""

    id: UUID
    person_id: UUID
    organisation_id: UUID
    ended_at: datetime | None
    version: int


class ContactIn(Schema):
    """A contact point. At a change an address or key that is null stays, "" takes it away."""

    kind: ContactKind
    label_th: str = Field(max_length=300)
    label_en: str = Field("", max_length=200)
    position_id: UUID | None = None
    email: str | None = Field(None, max_length=254)
    phone: str | None = Field(None, max_length=60)
    other_email: str | None = Field(None, max_length=254)
    languages: list[str] = Field(["th"], max_length=12)
    time_zone: str = Field("Asia/Bangkok", max_length=40)
    hours: list[tuple[int, str, str]] = Field(
        [], max_length=42, description="Weekday 0-6 (0 = Monday), start, end; none = round the clock"
    )
    on_holidays: bool = False
    rank: int = Field(1, ge=1, le=99)
    backup_id: UUID | None = None
    system_id: UUID | None = None
    scope: str = Field("", max_length=300)
    tlp_most: str = Field("AMBER", max_length=12)
    key_text: str | None = Field(None, max_length=100_000)
    key_fingerprint: str = Field("", max_length=100)


class ContactChange(ContactIn):
    """All facts anew, and the version that was seen."""

    version: int


class ContactOut(Schema):
    """A contact point; telephone and mail masked."""

    id: UUID
    organisation_id: UUID
    kind: ContactKind
    label_th: str
    label_en: str
    position_id: UUID | None
    person_id: UUID | None
    phone: str
    email: str
    other_email: str
    languages: list[str]
    time_zone: str
    hours: list[tuple[int, str, str]]
    on_holidays: bool
    on_duty: bool
    rank: int
    backup_id: UUID | None
    system_id: UUID | None
    scope: str
    tlp_most: str
    key_fingerprint: str
    key_expires_at: datetime | None
    liveness: str
    confirmed: bool
    changed_at: datetime | None
    ended_at: datetime | None
    version: int


class Narrow(Paging):
    """Query parameters of the list of contacts."""

    kind: ContactKind | None = None
    organisation_id: UUID | None = None
    country: str = Field("", pattern="^([A-Za-z]{2})?$", description="ISO 3166-1, two letters")
    sector: str = Field("", max_length=60, pattern=r"^[a-z0-9._-]*$")
    liveness: str = Field("", pattern="^(green|amber|red|unknown)?$")
    q: str = Field("", max_length=200)


class NowIn(Schema):
    """Where, what about and when; one of organisation, country and sector."""

    organisation_id: UUID | None = None
    country: str = Field("", pattern="^([A-Za-z]{2})?$", description="ISO 3166-1, two letters")
    sector: str = Field("", max_length=60, pattern=r"^[a-z0-9._-]*$")
    kind: ContactKind = ContactKind.TECHNICAL
    at: datetime | None = Field(None, description="With a time zone; now when left out")


class StepOut(Schema):
    """One contact in the order of calling."""

    contact_id: UUID
    organisation_id: UUID
    organisation_th: str
    organisation_en: str
    kind: ContactKind
    label_th: str
    label_en: str
    person_th: str
    person_en: str
    phone: str
    email: str
    languages: list[str]
    on_duty: bool
    free_from: datetime | None
    why_th: str
    why_en: str
    liveness: str
    tlp_most: str
    key_fingerprint: str


class PlanOut(Schema):
    """Whom to call now (the first step), and who comes next."""

    at: datetime
    kind: ContactKind
    steps: list[StepOut]


class RouteIn(Schema):
    """A message."""

    message: MessageKind = MessageKind.TECHNICAL_ALERT
    tlp: str = Field("AMBER", max_length=12)
    system_id: UUID | None = None


class LeftOut(Schema):
    """A contact that does not receive a message, and why."""

    contact_id: UUID
    why: str
    why_th: str
    why_en: str


class RouteOut(Schema):
    """Who receives a message, in order."""

    message: MessageKind = MessageKind.TECHNICAL_ALERT
    contact_ids: list[UUID]
    left_out: list[LeftOut]


class ChooseIn(Schema):
    """A message that goes to somebody by choice, and why."""

    message: MessageKind = MessageKind.TECHNICAL_ALERT
    reason: str = Field(max_length=300)
    tlp: str = Field("AMBER", max_length=12)


class NumberOut(Schema):
    """A number in full."""

    shown: str
    uri: str


class LeaveIn(Schema):
    """The first day without access."""

    on: date


class LeaveOut(Schema):
    """What leaving did; ``done`` is false for a day that lies ahead."""

    done: bool
    positions: int
    without_successor: list[UUID]


class ConfirmIn(Schema):
    """How a change was told or confirmed."""

    how: str = Field(max_length=300)


class Made(Schema):
    """The id of what was made."""

    id: UUID


def person_out(row: Person) -> PersonOut:
    """Return a person."""
    return filled(PersonOut, row, organisation_id=row.tenant_id)


def position_out(row: Position) -> PositionOut:
    """Return a position."""
    return filled(PositionOut, row, organisation_id=row.tenant_id)


def contacts_out(rows: Iterable[ContactPoint]) -> list[ContactOut]:
    """Return contacts; their addresses are read at once."""
    rows = list(rows)
    handles = [one for row in rows for one in (row.phone_id, row.email_id, row.other_email_id) if one]
    masked = privacy.masked(handles) if handles else {}
    at = clock.now()
    return [
        filled(
            ContactOut,
            row,
            organisation_id=row.tenant_id,
            person_id=row.position.person_id if row.position else None,
            phone=masked.get(row.phone_id, "") if row.phone_id else "",
            email=masked.get(row.email_id, "") if row.email_id else "",
            other_email=masked.get(row.other_email_id, "") if row.other_email_id else "",
            on_duty=row.ended_at is None and hours.on_duty(queries.pattern_of(row), at),
            confirmed=not queries.is_unconfirmed(row),
        )
        for row in rows
    ]


def step_out(step: CallStep) -> StepOut:
    """Return one contact in the order of calling."""
    texts: dict[str, Any] = {}
    for name in ("organisation", "label", "person", "why"):
        texts |= pair(name, getattr(step, name))
    return filled(StepOut, step, languages=list(step.languages), **texts)


def route_out(found: Route) -> RouteOut:
    """Return who receives a message, and who does not."""
    return RouteOut(
        message=found.message_kind,
        contact_ids=[row.pk for row in found.contacts],
        left_out=[
            LeftOut(contact_id=row.pk, why=why.value, **pair("why", why.text)) for row, why in found.left_out
        ],
    )


def person_facts(sent: PersonIn) -> PersonFacts:
    """Return what is known of a person as the services take it."""
    return PersonFacts(**{**sent.dict(exclude={"version"}), "languages": tuple(sent.languages)})


def contact_facts(sent: ContactIn) -> ContactFacts:
    """Return what is known of a contact as the services take it."""
    told = sent.dict(exclude={"version"})
    return ContactFacts(**{**told, "languages": tuple(sent.languages), "hours": tuple(sent.hours)})
