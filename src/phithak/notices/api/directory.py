"""The directory over the API: hotlines, registered web addresses, rules and slots."""

from __future__ import annotations

from uuid import UUID

from ninja import Field

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, operation, paginate
from phithak.engines.thai import phone_uri, show_phone
from phithak.notices import queries, services
from phithak.notices.lint import RULES
from phithak.notices.models import Hotline, RegisteredUrl
from phithak.notices.services import HotlineFacts
from phithak.notices.texts import slots

router = Router()


class HotlineIn(Schema):
    """What the directory says of a hotline."""

    number: str = Field(max_length=30)
    name_th: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    owner: str = Field(max_length=200)
    hours_th: str = Field(max_length=100)
    hours_en: str = Field(max_length=100)
    toll_free: bool = False


class NewHotlineIn(HotlineIn):
    """A new hotline: also whose, and what slot it fills."""

    tenant_id: UUID
    slot: str = Field(max_length=20)


class HotlineOut(HotlineIn):
    """A hotline: ``shown`` for people, ``dial`` for telephones."""

    id: UUID
    tenant_id: UUID
    slot: str
    shown: str
    dial: str
    active: bool


class UrlIn(Schema):
    """A web host to register."""

    tenant_id: UUID
    host: str = Field(max_length=253)
    name_th: str = Field(max_length=200)
    name_en: str = Field(max_length=200)


class UrlOut(UrlIn):
    """A registered web host."""

    id: UUID
    active: bool


class RuleOut(Schema):
    """One rule of the lint."""

    id: str
    severity: str
    classes: list[str]
    channels: list[str]
    text_th: str
    text_en: str
    mend_th: str
    mend_en: str


class SlotOut(Schema):
    """One slot of texts."""

    name: str
    kind: str
    type: str
    meaning_th: str
    meaning_en: str
    sample_th: str
    sample_en: str


def _out(row: Hotline) -> HotlineOut:
    return HotlineOut(
        id=row.pk,
        tenant_id=row.tenant_id,
        slot=row.slot,
        number=row.number,
        shown=show_phone(row.number),
        dial=phone_uri(row.number),
        name_th=row.name_th,
        name_en=row.name_en,
        owner=row.owner,
        hours_th=row.hours_th,
        hours_en=row.hours_en,
        toll_free=row.toll_free,
        active=row.active,
    )


def _url(row: RegisteredUrl) -> UrlOut:
    return UrlOut(
        id=row.pk,
        tenant_id=row.tenant_id,
        host=row.host,
        name_th=row.name_th,
        name_en=row.name_en,
        active=row.active,
    )


def _facts(sent: HotlineIn) -> HotlineFacts:
    return HotlineFacts(
        sent.number,
        Text(sent.name_th, sent.name_en),
        sent.owner,
        Text(sent.hours_th, sent.hours_en),
        sent.toll_free,
    )


def _hotline(request: Request, hotline_id: UUID) -> HotlineOut:
    row = queries.hotlines_visible_to(request.actor).filter(pk=hotline_id).first()
    if row is None:
        raise NotFoundError
    return _out(row)


@operation(
    router.get,
    "/hotlines",
    permission=queries.VIEW,
    response=Page[HotlineOut],
    th="รายการสายด่วน",
    en="Hotlines",
)
def hotlines(request: Request, paging: Query[Paging]) -> Page[HotlineOut]:
    """List the hotlines."""
    return paginate(queries.hotlines_visible_to(request.actor), paging, _out)


@operation(
    router.post,
    "/hotlines",
    permission=queries.DIRECTORY,
    response=HotlineOut,
    status=201,
    th="เพิ่มสายด่วน",
    en="Add a hotline",
)
def add_hotline(request: Request, sent: NewHotlineIn) -> tuple[int, HotlineOut]:
    """Put a hotline into the directory."""
    made = services.add_hotline(request.actor, tenant_id=sent.tenant_id, slot=sent.slot, facts=_facts(sent))
    return 201, _hotline(request, made)


