"""The API's own calls: who am I, what waits for me, the public numbers."""

from __future__ import annotations

from datetime import datetime

from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.ui.api import PUBLIC, Request, Router, Schema, operation
from phithak.core.ui.pages.home.views import figures

router = Router()


class Me(Schema):
    """The actor behind the call."""

    kind: str
    name: str
    roles: list[str]
    permissions: list[str]


class WaitingOut(Schema):
    """One thing that waits."""

    text_th: str
    text_en: str
    url: str
    since: datetime | None
    due: datetime | None
    count: int


class FigureOut(Schema):
    """A public number and how it was counted."""

    name: str
    title_th: str
    title_en: str
    method_th: str
    method_en: str
    value: int


@operation(
    router.get,
    "/me",
    permission="accounts.self",
    response=Me,
    th="ผู้เรียกคือใคร มีบทบาทและสิทธิ์ใด",
    en="Who is calling, with which roles and permissions",
)
def me(request: Request) -> Me:
    """Return the actor."""
    actor = request.actor
    return Me(
        kind=actor.kind.value,
        name=actor.name,
        roles=sorted(role.value for role in actor.roles),
        permissions=sorted(permissions.held_by(actor)),
    )


@operation(
    router.get,
    "/waiting",
    permission="accounts.self",
    response=list[WaitingOut],
    th="งานที่รอผู้เรียก",
    en="What waits for the caller",
)
def waiting(request: Request) -> list[WaitingOut]:
    """Return what waits."""
    return [
        WaitingOut(
            text_th=item.text.th,
            text_en=item.text.en,
            url=item.url,
            since=item.since,
            due=item.due,
            count=item.count,
        )
        for source in contrib.waiting
        for item in source.items(request.actor)
    ]


@operation(
    router.get,
    "/statistics",
    permission=PUBLIC,
    response=list[FigureOut],
    th="สถิติสาธารณะและวิธีนับ",
    en="Public numbers and how each was counted",
)
def statistics(request: Request) -> list[FigureOut]:  # noqa: ARG001 - an operation takes the request
    """Return the public numbers."""
    return [
        FigureOut(
            name=item.name,
            title_th=item.title.th,
            title_en=item.title.en,
            method_th=item.method.th,
            method_en=item.method.en,
            value=item.value,
        )
        for item in figures()
    ]
