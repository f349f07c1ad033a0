"""Cases over the API: list, one, open, change, move, close, timeline, parties."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Field
from pydantic import AwareDatetime

from phithak.cases import queries
from phithak.cases.models import Case
from phithak.cases.queries import reading
from phithak.cases.queries.states import CaseKind, Level, Moment, Outcome, PartyRole, Personal, Phase
from phithak.cases.services import changing, opening, parties, phases
from phithak.cases.services import timeline as writing
from phithak.cases.services.opening import CaseFacts
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, paginate
from phithak.registry.api.calls import Calls, filled, pair

router = Router()
calls = Calls(router, view=queries.VIEW, manage=queries.WORK)


class FactsIn(Schema):
    """What people tell of a case together; empty classes are those that the kind proposes."""

    title: str = Field(min_length=1, max_length=200)
    kind: CaseKind = CaseKind.OTHER
    summary: str = Field("", max_length=20_000)
    rsit: str = Field("", max_length=80)
    rsit_also: str = Field("", max_length=80)
    severity: int = Field(0, ge=0, le=4)
    severity_reason: str = Field("", max_length=500)
    patient_safety: bool = False
    tlp: str = Field("AMBER", max_length=12)
    pap: str = Field("AMBER", max_length=6)


class PartyIn(Schema):
    """An organisation in a role; ``sees`` lets its people see what is shared."""

    organisation_id: UUID
    role: PartyRole
    sees: bool = True


class NewCaseIn(FactsIn):
    """A new case, with the organisations that take part."""

    parties: list[PartyIn] = Field([], max_length=100)


class ChangeIn(FactsIn):
    """A change: the version that it began from."""

    version: int = Field(ge=1)


class MoveIn(Schema):
    """Where to, and why."""

    phase: Phase
    reason: str = Field("", max_length=500)


class CloseIn(Schema):
    """What it turned out to be, and how it ended."""

    outcome: Outcome
    reason: str = Field(min_length=1, max_length=1000)
    despite: str = Field("", max_length=500, description="Why it is closed with gaps")


class LevelIn(Schema):
    """Level of section 60, and why."""

    level: Level
    reason: str = Field(min_length=1, max_length=500)


class PersonalIn(Schema):
    """Whether personal data is touched; ``look_on`` with "unknown"."""

    answer: Personal
    look_on: date | None = None


class AssignIn(Schema):
    """Somebody of the centre, or nobody."""

    user_id: UUID | None


class EntryIn(Schema):
    """A moment or note; ``at`` is now when it is left out."""

    kind: Moment = Moment.NOTE
    text: str = Field(min_length=1, max_length=10_000)
    at: AwareDatetime | None = None
    organisation_id: UUID | None = None
    evidence: str = Field("", max_length=500)
    shared: bool = False


class StrikeIn(Schema):
    """Why an entry is struck."""

    reason: str = Field(min_length=1, max_length=300)


class Made(Schema):
    """What was made."""

    id: UUID


class CaseOut(Schema):
    """A case in a list."""

    id: UUID
    number: str
    title: str
    kind: str
    rsit: str
    rsit_also: str
    severity: int
    patient_safety: bool
    level: str
    tlp: str
    pap: str
    personal: str
    personal_look_on: date | None
    phase: str
    outcome: str
    assignee_id: UUID | None
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    version: int


class PartyOut(Schema):
    """An organisation in a case, and when it became aware."""

    id: UUID
    name_th: str
    name_en: str
    role: str
    sees: bool
    aware_at: datetime | None
    evidence: str


class LineOut(Schema):
    """A line of the timeline; struck ones stay, with the reason."""

    at: datetime
    title_th: str
    title_en: str
    text: str
    by: str
    evidence: str
    shared: bool
    entry_id: UUID | None
    struck: bool
    why: str


class CaseDetailOut(CaseOut):
    """A case with its texts and parties."""

    summary: str
    severity_reason: str
    missing: list[str]
    parties: list[PartyOut]


def facts_of(sent: FactsIn) -> CaseFacts:
    """Return what was sent as the service takes it."""
    return CaseFacts(**{name: getattr(sent, name) for name in FactsIn.model_fields})


def _out(row: Case) -> CaseOut:
    return filled(CaseOut, row)


def detail_of(request: Request, case_id: UUID) -> CaseDetailOut:
    """Return a case as the API tells it."""
    row = queries.case(request.actor, case_id)
    return filled(
        CaseDetailOut,
        row,
        summary=row.body.summary,
        severity_reason=row.body.severity_reason,
        missing=[one.en for one in reading.missing_of_triage(row)],
        parties=[
            PartyOut(
                id=one.party_id,
                **pair("name", one.name),
                role=one.role,
                sees=one.sees,
                aware_at=one.aware_at,
                evidence=one.evidence,
            )
            for one in reading.awareness(request.actor, row)
        ],
    )


@calls.shown("/cases", Page[CaseOut], "รายการเคส", "Cases")
def cases(
    request: Request, paging: Query[Paging], phase: Phase | None = None, kind: CaseKind | None = None
) -> Page[CaseOut]:
    """List the cases, all or of a phase or kind."""
    rows = queries.visible_to(request.actor)
    if phase is not None:
        rows = rows.filter(phase=phase)
    if kind is not None:
        rows = rows.filter(kind=kind)
    return paginate(rows, paging, _out)


@calls.added("/cases", CaseDetailOut, "เปิดเคส", "Open a case")
def open_case(request: Request, sent: NewCaseIn) -> CaseDetailOut:
    """Open a case in triage."""
    wanted = [(one.organisation_id, one.role) for one in sent.parties]
    return detail_of(request, opening.open_case(request.actor, facts_of(sent), parties=wanted))


@calls.shown("/cases/{uuid:case_id}", CaseDetailOut, "เคสหนึ่งเรื่อง", "One case")
def case(request: Request, case_id: UUID) -> CaseDetailOut:
    """Show one."""
    return detail_of(request, case_id)


@calls.changed("/cases/{uuid:case_id}", CaseDetailOut, "แก้ข้อเท็จจริงของเคส", "Change the facts of a case")
def change_case(request: Request, case_id: UUID, sent: ChangeIn) -> CaseDetailOut:
    """Change the facts, by version."""
    changing.change(request.actor, case_id, facts_of(sent), version=sent.version)
    return detail_of(request, case_id)


@calls.done("/cases/{uuid:case_id}/move", CaseDetailOut, "เปลี่ยนขั้นของเคส", "Move a case to another phase")
def move_case(request: Request, case_id: UUID, sent: MoveIn) -> CaseDetailOut:
    """Move it; back with a reason."""
    phases.move(request.actor, case_id, sent.phase, reason=sent.reason)
    return detail_of(request, case_id)


@calls.done("/cases/{uuid:case_id}/close", CaseDetailOut, "ปิดเคส", "Close a case")
def close_case(request: Request, case_id: UUID, sent: CloseIn) -> CaseDetailOut:
    """Close it with its outcome."""
    phases.close(request.actor, case_id, sent.outcome, reason=sent.reason, despite=sent.despite)
    return detail_of(request, case_id)


@calls.done(
    "/cases/{uuid:case_id}/level", CaseDetailOut, "กำหนดระดับตามมาตรา 60", "Set the level of section 60"
)
def set_level(request: Request, case_id: UUID, sent: LevelIn) -> CaseDetailOut:
    """Set it, with the reason."""
    changing.set_level(request.actor, case_id, sent.level, reason=sent.reason)
    return detail_of(request, case_id)


@calls.done(
    "/cases/{uuid:case_id}/personal",
    CaseDetailOut,
    "ตอบคำถามข้อมูลส่วนบุคคล",
    "Answer the personal-data question",
)
def answer_personal(request: Request, case_id: UUID, sent: PersonalIn) -> CaseDetailOut:
    """Answer it."""
    changing.answer_personal(request.actor, case_id, sent.answer, look_on=sent.look_on)
    return detail_of(request, case_id)


@calls.done("/cases/{uuid:case_id}/assign", CaseDetailOut, "มอบหมายเคส", "Assign a case")
def assign(request: Request, case_id: UUID, sent: AssignIn) -> CaseDetailOut:
    """Give it to somebody, or to nobody."""
    changing.assign(request.actor, case_id, sent.user_id)
    return detail_of(request, case_id)


@calls.shown("/cases/{uuid:case_id}/timeline", list[LineOut], "ไทม์ไลน์ของเคส", "Timeline of a case")
def timeline(request: Request, case_id: UUID) -> list[LineOut]:
    """Show it in order of time."""
    row = queries.case(request.actor, case_id)
    return [filled(LineOut, one, **pair("title", one.title)) for one in reading.timeline(request.actor, row)]


@calls.added(
    "/cases/{uuid:case_id}/timeline",
    Made,
    "เพิ่มในไทม์ไลน์",
    "Add to the timeline",
    permission=queries.TAKE_PART,
)
def add_entry(request: Request, case_id: UUID, sent: EntryIn) -> Made:
    """Add a moment or note."""
    return Made(id=writing.add(request.actor, case_id, **sent.dict()))


@calls.noted("/entries/{uuid:line_id}/strike", "ขีดรายการในไทม์ไลน์ออก", "Strike an entry of the timeline")
def strike(request: Request, line_id: UUID, sent: StrikeIn) -> None:
    """Strike it; it stays readable."""
    writing.strike(request.actor, line_id, reason=sent.reason)


@calls.added("/cases/{uuid:case_id}/parties", Made, "เพิ่มหน่วยงานในเคส", "Let an organisation into a case")
def add_party(request: Request, case_id: UUID, sent: PartyIn) -> Made:
    """Let one in."""
    return Made(id=parties.add(request.actor, case_id, sent.organisation_id, role=sent.role, sees=sent.sees))
