"""What happens to links by itself: the agreement falls away, the last day is over, a suspension takes effect."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.i18n import show
from phithak.registry.events.shares import Tag
from phithak.registry.models import DataShare, Suspension
from phithak.registry.queries import agreements
from phithak.registry.queries.shares import doors as queries
from phithak.registry.queries.shares.doors import State
from phithak.registry.services.shares.acts import note
from phithak.registry.services.shares.telling import readers, tell

BATCH = 200
_SYSTEM = actors.system("registry")
_FALLEN = Text("ข้อตกลงที่รองรับไม่มีผลแล้ว", "The agreement that it rests on no longer holds")


def settle(actor: Actor = _SYSTEM, agreement_id: UUID | None = None) -> int:
    """Write down what time did to links, each in a short transaction of its own; run again it changes nothing.

    Args:
        actor: who lets it happen: the nightly job, or whoever ended an agreement.
        agreement_id: only links that rest on it; all when None.

    Returns:
        How many links were changed.
    """
    rows = queries.visible_to(_SYSTEM).exclude(state=State.ENDED)
    if agreement_id is not None:
        rows = rows.filter(agreement=agreement_id)
    today, now = clock.today(), clock.now()
    active = rows.filter(state=State.ACTIVE)
    return (
        _each(rows.filter(until__lt=today), lambda row: _expire(actor, row))
        + _each(
            active.exclude(queries.backed_on(today)),
            lambda row: _fall(actor, row),
        )
        + _each(active.filter(queries.in_effect(now)), lambda row: _take_effect(actor, row))
    )


def _each(rows: QuerySet[DataShare], act: Callable[[DataShare], bool]) -> int:
    done, last = 0, None
    while batch := list((rows.filter(pk__gt=last) if last else rows).order_by("pk")[:BATCH]):
        done += sum(act(row) for row in batch)
        last = batch[-1].pk
    return done


def _expire(actor: Actor, row: DataShare) -> bool:
    with write("registry.expire_share"):
        running = DataShare.objects.filter(pk=row.pk, version=row.version).exclude(state=State.ENDED)
        if not running.update(state=State.ENDED, ended_at=clock.now(), version=row.version + 1):
            return False
        note(actor, Tag.EXPIRED, row, until=row.until.isoformat())
    return True


def _fall(actor: Actor, row: DataShare) -> bool:
    """Suspend a link whose agreement is over; an announced suspension takes effect at once instead."""
    now, users = clock.now(), readers(row, at_holder=True)
    reason = (agreements.why_not_valid(row.agreement) if row.agreement else None) or _FALLEN
    held = queries.running_of(row)
    with write("registry.suspend_unbacked"):
        active = DataShare.objects.filter(pk=row.pk, version=row.version, state=State.ACTIVE)
        if not active.update(state=State.SUSPENDED, version=row.version + 1):
            return False
        if held is None:
            held = Suspension(
                share=row,
                reason=f"{_FALLEN.th}: {reason.th} / {_FALLEN.en}: {reason.en}",
                cause="agreement",
                effective_at=now,
                by_id=actor.user_id,
            )
            held.save(force_insert=True)
        else:
            Suspension.objects.filter(pk=held.pk).update(effective_at=now, cause="agreement")
        note(actor, Tag.SUSPENDED, row, reason=reason.th, effective=show.moment(now, "en"))
        tell(actor, row, "suspended", held.pk, users)
    return True


def _take_effect(actor: Actor, row: DataShare) -> bool:
    with write("registry.suspension_takes_effect"):
        active = DataShare.objects.filter(pk=row.pk, version=row.version, state=State.ACTIVE)
        if not active.update(state=State.SUSPENDED, version=row.version + 1):
            return False
        note(actor, Tag.TOOK_EFFECT, row)
    return True
