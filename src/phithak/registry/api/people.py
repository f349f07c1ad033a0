"""People, positions and contacts over the API; addresses masked, numbers open by the call alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field

from phithak.base import clock
from phithak.core.privacy import queries as privacy
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, operation, paginate
from phithak.registry.models import ContactPoint, Person, Position
from phithak.registry.queries import people as queries
from phithak.registry.queries import people_hours as hours
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people import CallStep, MessageKind
from phithak.registry.services import people as services
from phithak.registry.services.people import ContactFacts, PersonFacts, PositionFacts

router = Router()


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

    message: MessageKind
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

    message: MessageKind
    contact_ids: list[UUID]
    left_out: list[LeftOut]


class ChooseIn(Schema):
    """A message that goes to somebody by choice, and why."""

    message: MessageKind
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


@operation(
    router.get, "/people", permission=queries.VIEW, response=Page[PersonOut], th="บุคคล", en="People",
)  # fmt: skip
def people(request: Request, paging: Query[Paging], q: str = "") -> Page[PersonOut]:
    """List the people that the actor may see."""
    rows = queries.people_visible_to(request.actor)
    if q:
        rows = queries.matching_people(rows, q[:200])
    return paginate(rows, paging, _person)


@operation(
    router.get, "/people/{uuid:person_id}", permission=queries.VIEW, response=PersonOut,
    th="บุคคลหนึ่งคน", en="One person",
)  # fmt: skip
def person(request: Request, person_id: UUID) -> PersonOut:
    """Show one person."""
    return _person(queries.person(request.actor, person_id))


@operation(
    router.post, "/organisations/{uuid:organisation_id}/people", permission=queries.MANAGE, response=Made, status=201,
    th="เพิ่มบุคคล", en="Add a person",
)  # fmt: skip
def add_person(request: Request, organisation_id: UUID, sent: PersonIn) -> Made:
    """Add a person to an organisation."""
    return Made(id=services.add_person(request.actor, organisation_id, _person_facts(sent)))


@operation(
    router.put, "/people/{uuid:person_id}", permission=queries.MANAGE, response=PersonOut,
    th="แก้ข้อมูลบุคคล", en="Change a person",
)  # fmt: skip
def change_person(request: Request, person_id: UUID, sent: PersonChange) -> PersonOut:
    """Change a person."""
    services.change_person(request.actor, person_id, _person_facts(sent), version=sent.version)
    return _person(queries.person(request.actor, person_id))


@operation(
    router.post, "/people/{uuid:person_id}/leave", permission=queries.MANAGE, response=LeaveOut,
    th="บันทึกการพ้นหน้าที่", en="Record that a person leaves",
)  # fmt: skip
def leave(request: Request, person_id: UUID, sent: LeaveIn) -> LeaveOut:
    """Let a person leave: at once, or when the day begins in Bangkok."""
    left = services.leave(request.actor, person_id, sent.on)
    missing = [one.contact_id for one in left.hand_overs if one.heir_id is None]
    return LeaveOut(done=left.done, positions=left.positions, without_successor=missing)


@operation(
    router.get, "/people/{uuid:person_id}/positions", permission=queries.VIEW, response=list[PositionOut],
    th="ตำแหน่งของบุคคล", en="Positions of a person",
)  # fmt: skip
def positions(request: Request, person_id: UUID) -> list[PositionOut]:
    """List the positions of a person in organisations that the actor may see."""
    row = queries.person(request.actor, person_id)
    rows = queries.positions_visible_to(request.actor).filter(person=row.pk)
    return [_position(one) for one in rows.order_by("pk")]


@operation(
    router.post, "/people/{uuid:person_id}/positions", permission=queries.MANAGE, response=Made, status=201,
    th="เพิ่มตำแหน่ง", en="Add a position",
)  # fmt: skip
def add_position(request: Request, person_id: UUID, sent: NewPosition) -> Made:
    """Give a person another position."""
    facts = PositionFacts(**{**sent.dict(exclude={"organisation_id", "kinds"}), "kinds": tuple(sent.kinds)})
    return Made(id=services.add_position(request.actor, person_id, sent.organisation_id, facts))


@operation(
    router.post, "/positions/{uuid:position_id}/end", permission=queries.MANAGE, response=None, status=204,
    th="พ้นตำแหน่ง", en="End a position",
)  # fmt: skip
def end_position(request: Request, position_id: UUID) -> None:
    """End a position."""
    services.end_position(request.actor, position_id)


@operation(
    router.get, "/contacts", permission=queries.VIEW, response=Page[ContactOut], th="ผู้ประสานงาน", en="Contacts",
)  # fmt: skip
def contacts(request: Request, asked: Query[Narrow]) -> Page[ContactOut]:
    """List running contacts, addresses masked."""
    rows = queries.contacts_visible_to(request.actor).filter(ended_at__isnull=True)
    for name, value in (
        ("kind", asked.kind),
        ("tenant", asked.organisation_id),
        ("liveness", asked.liveness),
    ):
        if value:
            rows = rows.filter(**{name: value})
    if asked.country or asked.sector:
        within = queries.organisations_within(country=asked.country, sector=asked.sector)
        rows = queries.of_organisations(rows, within)
    if asked.q:
        rows = queries.matching_contacts(rows, asked.q)
    found = paginate(rows, asked, _identity)
    return Page[ContactOut](items=_contacts(found.items), total=found.total, next=found.next)


@operation(
    router.get, "/contacts/now", permission=queries.VIEW, response=PlanOut,
    th="โทรหาใครขณะนี้", en="Whom to call now",
)  # fmt: skip
def now(request: Request, asked: Query[NowIn]) -> PlanOut:
    """Name whom to call now and the fallbacks."""
    plan = queries.call_now(
        request.actor,
        at=asked.at or clock.now(),
        organisation_id=asked.organisation_id,
        country=asked.country or None,
        sector=asked.sector or None,
        kind=asked.kind,
    )
    return PlanOut(at=plan.at, kind=plan.kind, steps=[_step(step) for step in plan.steps])


@operation(
    router.get, "/contacts/{uuid:contact_id}", permission=queries.VIEW, response=ContactOut,
    th="ผู้ประสานงานหนึ่งราย", en="One contact",
)  # fmt: skip
def contact(request: Request, contact_id: UUID) -> ContactOut:
    """Show one contact, addresses masked."""
    return _contacts([queries.contact(request.actor, contact_id)])[0]


@operation(
    router.post, "/organisations/{uuid:organisation_id}/contacts", permission=queries.MANAGE, response=Made,
    status=201, th="เพิ่มผู้ประสานงาน", en="Add a contact",
)  # fmt: skip
def add_contact(request: Request, organisation_id: UUID, sent: ContactIn) -> Made:
    """Add a contact to an organisation."""
    return Made(id=services.add_contact(request.actor, organisation_id, _contact_facts(sent)))


@operation(
    router.put, "/contacts/{uuid:contact_id}", permission=queries.MANAGE, response=ContactOut,
    th="แก้ผู้ประสานงาน", en="Change a contact",
)  # fmt: skip
def change_contact(request: Request, contact_id: UUID, sent: ContactChange) -> ContactOut:
    """Change a contact."""
    services.change_contact(request.actor, contact_id, _contact_facts(sent), version=sent.version)
    return _contacts([queries.contact(request.actor, contact_id)])[0]


@operation(
    router.post, "/contacts/{uuid:contact_id}/end", permission=queries.MANAGE, response=None, status=204,
    th="เลิกใช้ผู้ประสานงาน", en="End a contact",
)  # fmt: skip
def end_contact(request: Request, contact_id: UUID) -> None:
    """End a contact; its backup takes its place."""
    services.end_contact(request.actor, contact_id)


@operation(
    router.post, "/contacts/{uuid:contact_id}/confirm", permission=queries.MANAGE, response=None, status=204,
    th="ยืนยันผู้ประสานงาน", en="Confirm a contact",
)  # fmt: skip
def confirm_contact(request: Request, contact_id: UUID, sent: ConfirmIn) -> None:
    """Say how a contact's change was told; meets its clock."""
    services.confirm_contact(request.actor, contact_id, sent.how)


