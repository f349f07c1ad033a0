"""The page of a case: facts, milestones, parties, timeline, and what other parts and rooms know."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from phithak.base.text import Text
from phithak.cases import queries
from phithak.cases.models import Case
from phithak.cases.queries import reading, rsit, working
from phithak.cases.queries.states import MILESTONES, CaseKind, Outcome, Phase, Severity
from phithak.cases.queries.workstates import UNDONE
from phithak.cases.views.acts import title_of
from phithak.cases.views.tables import PERSONAL, TIMELINE, level_state, verified_state
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.clocks import queries as clocks
from phithak.core.ui.pages_kit import Request, page

_ONE = Text("เคส", "Case")
_TIMELINE = Text("ไทม์ไลน์", "Timeline")


@dataclass(frozen=True)
class Panel:
    """A fragment of another part or room."""

    name: str
    title: Text
    url: str


@page(queries.VIEW, title=_ONE)
def case(request: Request, case_id: UUID) -> HttpResponseBase:
    """Show a case; who is not at the desk sees what is shared."""
    actor = request.actor
    row = queries.case(actor, case_id)
    desk = queries.at_desk(actor, row)
    works = queries.visible_to(actor, queries.WORK).filter(pk=row.pk).exists()
    is_open = row.phase != Phase.CLOSED
    moments = reading.milestones(actor, row)
    shown = {
        "title": Text(row.title, row.title),
        "case": row,
        "kind": CaseKind(row.kind).text,
        "severity": Severity(row.severity).state,
        "phase": Phase(row.phase).state,
        "outcome": Outcome(row.outcome).text if row.outcome else None,
        "level": level_state(row),
        "personal": PERSONAL[row.personal],
        "classes": [rsit.text_of(code) for code in (row.rsit, row.rsit_also) if code],
        "missing": reading.missing_of_triage(row) if works and row.phase == Phase.TRIAGE else [],
        "moments": [(kind.text, moments[kind]) for kind in MILESTONES if kind in moments],
        "spans": reading.spans(moments),
        "parties": reading.awareness(actor, row),
        "lines": reading.timeline(actor, row),
        "clocks": clocks.of_object(actor, queries.KIND, row.pk),
        "calls": _calls(actor, row) if desk else [],
        "outages": list(working.outages_visible_to(actor).filter(case=row.pk).order_by("since")),
        "undone": working.tasks_visible_to(actor).filter(case=row.pk, state__in=UNDONE).count(),
        "panels": panels(actor, row.pk),
        "desk": desk,
        "works": works,
        "may_work": works and is_open,
        "may_reopen": works and not is_open,
        "may_write": is_open and queries.visible_to(actor, queries.TAKE_PART).filter(pk=row.pk).exists(),
    }
    return render(request, "cases/case.html", shown)


def _calls(actor: Actor, row: Case) -> list[tuple[UUID, str, object]]:
    found = queries.reports_visible_to(actor).filter(case=row.pk).order_by("received_at")
    return [(one.pk, one.receipt, verified_state(one)) for one in found]


def panels(actor: Actor, case_id: UUID) -> list[Panel]:
    """Return the fragments that the actor may see, in their order."""
    found = []
    for item in sorted(contrib.panel, key=lambda item: (item.order, item.name)):
        url = item.url(actor, case_id) if item.object_kind == queries.KIND else None
        if url:
            found.append(Panel(item.name.replace(".", "-"), item.title, url))
    return found


@page(queries.VIEW, title=_TIMELINE)
def timeline(request: Request, case_id: UUID) -> HttpResponseBase:
    """List the timeline of a case, to read alone or to export."""
    row = queries.case(request.actor, case_id)
    back = (Text("กลับไปที่เคส", "Back to the case"), reverse("cases:case", args=[row.pk]))
    return TIMELINE.respond(
        request, rows=reading.timeline(request.actor, row), title=title_of(row, _TIMELINE), actions=[back]
    )
