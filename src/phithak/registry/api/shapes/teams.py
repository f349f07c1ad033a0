"""Schemas of teams, shifts, chains and call sheets."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from ninja import Field

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.ui.api import Schema, invalid
from phithak.registry.api.calls import filled, pair
from phithak.registry.models import CallSheet, Shift, Team
from phithak.registry.queries import callsheets, teams
from phithak.registry.queries.teams import ChainStep, Duty, OnDuty, Pattern, Turn

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


def team_out(row: Team) -> TeamOut:
    """Return a team as it stands now."""
    now = clock.now()
    return filled(
        TeamOut,
        row,
        ended=row.ended_at is not None,
        members=[filled(MemberOut, one, name=one.person.name_th) for one in teams.members(row.pk)],
        now=[_duty(one) for one in teams.on_duty(row.pk, now)],
        next=[_duty(one) for one in teams.next_on_duty(row.pk, now)],
        chain=[_step(step) for step in teams.chain(row.pk, now)],
    )


def shift_out(row: Shift) -> ShiftOut:
    """Return a shift."""
    return filled(ShiftOut, row, name=row.member.person.name_th, cancelled=row.cancelled_at is not None)


def sheet_out(row: CallSheet) -> SheetOut:
    """Return a call sheet."""
    return filled(SheetOut, row, made_at=row.created_at, current=row.pk in callsheets.newest_of([row]))


def pattern_of(sent: PatternIn) -> Pattern:
    """Return a rota as the services take it.

    Raises:
        InvalidInputError: a time that is none.
    """
    return Pattern(
        frozenset(sent.weekdays),
        _time("starts", sent.starts),
        _time("ends", sent.ends),
        tuple(sent.members),
        sent.first_day,
        sent.weeks,
        sent.duty,
        sent.turn,
    )


def _time(field: str, text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise invalid(field, Text("ใส่เวลา เช่น 08:30", "give a time such as 08:30")) from error


def _duty(one: OnDuty) -> DutyOut:
    return filled(DutyOut, one, name=one.name.th)


def _step(step: ChainStep) -> StepOut:
    return filled(StepOut, step, **pair("label", step.label), person=step.person.th if step.person else "")
