"""Acts of persons on links: propose, change, begin, suspend, lift, end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import EventTag
from phithak.core.db.transactions import write
from phithak.core.search import services as search
from phithak.registry.events.shares import Tag
from phithak.registry.models import Agreement, Appeal, DataShare, DataStore, Suspension
from phithak.registry.queries import agreements, organisations
from phithak.registry.queries.shares import doors as queries
from phithak.registry.queries.shares.doors import AppealState, Standing, State
from phithak.registry.services.shares import cleaning
from phithak.registry.services.shares.errors import (
    ExpiryNeededError,
    NotBackedError,
    PurposeNeededError,
    ShareChangedError,
    ShareStateError,
)
from phithak.registry.services.shares.telling import readers, tell

PURPOSE_LEAST, PURPOSE_MOST = 5, 500
REASON_MOST = 1000
MOST_YEARS = 10
_SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class ShareFacts:
    """What a link says.

    Attributes:
        holder_id: who gets the data.
        fields: kinds of data (``queries.assets.kinds.DataKind``).
        purpose: what for; never empty.
        until: the last day, in Bangkok; never missing.
        people: of how many people, estimated.
        agreement_id: what it rests on.
        store_id: the holder's store in which the data lies.
    """

    holder_id: UUID
    fields: Sequence[str]
    purpose: str
    until: date | None
    people: int | None = None
    agreement_id: UUID | None = None
    store_id: UUID | None = None


def propose(actor: Actor, *, tenant_id: UUID, facts: ShareFacts) -> UUID:
    """Record a link; no data may flow before it is begun.

    Args:
        actor: needs ``registry.shares.manage`` in the giving tenant, or in the centre over it.
        tenant_id: who gives the data.
        facts: what the link says.

    Returns:
        The link's id.

    Raises:
        PurposeNeededError, ExpiryNeededError: without a purpose or a last day nothing is recorded.
        FieldRefusedError: another field cannot be used.
        NotBackedError: the agreement that is named does not hold it up.
        NotFoundError: giver, holder, agreement or store is not the actor's to see.
    """
    columns = check(actor, tenant_id, facts)
    row = DataShare(tenant_id=tenant_id, **columns)
    with write("registry.propose_share"):
        row.save(force_insert=True)
        index(row)
        note(actor, Tag.PROPOSED, row, until=row.until.isoformat(), fields=list(row.fields))
    return row.pk


def check(actor: Actor, tenant_id: UUID, facts: ShareFacts) -> dict[str, object]:
    """Return the columns of a link that may be recorded; errors as of :func:`propose`."""
    permissions.require(actor, queries.MANAGE)
    _giver(actor, tenant_id)
    return _columns(actor, tenant_id, facts)


def change(actor: Actor, share_id: UUID, facts: ShareFacts, *, version: int) -> None:
    """Change a link that is proposed, or holds; giver and holder stay.

    Raises:
        ShareChangedError: somebody else changed it meanwhile.
        ShareStateError: it is suspended or ended.
        PurposeNeededError, ExpiryNeededError, FieldRefusedError, NotBackedError: as for :func:`propose`.
    """
    row = queries.share(actor, share_id, queries.MANAGE)
    stands = queries.standing(row)
    if stands in {Standing.SUSPENDED, Standing.ENDED}:
        raise wrong_state(stands)
    if facts.holder_id != row.holder_id:
        raise cleaning.refuse("holder_id", Text("เปลี่ยนผู้รับไม่ได้ ให้บันทึกใหม่", "the holder stays; record another"))
    columns = _columns(actor, row.tenant_id, facts)
    if row.version != version:
        raise ShareChangedError(version=row.version)
    with write("registry.change_share"):
        same = DataShare.objects.filter(pk=row.pk, version=version, state=row.state)
        if not same.update(**columns, version=version + 1):
            raise ShareChangedError(version=version + 1)
        index(row)
        note(actor, Tag.CHANGED, row, fields=list(facts.fields), until=str(facts.until))


def activate(actor: Actor, share_id: UUID) -> None:
    """Begin a proposed link.

    Raises:
        ShareStateError: it is not proposed, or its last day is over.
        NotBackedError: the agreement that it rests on does not hold it up (any more).
    """
    row = queries.share(actor, share_id, queries.MANAGE)
    if queries.standing(row) is not Standing.PROPOSED:
        raise wrong_state(queries.standing(row))
    need_backing(row)
    with write("registry.activate_share"):
        if not DataShare.objects.filter(pk=row.pk, state=State.PROPOSED).update(
            state=State.ACTIVE, version=row.version + 1
        ):
            raise wrong_state(Standing.ACTIVE)
        note(actor, Tag.ACTIVATED, row)


def suspend(actor: Actor, share_id: UUID, *, reason: str, effective_at: datetime | None = None) -> UUID:
    """Suspend a link, now or from a moment on; the holder is told at once.

    Args:
        actor: needs ``registry.shares.manage`` in the giving tenant, or in the centre over it.
        share_id: which.
        reason: told to the holder and kept.
        effective_at: aware; now when None.

    Returns:
        The suspension's id.

    Raises:
        FieldRefusedError: no reason, or a moment that is past or after the link's last day.
        ShareStateError: the link does not hold, or a suspension of it runs: somebody else was quicker.
    """
    row = queries.share(actor, share_id, queries.MANAGE)
    why = cleaning.words(reason, "reason", REASON_MOST)
    now = clock.now()
    moment = effective_at or now
    if moment < now - _SLACK or moment > agreements.end_of(row.until):
        raise cleaning.refuse(
            "effective_at",
            Text("วันมีผลต้องไม่ย้อนหลังและไม่เกินวันครบกำหนด", "it may not be past, nor after the link's last day"),
        )
    stands = queries.standing(row, now)
    if not stands.holds or stands is Standing.WARNED:
        raise wrong_state(stands)
    held = Suspension(share=row, reason=why, effective_at=moment, by_id=actor.user_id)
    users = readers(row, at_holder=True)
    try:
        with write("registry.suspend_share"):
            held.save(force_insert=True)
            state = State.SUSPENDED if moment <= now else State.ACTIVE
            running = DataShare.objects.filter(pk=row.pk, state=State.ACTIVE)
            if not running.update(state=state, version=row.version + 1):
                raise wrong_state(Standing.SUSPENDED)
            note(actor, Tag.SUSPENDED, row, reason=why, effective=moment.isoformat(timespec="minutes"))
            tell(actor, row, "suspended", held.pk, users)
    except IntegrityError as error:
        raise wrong_state(Standing.SUSPENDED) from error
    return held.pk


def lift(actor: Actor, share_id: UUID, *, reason: str) -> None:
    """Lift the running suspension: data may flow again, and the holder is told.

    Raises:
        FieldRefusedError: no reason.
        ShareStateError: no suspension runs, or the last day is over.
        NotBackedError: the agreement that it rests on does not hold it up.
    """
    row = queries.share(actor, share_id, queries.MANAGE)
    why = cleaning.words(reason, "reason", REASON_MOST)
    lift_running(actor, row, why)


def lift_running(actor: Actor, row: DataShare, why: str, appeal: Appeal | None = None) -> None:
    """Lift the running suspension of a link, and with ``appeal`` uphold that appeal in the same transaction."""
    held = queries.running_of(row)
    if held is None or queries.standing(row) not in {Standing.SUSPENDED, Standing.WARNED}:
        raise wrong_state(queries.standing(row))
    need_backing(row)
    now = clock.now()
    users = readers(row, at_holder=True)
    with write("registry.lift_share"):
        lifted = Suspension.objects.filter(pk=held.pk, lifted_at__isnull=True)
        if not lifted.update(lifted_at=now, lifted_why=why):
            raise wrong_state(Standing.ACTIVE)
        Appeal.objects.filter(suspension=held, state=AppealState.OPEN).update(
            state=AppealState.UPHELD, decided_by=actor.user_id, decided_at=now, decision=why
        )
        DataShare.objects.filter(pk=row.pk, state=State.SUSPENDED).update(
            state=State.ACTIVE, version=row.version + 1
        )
        if appeal is not None:
            note(actor, Tag.APPEAL_UPHELD, row, reason=why, appeal=str(appeal.pk))
        note(actor, Tag.LIFTED, row, reason=why)
        tell(actor, row, "lifted", held.pk, users)


def end(actor: Actor, share_id: UUID, *, reason: str) -> None:
    """End a link for good; the holder may not use the data any more.

    Raises:
        FieldRefusedError: no reason.
        ShareStateError: it is ended.
    """
    row = queries.share(actor, share_id, queries.MANAGE)
    why = cleaning.words(reason, "reason", REASON_MOST)
    with write("registry.end_share"):
        running = DataShare.objects.filter(pk=row.pk).exclude(state=State.ENDED)
        if not running.update(state=State.ENDED, ended_at=clock.now(), version=row.version + 1):
            raise wrong_state(Standing.ENDED)
        note(actor, Tag.ENDED, row, reason=why)


def note(actor: Actor, tag: EventTag, row: DataShare, **facts: object) -> None:
    """Record something that happened to a link."""
    contrib.record(
        actor,
        tag,
        (queries.KIND, row.pk),
        tenant_id=row.tenant_id,
        facts={"holder": name_of(row.holder_id), **facts},
    )


def name_of(organisation_id: UUID) -> str:
    """Return the Thai name of an organisation, for the journal."""
    found = organisations.names([organisation_id]).get(organisation_id)
    return found.th if found is not None else str(organisation_id)


def wrong_state(stands: Standing) -> ShareStateError:
    """Return the error that names where a link stands."""
    return ShareStateError(state_th=stands.text.th, state_en=stands.text.en)


def need_backing(row: DataShare) -> None:
    """Raise unless the agreement of a link, if it has one, holds it up today."""
    if row.agreement is not None:
        _need_backing(row.agreement, row.tenant_id, row.holder_id, row.fields)


def index(row: DataShare) -> None:
    """Let the search find a link by its names and purpose."""
    search.put(queries.KIND, row.pk, row.purpose, name_of(row.holder_id), row.tenant.name_th)


def _need_backing(row: Agreement, giver_id: UUID, holder_id: UUID, fields: Sequence[str]) -> None:
    for party_id in (giver_id, holder_id):
        reason = agreements.why_not_covered(row, party_id, data_kinds=fields)
        if reason is not None:
            raise NotBackedError(field="agreement_id", reason_th=reason.th, reason_en=reason.en)


def _giver(actor: Actor, tenant_id: UUID) -> None:
    if not queries.giving_tenants(actor).filter(pk=tenant_id).exists():
        raise NotFoundError


def _columns(actor: Actor, tenant_id: UUID, facts: ShareFacts) -> dict[str, object]:
    purpose = cleaning.words(facts.purpose, "purpose", PURPOSE_MOST, needed=False)
    if len(purpose) < PURPOSE_LEAST:
        raise PurposeNeededError(field="purpose", least=PURPOSE_LEAST)
    today = clock.today()
    if facts.until is None or facts.until < today:
        raise ExpiryNeededError(field="until")
    if facts.until > today.replace(year=today.year + MOST_YEARS, day=1):
        raise cleaning.refuse("until", Text(f"ไกลเกิน {MOST_YEARS} ปี", f"more than {MOST_YEARS} years away"))
    if facts.holder_id == tenant_id:
        raise cleaning.refuse("holder_id", Text("ผู้รับต้องเป็นหน่วยงานอื่น", "the holder must be another"))
    if not organisations.visible_to(actor).filter(pk=facts.holder_id).exists():
        raise NotFoundError
    fields = cleaning.data_kinds(facts.fields, "fields", needed=True)
    if facts.people is not None and facts.people < 0:
        raise cleaning.refuse("people", Text("ต้องไม่ติดลบ", "not below zero"))
    if facts.agreement_id is not None:
        covering = agreements.agreement(actor, facts.agreement_id)
        _need_backing(covering, tenant_id, facts.holder_id, fields)
    if facts.store_id is not None:
        store = DataStore.objects.filter(pk=facts.store_id, tenant=facts.holder_id, ended_at__isnull=True)
        if not store.exists():
            raise NotFoundError
    return {
        "holder_id": facts.holder_id,
        "fields": fields,
        "purpose": purpose,
        "until": facts.until,
        "people": facts.people,
        "agreement_id": facts.agreement_id,
        "store_id": facts.store_id,
    }
