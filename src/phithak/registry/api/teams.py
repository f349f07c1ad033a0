"""Teams, shifts, chains and call sheets over the API."""

from __future__ import annotations

from datetime import date, datetime, time
from http import HTTPStatus
from uuid import UUID

from django.http.response import HttpResponseBase
from ninja import Field

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, invalid, operation, paginate
from phithak.core.ui.pages.files.answers import download
from phithak.registry.models import CallSheet, Shift, Team
from phithak.registry.queries import callsheets, teams
from phithak.registry.queries.teams import ChainStep, Duty, OnDuty, Pattern, Turn
from phithak.registry.services import callsheets as sheet_services
from phithak.registry.services import teams as services
from phithak.registry.services.teams import Step

router = Router()
REASON_MOST = 300


class TeamNames(Schema):
    """The names of a team."""

    name_th: str = Field(max_length=200)
    name_en: str = Field("", max_length=200)


class TeamIn(TeamNames):
    """A new team: also whose."""

    tenant_id: UUID


class MemberOut(Schema):
    """A member of a team."""

    id: UUID
    person_id: UUID
    name: str
    lead: bool


class DutyOut(Schema):
    """Somebody on duty."""

    shift_id: UUID
    person_id: UUID
    name: str
    duty: str
    starts_at: datetime
    ends_at: datetime


class StepIn(Schema):
    """One step of a chain: after how many minutes, and whom: a contact, or whoever has a duty then."""

    after_minutes: int = Field(ge=0, le=1440)
    contact_id: UUID | None = None
    on_duty: str = Field("", max_length=10)


class StepOut(Schema):
    """A step as it would be called now; without ``contact_id`` there is a hole in the chain."""

    number: int
    due_at: datetime
    label_th: str
    label_en: str
    person: str
    contact_id: UUID | None


class TeamOut(TeamIn):
    """A team: members, who is on duty now and next, the chain."""

    id: UUID
    ended: bool
    members: list[MemberOut]
    now: list[DutyOut]
    next: list[DutyOut]
    chain: list[StepOut]


class MemberIn(Schema):
    """A person who joins."""

    person_id: UUID
    lead: bool = False


class PatternIn(Schema):
    """A rota; times are local in Bangkok, an end at or before the start lies on the next day."""

    weekdays: list[int] = Field(min_length=1, max_length=7, description="0 = Monday")
    starts: str = Field(max_length=5, description="HH:MM")
    ends: str = Field(max_length=5, description="HH:MM")
    members: list[UUID] = Field(min_length=1, max_length=50)
    first_day: date
    weeks: int = Field(ge=1, le=26)
    duty: Duty = Duty.PRIMARY
    turn: Turn = Turn.SHIFT


class PlannedOut(Schema):
    """How many shifts were added, and how many gaps are left until the end of the rota."""

    shifts: int
    gaps: int


class ShiftOut(Schema):
    """One shift."""

    id: UUID
    team_id: UUID
    member_id: UUID
    name: str
    duty: str
    starts_at: datetime
    ends_at: datetime
    cancelled: bool


class OtherIn(Schema):
    """The other shift of a swap."""

    shift_id: UUID


class GiveIn(Schema):
    """Who takes a shift."""

    member_id: UUID


class ReasonIn(Schema):
    """A reason."""

    reason: str = Field(min_length=1, max_length=REASON_MOST)


class SheetOut(Schema):
    """An offline call sheet; ``current`` is the one that holds."""

    id: UUID
    tenant_id: UUID
    made_at: datetime
    contacts: int
    current: bool


class SheetIn(Schema):
    """Whose call sheet."""

    tenant_id: UUID


