"""Start, stop, resume, cancel; and the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from phithak.base import clock
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.jobs import services as jobs
from phithak.core.outbox import services as outbox
from phithak.core.outbox.services.control import reason_of
from phithak.notices.errors import NotAsApprovedError
from phithak.notices.events import CampaignTag
from phithak.notices.models import Campaign, Recipient
from phithak.notices.points import Point, reach
from phithak.notices.queries import campaigns as queries
from phithak.notices.services.campaigns import sealing
from phithak.notices.services.campaigns.planning import record, refused
from phithak.notices.states import LIVE, CampaignState, Delivery

JOB = "notices.campaign_send"
WAVE_REST = timedelta(hours=1)
_SYSTEM = actors.system("notices")


def start(actor: Actor, campaign_id: UUID) -> None:
    """Start an approved campaign: its first wave is queued by a job.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's.
        CampaignStateError: it is not approved, or has started.
        NotAsApprovedError: words, plan or list are not what was approved.
    """
    row = queries.campaign(actor, campaign_id, queries.RUN)
    if row.state != CampaignState.APPROVED:
        raise refused(row.state)
    if not sealing.holds(row) or queries.list_root(row.pk) != row.list_hash:
        raise NotAsApprovedError
    now = clock.now()
    with write("notices.campaign.start"):
        changed = Campaign.objects.filter(pk=row.pk, state=CampaignState.APPROVED, seal=row.seal).update(
            state=CampaignState.RUNNING, started_at=now, wave_at=now, next_wave=0, version=row.version + 1
        )
        if not changed:
            raise refused(queries.state_of(row.pk).state)
        enqueue(actor, row)
        record(actor, CampaignTag.STARTED, row, count=row.recipients)


def enqueue(actor: Actor, row: Campaign) -> UUID:
    """Queue the job that sends the waves that are due, once however often it is asked for."""
    return jobs.enqueue(
        JOB, {"campaign": str(row.pk)}, actor=actor, unique=str(row.pk), tenant_id=row.tenant_id
    )


def stop(actor: Actor, campaign_id: UUID, *, reason: str) -> None:
    """Stop a running campaign at once: from the commit on nothing of it is handed to a provider.

    What a provider is just taking still ends; its outcome is shown.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's.
        CampaignStateError: it does not run.
        phithak.core.outbox.errors.ReasonNeededError: the reason is too short.
    """
    row = queries.campaign(actor, campaign_id, queries.RUN)
    halt(actor, row, reason_of(reason), CampaignTag.STOPPED)


def halt(actor: Actor, row: Campaign, said: str, tag: CampaignTag) -> None:
    """Stop a campaign for a reason that was checked."""
    with write("notices.campaign.stop"):
        changed = Campaign.objects.filter(pk=row.pk, state=CampaignState.RUNNING).update(
            state=CampaignState.STOPPED, reason=said
        )
        if not changed:
            raise refused(queries.state_of(row.pk).state)
        outbox.hold_campaign(actor, row.pk, tenant_id=row.tenant_id, reason=said)
        record(actor, tag, row, reason=said)
        reach(Point.STOP_UPDATED)
    reach(Point.STOP_COMMITTED)


def resume(actor: Actor, campaign_id: UUID, *, reason: str) -> None:
    """Let a stopped campaign go on where it was; waves that were missed go one by one, not all at once.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's.
        CampaignStateError: it is not stopped.
        NotAsApprovedError: words or plan are not what was approved.
        phithak.core.outbox.errors.ReasonNeededError: the reason is too short.
    """
    row = queries.campaign(actor, campaign_id, queries.RUN)
    said = reason_of(reason)
    if row.state != CampaignState.STOPPED:
        raise refused(row.state)
    if not sealing.holds(row):
        raise NotAsApprovedError
    with write("notices.campaign.resume"):
        changed = Campaign.objects.filter(pk=row.pk, state=CampaignState.STOPPED).update(
            state=CampaignState.RUNNING, reason="", wave_at=_next_wave_at(row)
        )
        if not changed:
            raise refused(queries.state_of(row.pk).state)
        outbox.release_campaign(actor, row.pk, tenant_id=row.tenant_id, reason=said)
        enqueue(actor, row)
        record(actor, CampaignTag.RESUMED, row, reason=said)


def _next_wave_at(row: Campaign) -> datetime | None:
    """Return when the next wave of a stopped campaign goes: those that were missed must not meet at the hotline."""
    now = clock.now()
    if row.wave_at is None or row.wave_at > now:
        return row.wave_at
    rows = Recipient.objects.filter(campaign=row)
    begun = rows.filter(wave=row.next_wave, rounds__gt=0).exists()
    held = rows.filter(queries.condition_of(Delivery.QUEUED)).exists()
    return now + WAVE_REST if held and not begun else now


def cancel(actor: Actor, campaign_id: UUID, *, reason: str) -> None:
    """Cancel a campaign for good: what has not left never leaves; who was told stays told.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's.
        CampaignStateError: it has ended.
        phithak.core.outbox.errors.ReasonNeededError: the reason is too short.
    """
    row = queries.campaign(actor, campaign_id, queries.RUN)
    said = reason_of(reason)
    with write("notices.campaign.cancel"):
        changed = (
            Campaign.objects.filter(pk=row.pk)
            .exclude(state__in=[CampaignState.CLOSED, CampaignState.CANCELLED])
            .update(state=CampaignState.CANCELLED, reason=said, ended_at=clock.now(), wave_at=None)
        )
        if not changed:
            raise refused(row.state)
        outbox.cancel_campaign(actor, row.pk, tenant_id=row.tenant_id, reason=said)
        record(actor, CampaignTag.CANCELLED, row, reason=said)


def close(actor: Actor, campaign_id: UUID, *, reason: str) -> None:
    """End a campaign whose waves were all sent though some have not answered; the silent stay listed.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's.
        CampaignStateError: it does not run, or waves of it are still to come.
        phithak.core.outbox.errors.ReasonNeededError: the reason is too short.
    """
    row = queries.campaign(actor, campaign_id, queries.RUN)
    said = reason_of(reason)
    if row.state not in LIVE or row.next_wave < row.waves:
        raise refused(row.state)
    _close(actor, row, said)


def close_settled() -> int:
    """End the running campaigns in which nothing is left to do for anybody; return how many."""
    closed = 0
    for row in Campaign.objects.filter(state=CampaignState.RUNNING, wave_at__isnull=True):
        if row.exercise or not _open(row).exists():
            _close(_SYSTEM, row, "")
            closed += 1
    return closed


def _open(row: Campaign) -> QuerySet[Recipient]:
    """Return the recipients for whom something is still to come, or somebody has to do something."""
    rows = Recipient.objects.filter(campaign=row)
    moving = queries.condition_of(Delivery.QUEUED) | queries.condition_of(Delivery.WAITING)
    # an unknown one waits for a person, and so does everybody whom no message reached
    unreached = queries.condition_of(Delivery.FAILED) | Q(to_call=True)
    waiting = moving | queries.condition_of(Delivery.UNKNOWN) | (unreached & Q(answer=""))
    return rows.filter(waiting if row.answers == "none" else waiting | queries.silent_condition())


def _close(actor: Actor, row: Campaign, said: str) -> None:
    with write("notices.campaign.close"):
        changed = Campaign.objects.filter(pk=row.pk, state__in=LIVE).update(
            state=CampaignState.CLOSED, ended_at=clock.now(), reason=said
        )
        if changed:
            Recipient.objects.filter(campaign=row, step_at__isnull=False).update(step_at=None)
            record(actor, CampaignTag.CLOSED, row)