@operation(
    router.get,
    "/hotlines/{uuid:hotline_id}",
    permission=queries.VIEW,
    response=HotlineOut,
    th="สายด่วนหนึ่งรายการ",
    en="One hotline",
)
def hotline(request: Request, hotline_id: UUID) -> HotlineOut:
    """Show one."""
    return _hotline(request, hotline_id)


@operation(
    router.put,
    "/hotlines/{uuid:hotline_id}",
    permission=queries.DIRECTORY,
    response=HotlineOut,
    th="แก้สายด่วน (มีผลกับทุกข้อความ)",
    en="Change a hotline, in every text at once",
)
def change_hotline(request: Request, hotline_id: UUID, sent: HotlineIn) -> HotlineOut:
    """Change one."""
    services.change_hotline(request.actor, hotline_id, _facts(sent))
    return _hotline(request, hotline_id)


@operation(
    router.post,
    "/hotlines/{uuid:hotline_id}/retire",
    permission=queries.DIRECTORY,
    response=HotlineOut,
    th="เลิกใช้สายด่วน",
    en="Retire a hotline",
)
def retire_hotline(request: Request, hotline_id: UUID) -> HotlineOut:
    """Take one out of the directory."""
    services.retire_hotline(request.actor, hotline_id)
    return _hotline(request, hotline_id)


@operation(
    router.get,
    "/addresses",
    permission=queries.VIEW,
    response=Page[UrlOut],
    th="เว็บที่ขึ้นทะเบียน",
    en="Registered web addresses",
)
def addresses(request: Request, paging: Query[Paging]) -> Page[UrlOut]:
    """List them."""
    return paginate(queries.urls_visible_to(request.actor), paging, _url)


@operation(
    router.post,
    "/addresses",
    permission=queries.DIRECTORY,
    response=UrlOut,
    status=201,
    th="ขึ้นทะเบียนเว็บ",
    en="Register a web address",
)
def add_address(request: Request, sent: UrlIn) -> tuple[int, UrlOut]:
    """Register one."""
    made = services.register_url(
        request.actor, tenant_id=sent.tenant_id, host=sent.host, name=Text(sent.name_th, sent.name_en)
    )
    return 201, _address(request, made)


@operation(
    router.post,
    "/addresses/{uuid:url_id}/retire",
    permission=queries.DIRECTORY,
    response=UrlOut,
    th="ถอนทะเบียนเว็บ",
    en="Take a web address off the register",
)
def retire_address(request: Request, url_id: UUID) -> UrlOut:
    """Take one off."""
    services.retire_url(request.actor, url_id)
    return _address(request, url_id)


@operation(
    router.get,
    "/rules",
    permission=queries.VIEW,
    response=list[RuleOut],
    th="กฎของข้อความ",
    en="Rules of texts",
)
def rules(request: Request) -> list[RuleOut]:  # noqa: ARG001 - an operation takes the request
    """List the rules; words in braces are facts of a finding."""
    return [
        RuleOut(
            id=rule.id,
            severity=rule.severity,
            classes=sorted(rule.classes),
            channels=sorted(rule.channels),
            text_th=rule.text.th,
            text_en=rule.text.en,
            mend_th=rule.mend.format().th,
            mend_en=rule.mend.format().en,
        )
        for rule in RULES
    ]


@operation(
    router.get,
    "/slots",
    permission=queries.VIEW,
    response=list[SlotOut],
    th="ช่องในข้อความ",
    en="Slots of texts",
)
def all_slots(request: Request) -> list[SlotOut]:  # noqa: ARG001 - an operation takes the request
    """List the slots."""
    return [
        SlotOut(
            name=slot.name,
            kind=slot.kind,
            type=slot.type,
            meaning_th=slot.meaning.th,
            meaning_en=slot.meaning.en,
            sample_th=slot.sample.th,
            sample_en=slot.sample.en,
        )
        for slot in slots().values()
    ]


def _address(request: Request, url_id: UUID) -> UrlOut:
    row = queries.urls_visible_to(request.actor).filter(pk=url_id).first()
    if row is None:
        raise NotFoundError
    return _url(row)
