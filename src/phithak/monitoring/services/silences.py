"""A sender that falls silent is one signal, which says whether its link or its box is down, until it is heard again."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from phithak.base import clock
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.db.transactions import write
from phithak.monitoring.events import Tag
from phithak.monitoring.models import Sender, Silence
from phithak.monitoring.queries.states import Cause, Evidence, patience
from phithak.monitoring.services.senders import SENDER

STOPPING = "stopping"
"""What a sensor tells as the fault of its sources in its last word before an ordered stop."""
_TOGETHER = timedelta(minutes=2)
_MANY = 3
_ACTOR = actors.system("monitoring")


def look(now: datetime | None = None) -> list[UUID]:
    """Open a signal for each sender that is silent for too long, end those of senders that are heard again.

    Returns:
        The signals that were opened.
    """
    moment = now or clock.now()
    senders = list(Sender.objects.filter(revoked_at=None, enrolled_at__isnull=False).order_by("pk"))
    _end(senders, moment)
    told = set(Silence.objects.filter(ended_at=None).values_list("sender", flat=True))
    silent = [row for row in senders if row.pk not in told and _is_silent(row, moment)]
    opened: list[UUID] = []
    for row in silent:
        never = (Cause.BOX, Evidence.NEVER)
        cause, evidence = why(row, senders, moment) if row.heard_at else never
        made = Silence(sender=row, since=_last(row) or moment, told_at=moment, cause=cause, evidence=evidence)
        with write("monitoring.silent"):
            made.save(force_insert=True)
            _record(Tag.SILENT, row, cause)
        opened.append(made.pk)
    return opened


def why(row: Sender, senders: list[Sender], now: datetime) -> tuple[Cause, Evidence]:
    """Return what a silence most likely means, and what that is told from."""
    own = [one for one in senders if one.site_id == row.site_id and one.pk != row.pk]
    sources = row.beat.get("sources") or []
    if sources and all(one.get("fault") == STOPPING for one in sources):
        return Cause.BOX, Evidence.STOPPED
    if any(_after(one, row) and not _is_silent(one, now) for one in own):
        return Cause.BOX, Evidence.NEIGHBOUR_HEARD
    together = [one for one in senders if one.pk != row.pk and _is_silent(one, now) and _near(one, row)]
    if own and all(one in together for one in own):
        return Cause.LINK, Evidence.ALL_OF_SITE
    by_site: defaultdict[UUID, int] = defaultdict(int)
    for one in together:
        by_site[one.site_id] += 1
    if len(by_site) >= _MANY:
        return Cause.LINK, Evidence.MANY_SITES
    waiting = (row.beat.get("spool") or {}).get("batches", 0)
    if waiting > row.beat.get("waited", 0) and waiting > 1:
        return Cause.LINK, Evidence.BACKLOG
    return Cause.LINK, Evidence.ALONE


def _end(senders: list[Sender], now: datetime) -> None:
    known = {row.pk: row for row in senders}
    for silence in Silence.objects.filter(ended_at=None):
        row = known.get(silence.sender_id)
        if row is not None and (
            _is_silent(row, now) or row.heard_at is None or row.heard_at <= silence.since
        ):
            continue
        cause = silence.cause if row is None else _proven(row, silence)
        with write("monitoring.heard_again"):
            Silence.objects.filter(pk=silence.pk, ended_at=None).update(ended_at=now, proven=cause)
            if row is not None:
                _record(Tag.HEARD, row, Cause(cause))


def _proven(row: Sender, silence: Silence) -> Cause:
    """Return what it was: a sensor that had to start anew was down, one that went on had no link."""
    started = row.beat.get("started", 0) - row.beat.get("skew_ms", 0) * 1000
    return Cause.BOX if started > silence.since.timestamp() * 1_000_000 else Cause.LINK


def _is_silent(row: Sender, now: datetime) -> bool:
    since = _last(row)
    return since is not None and now - since > patience(row)


def _last(row: Sender) -> datetime | None:
    """Return the last sign of a sender; its enrolment where it has never been heard."""
    return row.heard_at or row.enrolled_at


def _after(one: Sender, row: Sender) -> bool:
    return one.heard_at is not None and row.heard_at is not None and one.heard_at > row.heard_at + _TOGETHER


def _near(one: Sender, row: Sender) -> bool:
    return (
        one.heard_at is not None
        and row.heard_at is not None
        and abs(one.heard_at - row.heard_at) <= _TOGETHER
    )


def _record(tag: Tag, row: Sender, cause: Cause) -> None:
    contrib.record(
        _ACTOR,
        tag,
        (SENDER, row.pk),
        tenant_id=row.tenant_id,
        facts={"name": row.name, "cause": cause.value},
    )
