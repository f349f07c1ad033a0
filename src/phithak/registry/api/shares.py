"""Data-sharing links over the API: the same acts as the pages."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from ninja import Field

from phithak.base import clock
from phithak.core.accounts.actors import Actor
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, operation, paginate
from phithak.registry.models import Appeal, DataShare
from phithak.registry.queries import organisations
from phithak.registry.queries.assets.kinds import DataKind
from phithak.registry.queries.shares import doors, terms
from phithak.registry.queries.shares.doors import AppealState, Standing
from phithak.registry.queries.shares.downstream import downstream
from phithak.registry.queries.shares.finding import with_kind
from phithak.registry.queries.shares.stores import open_stores as read_open_stores
from phithak.registry.services import shares as services
from phithak.registry.services.shares import ShareFacts

router = Router()
_MOST_PEOPLE = 2_000_000_000


class ShareIn(Schema):
    """What a link says. Without ``purpose`` and ``until`` it is refused (422)."""

    holder_id: UUID
    fields: list[DataKind] = Field(max_length=40)
    purpose: str = Field("", max_length=500)
    until: date | None = None
    people: int | None = Field(None, ge=0, le=_MOST_PEOPLE)
    agreement_id: UUID | None = None
    store_id: UUID | None = None


class NewShareIn(ShareIn):
    """A new link: also who gives."""

    tenant_id: UUID


class ChangeShareIn(ShareIn):
    """A change, by version."""

    version: int = Field(ge=1)


class WhyIn(Schema):
    """Why; told to the holder."""

    reason: str = Field(min_length=1, max_length=1000)


class SuspendIn(WhyIn):
    """Why, and from when (aware; at once when missing)."""

    effective_at: datetime | None = None


class WordsIn(Schema):
    """The holder's words."""

    words: str = Field(min_length=1, max_length=5000)


class DecideIn(WhyIn):
    """The decision on an appeal."""

    uphold: bool


class SuspensionOut(Schema):
    """A suspension that is not lifted."""

    id: UUID
    reason: str
    cause: str
    effective_at: datetime


class ShareOut(Schema):
    """A link; ``standing`` as of now, ``holds`` whether data may flow."""

    id: UUID
    tenant_id: UUID
    giver_th: str
    giver_en: str
    holder_id: UUID
    holder_th: str
    holder_en: str
    fields: list[str]
    purpose: str
    until: date
    people: int | None
    agreement_id: UUID | None
    store_id: UUID | None
    standing: Standing
    holds: bool
    warning_th: str
    warning_en: str
    suspension: SuspensionOut | None
    version: int


class HoldingOut(Schema):
    """A holder below an organisation; ``steps`` over 1 means indirectly, through others."""

    share_id: UUID
    giver_id: UUID
    giver_th: str
    giver_en: str
    holder_id: UUID
    holder_th: str
    holder_en: str
    fields: list[str]
    purpose: str
    until: date
    standing: Standing
    steps: int
    indirect: bool


class StoreOut(Schema):
    """A store below the caller that anybody can read, with the links that gave the data."""

    store_id: UUID
    holder_id: UUID
    holder_th: str
    holder_en: str
    name: str
    technique: str
    people: int | None
    kinds: list[str]
    checked_at: datetime | None
    share_ids: list[UUID]


class AppealOut(Schema):
    """An appeal."""

    id: UUID
    suspension_id: UUID
    share_id: UUID
    words: str
    state: AppealState
    decision: str
    decided_at: datetime | None


def _facts(sent: ShareIn) -> ShareFacts:
    return ShareFacts(
        holder_id=sent.holder_id,
        fields=tuple(sent.fields),
        purpose=sent.purpose,
        until=sent.until,
        people=sent.people,
        agreement_id=sent.agreement_id,
        store_id=sent.store_id,
    )


def _out(row: DataShare) -> ShareOut:
    giver, holder, stands = doors.giver(row), doors.holder(row), doors.standing(row)
    warned, held = terms.warning(row.fields, row.created_at.date(), row.until), doors.running_of(row)
    return ShareOut(
        id=row.pk,
        tenant_id=row.tenant_id,
        giver_th=giver.th,
        giver_en=giver.en,
        holder_id=row.holder_id,
        holder_th=holder.th,
        holder_en=holder.en,
        fields=row.fields,
        purpose=row.purpose,
        until=row.until,
        people=row.people,
        agreement_id=row.agreement_id,
        store_id=row.store_id,
        standing=stands,
        holds=stands.holds,
        warning_th=warned.th if warned else "",
        warning_en=warned.en if warned else "",
        suspension=SuspensionOut(
            id=held.pk, reason=held.reason, cause=held.cause, effective_at=held.effective_at
        )
        if held
        else None,
        version=row.version,
    )


