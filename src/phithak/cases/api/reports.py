"""Reports over the API: list, one, a new one, and what is decided on it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field

from phithak.cases import queries
from phithak.cases.api.core import CaseDetailOut, FactsIn, detail_of, facts_of
from phithak.cases.models import Report
from phithak.cases.queries.states import Channel, Reporter, ReportState
from phithak.cases.services import reports as services
from phithak.cases.services.reports import ReportFacts
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, paginate
from phithak.registry.api.calls import Calls, filled

router = Router()
calls = Calls(router, view=queries.REPORTS, manage=queries.WORK)


class ReportIn(Schema):
    """A report; members tell their own organisation."""

    title: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1, max_length=20_000)
    organisation_id: UUID | None = None
    channel: Channel = Channel.FORM
    reporter: Reporter = Reporter.MEMBER
    patient_safety: bool = False


class PutIn(Schema):
    """The case that it belongs to."""

    case_id: UUID


class SettleIn(Schema):
    """Why it opens no case."""

    state: ReportState
    reason: str = Field(min_length=1, max_length=500)


class VerifyIn(Schema):
    """Whom of the registry was called back, and whether they confirmed."""

    contact_id: UUID
    confirmed: bool


class ReportOut(Schema):
    """A report; name and number of the caller stay in the vault."""

    id: UUID
    receipt: str
    title: str
    text: str
    channel: str
    reporter: str
    organisation_id: UUID | None
    patient_safety: bool
    state: str
    reason: str
    verified: str
    received_at: datetime


def _out(row: Report) -> ReportOut:
    return filled(ReportOut, row)


@calls.shown("/reports", Page[ReportOut], "รายการรายงานเหตุ", "Reports of incidents")
def reports(request: Request, paging: Query[Paging], state: ReportState | None = None) -> Page[ReportOut]:
    """List the reports, all or of a state."""
    rows = queries.reports_visible_to(request.actor)
    return paginate(rows if state is None else rows.filter(state=state), paging, _out)


@calls.added("/reports", ReportOut, "แจ้งเหตุ", "Report an incident", permission=queries.TELL)
def add_report(request: Request, sent: ReportIn) -> ReportOut:
    """Report one."""
    told = {name: getattr(sent, name) for name in ReportIn.model_fields if name != "organisation_id"}
    made = services.receive(request.actor, ReportFacts(**told), organisation_id=sent.organisation_id)
    return _out(queries.report(request.actor, made))


@calls.shown("/reports/{uuid:report_id}", ReportOut, "รายงานหนึ่งฉบับ", "One report")
def report(request: Request, report_id: UUID) -> ReportOut:
    """Show one."""
    return _out(queries.report(request.actor, report_id))


@calls.added("/reports/{uuid:report_id}/open", CaseDetailOut, "เปิดเคสจากรายงาน", "Open a case from a report")
def open_report(request: Request, report_id: UUID, sent: FactsIn) -> CaseDetailOut:
    """Open a case."""
    return detail_of(request, services.open_from(request.actor, report_id, facts_of(sent)))


@calls.noted("/reports/{uuid:report_id}/put", "ใส่รายงานในเคส", "Put a report into a case")
def put_report(request: Request, report_id: UUID, sent: PutIn) -> None:
    """Put it into a case that is there."""
    services.put_into(request.actor, report_id, sent.case_id)


@calls.noted("/reports/{uuid:report_id}/settle", "ไม่เปิดเคสจากรายงาน", "Reject a report, or mark a duplicate")
def settle_report(request: Request, report_id: UUID, sent: SettleIn) -> None:
    """Close it with a reason."""
    services.settle(request.actor, report_id, sent.state, reason=sent.reason)


@calls.noted("/reports/{uuid:report_id}/verify", "บันทึกการโทรกลับผู้แจ้ง", "Record a call-back of the caller")
def verify_report(request: Request, report_id: UUID, sent: VerifyIn) -> None:
    """Record it."""
    services.verify(request.actor, report_id, sent.contact_id, confirmed=sent.confirmed)