@operation(
    router.post, "/contacts/{uuid:contact_id}/call", permission=queries.CALL, response=NumberOut,
    th="เปิดเบอร์เพื่อโทร", en="Open a number to call",
)  # fmt: skip
def call(request: Request, contact_id: UUID) -> NumberOut:
    """Open a contact's number; the journal keeps who did."""
    number = services.call(request.actor, contact_id)
    return NumberOut(shown=number.shown, uri=number.uri)


@operation(
    router.post, "/contacts/{uuid:contact_id}/choose", permission=queries.MANAGE, response=None, status=204,
    th="เลือกผู้รับเอง", en="Choose a receiver",
)  # fmt: skip
def choose(request: Request, contact_id: UUID, sent: ChooseIn) -> None:
    """Send a message to somebody who would not receive it by default; the journal keeps why."""
    services.choose(request.actor, sent.message, contact_id, sent.reason, tlp=sent.tlp)


@operation(
    router.get, "/organisations/{uuid:organisation_id}/contacts/route", permission=queries.VIEW, response=RouteOut,
    th="ใครรับข้อความใด", en="Who receives a message",
)  # fmt: skip
def route(request: Request, organisation_id: UUID, asked: Query[RouteIn]) -> RouteOut:
    """Tell who in an organisation receives a message, and who does not."""
    organisation = queries.organisation(request.actor, organisation_id)
    found = queries.route(asked.message, organisation.pk, tlp=asked.tlp, system_id=asked.system_id)
    return RouteOut(
        message=found.message_kind,
        contact_ids=[row.pk for row in found.contacts],
        left_out=[
            LeftOut(contact_id=row.pk, why=why.value, why_th=why.text.th, why_en=why.text.en)
            for row, why in found.left_out
        ],
    )