def _appeal(row: Appeal) -> AppealOut:
    return AppealOut(
        id=row.pk,
        suspension_id=row.suspension_id,
        share_id=row.suspension.share_id,
        words=row.words,
        state=AppealState(row.state),
        decision=row.decision,
        decided_at=row.decided_at,
    )


def _one(actor: Actor, share_id: UUID) -> ShareOut:
    return _out(doors.share(actor, share_id))


@operation(
    router.get,
    "/shares",
    permission=doors.VIEW,
    response=Page[ShareOut],
    th="รายการการให้ข้อมูลต่อ",
    en="Data-sharing links",
)
def shares(
    request: Request,
    paging: Query[Paging],
    standing: Standing | None = None,
    organisation_id: UUID | None = None,
    data_kind: DataKind | None = None,
) -> Page[ShareOut]:
    """List the links: all, of one standing, of one giver or holder, or with one kind of data."""
    rows = doors.visible_to(request.actor)
    if standing is not None:
        rows = doors.standing_at(rows, standing)
    if organisation_id is not None:
        rows = rows.filter(Q(tenant=organisation_id) | Q(holder=organisation_id))
    if data_kind is not None:
        rows = with_kind(rows, data_kind)
    return paginate(rows, paging, _out)


@operation(
    router.post,
    "/shares",
    permission=doors.MANAGE,
    response=ShareOut,
    status=201,
    th="บันทึกการให้ข้อมูลต่อ ต้องมีวัตถุประสงค์และวันสิ้นสุด",
    en="Record a data-sharing link; it needs a purpose and a last day",
)
def add_share(request: Request, sent: NewShareIn) -> tuple[int, ShareOut]:
    """Record one as a proposal."""
    made = services.propose(request.actor, tenant_id=sent.tenant_id, facts=_facts(sent))
    return 201, _one(request.actor, made)


@operation(
    router.get,
    "/shares/{uuid:share_id}",
    permission=doors.VIEW,
    response=ShareOut,
    th="การให้ข้อมูลต่อหนึ่งรายการ",
    en="One data-sharing link",
)
def share(request: Request, share_id: UUID) -> ShareOut:
    """Show one."""
    return _one(request.actor, share_id)


@operation(
    router.put,
    "/shares/{uuid:share_id}",
    permission=doors.MANAGE,
    response=ShareOut,
    th="แก้การให้ข้อมูลต่อ",
    en="Change a data-sharing link",
)
def change_share(request: Request, share_id: UUID, sent: ChangeShareIn) -> ShareOut:
    """Change one, by version."""
    services.change(request.actor, share_id, _facts(sent), version=sent.version)
    return _one(request.actor, share_id)


@operation(
    router.post,
    "/shares/{uuid:share_id}/begin",
    permission=doors.MANAGE,
    response=ShareOut,
    th="เริ่มให้ข้อมูล",
    en="Begin a data-sharing link",
)
def begin_share(request: Request, share_id: UUID) -> ShareOut:
    """Begin a proposed one."""
    services.activate(request.actor, share_id)
    return _one(request.actor, share_id)


@operation(
    router.post,
    "/shares/{uuid:share_id}/suspend",
    permission=doors.MANAGE,
    response=ShareOut,
    th="ระงับการให้ข้อมูล และแจ้งผู้ถือข้อมูล",
    en="Suspend a link and tell the holder",
)
def suspend_share(request: Request, share_id: UUID, sent: SuspendIn) -> ShareOut:
    """Suspend one."""
    moment = sent.effective_at
    services.suspend(
        request.actor,
        share_id,
        reason=sent.reason,
        # a moment without an offset is Bangkok's
        effective_at=moment.replace(tzinfo=clock.BANGKOK) if moment and moment.tzinfo is None else moment,
    )
    return _one(request.actor, share_id)


