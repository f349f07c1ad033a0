"""The stop button, and whole batches: hold, release, cancel."""

from __future__ import annotations

from uuid import UUID

from phithak.base import clock
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db import transactions
from phithak.core.outbox import queries
from phithak.core.outbox.errors import ReasonNeededError
from phithak.core.outbox.events import Tag
from phithak.core.outbox.models import Campaign, Gate, Message
from phithak.core.outbox.points import Point, reach
from phithak.core.outbox.states import State
from phithak.core.privacy import masks

REASON_LEAST = 5
REASON_MOST = 300
SWEEP_ROWS = 500


def stop_all(actor: Actor, *, reason: str) -> bool:
    """Stop all sending on this instance, at once; what a provider is just taking still ends.

    Returns:
        False when it stood still before (the first reason stays).

    Raises:
        ForbiddenError: the actor lacks ``outbox.stop``.
        ReasonNeededError: the reason is too short.
    """
    permissions.require(actor, "outbox.stop")
    said = reason_of(reason)
    with transactions.write("outbox.stop"):
        Gate.objects.get_or_create(name=queries.ALL)
        changed = Gate.objects.filter(name=queries.ALL, stopped_at__isnull=True).update(
            stopped_at=clock.now(), stopped_by=actor.name[:250], reason=said
        )
        if changed:
            contrib.record(actor, Tag.STOPPED, ("outbox.gate", queries.ALL), facts={"reason": said})
        reach(Point.STOP_UPDATED)
    reach(Point.STOP_COMMITTED)
    return bool(changed)


def pause_all(actor: Actor, *, reason: str) -> None:
    """Let nothing leave until a person releases it; a restore calls this before any process starts.

    Every message that the backup holds may have been sent after the backup was made. So even after the release
    an older message leaves only where that is safe: under the same reference, or once the provider was asked;
    a provider that can do neither makes it unknown, for a person to decide.
    """
    stop_all(actor, reason=reason)
    with transactions.write("outbox.pause"):
        Gate.objects.filter(name=queries.ALL).update(restored_at=clock.now())


def release(actor: Actor, *, reason: str) -> bool:
    """Let sending go on. Only a person can (or the operator's command line).

    Returns:
        False when nothing was stopped.

    Raises:
        ForbiddenError: the actor lacks ``outbox.release``, or no staff session runs.
        ReasonNeededError: the reason is too short.
    """
    permissions.require(actor, "outbox.release")
    said = reason_of(reason)
    with transactions.write("outbox.release"):
        changed = Gate.objects.filter(name=queries.ALL, stopped_at__isnull=False).update(
            stopped_at=None, stopped_by="", reason=""
        )
        if changed:
            contrib.record(actor, Tag.RELEASED, ("outbox.gate", queries.ALL), facts={"reason": said})
    return bool(changed)


def hold_campaign(actor: Actor, campaign: UUID, *, tenant_id: UUID, reason: str) -> None:
    """Let no message of a batch leave until it is released; effective at once, the rows follow."""
    _set(actor, (campaign, tenant_id), State.HELD, Tag.CAMPAIGN_HELD, reason)


def release_campaign(actor: Actor, campaign: UUID, *, tenant_id: UUID, reason: str) -> None:
    """Let a held batch go on; a cancelled one stays cancelled."""
    _set(actor, (campaign, tenant_id), None, Tag.CAMPAIGN_RELEASED, reason)


def cancel_campaign(actor: Actor, campaign: UUID, *, tenant_id: UUID, reason: str) -> None:
    """Cancel what has not left of a batch, for good; effective at once, the rows follow."""
    _set(actor, (campaign, tenant_id), State.CANCELLED, Tag.CAMPAIGN_CANCELLED, reason)


def _set(actor: Actor, batch: tuple[UUID, UUID], state: State | None, tag: Tag, reason: str) -> None:
    campaign, tenant_id = batch
    said = reason_of(reason)
    with transactions.write("outbox.campaign"):
        Campaign.objects.get_or_create(pk=campaign, defaults={"tenant_id": tenant_id, "state": "running"})
        changed = (
            Campaign.objects.filter(pk=campaign, tenant_id=tenant_id)
            .exclude(state=State.CANCELLED)
            .update(state=state or "running", sweeping=True)
        )
        if changed:
            contrib.record(
                actor, tag, ("outbox.campaign", campaign), tenant_id=tenant_id, facts={"reason": said}
            )


def sweep() -> int:
    """Let the rows of held, released and cancelled batches follow; return how many moved. Called each second."""
    moved = 0
    for campaign in list(Campaign.objects.filter(sweeping=True)[:10]):
        moved += _sweep_one(campaign)
    return moved


def _sweep_one(campaign: Campaign) -> int:
    sources: tuple[State, ...] = (State.QUEUED,)
    if campaign.state == State.CANCELLED:
        sources = (State.QUEUED, State.HELD)
    elif campaign.state == "running":
        sources = (State.HELD,)
    rows = Message.objects.filter(campaign=campaign.pk, state__in=sources)
    found = list(rows.values_list("pk", flat=True)[:SWEEP_ROWS])
    target = State.QUEUED if campaign.state == "running" else State(campaign.state)
    ended = {"ended_at": clock.now()} if target is State.CANCELLED else {}
    with transactions.write("outbox.sweep"):
        unchanged = Campaign.objects.filter(pk=campaign.pk, state=campaign.state)
        if not found:
            # a message that was in the pump's hands may come back later: the pump asks the campaign itself
            unchanged.update(sweeping=False)
        elif unchanged.exists():
            Message.objects.filter(pk__in=found, state__in=sources).update(state=target, **ended)
        reach(Point.SWEEP_UPDATED)
    reach(Point.SWEEP_COMMITTED)
    return len(found)


def reason_of(words: str) -> str:
    """Return a person's reason without numbers and addresses of people.

    Raises:
        ReasonNeededError: it is too short.
    """
    said = masks.scrub(words).strip()[:REASON_MOST]
    if len(said) < REASON_LEAST:
        raise ReasonNeededError(field="reason", least=REASON_LEAST)
    return said
