"""Agreements over the API: list, one, add, change, parties, signatures, end, rules, and the question of a flow."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from ninja import Field

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, paginate
from phithak.registry.api.calls import Calls, filled, pair
from phithak.registry.models import Agreement, AgreementParty, SharingRule
from phithak.registry.queries import agreements as queries
from phithak.registry.queries import organisations
from phithak.registry.queries.agreements import AgreementKind, Flow, Standing
from phithak.registry.queries.assets.kinds import DataKind
from phithak.registry.services import agreements as services
from phithak.registry.services.agreements import AgreementFacts

router = Router()
calls = Calls(router, view=queries.VIEW, manage=queries.MANAGE)
_MOST_KINDS = 40


class AgreementIn(Schema):
    """What an agreement says; the last day still counts, in Bangkok."""

    number: str = Field(min_length=1, max_length=60)
    title_th: str = Field(min_length=1, max_length=250)
    title_en: str = Field("", max_length=250)
    kind: AgreementKind
    scope: str = Field(min_length=1, max_length=10_000)
    starts_on: date
    ends_on: date
    data_kinds: list[DataKind] = Field([], max_length=_MOST_KINDS)
    flows: list[Flow] = Field([], max_length=len(Flow))
    scan_consent: bool = False


class NewAgreementIn(AgreementIn):
    """A new agreement: also who keeps it, and its parties."""

    tenant_id: UUID
    party_ids: list[UUID] = Field([], max_length=500)


class ChangeAgreementIn(AgreementIn):
    """A change: the version that it began from; ``again`` says that signed terms may fall and be signed anew."""

    version: int = Field(ge=1)
    again: bool = False


class PartyIn(Schema):
    """An organisation that becomes a party."""

    organisation_id: UUID


class SignIn(PartyIn):
    """Who signed for a party, and when."""

    signer: str = Field(min_length=1, max_length=250)
    signed_on: date


class ReasonIn(Schema):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)


class SwitchIn(Schema):
    """The state that is wanted."""

    on: bool


class PartyOut(Schema):
    """A party, as far as the caller may know of it."""

    organisation_id: UUID
    name_th: str
    name_en: str
    signer: str
    signed_on: date | None


class RuleOut(Schema):
    """A rule; ``running`` is false when nothing holds it up, whatever ``on`` says."""

    id: UUID
    agreement_id: UUID
    party_id: UUID
    flow: str
    on: bool
    running: bool
    data_kinds: list[str]
    tlp_most: str


class AgreementOut(Schema):
    """An agreement in a list; ``standing`` as of today."""

    id: UUID
    tenant_id: UUID
    number: str
    title_th: str
    title_en: str
    kind: str
    scope: str
    starts_on: date
    ends_on: date
    data_kinds: list[str]
    flows: list[str]
    scan_consent: bool
    state: str
    standing: Standing
    version: int


class AgreementDetailOut(AgreementOut):
    """An agreement with the parties and rules that the caller may see."""

    parties: list[PartyOut]
    rules: list[RuleOut]


class FlowIn(Schema):
    """A question: may this flow run at these organisations on a day (today)?"""

    party_ids: list[UUID] = Field(min_length=1, max_length=100)
    flow: Flow
    data_kinds: list[DataKind] = Field([], max_length=_MOST_KINDS)
    on: date | None = None


class VerdictOut(Schema):
    """The answer, with its reason in both languages."""

    allowed: bool
    reason_th: str
    reason_en: str
    agreement_id: UUID | None


def _facts(sent: AgreementIn) -> AgreementFacts:
    return AgreementFacts(
        number=sent.number,
        title=Text(sent.title_th, sent.title_en),
        kind=sent.kind,
        scope=sent.scope,
        starts_on=sent.starts_on,
        ends_on=sent.ends_on,
        data_kinds=tuple(sent.data_kinds),
        flows=tuple(sent.flows),
        scan_consent=sent.scan_consent,
    )


def _out(row: Agreement) -> AgreementOut:
    return filled(AgreementOut, row, standing=queries.standing(row))


def _rule(row: SharingRule, *, party_signed: bool | None = None) -> RuleOut:
    running = row.on and queries.why_not_on(row, party_signed=party_signed) is None
    return filled(RuleOut, row, running=running)


def _party(party: AgreementParty) -> PartyOut:
    of = party.organisation
    return filled(PartyOut, party, name_th=of.name_th, name_en=of.name_en)


def _detail(request: Request, agreement_id: UUID) -> AgreementDetailOut:
    row = queries.agreement(request.actor, agreement_id)
    parties = queries.parties_of(request.actor, row)
    signed = {party.organisation_id for party in parties if party.signed_on is not None}
    rules = queries.rules_of(request.actor, row)
    return filled(
        AgreementDetailOut,
        row,
        standing=queries.standing(row),
        parties=[_party(party) for party in parties],
        rules=[_rule(rule, party_signed=rule.party_id in signed) for rule in rules],
    )


@calls.shown("/agreements", Page[AgreementOut], "รายการข้อตกลง", "Agreements")
def agreements(
    request: Request, paging: Query[Paging], standing: Standing | None = None
) -> Page[AgreementOut]:
    """List the agreements, all or of one standing."""
    rows = queries.visible_to(request.actor)
    if standing is not None:
        rows = queries.standing_on(rows, standing)
    return paginate(rows, paging, _out)


@calls.added("/agreements", AgreementDetailOut, "เพิ่มข้อตกลง", "Add an agreement")
def add_agreement(request: Request, sent: NewAgreementIn) -> AgreementDetailOut:
    """Add a draft with its parties."""
    made = services.create(
        request.actor, tenant_id=sent.tenant_id, facts=_facts(sent), party_ids=sent.party_ids
    )
    return _detail(request, made)


@calls.shown("/agreements/{uuid:agreement_id}", AgreementDetailOut, "ข้อตกลงหนึ่งฉบับ", "One agreement")
def agreement(request: Request, agreement_id: UUID) -> AgreementDetailOut:
    """Show one."""
    return _detail(request, agreement_id)


@calls.changed("/agreements/{uuid:agreement_id}", AgreementDetailOut, "แก้ข้อตกลง", "Change an agreement")
def change_agreement(request: Request, agreement_id: UUID, sent: ChangeAgreementIn) -> AgreementDetailOut:
    """Change one, by version."""
    services.change(request.actor, agreement_id, _facts(sent), version=sent.version, again=sent.again)
    return _detail(request, agreement_id)


@calls.done("/agreements/{uuid:agreement_id}/parties", AgreementDetailOut, "เพิ่มคู่สัญญา", "Add a party")
def add_party(request: Request, agreement_id: UUID, sent: PartyIn) -> AgreementDetailOut:
    """Add a party."""
    services.add_party(request.actor, agreement_id, sent.organisation_id)
    return _detail(request, agreement_id)


@calls.done(
    "/agreements/{uuid:agreement_id}/sign",
    AgreementDetailOut,
    "บันทึกการลงนามของคู่สัญญา",
    "Record a party's signature",
)
def sign_agreement(request: Request, agreement_id: UUID, sent: SignIn) -> AgreementDetailOut:
    """Write down that a party signed."""
    services.sign(
        request.actor,
        agreement_id,
        organisation_id=sent.organisation_id,
        signer=sent.signer,
        signed_on=sent.signed_on,
    )
    return _detail(request, agreement_id)


@calls.done(
    "/agreements/{uuid:agreement_id}/end",
    AgreementDetailOut,
    "ยุติข้อตกลง ทุกอย่างที่อาศัยข้อตกลงปิดทันที",
    "End an agreement; all that rests on it goes off at once",
)
def end_agreement(request: Request, agreement_id: UUID, sent: ReasonIn) -> AgreementDetailOut:
    """End one."""
    services.end(request.actor, agreement_id, reason=sent.reason)
    return _detail(request, agreement_id)


@calls.shown("/rules/{uuid:rule_id}", RuleOut, "กฎการแบ่งปันหนึ่งข้อ", "One sharing rule")
def rule(request: Request, rule_id: UUID) -> RuleOut:
    """Show one."""
    return _rule(queries.rule(request.actor, rule_id))


@calls.done(
    "/rules/{uuid:rule_id}/switch",
    RuleOut,
    "เปิดหรือปิดกฎการแบ่งปัน เปิดได้เมื่อข้อตกลงมีผลเท่านั้น",
    "Switch a sharing rule; on only while an agreement is valid",
)
def switch_rule(request: Request, rule_id: UUID, sent: SwitchIn) -> RuleOut:
    """Switch one on or off."""
    services.switch(request.actor, rule_id, on=sent.on)
    return _rule(queries.rule(request.actor, rule_id))


@calls.done(
    "/flows/check",
    VerdictOut,
    "ถามว่าการไหลของข้อมูลนี้ทำได้หรือไม่",
    "Ask whether a flow is allowed",
    permission=queries.VIEW,
)
def check_flow(request: Request, sent: FlowIn) -> VerdictOut:
    """Answer for organisations that the caller may see."""
    wanted = set(sent.party_ids)
    if organisations.visible_to(request.actor).filter(pk__in=wanted).count() != len(wanted):
        raise NotFoundError
    verdict = queries.flow_is_allowed(wanted, sent.flow, data_kinds=sent.data_kinds, on=sent.on)
    seen = (
        verdict.agreement_id is not None
        and queries.visible_to(request.actor).filter(pk=verdict.agreement_id).exists()
    )
    known = verdict.agreement_id if seen else None
    return VerdictOut(allowed=verdict.allowed, **pair("reason", verdict.reason), agreement_id=known)
