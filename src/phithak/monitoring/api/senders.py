"""Senders and sources over the API."""

from __future__ import annotations

from uuid import UUID

from phithak.base import config
from phithak.core.ui.api import Request, Router, operation
from phithak.monitoring import queries
from phithak.monitoring.api.shapes import (
    CodeOut,
    Made,
    PlaceIn,
    SenderIn,
    SourceIn,
    SwitchIn,
    TokenOut,
)
from phithak.monitoring.services import enrolment
from phithak.monitoring.services import senders as services

router = Router()


@operation(
    router.post,
    "/sites/{site_id}/senders",
    permission=queries.MANAGE,
    response=Made,
    status=201,
    th="เพิ่มผู้ส่ง",
    en="Add a sender",
)
def add_sender(request: Request, site_id: UUID, sent: SenderIn) -> Made:
    """Add a sender to a site."""
    return Made(id=services.add_sender(request.actor, site_id, name=sent.name, kind=sent.kind))


@operation(
    router.post,
    "/senders/{sender_id}/code",
    permission=queries.MANAGE,
    response=CodeOut,
    th="ออกรหัสลงทะเบียนครั้งเดียว",
    en="Make a one-time enrolment code",
)
def code(request: Request, sender_id: UUID) -> CodeOut:
    """Make a code; it is shown this once."""
    made = enrolment.make_code(request.actor, sender_id)
    return CodeOut(code=made, fingerprint=enrolment.fingerprint(), address=config.load().config.public_url)


@operation(
    router.post,
    "/senders/{sender_id}/token",
    permission=queries.MANAGE,
    response=TokenOut,
    th="ออกโทเค็นให้โปรแกรมที่มีอยู่แล้ว",
    en="Issue an agent's token",
)
def token(request: Request, sender_id: UUID) -> TokenOut:
    """Issue a token; it is shown this once."""
    made = services.issue_token(request.actor, sender_id)
    return TokenOut(token=made, address=config.load().config.intake_url)


@operation(
    router.post,
    "/senders/{sender_id}/revoke",
    permission=queries.MANAGE,
    response=None,
    status=204,
    th="เพิกถอนผู้ส่ง มีผลภายในสองวินาที",
    en="Revoke a sender, within two seconds",
)
def revoke(request: Request, sender_id: UUID) -> None:
    """Let a sender send nothing any more."""
    services.revoke(request.actor, sender_id)


@operation(
    router.post,
    "/senders/{sender_id}/sources",
    permission=queries.MANAGE,
    response=Made,
    status=201,
    th="เพิ่มแหล่งข้อมูล",
    en="Add a source",
)
def add_source(request: Request, sender_id: UUID, sent: SourceIn) -> Made:
    """Add a source to a sender."""
    return Made(id=services.add_source(request.actor, sender_id, services.SourceFacts(**sent.dict())))


@operation(
    router.post,
    "/sources/{source_id}/place",
    permission=queries.MANAGE,
    response=None,
    status=204,
    th="เติมที่ตั้งของแหล่งข้อมูล",
    en="Say where a source lies",
)
def place(request: Request, source_id: UUID, sent: PlaceIn) -> None:
    """Fill in what a template left open."""
    services.place_source(request.actor, source_id, place=sent.place)


@operation(
    router.post,
    "/sources/{source_id}/switch",
    permission=queries.SWITCH,
    response=None,
    status=204,
    th="เปิดปิดแหล่งข้อมูล เห็นทั้งสองฝั่ง",
    en="Switch a source; both sides see it",
)
def switch(request: Request, source_id: UUID, sent: SwitchIn) -> None:
    """Turn the centre's switch of a source."""
    services.switch(request.actor, source_id, on=sent.on, reason=sent.reason)
