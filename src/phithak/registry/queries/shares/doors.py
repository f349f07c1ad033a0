"""Who sees which link, suspension and appeal, and where a link stands at a moment.

A link holds while it is active, its last day is not over, the agreement that it rests on is valid, and no
suspension is in effect. All of that is asked at every look; the nightly job only writes it down.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to, tenants_with
from phithak.registry.models import Appeal, DataShare, Organisation, Suspension
from phithak.registry.queries import agreements, organisations
from phithak.registry.queries.behind import one_behind

KIND = "registry.share"
VIEW, MANAGE, APPEAL = "registry.shares.view", "registry.shares.manage", "registry.shares.appeal"
SEEN_THROUGH = frozenset(
    {Reason.CONSTITUENCY, Reason.PARENT, Reason.PLATFORM, Reason.PARTNER, Reason.AUTHORITY}
)
"""Everybody who stands over the giver sees what it gives on; over the holder alone nobody but the centre."""
MANAGED_THROUGH = frozenset({Reason.CONSTITUENCY})
ENDING_DAYS = 30


class State(StrEnum):
    """What is kept of a link's life."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Standing(StrEnum):
    """Where a link stands at a moment."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    ENDING = "ending"
    WARNED = "warned"
    SUSPENDED = "suspended"
    ENDED = "ended"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _STANDINGS[self]

    @property
    def holds(self) -> bool:
        """Whether data may flow."""
        return self in {Standing.ACTIVE, Standing.ENDING, Standing.WARNED}


_STANDINGS = {
    Standing.PROPOSED: Text("เสนอ ยังไม่เริ่ม", "Proposed"),
    Standing.ACTIVE: Text("ให้ข้อมูลอยู่", "Active"),
    Standing.ENDING: Text("ให้ข้อมูลอยู่ ใกล้ครบกำหนด", "Active, ends soon"),
    Standing.WARNED: Text("แจ้งระงับแล้ว รอวันมีผล", "Suspension announced"),
    Standing.SUSPENDED: Text("ระงับ", "Suspended"),
    Standing.ENDED: Text("สิ้นสุด", "Ended"),
}


class AppealState(StrEnum):
    """What became of an appeal."""

    OPEN = "open"
    UPHELD = "upheld"
    REFUSED = "refused"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _APPEALS[self]


_APPEALS = {
    AppealState.OPEN: Text("รอพิจารณา", "Open"),
    AppealState.UPHELD: Text("รับอุทธรณ์", "Upheld"),
    AppealState.REFUSED: Text("ไม่รับอุทธรณ์", "Refused"),
}


def visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[DataShare]:
    """Return the links that the actor may see: given by or under its tenants, and those towards itself."""
    running = Suspension.objects.filter(lifted_at__isnull=True)
    rows = DataShare.objects.select_related("tenant", "holder", "agreement").prefetch_related(
        Prefetch("suspensions", queryset=running, to_attr="running")
    )
    if permission != VIEW:
        return rows_visible_to(rows, actor, permission=permission, through=MANAGED_THROUGH)
    shared = Q(holder__in=tenants_with(actor, VIEW))
    return rows_visible_to(rows, actor, permission=VIEW, through=SEEN_THROUGH, shared=shared)


def suspensions_visible_to(actor: Actor) -> QuerySet[Suspension]:
    """Return the suspensions of those links."""
    rows = Suspension.objects.select_related("share__tenant", "share__holder", "by")
    return rows_visible_to(
        rows,
        actor,
        permission=VIEW,
        through=SEEN_THROUGH,
        tenant_field="share__tenant",
        shared=Q(share__holder__in=tenants_with(actor, VIEW)),
    )


def appeals_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Appeal]:
    """Return the appeals against those suspensions; with ``MANAGE`` those that the actor may decide."""
    rows = Appeal.objects.select_related("suspension__share__tenant", "suspension__share__holder", "by")
    through, shared = MANAGED_THROUGH, None
    if permission == VIEW:
        through, shared = SEEN_THROUGH, Q(suspension__share__holder__in=tenants_with(actor, VIEW))
    return rows_visible_to(
        rows,
        actor,
        permission=permission,
        through=through,
        tenant_field="suspension__share__tenant",
        shared=shared,
    )


def share(actor: Actor, share_id: UUID, permission: str = VIEW) -> DataShare:
    """Return one link.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
        ForbiddenError: it may be seen, but not that.
    """
    return one_behind(visible_to, actor, share_id, permission, seen_with=VIEW)


def suspension(actor: Actor, suspension_id: UUID) -> Suspension:
    """Return one suspension.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = suspensions_visible_to(actor).filter(pk=suspension_id).first()
    if found is None:
        raise NotFoundError
    return found


