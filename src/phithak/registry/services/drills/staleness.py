"""The daily flag: which contacts have not answered within the set period."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from phithak.base import clock
from phithak.core import contrib
from phithak.core.jobs.services import Run
from phithak.registry.events.drills import Tag
from phithak.registry.models import ContactPoint
from phithak.registry.queries import drills as queries

ROWS = 300


def flag_stale(job: Run) -> int:
    """Flag contacts whose last answer (or, without any, whose entry) is too old; take the flag off others.

    Killed half-way it simply runs again: it only touches rows whose flag is wrong.

    Returns:
        How many were flagged.
    """
    now = clock.now()
    limit = queries.stale_limit(now)
    after: UUID | None = None
    flagged = 0
    while True:
        job.checkpoint()
        found = queries.stale_page(after, limit, ROWS)
        if not found:
            break
        after = found[-1][0]
        old = [key for key, stale in found if stale]
        with job.write("registry.contacts.stale"):
            ContactPoint.objects.filter(pk__in=old, stale_since__isnull=True).update(stale_since=now)
            fresh = [key for key, stale in found if not stale]
            ContactPoint.objects.filter(pk__in=fresh).update(stale_since=None)
        flagged += len(old)
        job.pause(0.03)
    if flagged:
        with job.finish("registry.contacts.stale"):
            facts = {"count": flagged, "days": settings.CONFIG.contact_stale_days}
            contrib.record(job.actor, Tag.STALE, ("registry.contacts", "all"), facts=facts, count=flagged)
    return flagged
