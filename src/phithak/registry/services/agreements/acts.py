"""Acts of persons on agreements: add, change, sign, attach, end, switch a rule."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import actors, permissions
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.db.transactions import write
from phithak.core.files import services as files
from phithak.core.search import services as search
from phithak.registry.events.agreements import Tag
from phithak.registry.models import Agreement, AgreementParty, SharingRule
from phithak.registry.queries import agreements as queries
from phithak.registry.queries import organisations
from phithak.registry.queries.agreements import AgreementKind, Flow, State
from phithak.registry.services.agreements import rules
from phithak.registry.services.agreements.errors import (
    AgreementChangedError,
    AgreementStateError,
    NumberTakenError,
    PartyTakenError,
    RuleRefusedError,
    RuleSwitchedError,
    SignedTermsError,
)
from phithak.registry.services.agreements.holding import settle_agreement, stop_flows
from phithak.registry.services.shares import cleaning

MOST_PARTIES = 500
_SYSTEM = actors.system("registry")
_TERMS = ("kind", "scope", "data_kinds", "flows", "scan_consent", "starts_on", "ends_on")


@dataclass(frozen=True)
class AgreementFacts:
    """What an agreement says.

    Attributes:
        number: unique with its keeper.
        title: in Thai; English may be empty.
        kind: what paper it is.
        scope: what it is about.
        starts_on: first day, in Bangkok.
        ends_on: last day, which still counts.
        data_kinds: kinds of data that may flow (``queries.assets.kinds.DataKind``).
        flows: what may be switched on for its parties, beside scans.
        scan_consent: whether the parties' systems may be scanned.
    """

    number: str
    title: Text
    kind: AgreementKind | str
    scope: str
    starts_on: date
    ends_on: date
    data_kinds: Sequence[str] = ()
    flows: Sequence[str] = ()
    scan_consent: bool = False


def create(actor: Actor, *, tenant_id: UUID, facts: AgreementFacts, party_ids: Collection[UUID] = ()) -> UUID:
    """Add an agreement as a draft, with its parties and the rules that follow from it, all off.

    Args:
        actor: needs ``registry.agreements.manage`` in the keeping tenant.
        tenant_id: who keeps it.
        facts: what it says.
        party_ids: organisations that the actor sees.

    Returns:
        The agreement's id.

    Raises:
        FieldRefusedError: a field cannot be used.
        NumberTakenError: the keeper has one of that number.
        NotFoundError: an organisation is not the actor's to see.
    """
    permissions.require(actor, queries.MANAGE)
    if actor.user_id is not None and tenant_id not in tenants_with(actor, queries.MANAGE):
        raise NotFoundError
    columns = _columns(facts)
    parties = list(dict.fromkeys(party_ids))
    _know(actor, parties)
    row = Agreement(tenant_id=tenant_id, **columns)
    try:
        with write("registry.create_agreement"):
            row.save(force_insert=True)
            AgreementParty.objects.bulk_create(
                AgreementParty(agreement=row, organisation_id=party) for party in parties
            )
            _derive(row)
            _index(row)
            _record(actor, Tag.CREATED, row, parties=len(parties))
    except IntegrityError as error:
        raise NumberTakenError(field="number", number=row.number) from error
    return row.pk


def change(
    actor: Actor, agreement_id: UUID, facts: AgreementFacts, *, version: int, again: bool = False
) -> None:
    """Change an agreement.

    Args:
        actor: needs ``registry.agreements.manage``.
        agreement_id: which.
        facts: what it says from now on.
        version: the version that the person looked at.
        again: True when the person knows that changed terms of a signed agreement must be signed again: its
            signatures fall and its flows go off at once.

    Raises:
        AgreementChangedError: somebody else changed it meanwhile.
        SignedTermsError: the terms are signed, and ``again`` was not said.
        AgreementStateError: it was ended.
        FieldRefusedError, NumberTakenError: as for :func:`create`.
    """
    row = queries.agreement(actor, agreement_id, queries.MANAGE)
    _not_ended(row)
    columns, kinds = _columns(facts), row.data_kinds
    if row.version != version:
        raise AgreementChangedError(version=row.version)
    reopened = row.state == State.SIGNED and any(columns[name] != getattr(row, name) for name in _TERMS)
    if reopened and not again:
        raise SignedTermsError(field="again")
    values = {**columns, "version": version + 1}
    if reopened:
        values["state"] = State.DRAFT
    try:
        with write("registry.change_agreement"):
            changed = Agreement.objects.filter(pk=row.pk, version=version, state=row.state).update(**values)
            if not changed:
                raise AgreementChangedError(version=version + 1)
            row.refresh_from_db()
            if reopened:
                AgreementParty.objects.filter(agreement=row).update(signed_on=None, signer="")
                stop_flows(actor, row)
            _derive(row)
            rules.follow_kinds(row, kinds)
            _index(row)
            _record(actor, Tag.REOPENED if reopened else Tag.CHANGED, row)
    except IntegrityError as error:
        raise NumberTakenError(field="number", number=str(columns["number"])) from error
    if reopened:
        settle_agreement(actor, row)


def add_party(actor: Actor, agreement_id: UUID, organisation_id: UUID) -> None:
    """Add a party; its rules stand off until it has signed.

    Raises:
        PartyTakenError: it is a party.
        AgreementStateError: the agreement was ended, or has all the parties that it can hold.
        NotFoundError: the organisation is not the actor's to see.
    """
    row = queries.agreement(actor, agreement_id, queries.MANAGE)
    _not_ended(row)
    _know(actor, [organisation_id])
    if AgreementParty.objects.filter(agreement=row).count() >= MOST_PARTIES:
        reason = Text(f"มีคู่สัญญาครบ {MOST_PARTIES} ฝ่ายแล้ว", f"it has {MOST_PARTIES} parties")
        raise AgreementStateError(reason_th=reason.th, reason_en=reason.en)
    try:
        with write("registry.add_party"):
            AgreementParty(agreement=row, organisation_id=organisation_id).save(force_insert=True)
            _derive(row)
            _record(actor, Tag.PARTY_ADDED, row, organisation=str(organisation_id))
    except IntegrityError as error:
        raise PartyTakenError(field="organisation_id") from error


def sign(actor: Actor, agreement_id: UUID, *, organisation_id: UUID, signer: str, signed_on: date) -> None:
    """Write down that a party signed; with the last one the agreement is signed.

    Args:
        actor: needs ``registry.agreements.manage``.
        agreement_id: which.
        organisation_id: the party.
        signer: who signed for it, as on the paper.
        signed_on: the day on the paper, not later than today.

    Raises:
        FieldRefusedError: no such party, no signer, or a day to come.
        AgreementStateError: the agreement was ended, or the party has signed.
    """
    row = queries.agreement(actor, agreement_id, queries.MANAGE)
    _not_ended(row)
    name = cleaning.line(signer, "signer", 250)
    if signed_on > clock.today():
        raise cleaning.refuse("signed_on", Text("วันลงนามอยู่ในอนาคต", "the day of signing is to come"))
    parties = AgreementParty.objects.filter(agreement=row)
    if not parties.filter(organisation=organisation_id).exists():
        raise cleaning.refuse("organisation_id", Text("ไม่ใช่คู่สัญญาของข้อตกลงนี้", "not a party of this agreement"))
    with write("registry.sign_agreement"):
        unsigned = parties.filter(organisation=organisation_id, signed_on__isnull=True)
        if not unsigned.update(signer=name, signed_on=signed_on):
            raise AgreementStateError(reason_th="ฝ่ายนี้ลงนามแล้ว", reason_en="this party has signed")
        _record(actor, Tag.PARTY_SIGNED, row, day=signed_on.isoformat(), organisation=str(organisation_id))
        if not parties.filter(signed_on__isnull=True).exists() and Agreement.objects.filter(
            pk=row.pk, state=State.DRAFT
        ).update(state=State.SIGNED):
            _record(actor, Tag.SIGNED, row)


def attach(
    actor: Actor, agreement_id: UUID, stream: files.Readable, *, name: str, media_type: str = ""
) -> UUID:
    """Keep the signed copy; a former one stays in the files, and the agreement shows the new one.

    Raises:
        FileTooLargeError: over the limit of uploads.
    """
    row = queries.agreement(actor, agreement_id, queries.MANAGE)
    file_id = files.put(actor, stream, tenant_id=row.tenant_id, name=name, media_type=media_type)
    with write("registry.attach_agreement"):
        Agreement.objects.filter(pk=row.pk).update(file_id=file_id)
        _record(actor, Tag.FILED, row, file=str(file_id))
    return file_id


def open_copy(actor: Actor, agreement_id: UUID) -> files.Opened:
    """Open the signed copy for whoever sees the agreement; the journal names the reader.

    Raises:
        NotFoundError: the agreement is not the actor's to see, or has no copy.
        BlobMissingError, LockedError, KeyDestroyedError, SealBrokenError: it cannot be opened.
    """
    row = queries.agreement(actor, agreement_id)
    if row.file_id is None:
        raise NotFoundError
    with write("registry.open_agreement"):
        _record(actor, Tag.COPY_OPENED, row, file=str(row.file_id))
    return files.open_file(_SYSTEM, row.file_id)


def end(actor: Actor, agreement_id: UUID, *, reason: str) -> None:
    """End an agreement now: its rules and data links go off, shares that rest on it are suspended.

    Raises:
        FieldRefusedError: no reason.
        AgreementStateError: it was ended.
    """
    row = queries.agreement(actor, agreement_id, queries.MANAGE)
    why = cleaning.line(reason, "reason", 500)
    _not_ended(row)
    with write("registry.end_agreement"):
        running = Agreement.objects.filter(pk=row.pk).exclude(state=State.ENDED)
        if not running.update(
            state=State.ENDED, ended_at=clock.now(), ended_why=why, version=row.version + 1
        ):
            raise _ended()
        stop_flows(actor, row)
        _record(actor, Tag.ENDED, row, reason=why)
    settle_agreement(actor, row)


def switch(actor: Actor, rule_id: UUID, on: bool) -> None:  # noqa: FBT001 - the state that is wanted, as on a switch
    """Switch a rule on or off; with a data flow, the data links at its party that rest on it go off too.

    Args:
        actor: needs ``registry.agreements.manage``.
        rule_id: which.
        on: the state that is wanted; the rule must be in the other one.

    Raises:
        RuleRefusedError: no valid agreement holds it up: signed, in its term, signed by the party, kinds covered.
        RuleSwitchedError: it is in that state already: somebody else was quicker.
    """
    row = queries.rule(actor, rule_id, queries.MANAGE)
    with write("registry.switch_rule"):
        # the agreement may have been changed or ended a moment ago
        row.agreement = Agreement.objects.select_for_update().get(pk=row.agreement_id)
        reason = queries.why_not_on(row) if on else None
        if reason is not None:
            raise RuleRefusedError(reason_th=reason.th, reason_en=reason.en)
        switched = SharingRule.objects.filter(pk=row.pk, on=not on).update(
            on=on, switched_at=clock.now(), switched_by=actor.user_id
        )
        if not switched:
            raise RuleSwitchedError
        if not on:
            rules.stop_links(row, ())
        contrib.record(
            actor,
            Tag.SWITCHED_ON if on else Tag.SWITCHED_OFF,
            ("registry.rule", row.pk),
            tenant_id=row.agreement.tenant_id,
            facts={"number": row.agreement.number, "flow": row.flow, "party": str(row.party_id)},
        )


def _columns(facts: AgreementFacts) -> dict[str, object]:
    if facts.kind not in set(AgreementKind):
        raise cleaning.refuse("kind", Text("ไม่มีประเภทนี้", "there is no such kind"))
    if facts.ends_on < facts.starts_on:
        raise cleaning.refuse("ends_on", Text("วันสิ้นสุดอยู่ก่อนวันเริ่ม", "the last day is before the first"))
    wanted = set(facts.flows)
    if wanted - set(Flow):
        raise cleaning.refuse("flows", Text("ไม่มีรายการนี้", "there is no such flow"))
    return {
        "number": cleaning.line(facts.number, "number", 60),
        "title_th": cleaning.line(facts.title.th, "title_th", 250),
        "title_en": cleaning.line(facts.title.en, "title_en", 250, needed=False),
        "kind": AgreementKind(facts.kind).value,
        "scope": cleaning.words(facts.scope, "scope", 10_000),
        "data_kinds": cleaning.data_kinds(facts.data_kinds, "data_kinds", needed=Flow.DATA_FLOW in wanted),
        "flows": [flow.value for flow in Flow if flow in wanted and flow is not Flow.SCAN],
        "scan_consent": facts.scan_consent or Flow.SCAN in wanted,
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
    }


def _know(actor: Actor, organisation_ids: Collection[UUID]) -> None:
    if len(organisation_ids) > MOST_PARTIES:
        raise cleaning.refuse(
            "party_ids", Text(f"เกิน {MOST_PARTIES} หน่วยงาน", f"more than {MOST_PARTIES} organisations")
        )
    known = organisations.visible_to(actor).filter(pk__in=organisation_ids).count()
    if known != len(organisation_ids):
        raise NotFoundError


def _derive(row: Agreement) -> None:
    """Lay down the rules that follow: one for each party but the keeper and each flow, off until switched on."""
    flows = [*row.flows, *([Flow.SCAN.value] if row.scan_consent else [])]
    parties = AgreementParty.objects.filter(agreement=row).exclude(organisation=row.tenant_id)
    SharingRule.objects.bulk_create(
        [
            SharingRule(agreement=row, party_id=party, flow=flow, data_kinds=row.data_kinds)
            for party in parties.values_list("organisation", flat=True)
            for flow in flows
        ],
        ignore_conflicts=True,
    )


def _index(row: Agreement) -> None:
    search.put(queries.KIND, row.pk, row.number, row.title_th, row.title_en, row.scope)


def _not_ended(row: Agreement) -> None:
    if row.state == State.ENDED:
        raise _ended()


def _ended() -> AgreementStateError:
    reason = queries.ENDED_REASON
    return AgreementStateError(reason_th=reason.th, reason_en=reason.en)


def _record(actor: Actor, tag: Tag, row: Agreement, **facts: object) -> None:
    contrib.record(
        actor,
        tag,
        (queries.KIND, row.pk),
        tenant_id=row.tenant_id,
        facts={"number": row.number, **facts},
    )
