"""People, positions and contacts over the API; addresses masked, numbers open by the call alone."""

from __future__ import annotations

from uuid import UUID

from phithak.base import clock
from phithak.core.ui.api import Page, Paging, Query, Request, Router, paginate
from phithak.registry.api.calls import Calls, filled
from phithak.registry.api.shapes.people import (
    ChooseIn,
    ConfirmIn,
    ContactChange,
    ContactIn,
    ContactOut,
    LeaveIn,
    LeaveOut,
    Made,
    Narrow,
    NewPosition,
    NowIn,
    NumberOut,
    PersonChange,
    PersonIn,
    PersonOut,
    PlanOut,
    PositionOut,
    RouteIn,
    RouteOut,
    contact_facts,
    contacts_out,
    person_facts,
    person_out,
    position_out,
    route_out,
    step_out,
)
from phithak.registry.models import ContactPoint
from phithak.registry.queries import people as queries
from phithak.registry.services import people as services
from phithak.registry.services.people import PositionFacts

router = Router()
calls = Calls(router, view=queries.VIEW, manage=queries.MANAGE)


@calls.shown("/people", Page[PersonOut], "บุคคล", "People")
def people(request: Request, paging: Query[Paging], q: str = "") -> Page[PersonOut]:
    """List the people that the actor may see."""
    rows = queries.people_visible_to(request.actor)
    if q:
        rows = queries.matching_people(rows, q[:200])
    return paginate(rows, paging, person_out)


@calls.shown("/people/{uuid:person_id}", PersonOut, "บุคคลหนึ่งคน", "One person")
def person(request: Request, person_id: UUID) -> PersonOut:
    """Show one person."""
    return person_out(queries.person(request.actor, person_id))


@calls.added("/organisations/{uuid:organisation_id}/people", Made, "เพิ่มบุคคล", "Add a person")
def add_person(request: Request, organisation_id: UUID, sent: PersonIn) -> Made:
    """Add a person to an organisation."""
    return Made(id=services.add_person(request.actor, organisation_id, person_facts(sent)))


@calls.changed("/people/{uuid:person_id}", PersonOut, "แก้ข้อมูลบุคคล", "Change a person")
def change_person(request: Request, person_id: UUID, sent: PersonChange) -> PersonOut:
    """Change a person."""
    services.change_person(request.actor, person_id, person_facts(sent), version=sent.version)
    return person_out(queries.person(request.actor, person_id))


@calls.done("/people/{uuid:person_id}/leave", LeaveOut, "บันทึกการพ้นหน้าที่", "Record that a person leaves")
def leave(request: Request, person_id: UUID, sent: LeaveIn) -> LeaveOut:
    """Let a person leave: at once, or when the day begins in Bangkok."""
    left = services.leave(request.actor, person_id, sent.on)
    missing = [one.contact_id for one in left.hand_overs if one.heir_id is None]
    return filled(LeaveOut, left, without_successor=missing)


@calls.shown(
    "/people/{uuid:person_id}/positions", list[PositionOut], "ตำแหน่งของบุคคล", "Positions of a person"
)
def positions(request: Request, person_id: UUID) -> list[PositionOut]:
    """List the positions of a person in organisations that the actor may see."""
    row = queries.person(request.actor, person_id)
    rows = queries.positions_visible_to(request.actor).filter(person=row.pk)
    return [position_out(one) for one in rows.order_by("pk")]


@calls.added("/people/{uuid:person_id}/positions", Made, "เพิ่มตำแหน่ง", "Add a position")
def add_position(request: Request, person_id: UUID, sent: NewPosition) -> Made:
    """Give a person another position."""
    facts = PositionFacts(**{**sent.dict(exclude={"organisation_id", "kinds"}), "kinds": tuple(sent.kinds)})
    return Made(id=services.add_position(request.actor, person_id, sent.organisation_id, facts))


@calls.noted("/positions/{uuid:position_id}/end", "พ้นตำแหน่ง", "End a position")
def end_position(request: Request, position_id: UUID) -> None:
    """End a position."""
    services.end_position(request.actor, position_id)


@calls.shown("/contacts", Page[ContactOut], "ผู้ประสานงาน", "Contacts")
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
    found: Page[ContactPoint] = paginate(rows, asked, lambda row: row)
    return Page[ContactOut](items=contacts_out(found.items), total=found.total, next=found.next)


@calls.shown("/contacts/now", PlanOut, "โทรหาใครขณะนี้", "Whom to call now")
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
    return PlanOut(at=plan.at, kind=plan.kind, steps=[step_out(step) for step in plan.steps])


@calls.shown("/contacts/{uuid:contact_id}", ContactOut, "ผู้ประสานงานหนึ่งราย", "One contact")
def contact(request: Request, contact_id: UUID) -> ContactOut:
    """Show one contact, addresses masked."""
    return contacts_out([queries.contact(request.actor, contact_id)])[0]


@calls.added("/organisations/{uuid:organisation_id}/contacts", Made, "เพิ่มผู้ประสานงาน", "Add a contact")
def add_contact(request: Request, organisation_id: UUID, sent: ContactIn) -> Made:
    """Add a contact to an organisation."""
    return Made(id=services.add_contact(request.actor, organisation_id, contact_facts(sent)))


@calls.changed("/contacts/{uuid:contact_id}", ContactOut, "แก้ผู้ประสานงาน", "Change a contact")
def change_contact(request: Request, contact_id: UUID, sent: ContactChange) -> ContactOut:
    """Change a contact."""
    services.change_contact(request.actor, contact_id, contact_facts(sent), version=sent.version)
    return contacts_out([queries.contact(request.actor, contact_id)])[0]


@calls.noted("/contacts/{uuid:contact_id}/end", "เลิกใช้ผู้ประสานงาน", "End a contact")
def end_contact(request: Request, contact_id: UUID) -> None:
    """End a contact; its backup takes its place."""
    services.end_contact(request.actor, contact_id)


@calls.noted("/contacts/{uuid:contact_id}/confirm", "ยืนยันผู้ประสานงาน", "Confirm a contact")
def confirm_contact(request: Request, contact_id: UUID, sent: ConfirmIn) -> None:
    """Say how a contact's change was told; meets its clock."""
    services.confirm_contact(request.actor, contact_id, sent.how)


@calls.done(
    "/contacts/{uuid:contact_id}/call",
    NumberOut,
    "เปิดเบอร์เพื่อโทร",
    "Open a number to call",
    permission=queries.CALL,
)
def call(request: Request, contact_id: UUID) -> NumberOut:
    """Open a contact's number; the journal keeps who did."""
    return filled(NumberOut, services.call(request.actor, contact_id))


@calls.noted("/contacts/{uuid:contact_id}/choose", "เลือกผู้รับเอง", "Choose a receiver")
def choose(request: Request, contact_id: UUID, sent: ChooseIn) -> None:
    """Send a message to somebody who would not receive it by default; the journal keeps why."""
    services.choose(request.actor, sent.message, contact_id, sent.reason, tlp=sent.tlp)


@calls.shown(
    "/organisations/{uuid:organisation_id}/contacts/route",
    RouteOut,
    "ใครรับข้อความใด",
    "Who receives a message",
)
def route(request: Request, organisation_id: UUID, asked: Query[RouteIn]) -> RouteOut:
    """Tell who in an organisation receives a message, and who does not."""
    organisation = queries.organisation(request.actor, organisation_id)
    found = queries.route(asked.message, organisation.pk, tlp=asked.tlp, system_id=asked.system_id)
    return route_out(found)
