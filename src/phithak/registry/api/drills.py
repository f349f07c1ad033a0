"""Contact drills over the API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field

from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, operation, paginate
from phithak.registry.models import ContactPoint, Drill, DrillCheck
from phithak.registry.queries import drills as queries
from phithak.registry.queries.drills import Colour, How
from phithak.registry.services import drills as services
from phithak.registry.services.drills import Plan

router = Router()
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
    return DrillOut(
        id=row.pk,
        tenant_id=row.tenant_id,
        name=row.name,
        kinds=row.kinds,
        sectors=row.sectors,
        countries=row.countries,
        due_minutes=row.due_minutes,
        state=row.state,
        started_at=row.started_at,
        closed_at=row.closed_at,
        contacts=counted.total,
        asked=counted.asked,
        colours={colour.value: counted.colours[colour] for colour in Colour},
        states={state.value: count for state, count in counted.states.items()},
    )


def _check(row: DrillCheck) -> CheckOut:
    words = queries.words_of(row)
    return CheckOut(
        id=row.pk,
        drill_id=row.drill_id,
        contact_id=row.contact_id,
        organisation_id=row.contact.tenant_id,
        channel=row.channel,
        state=row.state,
        colour=queries.CheckState(row.state).colour.value,
        words_th=words.th,
        words_en=words.en,
        asked_at=row.asked_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        how=row.how,
        says_changed=row.says_changed,
    )


def _liveness(row: ContactPoint) -> LivenessOut:
    return LivenessOut(
        id=row.pk,
        organisation_id=row.tenant_id,
        kind=row.kind,
        label_th=row.label_th,
        label_en=row.label_en,
        liveness=row.liveness,
        stale=row.stale_since is not None,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
    )


@operation(
    router.get,
    "/drills",
    permission=queries.VIEW,
    response=Page[DrillOut],
    th="การซ้อมติดต่อ",
    en="Contact drills",
)
def drills(request: Request, paging: Query[Paging]) -> Page[DrillOut]:
    """List the drills."""
    return paginate(queries.visible_to(request.actor), paging, _drill)


@operation(
    router.post,
    "/drills",
    permission=queries.MANAGE,
    response=DrillOut,
    status=201,
    th="วางแผนซ้อมติดต่อ",
    en="Plan a contact drill",
)
def plan_drill(request: Request, sent: DrillIn) -> tuple[int, DrillOut]:
    """Plan one; nobody is asked before it is started."""
    plan = Plan(sent.name, tuple(sent.kinds), tuple(sent.sectors), tuple(sent.countries), sent.due_minutes)
    made = services.plan(request.actor, sent.tenant_id, plan)
    return 201, _drill(queries.drill(request.actor, made, queries.MANAGE))


@operation(
    router.get,
    "/drills/{uuid:drill_id}",
    permission=queries.VIEW,
    response=DrillOut,
    th="การซ้อมหนึ่งครั้ง",
    en="One contact drill",
)
def drill(request: Request, drill_id: UUID) -> DrillOut:
    """Show one."""
    return _drill(queries.drill(request.actor, drill_id))


@operation(
    router.post,
    "/drills/{uuid:drill_id}/start",
    permission=queries.MANAGE,
    response=DrillOut,
    th="เริ่มการซ้อม",
    en="Start a contact drill",
)
def start_drill(request: Request, drill_id: UUID) -> DrillOut:
    """Start one."""
    services.start(request.actor, drill_id)
    return _drill(queries.drill(request.actor, drill_id, queries.MANAGE))


@operation(
    router.post,
    "/drills/{uuid:drill_id}/stop",
    permission=queries.MANAGE,
    response=DrillOut,
    th="หยุดการซ้อม",
    en="Stop a contact drill",
)
def stop_drill(request: Request, drill_id: UUID, sent: StopIn) -> DrillOut:
    """Stop one at once."""
    services.stop(request.actor, drill_id, sent.reason)
    return _drill(queries.drill(request.actor, drill_id, queries.MANAGE))


@operation(
    router.get,
    "/drills/{uuid:drill_id}/checks",
    permission=queries.VIEW,
    response=Page[CheckOut],
    th="ผลของผู้ประสานงานแต่ละราย",
    en="What became of each contact of a drill",
)
def drill_checks(request: Request, drill_id: UUID, paging: Query[Paging]) -> Page[CheckOut]:
    """List the checks of a drill."""
    row = queries.drill(request.actor, drill_id)
    return paginate(queries.checks_visible_to(request.actor).filter(drill=row), paging, _check)


@operation(
    router.get,
    "/drill-checks/{uuid:check_id}",
    permission=queries.VIEW,
    response=CheckOut,
    th="ผลของผู้ประสานงานหนึ่งราย",
    en="What became of one contact",
)
def drill_check(request: Request, check_id: UUID) -> CheckOut:
    """Show one check."""
    return _check(queries.check(request.actor, check_id))


@operation(
    router.post,
    "/drill-checks/{uuid:check_id}/answered",
    permission=queries.MANAGE,
    response=CheckOut,
    th="บันทึกว่าผู้ประสานงานติดต่อกลับแล้ว",
    en="Record that a contact has called back",
)
def check_answered(request: Request, check_id: UUID, sent: SpokenIn) -> CheckOut:
    """Take the answer of a contact that was spoken to."""
    services.answered(request.actor, check_id, sent.how, changed=sent.changed)
    return _check(queries.check(request.actor, check_id, queries.MANAGE))


@operation(
    router.post,
    "/drill-codes",
    permission=queries.MANAGE,
    response=CheckOut,
    th="บันทึกการตอบด้วยรหัสใน SMS",
    en="Record an answer by the code of an SMS",
)
def code_answered(request: Request, sent: CodeIn) -> CheckOut:
    """Take the answer of whoever has the code."""
    found = services.answered_by_code(request.actor, sent.code, sent.how, changed=sent.changed)
    return _check(queries.check(request.actor, found, queries.MANAGE))


@operation(
    router.get,
    "/liveness",
    permission=queries.VIEW,
    response=Page[LivenessOut],
    th="ผู้ประสานงานที่ติดต่อได้",
    en="Liveness of contacts",
)
def liveness(request: Request, paging: Query[Paging], chosen: Query[ColourFilter]) -> Page[LivenessOut]:
    """List the running contacts with their liveness."""
    rows = queries.board(request.actor)
    if chosen.colour is not None:
        rows = rows.filter(liveness=chosen.colour)
    if chosen.stale is not None:
        rows = rows.filter(stale_since__isnull=not chosen.stale)
    return paginate(rows, paging, _liveness)


@operation(
    router.get,
    "/member-countries",
    permission=queries.VIEW,
    response=list[CountryOut],
    th="ประเทศสมาชิกกับผู้ประสานงาน",
    en="Member countries and their contacts",
)
def member_countries(request: Request) -> list[CountryOut]:
    """List the member countries as the actor's first centre sees them."""
    own = sorted(queries.own_centres(request.actor))
    return [
        CountryOut(
            code=state.member.code,
            name_th=state.member.name.th,
            name_en=state.member.name.en,
            contacts=state.contacts,
            liveness=state.colour.value,
            missing=state.missing,
        )
        for state in (queries.countries(own[0]) if own else [])
    ]
