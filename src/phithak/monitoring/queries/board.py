"""The roll-out board and what stands on a site's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Prefetch, QuerySet
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import WaitingItem
from phithak.monitoring.models import Sender, Silence, Site, Source, Turn
from phithak.monitoring.queries import doors
from phithak.monitoring.queries.states import (
    Cause,
    Condition,
    Evidence,
    Health,
    Side,
    Stage,
    condition,
    worst,
)


@dataclass(frozen=True)
class Figures:
    """What the board says of all sites that somebody sees."""

    sites: int
    installed: int
    good: int
    look: int
    dark: int
    waiting: int


def with_senders(rows: QuerySet[Site]) -> QuerySet[Site]:
    """Return sites with all that their condition is told from."""
    senders = Sender.objects.order_by("pk").prefetch_related("sources")
    rows = rows.annotate(last_heard=Max("senders__heard_at"))
    return rows.select_related("tenant").prefetch_related(Prefetch("senders", queryset=senders))


def name_of(row: Site | Sender) -> Text:
    """Return the name of the organisation."""
    return Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th)


def condition_of(row: Site, now: datetime | None = None) -> Condition:
    """Return how a site is: as its worst sender."""
    moment = now or clock.now()
    return worst([(one.name, condition(one, moment)) for one in row.senders.all()])


def last_heard(row: Site) -> datetime | None:
    """Return when a site was last heard of."""
    return max((one.heard_at for one in row.senders.all() if one.heard_at), default=None)


def versions(row: Site) -> str:
    """Return the releases that run at a site."""
    return ", ".join(sorted({one.version for one in row.senders.all() if one.version and not one.revoked_at}))


def in_health(rows: QuerySet[Site], health: Health) -> QuerySet[Site]:
    """Return the sites that are in a health now."""
    now = clock.now()
    found = [
        row.pk
        for row in with_senders(rows.order_by().prefetch_related(None))
        if condition_of(row, now).health is health
    ]
    return rows.filter(pk__in=found)


def figures(rows: Iterable[Site]) -> Figures:
    """Count sites (with their senders)."""
    now = clock.now()
    told = [(row.state, condition_of(row, now).health) for row in rows]
    healths = Counter(health for _, health in told)
    return Figures(
        len(told),
        sum(state == Stage.INSTALLED for state, _ in told),
        healths[Health.GOOD],
        healths[Health.LOOK],
        healths[Health.DARK],
        healths[Health.WAITING],
    )


def turns_of(source_ids: Iterable[UUID], most: int = 20) -> list[Turn]:
    """Return the last turns of the switches of sources, newest first."""
    return list(
        Turn.objects.filter(source__in=list(source_ids)).select_related("source").order_by("-at")[:most]
    )


def last_turn(source: Source, side: Side) -> Turn | None:
    """Return the last turn of a source's switch at one side."""
    return Turn.objects.filter(source=source, side=side).order_by("-at").first()


def open_silences(actor: Actor) -> QuerySet[Silence]:
    """Return the silences that go on, oldest first."""
    rows = doors.silences_visible_to(actor).filter(ended_at__isnull=True)
    return rows.select_related("sender__tenant").order_by("since")


def cause_text(row: Silence) -> Text:
    """Return what a silence means: as it turned out, as it is sure, or as the likelier of two."""
    if row.proven:
        return Cause(row.proven).text
    return Cause(row.cause).text if Evidence(row.evidence).sure else Cause(row.cause).likely


def twins(actor: Actor) -> Iterable[WaitingItem]:
    """Yield the senders under whose identity two machines send."""
    rows = doors.senders_visible_to(actor).filter(twin_at__isnull=False).select_related("tenant")
    for row in rows.order_by("twin_at"):
        name = name_of(row)
        yield WaitingItem(
            Text(
                f"สองเครื่องใช้ตัวตนเดียวกัน: {name.th} ({row.name})",
                f"Two machines with one identity: {name.en} ({row.name})",
            ),
            reverse("monitoring:site", args=[row.site_id]),
            since=row.twin_at,
        )


def waiting(actor: Actor) -> Iterable[WaitingItem]:
    """Yield the senders that are silent now."""
    for row in open_silences(actor):
        name, cause = name_of(row.sender), cause_text(row)
        yield WaitingItem(
            Text(f"{cause.th}: {name.th} ({row.sender.name})", f"{cause.en}: {name.en} ({row.sender.name})"),
            reverse("monitoring:site", args=[row.sender.site_id]),
            since=row.since,
        )


def find(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield title and address of senders for the search box."""
    rows = doors.senders_visible_to(actor).filter(name__icontains=words).select_related("tenant")
    for row in rows.order_by("name", "pk")[:limit]:
        yield f"{row.name} · {name_of(row)}", reverse("monitoring:site", args=[row.site_id])