def appeal(actor: Actor, appeal_id: UUID, permission: str = VIEW) -> Appeal:
    """Return one appeal.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
        ForbiddenError: it may be seen, but not decided.
    """
    return one_behind(appeals_visible_to, actor, appeal_id, permission, seen_with=VIEW)


def giving_tenants(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations in whose name the actor may record links: its own, and for the centre its members."""
    return organisations.visible_to(actor, MANAGE)


def suspensions_of(row: DataShare) -> list[Suspension]:
    """Return the suspensions of a link that was read through :func:`share`, newest first, with their appeals."""
    rows = Suspension.objects.filter(share=row).select_related("by").order_by("-pk")
    appeals = Appeal.objects.select_related("by", "decided_by").order_by("-pk")
    return list(rows.prefetch_related(Prefetch("appeals", queryset=appeals, to_attr="heard")))


def in_effect(moment: datetime) -> Exists:
    """Return the condition that a suspension of the outer link is in effect at a moment."""
    return Exists(
        Suspension.objects.filter(share=OuterRef("pk"), lifted_at__isnull=True, effective_at__lte=moment)
    )


def backed_on(day: date) -> Q:
    """Return the condition that what a link rests on is valid on a day; a link without an agreement rests on none."""
    return Q(agreement__isnull=True) | agreements.valid_on(day, "agreement__")


def holding_at(moment: datetime) -> Q:
    """Return the condition that data may flow over a link at a moment."""
    day = moment.astimezone(clock.BANGKOK).date()
    return Q(state=State.ACTIVE, until__gte=day) & backed_on(day) & ~Q(in_effect(moment))


def running_of(row: DataShare) -> Suspension | None:
    """Return the suspension that is not lifted, of a row that came through a door."""
    held: list[Suspension] = getattr(row, "running", [])
    return held[0] if held else None


def standing(row: DataShare, moment: datetime | None = None) -> Standing:
    """Return where a link stands at a moment (now); the row came through a door."""
    moment = moment or clock.now()
    day = moment.astimezone(clock.BANGKOK).date()
    if row.state == State.ENDED or day > row.until:
        return Standing.ENDED
    if row.state in {State.PROPOSED, State.SUSPENDED}:
        return Standing(row.state)
    held = running_of(row)
    unbacked = row.agreement is not None and not agreements.is_valid(row.agreement, day)
    if unbacked or (held is not None and held.effective_at <= moment):
        return Standing.SUSPENDED
    if held is not None:
        return Standing.WARNED
    return Standing.ENDING if (row.until - day).days <= ENDING_DAYS else Standing.ACTIVE


def standing_at(
    rows: QuerySet[DataShare], wanted: str, moment: datetime | None = None
) -> QuerySet[DataShare]:
    """Narrow links to those with that standing at a moment (now)."""
    moment = moment or clock.now()
    day = moment.astimezone(clock.BANGKOK).date()
    announced = Exists(Suspension.objects.filter(share=OuterRef("pk"), lifted_at__isnull=True))
    near, left = day + timedelta(days=ENDING_DAYS), Q(until__gte=day)
    holding = holding_at(moment)
    stopped = Q(state=State.SUSPENDED) | (Q(state=State.ACTIVE) & (~backed_on(day) | Q(in_effect(moment))))
    return rows.filter(
        {
            Standing.PROPOSED: Q(state=State.PROPOSED) & left,
            Standing.ACTIVE: holding & ~Q(announced) & Q(until__gt=near),
            Standing.ENDING: holding & ~Q(announced) & Q(until__lte=near),
            Standing.WARNED: holding & Q(announced),
            Standing.SUSPENDED: stopped & left,
            Standing.ENDED: Q(state=State.ENDED) | Q(until__lt=day),
        }[Standing(wanted)]
    )


def giver(row: DataShare) -> Text:
    """Return the giver's name in both languages."""
    return Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th)


def holder(row: DataShare) -> Text:
    """Return the holder's name in both languages."""
    return Text(row.holder.name_th, row.holder.name_en or row.holder.name_th)


def ends_within(rows: QuerySet[DataShare], days: int) -> QuerySet[DataShare]:
    """Narrow links to those that are not ended and whose last day lies within so many days from today."""
    today = clock.today()
    return rows.exclude(state=State.ENDED).filter(until__gte=today, until__lte=today + timedelta(days=days))
