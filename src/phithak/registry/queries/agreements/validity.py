"""Whether an agreement is valid on a day, what it covers towards a party, and which flows it allows.

A day is a day in Bangkok; the last day counts. Nothing here trusts that the nightly job ran: an agreement past
its last day allows nothing, whatever its rows say.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.i18n import show
from phithak.registry.models import Agreement, AgreementParty, SharingRule
from phithak.registry.queries.agreements.words import Flow, Standing, State

REMIND_DAYS = 60


@dataclass(frozen=True)
class Verdict:
    """Whether a flow is allowed.

    Attributes:
        allowed: the answer.
        reason: why, or why not, and what to do then.
        agreement_id: the agreement that allows it; None when nothing does.
    """

    allowed: bool
    reason: Text
    agreement_id: UUID | None = None


_NO_PARTY = Text("ไม่ได้ระบุหน่วยงาน", "No organisation was named")
_NONE = Text(
    "ไม่มีข้อตกลงที่มีผล (ลงนามแล้วและอยู่ในระยะเวลา) กับหน่วยงานนี้ โปรดทำข้อตกลงก่อน",
    "There is no valid agreement (signed and within its term) with this organisation. Make one first.",
)
_OFF = Text(
    "ข้อตกลงมีผล แต่ยังไม่ได้เปิด “{flow_th}” ให้หน่วยงานนี้",
    "The agreement is valid, but “{flow_en}” is not switched on",
)
_KINDS_MISSING = Text(
    "ข้อตกลงไม่ครอบคลุมข้อมูลชนิด {kinds}", "The agreement does not cover these kinds of data: {kinds}"
)
_ALLOWED = Text("มีข้อตกลงรองรับ", "An agreement allows it")
DRAFT_REASON = Text("ข้อตกลงยังลงนามไม่ครบ", "The agreement is not signed by all yet")
ENDED_REASON = Text("ข้อตกลงยุติแล้ว", "The agreement was ended")
BEFORE_REASON = Text("ข้อตกลงเริ่มวันที่ {day_th}", "The agreement begins on {day_en}")
OVER_REASON = Text("ข้อตกลงสิ้นสุดเมื่อ {day_th}", "The agreement was over on {day_en}")
UNSIGNED_REASON = Text("หน่วยงานนี้ยังไม่ลงนาม", "This organisation has not signed")
NO_FLOW_REASON = Text("ข้อตกลงไม่ได้ให้ “{flow_th}”", "The agreement does not provide for “{flow_en}”")
NO_CONSENT_REASON = Text("ข้อตกลงไม่มีความยินยอมให้สแกน", "The agreement holds no consent to scan")


def valid_on(day: date, prefix: str = "") -> Q:
    """Return the condition that an agreement is valid on a day; ``prefix`` such as ``"agreement__"``."""
    return Q(**{f"{prefix}state": State.SIGNED, f"{prefix}starts_on__lte": day, f"{prefix}ends_on__gte": day})


def is_valid(row: Agreement, day: date | None = None) -> bool:
    """Tell whether an agreement is valid on a day (today)."""
    day = day or clock.today()
    return row.state == State.SIGNED and row.starts_on <= day <= row.ends_on


def days_left(row: Agreement, day: date | None = None) -> int:
    """Return how many days lie between a day (today) and the last day of an agreement; 0 on the last day."""
    return (row.ends_on - (day or clock.today())).days


def standing(row: Agreement, day: date | None = None) -> Standing:
    """Return where an agreement stands on a day (today)."""
    day = day or clock.today()
    if row.state != State.SIGNED:
        return Standing(row.state)
    if day < row.starts_on:
        return Standing.COMING
    if day > row.ends_on:
        return Standing.OVER
    return Standing.ENDING if days_left(row, day) <= REMIND_DAYS else Standing.VALID


def standing_on(rows: QuerySet[Agreement], wanted: str, day: date | None = None) -> QuerySet[Agreement]:
    """Narrow agreements to those with that standing on a day (today)."""
    day = day or clock.today()
    signed, near = Q(state=State.SIGNED), day + timedelta(days=REMIND_DAYS)
    return rows.filter(
        {
            Standing.DRAFT: Q(state=State.DRAFT),
            Standing.COMING: signed & Q(starts_on__gt=day),
            Standing.VALID: valid_on(day) & Q(ends_on__gt=near),
            Standing.ENDING: valid_on(day) & Q(ends_on__lte=near),
            Standing.OVER: signed & Q(ends_on__lt=day),
            Standing.ENDED: Q(state=State.ENDED),
        }[Standing(wanted)]
    )


def why_not_valid(row: Agreement, day: date | None = None) -> Text | None:
    """Return why an agreement allows nothing on a day (today), or None when it is valid."""
    day = day or clock.today()
    if row.state == State.DRAFT:
        return DRAFT_REASON
    if row.state == State.ENDED:
        return ENDED_REASON
    if day < row.starts_on:
        return _dated(BEFORE_REASON, row.starts_on)
    return _dated(OVER_REASON, row.ends_on) if day > row.ends_on else None


def why_not_covered(
    row: Agreement,
    party_id: UUID,
    *,
    data_kinds: Collection[str] = (),
    day: date | None = None,
    party_signed: bool | None = None,
) -> Text | None:
    """Return why an agreement does not cover data towards a party on a day (today), or None when it does.

    Args:
        row: the agreement.
        party_id: the party; whoever keeps the agreement need not have signed.
        data_kinds: what flows.
        day: a day in Bangkok; today when None.
        party_signed: whether the party has signed, when the caller knows it.
    """
    day = day or clock.today()
    reason = why_not_valid(row, day)
    if reason is not None:
        return reason
    if party_signed is None:
        party_signed = party_id == row.tenant_id or has_signed(row, party_id, day)
    if not party_signed:
        return UNSIGNED_REASON
    return _uncovered(data_kinds, row.data_kinds)


def why_not_on(row: SharingRule, day: date | None = None, *, party_signed: bool | None = None) -> Text | None:
    """Return why a rule may not be switched on on a day (today), or None when it may; as :func:`why_not_covered`."""
    covering = row.agreement
    reason = why_not_covered(
        covering, row.party_id, data_kinds=row.data_kinds, day=day, party_signed=party_signed
    )
    if reason is not None:
        return reason
    flow = Flow(row.flow)
    if flow is Flow.SCAN:
        return None if covering.scan_consent else NO_CONSENT_REASON
    if flow not in covering.flows:
        return _flow(NO_FLOW_REASON, flow)
    return None


def has_signed(row: Agreement, party_id: UUID, day: date | None = None) -> bool:
    """Tell whether a party has signed an agreement by a day (today)."""
    signed = AgreementParty.objects.filter(agreement=row, organisation=party_id)
    return signed.filter(signed_on__lte=day or clock.today()).exists()


def flow_is_allowed(
    party_ids: Collection[UUID],
    flow: Flow | str,
    *,
    data_kinds: Collection[str] = (),
    on: date | None = None,
) -> Verdict:
    """Tell whether a flow may run now.

    Args:
        party_ids: the organisations at which or towards which it runs. One agreement must hold for all of them,
            with its rule switched on for each; whoever keeps that agreement needs no rule of its own.
        flow: what runs.
        data_kinds: kinds of data that it carries; each must be covered.
        on: a day in Bangkok; today when None.

    Returns:
        The verdict, with the agreement that allows it, or with what is missing.
    """
    day, flow, wanted = on or clock.today(), Flow(flow), set(party_ids)
    if not wanted:
        return Verdict(allowed=False, reason=_NO_PARTY)
    signed = AgreementParty.objects.filter(
        agreement=OuterRef("agreement"), organisation=OuterRef("party"), signed_on__lte=day
    )
    rules = (
        SharingRule.objects.filter(valid_on(day, "agreement__"), Exists(signed), party__in=wanted, flow=flow)
        .select_related("agreement")
        .order_by("-agreement__ends_on", "agreement", "pk")
    )
    found: dict[UUID, list[SharingRule]] = {}
    for row in rules:
        if flow in row.agreement.flows or (flow is Flow.SCAN and row.agreement.scan_consent):
            found.setdefault(row.agreement_id, []).append(row)
    reasons = [_NONE]
    for agreement_id, held in found.items():
        covering = held[0].agreement
        if wanted - {covering.tenant_id} - {row.party_id for row in held}:
            continue
        if not all(row.on for row in held):
            reasons.append(_flow(_OFF, flow))
            continue
        covered = set(covering.data_kinds).intersection(*(row.data_kinds for row in held))
        missing = _uncovered(data_kinds, covered)
        if missing is None:
            return Verdict(allowed=True, reason=_ALLOWED, agreement_id=agreement_id)
        reasons.append(missing)
    return Verdict(allowed=False, reason=reasons[-1])


def is_running(row: SharingRule, day: date | None = None) -> bool:
    """Tell whether a rule is on and its agreement holds it up on a day (today)."""
    return row.on and why_not_on(row, day) is None


def to_remind(day: date) -> QuerySet[Agreement]:
    """Return the agreements that end within 60 days of a day and whose keeper was not reminded of that end."""
    rows = Agreement.objects.filter(state=State.SIGNED, ends_on__gte=day)
    return rows.filter(ends_on__lte=day + timedelta(days=REMIND_DAYS)).exclude(
        reminded_for__isnull=False, reminded_for=F("ends_on")
    )


def _dated(reason: Text, day: date) -> Text:
    return reason.format(day_th=show.day(day, "th"), day_en=show.day(day, "en"))


def _flow(reason: Text, flow: Flow) -> Text:
    return reason.format(flow_th=flow.text.th, flow_en=flow.text.en)


def _uncovered(wanted: Collection[str], covered: Collection[str]) -> Text | None:
    missing = sorted(set(wanted) - set(covered))
    return _KINDS_MISSING.format(kinds=", ".join(missing)) if missing else None
