"""Reports: taken by form or telephone, verified by call-back, put into cases or closed with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from phithak.base import clock, ids
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.cases.errors import ReportStateError
from phithak.cases.events.core import Tag
from phithak.cases.models import Party, Report
from phithak.cases.queries import doors
from phithak.cases.queries.states import Channel, PartyRole, Reporter, ReportState, Verified
from phithak.cases.services import parties as joining
from phithak.cases.services import rows
from phithak.cases.services.opening import CaseFacts, Told, open_case
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.scope import tenants_with
from phithak.core.db.transactions import write
from phithak.core.privacy import services as privacy
from phithak.registry.queries import organisations
from phithak.registry.queries import people as contacts


@dataclass(frozen=True)
class ReportFacts:
    """What was told.

    Attributes:
        title: one line.
        text: all of it.
        channel: how it came.
        reporter: what kind of person told.
        patient_safety: whether patients are in danger.
        caller: name of the person; kept in the vault.
        phone: the number that was told, E.164; kept in the vault. Never the one that is called back.
    """

    title: str
    text: str
    channel: Channel = Channel.FORM
    reporter: Reporter = Reporter.MEMBER
    patient_safety: bool = False
    caller: str = ""
    phone: str = ""


def receive(actor: Actor, facts: ReportFacts, *, organisation_id: UUID | None) -> UUID:
    """Take a report of an incident.

    Args:
        actor: needs ``cases.report``; a member reports for its own organisation.
        facts: what was told.
        organisation_id: whom it concerns; None when that is not known yet (the desk alone).

    Returns:
        The report's id.

    Raises:
        CaseFieldError: a field cannot be used.
        NotFoundError: the organisation is not the actor's to report for, or there is no centre.
    """
    permissions.require(actor, doors.TELL)
    desk = sorted(doors.led_by(actor, doors.TELL))
    centre = desk[0] if desk else organisations.centre_id()
    if centre is None:
        raise NotFoundError
    member = not desk and actor.kind is not ActorKind.SYSTEM
    if member and organisation_id not in tenants_with(actor, doors.TELL):
        raise NotFoundError
    if organisation_id is not None:
        organisations.organisation(actor, organisation_id)
    row = _row(facts, centre, organisation_id)
    # sealing takes its own transactions, and time
    row.caller_name = _sealed(actor, "name", facts.caller, centre)
    row.caller_phone = _sealed(actor, "phone", facts.phone, centre)
    with write("cases.receive"):
        row.save(force_insert=True)
        _record(actor, Tag.REPORTED, row, channel=row.channel)
    return row.pk


def take_call(
    actor: Actor,
    facts: ReportFacts,
    case: CaseFacts,
    *,
    organisation_id: UUID | None,
    called_back: UUID | None = None,
    confirmed: bool = False,
) -> UUID:
    """Take a telephone call and open its case at once: one form, one act.

    Args:
        actor: needs ``cases.work``.
        facts: what the caller told.
        case: the case that it opens.
        organisation_id: for whom the person calls.
        called_back: the contact of the registry that was called back, if one was.
        confirmed: whether that contact confirmed the call.

    Returns:
        The case's id.
    """
    permissions.require(actor, doors.WORK)
    report_id = receive(actor, facts, organisation_id=organisation_id)
    if called_back is not None:
        verify(actor, report_id, called_back, confirmed=confirmed)
    return open_from(actor, report_id, case)


def verify(actor: Actor, report_id: UUID, contact_id: UUID, *, confirmed: bool) -> None:
    """Write down that the caller's organisation was called back, at a number of the registry.

    Raises:
        CaseFieldError: the contact is not one of the report's organisation.
    """
    row = doors.report(actor, report_id, doors.REPORTS)
    permissions.require(actor, doors.WORK)
    seen = contacts.contacts_visible_to(actor).filter(pk=contact_id, tenant=row.organisation_id).first()
    if seen is None:
        raise rows.refuse(
            "contact", Text("เลือกผู้ประสานงานของหน่วยงานนี้", "choose a contact of this organisation")
        )
    outcome = Verified.YES if confirmed else Verified.FAILED
    label = contacts.label_of(seen)
    with write("cases.verify_caller"):
        Report.objects.filter(pk=row.pk).update(
            verified=outcome.value,
            verified_how=f"{label.th} · {label.en}"[:300],
            verified_by=actor.name,
            verified_at=clock.now(),
        )
        _record(actor, Tag.CALLER_VERIFIED, row, outcome=outcome.value, how=label.en, contact=str(contact_id))


def open_from(actor: Actor, report_id: UUID, facts: CaseFacts) -> UUID:
    """Open a case from a new report; its organisation takes part.

    Raises:
        ReportStateError: the report was decided on meanwhile.
    """
    row = _new(actor, report_id)
    parties = [(row.organisation_id, _role(row))] if row.organisation_id else []
    told = Told(f"{row.receipt} ({row.channel})", row.received_at, text=row.title)
    with write("cases.open_from_report"):
        case_id = open_case(actor, facts, parties=parties, told=told, tenant_id=row.tenant_id)
        _link(actor, row, case_id)
    return case_id


def put_into(actor: Actor, report_id: UUID, case_id: UUID) -> None:
    """Put a new report into a case that is there.

    Raises:
        ReportStateError: the report was decided on meanwhile.
        NotFoundError: the case is not the actor's to work on.
    """
    row = _new(actor, report_id)
    case = doors.case(actor, case_id, doors.WORK)
    with write("cases.put_into"):
        _link(actor, row, case.pk)
        taking_part = Party.objects.filter(case=case.pk, organisation=row.organisation_id)
        if row.organisation_id and not taking_part.exists():
            joining.add(actor, case.pk, row.organisation_id, role=_role(row))
        rows.step(
            actor, case, Text(f"รับรายงาน {row.receipt} เข้าเคส", f"Report {row.receipt} put into the case")
        )


def settle(actor: Actor, report_id: UUID, state: ReportState | str, *, reason: str) -> None:
    """Reject a new report, or mark it as a duplicate, with a reason.

    Raises:
        ReportStateError: it was decided on meanwhile.
        CaseFieldError: no reason.
    """
    row = _new(actor, report_id)
    allowed = (ReportState.REJECTED.value, ReportState.DUPLICATE.value)
    found = ReportState(rows.one_of(str(state), allowed, "state"))
    why = rows.words(reason, "reason", 500)
    with write("cases.settle_report"):
        _decide(row, found, reason=why)
        _record(actor, Tag.REPORT_CLOSED, row, state=found.value, reason=why)


def _new(actor: Actor, report_id: UUID) -> Report:
    permissions.require(actor, doors.WORK)
    row = doors.report(actor, report_id, doors.REPORTS)
    if row.state != ReportState.NEW:
        raise _decided(row.state)
    return row


def _link(actor: Actor, row: Report, case_id: UUID) -> None:
    _decide(row, ReportState.LINKED, case_id=case_id)
    number = doors.case(actor, case_id).number
    _record(actor, Tag.REPORT_LINKED, row, number=number)


def _decide(row: Report, state: ReportState, **values: object) -> None:
    if not Report.objects.filter(pk=row.pk, state=ReportState.NEW).update(state=state.value, **values):
        raise _decided(Report.objects.values_list("state", flat=True).get(pk=row.pk))


def _decided(state: str) -> ReportStateError:
    told = ReportState(state).text
    return ReportStateError(state_th=told.th, state_en=told.en)


def _role(row: Report) -> PartyRole:
    return PartyRole.AFFECTED if row.reporter == Reporter.MEMBER else PartyRole.REPORTER


def _row(facts: ReportFacts, centre: UUID, organisation_id: UUID | None) -> Report:
    return Report(
        tenant_id=centre,
        organisation_id=organisation_id,
        channel=Channel(rows.one_of(str(facts.channel), Channel, "channel")).value,
        reporter=Reporter(rows.one_of(str(facts.reporter), Reporter, "reporter")).value,
        receipt=ids.public_reference(),
        title=" ".join(rows.words(facts.title, "title", 200).split()),
        text=rows.words(facts.text, "text", 20_000),
        patient_safety=facts.patient_safety,
        verified=Verified.NOT_YET.value if facts.channel == Channel.PHONE else "",
        received_at=clock.now(),
    )


def _sealed(actor: Actor, kind: str, value: str, tenant_id: UUID) -> UUID | None:
    plain = value.strip()
    return privacy.seal(actor, kind, plain, tenant_id=tenant_id) if plain else None


def _record(actor: Actor, tag: Tag, row: Report, **facts: object) -> None:
    contrib.record(
        actor, tag, (doors.REPORT, row.pk), tenant_id=row.tenant_id, facts={"receipt": row.receipt, **facts}
    )