def _identity(row: ContactPoint) -> Any:
    return row


def _person(row: Person) -> PersonOut:
    return PersonOut(
        organisation_id=row.tenant_id,
        **_of(row, "id title name_th name_en languages leaves_on left_at version"),
    )


def _position(row: Position) -> PositionOut:
    names = "id title_th title_en unit kinds since until person_id ended_at version"
    return PositionOut(organisation_id=row.tenant_id, **_of(row, names))


def _contacts(rows: Iterable[ContactPoint]) -> list[ContactOut]:
    rows = list(rows)
    handles = [one for row in rows for one in (row.phone_id, row.email_id, row.other_email_id) if one]
    masked = privacy.masked(handles) if handles else {}
    names = (
        "id kind label_th label_en position_id languages time_zone hours on_holidays rank backup_id system_id scope"
        " tlp_most key_fingerprint key_expires_at liveness changed_at ended_at version"
    )
    at = clock.now()
    return [
        ContactOut(
            organisation_id=row.tenant_id,
            person_id=row.position.person_id if row.position else None,
            phone=masked.get(row.phone_id, "") if row.phone_id else "",
            email=masked.get(row.email_id, "") if row.email_id else "",
            other_email=masked.get(row.other_email_id, "") if row.other_email_id else "",
            on_duty=row.ended_at is None and hours.on_duty(queries.pattern_of(row), at),
            confirmed=not queries.is_unconfirmed(row),
            **_of(row, names),
        )
        for row in rows
    ]


def _step(step: CallStep) -> StepOut:
    names = "contact_id organisation_id kind phone email languages on_duty free_from liveness tlp_most key_fingerprint"
    pairs = {
        f"{name}_{language}": words.in_language(language) if words is not None else ""
        for name in ("organisation", "label", "person", "why")
        for language in ("th", "en")
        for words in (getattr(step, name),)
    }
    return StepOut(**{**_of(step, names), **pairs, "languages": list(step.languages)})


def _of(row: Any, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}


def _person_facts(sent: PersonIn) -> PersonFacts:
    return PersonFacts(
        name_th=sent.name_th,
        title=sent.title,
        name_en=sent.name_en,
        languages=tuple(sent.languages),
        user_id=sent.user_id,
    )


def _contact_facts(sent: ContactIn) -> ContactFacts:
    values = sent.dict(exclude={"version"})
    values["languages"] = tuple(sent.languages)
    values["hours"] = tuple(sent.hours)
    return ContactFacts(**values)
