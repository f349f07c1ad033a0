"""Small pages of a case: phase, level, personal data, assignment, timeline, parties."""

from __future__ import annotations

from uuid import UUID

from django.http.response import HttpResponseBase

from phithak.base.text import Text
from phithak.cases import queries
from phithak.cases.forms.core import (
    AssignForm,
    CloseForm,
    EntryForm,
    LevelForm,
    MoveForm,
    NewPartyForm,
    PartyForm,
    PersonalForm,
    ReasonForm,
)
from phithak.cases.queries import reading
from phithak.cases.queries.states import Phase
from phithak.cases.services import changing, parties, phases
from phithak.cases.services import timeline as writing
from phithak.cases.views.acts import act, posted, question
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.queries import organisations

_BOTH = ("GET", "POST")
_MOVE = Text("เปลี่ยนขั้น", "Move the case")
_CLOSE = Text("ปิดเคส", "Close the case")
_LEVEL = Text("ระดับตามมาตรา 60", "Level of section 60")
_PERSONAL = Text("คำถามข้อมูลส่วนบุคคล", "Personal data question")
_ASSIGN = Text("มอบหมาย", "Assign")
_ENTRY = Text("เพิ่มในไทม์ไลน์", "Add to the timeline")
_STRIKE = Text("ขีดรายการออก", "Strike an entry")
_PARTY = Text("หน่วยงานในเคส", "Organisation in the case")
_NEW_PARTY = Text("เพิ่มหน่วยงาน", "Let an organisation in")


@page(queries.WORK, title=_MOVE, methods=_BOTH)
def move(request: Request, case_id: UUID) -> HttpResponseBase:
    """Move a case to another phase."""
    row = queries.case(request.actor, case_id, queries.WORK)
    order = list(Phase)
    following = order[min(order.index(Phase(row.phase)) + 1, len(order) - 2)]
    form = MoveForm(posted(request), initial={"phase": following.value})
    return act(
        request,
        row,
        form,
        lambda data: phases.move(request.actor, case_id, data["phase"], reason=data["reason"]),
        title=_MOVE,
    )


@page(queries.WORK, title=_CLOSE, methods=_BOTH)
def close(request: Request, case_id: UUID) -> HttpResponseBase:
    """Close a case with its outcome."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = CloseForm(posted(request))
    return act(
        request,
        row,
        form,
        lambda data: phases.close(request.actor, case_id, **data),
        title=_CLOSE,
    )


@page(queries.WORK, title=_LEVEL, methods=_BOTH)
def level(request: Request, case_id: UUID) -> HttpResponseBase:
    """Set the level of section 60, with a reason."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = LevelForm(posted(request), initial={"level": row.level})
    return act(
        request,
        row,
        form,
        lambda data: changing.set_level(request.actor, case_id, data["level"], reason=data["reason"]),
        title=_LEVEL,
    )


@page(queries.WORK, title=_PERSONAL, methods=_BOTH)
def personal(request: Request, case_id: UUID) -> HttpResponseBase:
    """Answer whether personal data is touched."""
    row = queries.case(request.actor, case_id, queries.WORK)
    form = PersonalForm(posted(request), initial={"answer": row.personal, "look_on": row.personal_look_on})
    return act(
        request,
        row,
        form,
        lambda data: changing.answer_personal(
            request.actor, case_id, data["answer"], look_on=data["look_on"]
        ),
        title=_PERSONAL,
    )


@page(queries.WORK, title=_ASSIGN, methods=_BOTH)
def assign(request: Request, case_id: UUID) -> HttpResponseBase:
    """Give a case to somebody of the centre."""
    row = queries.case(request.actor, case_id, queries.WORK)
    people = reading.assignable(row.tenant_id)
    form = AssignForm(
        posted(request), people=people, initial={"user_id": row.assignee_id or request.actor.user_id}
    )
    return act(
        request,
        row,
        form,
        lambda data: changing.assign(request.actor, case_id, data["user_id"]),
        title=_ASSIGN,
    )


@page(queries.TAKE_PART, title=_ENTRY, methods=_BOTH)
def new_entry(request: Request, case_id: UUID) -> HttpResponseBase:
    """Add a moment or note to the timeline."""
    row = queries.case(request.actor, case_id, queries.TAKE_PART)
    desk = queries.at_desk(request.actor, row)
    found = queries.parties_visible_to(request.actor).filter(case=row) if desk else []
    named = [(one.organisation_id, organisations.name_of(one.organisation)) for one in found]
    form = EntryForm(posted(request), parties=named, desk=desk)
    return act(
        request,
        row,
        form,
        lambda data: writing.add(request.actor, case_id, **data),
        title=_ENTRY,
    )


@page(queries.WORK, title=_STRIKE, methods=_BOTH)
def strike(request: Request, line_id: UUID) -> HttpResponseBase:
    """Strike an entry of a timeline; it stays readable."""
    found = queries.entry(request.actor, line_id, queries.WORK)
    row = queries.case(request.actor, found.case_id, queries.WORK)
    form = ReasonForm(posted(request))
    return act(
        request,
        row,
        form,
        lambda data: writing.strike(request.actor, line_id, reason=data["reason"]),
        title=_STRIKE,
        shown={"about": found.text},
    )


@page(queries.WORK, title=_NEW_PARTY, methods=_BOTH)
def new_party(request: Request, case_id: UUID) -> HttpResponseBase:
    """Let an organisation into a case; it is looked for first."""
    row = queries.case(request.actor, case_id, queries.WORK)
    words = question(request)
    found = reading.find_organisations(request.actor, words)
    form = NewPartyForm(posted(request), found=found)
    return act(
        request,
        row,
        form,
        lambda data: parties.add(
            request.actor, case_id, data["organisation_id"], role=data["role"], sees=data["sees"]
        ),
        title=_NEW_PARTY,
        template="cases/find_and_act.html",
        shown={"q": words, "found": found, "needs_found": True},
    )


@page(queries.WORK, title=_PARTY, methods=_BOTH)
def party(request: Request, party_id: UUID) -> HttpResponseBase:
    """Change what an organisation is in a case, and whether its people see it."""
    found = queries.party(request.actor, party_id, queries.WORK)
    row = queries.case(request.actor, found.case_id, queries.WORK)
    form = PartyForm(posted(request), initial={"role": found.role, "sees": found.sees})
    return act(
        request,
        row,
        form,
        lambda data: parties.change(request.actor, party_id, role=data["role"], sees=data["sees"]),
        title=_PARTY,
        shown={"about": str(organisations.name_of(found.organisation))},
    )
