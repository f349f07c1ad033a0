"""What waits: links that end soon, suspensions towards the own organisation, open appeals, open stores below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.scope import tenants_with
from phithak.core.contrib import WaitingItem
from phithak.core.db.first import first_rows
from phithak.core.i18n import show
from phithak.registry.models import Appeal, Suspension
from phithak.registry.queries import agreements
from phithak.registry.queries.shares import doors
from phithak.registry.queries.shares.doors import AppealState, Standing
from phithak.registry.queries.shares.stores import stores_visible_to

TOLD_DAYS = 30
_MOST = 20


def waiting(actor: Actor) -> Iterable[WaitingItem]:
    """Yield what waits for the actor, most urgent first."""
    if actor.kind is ActorKind.SYSTEM:
        return
    yield from _open_stores(actor)
    yield from _appeals(actor)
    yield from _suspended(actor)
    yield from _ending(actor)


def _open_stores(actor: Actor) -> Iterable[WaitingItem]:
    own = tenants_with(actor, doors.MANAGE)
    count = stores_visible_to(actor).exclude(tenant__in=own).count() if own else 0
    if count:
        yield WaitingItem(
            Text(
                f"แหล่งเก็บข้อมูลที่เปิดสาธารณะใต้หน่วยงานของคุณ {count} แห่ง",
                f"Stores below you that anybody can read: {count}",
            ),
            reverse("registry:open_stores"),
            count=count,
        )


def _appeals(actor: Actor) -> Iterable[WaitingItem]:
    rows = doors.appeals_visible_to(actor, doors.MANAGE).filter(state=AppealState.OPEN)
    if actor.user_id is not None:
        rows = rows.exclude(suspension__by=actor.user_id)
    for row in first_rows(rows.order_by("pk"), _MOST):
        holder = doors.holder(row.suspension.share)
        yield WaitingItem(
            Text(f"พิจารณาอุทธรณ์ของ {holder.th}", f"Decide the appeal of {holder.en}"),
            reverse("registry:decide_appeal", args=[row.pk]),
            since=row.created_at,
        )


def _suspended(actor: Actor) -> Iterable[WaitingItem]:
    heard = Appeal.objects.filter(suspension=OuterRef("pk"))
    rows = (
        doors.suspensions_visible_to(actor)
        .filter(share__holder__in=tenants_with(actor, doors.APPEAL), lifted_at__isnull=True)
        .filter(~Exists(heard), Q(effective_at__gt=clock.now() - timedelta(days=TOLD_DAYS)))
        .exclude(share__state=doors.State.ENDED)
    )
    for row in first_rows(rows.order_by("effective_at"), _MOST):
        yield WaitingItem(told(row), reverse("registry:share", args=[row.share_id]), since=row.created_at)


def told(row: Suspension) -> Text:
    """Return what the holder is told of a suspension, in one line."""
    giver = doors.giver(row.share)
    return Text(
        f"{giver.th} ระงับการให้ข้อมูล มีผล {show.moment(row.effective_at, 'th')}",
        f"{giver.en} suspends its data, from {show.moment(row.effective_at, 'en')}",
    )


def _ending(actor: Actor) -> Iterable[WaitingItem]:
    own = tenants_with(actor, doors.MANAGE)
    rows = doors.standing_at(doors.visible_to(actor, doors.MANAGE).filter(tenant__in=own), Standing.ENDING)
    for row in first_rows(rows.order_by("until", "pk"), _MOST):
        holder = doors.holder(row)
        yield WaitingItem(
            Text(
                f"การให้ข้อมูลแก่ {holder.th} ครบกำหนด {show.day(row.until, 'th')}",
                f"The link to {holder.en} ends on {show.day(row.until, 'en')}",
            ),
            reverse("registry:share", args=[row.pk]),
            due=agreements.end_of(row.until),
        )