@operation(
    router.post,
    "/shares/{uuid:share_id}/lift",
    permission=doors.MANAGE,
    response=ShareOut,
    th="ยกเลิกการระงับ",
    en="Lift the suspension",
)
def lift_share(request: Request, share_id: UUID, sent: WhyIn) -> ShareOut:
    """Lift the running suspension."""
    services.lift(request.actor, share_id, reason=sent.reason)
    return _one(request.actor, share_id)


@operation(
    router.post,
    "/shares/{uuid:share_id}/end",
    permission=doors.MANAGE,
    response=ShareOut,
    th="ยุติการให้ข้อมูล",
    en="End a link for good",
)
def end_share(request: Request, share_id: UUID, sent: WhyIn) -> ShareOut:
    """End one."""
    services.end(request.actor, share_id, reason=sent.reason)
    return _one(request.actor, share_id)


@operation(
    router.post,
    "/suspensions/{uuid:suspension_id}/appeal",
    permission=doors.APPEAL,
    response=AppealOut,
    status=201,
    th="อุทธรณ์การระงับ",
    en="Appeal against a suspension",
)
def add_appeal(request: Request, suspension_id: UUID, sent: WordsIn) -> tuple[int, AppealOut]:
    """Appeal, as the holder."""
    made = services.appeal(request.actor, suspension_id, words=sent.words)
    return 201, _appeal(doors.appeal(request.actor, made))


@operation(
    router.get,
    "/appeals",
    permission=doors.VIEW,
    response=Page[AppealOut],
    th="รายการอุทธรณ์",
    en="Appeals",
)
def appeals(request: Request, paging: Query[Paging]) -> Page[AppealOut]:
    """List them."""
    return paginate(doors.appeals_visible_to(request.actor), paging, _appeal)


@operation(
    router.get,
    "/appeals/{uuid:appeal_id}",
    permission=doors.VIEW,
    response=AppealOut,
    th="อุทธรณ์หนึ่งเรื่อง",
    en="One appeal",
)
def appeal(request: Request, appeal_id: UUID) -> AppealOut:
    """Show one."""
    return _appeal(doors.appeal(request.actor, appeal_id))


@operation(
    router.post,
    "/appeals/{uuid:appeal_id}/decide",
    permission=doors.MANAGE,
    response=AppealOut,
    th="ตัดสินอุทธรณ์",
    en="Decide an appeal",
)
def decide_appeal(request: Request, appeal_id: UUID, sent: DecideIn) -> AppealOut:
    """Decide one; never by who suspended."""
    services.decide_appeal(request.actor, appeal_id, uphold=sent.uphold, reason=sent.reason)
    return _appeal(doors.appeal(request.actor, appeal_id))


@operation(
    router.get,
    "/organisations/{uuid:organisation_id}/holders",
    permission=doors.VIEW,
    response=list[HoldingOut],
    th="ใครถือข้อมูลจากหน่วยงานนี้บ้าง ทั้งโดยตรงและทางอ้อม",
    en="Who holds data of an organisation, directly and indirectly",
)
def holders(request: Request, organisation_id: UUID) -> list[HoldingOut]:
    """List them with purpose and last day."""
    organisations.organisation(request.actor, organisation_id)
    return [
        HoldingOut(
            share_id=item.share_id,
            giver_id=item.giver_id,
            giver_th=item.giver.th,
            giver_en=item.giver.en,
            holder_id=item.holder_id,
            holder_th=item.holder.th,
            holder_en=item.holder.en,
            fields=list(item.fields),
            purpose=item.purpose,
            until=item.until,
            standing=item.standing,
            steps=item.steps,
            indirect=item.indirect,
        )
        for item in downstream(request.actor, organisation_id)
    ]


@operation(
    router.get,
    "/open-stores",
    permission=doors.VIEW,
    response=list[StoreOut],
    th="แหล่งเก็บข้อมูลใต้หน่วยงานที่เปิดสาธารณะ",
    en="Stores below the caller that anybody can read",
)
def open_stores(request: Request) -> list[StoreOut]:
    """List them with the links that gave the data."""
    return [
        StoreOut(
            store_id=store.store_id,
            holder_id=store.holder_id,
            holder_th=store.holder.th,
            holder_en=store.holder.en,
            name=store.name,
            technique=store.technique,
            people=store.people,
            kinds=list(store.kinds),
            checked_at=store.checked_at,
            share_ids=[link.share_id for link in store.links],
        )
        for store in read_open_stores(request.actor)
    ]
