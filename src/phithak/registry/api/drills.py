"""Contact drills over the API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field

from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, paginate
from phithak.registry.api.calls import Calls, filled, pair
from phithak.registry.models import ContactPoint, Drill, DrillCheck
from phithak.registry.queries import drills as queries
from phithak.registry.queries.drills import Colour, How
from phithak.registry.services import drills as services
from phithak.registry.services.drills import Plan

router = Router()
calls = Calls(router, view=queries.VIEW, manage=queries.MANAGE)
REASON_MOST = 300


class DrillIn(Schema):
    """Whom a drill asks; an empty list asks all."""

    tenant_id: UUID
    name: str = Field(max_length=200)
    kinds: list[str] = Field([], max_length=20)
    sectors: list[str] = Field([], max_length=100)
    countries: list[str] = Field([], max_length=50)
    due_minutes: int = Field(60, ge=5, le=1440)


class DrillOut(DrillIn):
    """A drill and how it stands: contacts by colour, and persons that were asked."""

    id: UUID
    state: str
    started_at: datetime | None
    closed_at: datetime | None
    contacts: int
    asked: int
    colours: dict[str, int]
    states: dict[str, int]


class CheckOut(Schema):
    """What one contact was asked and answered; ``colour`` is its liveness."""

    id: UUID
    drill_id: UUID
    contact_id: UUID
    organisation_id: UUID
    channel: str
    state: str
    colour: str
    words_th: str
    words_en: str
    asked_at: datetime | None
    due_at: datetime | None
    answered_at: datetime | None
    how: str
    says_changed: bool


class StopIn(Schema):
    """Why a drill is stopped."""

    reason: str = Field(min_length=1, max_length=REASON_MOST)


class CodeIn(Schema):
    """The code of an SMS, as the contact said or sent it."""

    code: str = Field(min_length=4, max_length=20)
    how: How = How.CALL_BACK
    changed: bool = False


class SpokenIn(Schema):
    """The contact was spoken to."""

    how: How = How.CALL_BACK
    changed: bool = False


class LivenessOut(Schema):
    """How a contact answers; ``stale`` when it has not answered within the set period."""

    id: UUID
    organisation_id: UUID
    kind: str
    label_th: str
    label_en: str
    liveness: str
    stale: bool
    asked_at: datetime | None
    answered_at: datetime | None


class CountryOut(Schema):
    """A member country and the running contacts held there; ``missing`` when there is none."""

    code: str
    name_th: str
    name_en: str
    contacts: int
    liveness: str
    missing: bool


class ColourFilter(Schema):
    """Narrows the list of liveness."""

    colour: Colour | None = None
    stale: bool | None = None


def _drill(row: Drill) -> DrillOut:
    counted = queries.counts(row)
    return filled(
        DrillOut,
        row,
        contacts=counted.total,
        asked=counted.asked,
        colours={colour.value: counted.colours[colour] for colour in Colour},
        states={state.value: count for state, count in counted.states.items()},
    )


def _check(row: DrillCheck) -> CheckOut:
    colour = queries.CheckState(row.state).colour.value
    words = pair("words", queries.words_of(row))
    return filled(CheckOut, row, organisation_id=row.contact.tenant_id, colour=colour, **words)


def _liveness(row: ContactPoint) -> LivenessOut:
    return filled(LivenessOut, row, organisation_id=row.tenant_id, stale=row.stale_since is not None)


def _run(request: Request, drill_id: UUID) -> DrillOut:
    return _drill(queries.drill(request.actor, drill_id, queries.MANAGE))


@calls.shown("/drills", Page[DrillOut], "การซ้อมติดต่อ", "Contact drills")
def drills(request: Request, paging: Query[Paging]) -> Page[DrillOut]:
    """List the drills."""
    return paginate(queries.visible_to(request.actor), paging, _drill)


@calls.added("/drills", DrillOut, "วางแผนซ้อมติดต่อ", "Plan a contact drill")
def plan_drill(request: Request, sent: DrillIn) -> DrillOut:
    """Plan one; nobody is asked before it is started."""
    plan = Plan(sent.name, tuple(sent.kinds), tuple(sent.sectors), tuple(sent.countries), sent.due_minutes)
    made = services.plan(request.actor, sent.tenant_id, plan)
    return _run(request, made)


@calls.shown("/drills/{uuid:drill_id}", DrillOut, "การซ้อมหนึ่งครั้ง", "One contact drill")
def drill(request: Request, drill_id: UUID) -> DrillOut:
    """Show one."""
    return _drill(queries.drill(request.actor, drill_id))


@calls.done("/drills/{uuid:drill_id}/start", DrillOut, "เริ่มการซ้อม", "Start a contact drill")
def start_drill(request: Request, drill_id: UUID) -> DrillOut:
    """Start one."""
    services.start(request.actor, drill_id)
    return _run(request, drill_id)


@calls.done("/drills/{uuid:drill_id}/stop", DrillOut, "หยุดการซ้อม", "Stop a contact drill")
def stop_drill(request: Request, drill_id: UUID, sent: StopIn) -> DrillOut:
    """Stop one at once."""
    services.stop(request.actor, drill_id, sent.reason)
    return _run(request, drill_id)


@calls.shown(
    "/drills/{uuid:drill_id}/checks",
    Page[CheckOut],
    "ผลของผู้ประสานงานแต่ละราย",
    "What became of each contact of a drill",
)
def drill_checks(request: Request, drill_id: UUID, paging: Query[Paging]) -> Page[CheckOut]:
    """List the checks of a drill."""
    row = queries.drill(request.actor, drill_id)
    return paginate(queries.checks_visible_to(request.actor).filter(drill=row), paging, _check)


@calls.shown("/drill-checks/{uuid:check_id}", CheckOut, "ผลของผู้ประสานงานหนึ่งราย", "What became of one contact")
def drill_check(request: Request, check_id: UUID) -> CheckOut:
    """Show one check."""
    return _check(queries.check(request.actor, check_id))


@calls.done(
    "/drill-checks/{uuid:check_id}/answered",
    CheckOut,
    "บันทึกว่าผู้ประสานงานติดต่อกลับแล้ว",
    "Record that a contact has called back",
)
def check_answered(request: Request, check_id: UUID, sent: SpokenIn) -> CheckOut:
    """Take the answer of a contact that was spoken to."""
    services.answered(request.actor, check_id, sent.how, changed=sent.changed)
    return _check(queries.check(request.actor, check_id, queries.MANAGE))


@calls.done("/drill-codes", CheckOut, "บันทึกการตอบด้วยรหัสใน SMS", "Record an answer by the code of an SMS")
def code_answered(request: Request, sent: CodeIn) -> CheckOut:
    """Take the answer of whoever has the code."""
    found = services.answered_by_code(request.actor, sent.code, sent.how, changed=sent.changed)
    return _check(queries.check(request.actor, found, queries.MANAGE))


@calls.shown(
    "/liveness",
    Page[LivenessOut],
    "ผู้ประสานงานที่ติดต่อได้",
    "Liveness of contacts",
    permission=queries.VIEW_CONTACTS,
)
def liveness(request: Request, paging: Query[Paging], chosen: Query[ColourFilter]) -> Page[LivenessOut]:
    """List the running contacts with their liveness."""
    rows = queries.board(request.actor)
    if chosen.colour is not None:
        rows = rows.filter(liveness=chosen.colour)
    if chosen.stale is not None:
        rows = rows.filter(stale_since__isnull=not chosen.stale)
    return paginate(rows, paging, _liveness)


@calls.shown(
    "/member-countries", list[CountryOut], "ประเทศสมาชิกกับผู้ประสานงาน", "Member countries and their contacts"
)
def member_countries(request: Request) -> list[CountryOut]:
    """List the member countries as the actor's first centre sees them."""
    own = sorted(queries.own_centres(request.actor))
    return [
        filled(
            CountryOut,
            state,
            code=state.member.code,
            **pair("name", state.member.name),
            liveness=state.colour.value,
        )
        for state in (queries.countries(own[0]) if own else [])
    ]