def _time(field: str, text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise invalid(field, Text("ใส่เวลา เช่น 08:30", "give a time such as 08:30")) from error


def _duty(one: OnDuty) -> DutyOut:
    return DutyOut(
        shift_id=one.shift_id,
        person_id=one.person_id,
        name=one.name.th,
        duty=one.duty.value,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
    )


def _step(step: ChainStep) -> StepOut:
    return StepOut(
        number=step.number,
        due_at=step.due_at,
        label_th=step.label.th,
        label_en=step.label.en,
        person=step.person.th if step.person else "",
        contact_id=step.contact_id,
    )


def _team(row: Team) -> TeamOut:
    now = clock.now()
    return TeamOut(
        id=row.pk,
        tenant_id=row.tenant_id,
        name_th=row.name_th,
        name_en=row.name_en,
        ended=row.ended_at is not None,
        members=[
            MemberOut(id=one.pk, person_id=one.person_id, name=one.person.name_th, lead=one.lead)
            for one in teams.members(row.pk)
        ],
        now=[_duty(one) for one in teams.on_duty(row.pk, now)],
        next=[_duty(one) for one in teams.next_on_duty(row.pk, now)],
        chain=[_step(step) for step in teams.chain(row.pk, now)],
    )


def _shift(row: Shift) -> ShiftOut:
    return ShiftOut(
        id=row.pk,
        team_id=row.team_id,
        member_id=row.member_id,
        name=row.member.person.name_th,
        duty=row.duty,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        cancelled=row.cancelled_at is not None,
    )


def _sheet(row: CallSheet) -> SheetOut:
    return SheetOut(
        id=row.pk,
        tenant_id=row.tenant_id,
        made_at=row.created_at,
        contacts=row.contacts,
        current=row.pk in callsheets.newest_of([row]),
    )


@operation(router.get, "/teams", permission=teams.VIEW, response=Page[TeamOut], th="ทีม", en="Teams")
def all_teams(request: Request, paging: Query[Paging]) -> Page[TeamOut]:
    """List the teams."""
    return paginate(teams.visible_to(request.actor), paging, _team)


@operation(
    router.post, "/teams", permission=teams.MANAGE, response=TeamOut, status=201, th="ตั้งทีม", en="Make a team"
)
def new_team(request: Request, sent: TeamIn) -> tuple[int, TeamOut]:
    """Make one."""
    made = services.create(request.actor, sent.tenant_id, Text(sent.name_th, sent.name_en))
    return 201, _team(teams.team(request.actor, made, teams.MANAGE))


@operation(
    router.get,
    "/teams/{uuid:team_id}",
    permission=teams.VIEW,
    response=TeamOut,
    th="ทีมหนึ่ง: สมาชิก ผู้อยู่เวร ลำดับเรียกตัว",
    en="One team: members, duty, chain",
)
def team(request: Request, team_id: UUID) -> TeamOut:
    """Show one."""
    return _team(teams.team(request.actor, team_id))


@operation(
    router.put,
    "/teams/{uuid:team_id}",
    permission=teams.MANAGE,
    response=TeamOut,
    th="เปลี่ยนชื่อทีม",
    en="Rename a team",
)
def rename_team(request: Request, team_id: UUID, sent: TeamNames) -> TeamOut:
    """Rename one."""
    services.rename(request.actor, team_id, Text(sent.name_th, sent.name_en))
    return _team(teams.team(request.actor, team_id, teams.MANAGE))


@operation(
    router.post,
    "/teams/{uuid:team_id}/end",
    permission=teams.MANAGE,
    response=TeamOut,
    th="ยุบทีม",
    en="End a team",
)
def end_team(request: Request, team_id: UUID) -> TeamOut:
    """End one; its coming shifts are cancelled."""
    services.end(request.actor, team_id)
    return _team(teams.team(request.actor, team_id, teams.MANAGE))


@operation(
    router.post,
    "/teams/{uuid:team_id}/members",
    permission=teams.MANAGE,
    response=TeamOut,
    th="เพิ่มสมาชิก",
    en="Add a member",
)
def add_team_member(request: Request, team_id: UUID, sent: MemberIn) -> TeamOut:
    """Add a person of the team's organisation."""
    services.add_member(request.actor, team_id, sent.person_id, lead=sent.lead)
    return _team(teams.team(request.actor, team_id, teams.MANAGE))


@operation(
    router.put,
    "/teams/{uuid:team_id}/chain",
    permission=teams.MANAGE,
    response=TeamOut,
    th="ตั้งลำดับเรียกตัว",
    en="Set the escalation chain",
)
def set_team_chain(request: Request, team_id: UUID, sent: list[StepIn]) -> TeamOut:
    """Replace the chain."""
    steps = [Step(one.after_minutes, one.contact_id, one.on_duty) for one in sent]
    services.set_chain(request.actor, team_id, steps)
    return _team(teams.team(request.actor, team_id, teams.MANAGE))


@operation(
    router.post,
    "/teams/{uuid:team_id}/shifts",
    permission=teams.MANAGE,
    response=PlannedOut,
    status=201,
    th="จัดเวรตามแบบ",
    en="Plan shifts by a pattern",
)
def plan_shifts(request: Request, team_id: UUID, sent: PatternIn) -> tuple[int, PlannedOut]:
    """Plan shifts; an overlap of a person refuses all of them."""
    teams.team(request.actor, team_id, teams.MANAGE)
    pattern = Pattern(
        frozenset(sent.weekdays),
        _time("starts", sent.starts),
        _time("ends", sent.ends),
        tuple(sent.members),
        sent.first_day,
        sent.weeks,
        sent.duty,
        sent.turn,
    )
    count = services.plan(request.actor, team_id, pattern)
    now = clock.now()
    gaps = teams.gaps_of(team_id, now, teams.horizon(team_id, now))
    return 201, PlannedOut(shifts=count, gaps=len(gaps))


@operation(
    router.get,
    "/teams/{uuid:team_id}/shifts",
    permission=teams.VIEW,
    response=Page[ShiftOut],
    th="เวรของทีม",
    en="Shifts of a team",
)
def team_shifts(request: Request, team_id: UUID, paging: Query[Paging]) -> Page[ShiftOut]:
    """List the shifts of a team."""
    row = teams.team(request.actor, team_id)
    return paginate(teams.shifts_visible_to(request.actor).filter(team=row), paging, _shift)


@operation(
    router.get,
    "/shifts/{uuid:shift_id}",
    permission=teams.VIEW,
    response=ShiftOut,
    th="เวรหนึ่ง",
    en="One shift",
)
def shift(request: Request, shift_id: UUID) -> ShiftOut:
    """Show one."""
    return _shift(teams.shift(request.actor, shift_id))


@operation(
    router.post,
    "/shifts/{uuid:shift_id}/swap",
    permission=teams.MANAGE,
    response=ShiftOut,
    th="สลับเวร",
    en="Swap two shifts",
)
def swap_shift(request: Request, shift_id: UUID, sent: OtherIn) -> ShiftOut:
    """Swap it with another of the same team."""
    services.swap(request.actor, shift_id, sent.shift_id)
    return _shift(teams.shift(request.actor, shift_id, teams.MANAGE))


@operation(
    router.post,
    "/shifts/{uuid:shift_id}/give",
    permission=teams.MANAGE,
    response=ShiftOut,
    th="ให้คนอื่นอยู่เวรแทน",
    en="Give a shift to another",
)
def give_shift(request: Request, shift_id: UUID, sent: GiveIn) -> ShiftOut:
    """Give it to another member."""
    services.give(request.actor, shift_id, sent.member_id)
    return _shift(teams.shift(request.actor, shift_id, teams.MANAGE))


@operation(
    router.post,
    "/shifts/{uuid:shift_id}/cancel",
    permission=teams.MANAGE,
    response=ShiftOut,
    th="ยกเลิกเวร",
    en="Cancel a shift",
)
def cancel_shift(request: Request, shift_id: UUID, sent: ReasonIn) -> ShiftOut:
    """Cancel it."""
    services.cancel(request.actor, shift_id, sent.reason)
    return _shift(teams.shift(request.actor, shift_id, teams.MANAGE))


@operation(
    router.get,
    "/call-sheets",
    permission=callsheets.MAKE,
    response=Page[SheetOut],
    th="ใบรายชื่อโทรออฟไลน์",
    en="Offline call sheets",
)
def sheets(request: Request, paging: Query[Paging]) -> Page[SheetOut]:
    """List the call sheets."""
    return paginate(callsheets.visible_to(request.actor), paging, _sheet)


@operation(
    router.post,
    "/call-sheets",
    permission=callsheets.MAKE,
    response=SheetOut,
    status=HTTPStatus.CREATED,
    th="ทำใบรายชื่อโทรออฟไลน์",
    en="Make an offline call sheet",
)
def make_sheet(request: Request, sent: SheetIn) -> tuple[int, SheetOut]:
    """Make one; the one before is superseded."""
    made = sheet_services.make(request.actor, sent.tenant_id)
    return 201, _sheet(callsheets.sheet(request.actor, made))


@operation(
    router.get,
    "/call-sheets/{uuid:sheet_id}",
    permission=callsheets.MAKE,
    response=SheetOut,
    th="ใบรายชื่อหนึ่งฉบับ",
    en="One call sheet",
)
def sheet(request: Request, sheet_id: UUID) -> SheetOut:
    """Show one."""
    return _sheet(callsheets.sheet(request.actor, sheet_id))


@operation(
    router.get,
    "/call-sheets/{uuid:sheet_id}/file",
    permission=callsheets.MAKE,
    response=None,
    th="ดาวน์โหลด PDF เข้ารหัส",
    en="Download the encrypted PDF",
)
def sheet_file(request: Request, sheet_id: UUID) -> HttpResponseBase:
    """Send the encrypted PDF of the sheet that holds."""
    return download(request, sheet_services.open_sheet(request.actor, sheet_id))
