"""What organisations ask of people, and the search box."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import WaitingItem
from phithak.registry.queries import duplicates
from phithak.registry.queries import organisations as queries
from phithak.registry.queries.organisations import MANAGE, MERGE
from phithak.registry.queries.searching import matching, ranked

RENEWAL_DAYS = 30
"""So many days before its end a renewal begins to wait."""


def items(actor: Actor) -> Iterable[WaitingItem]:
    """Yield pairs that may be one organisation, and renewals that are due or soon will be."""
    if permissions.has(actor, MERGE):
        pairs = duplicates.visible_pairs(actor).order_by()
        oldest = pairs.order_by("created_at").values_list("created_at", flat=True).first()
        if oldest is not None:
            number = pairs.count()
            yield WaitingItem(
                Text(f"หน่วยงานที่อาจซ้ำกัน {number} คู่", f"Possible duplicates: {number}"),
                reverse("registry:duplicates"),
                since=oldest,
                count=number,
            )
    if permissions.has(actor, MANAGE):
        rows = queries.due_for_renewal(actor, clock.today() + timedelta(days=RENEWAL_DAYS))
        first = rows.values_list("renewal_due", flat=True).first()
        if first is not None:
            number = rows.count()
            yield WaitingItem(
                Text(f"ครบกำหนดต่ออายุ {number} หน่วยงาน", f"Renewals due: {number}"),
                reverse("registry:organisations")
                + ("?state=lapsed" if first < clock.today() else "?kind=platform"),
                due=datetime.combine(first, time.max, tzinfo=clock.BANGKOK),
                count=number,
            )


def find(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield name and address of organisations for the search box, in the order of the dictionary."""
    rows = queries.listed(actor).select_related(None)
    found = ranked(rows, words, backwards=False)
    rows = rows.only("pk", "name_th", "name_en", "short_th")
    if found is None:
        shown = list(matching(rows, words).order_by("name_key", "pk")[:limit])
    else:
        keys = found.keys(0, limit)
        shown = sorted(rows.filter(pk__in=keys), key=lambda row: keys.index(row.pk))
    for row in shown:
        short = f" ({row.short_th})" if row.short_th else ""
        yield f"{queries.name_of(row)}{short}", reverse("registry:organisation", args=[row.pk])
