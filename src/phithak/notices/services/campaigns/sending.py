"""The job that queues a wave: links first, then the messages, then what is known of each recipient.

Killed anywhere it goes on where it was: a link is issued once for each recipient, a message is queued once under
the recipient's own key, and only then the recipient counts as told. The outbox does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.db import bulk
from phithak.core.db.transactions import PAUSE_SECONDS
from phithak.core.jobs.services import Run
from phithak.core.links import services as links
from phithak.core.outbox import queries as outbox_queries
from phithak.core.outbox import services as outbox
from phithak.core.outbox.services import Wanted
from phithak.core.outbox.states import Channel
from phithak.core.privacy import queries as privacy
from phithak.notices.events import CampaignTag
from phithak.notices.models import Campaign, Dispatch, Recipient
from phithak.notices.points import Point, reach
from phithak.notices.queries import campaigns as queries
from phithak.notices.queries import lists
from phithak.notices.services.campaigns import running, sealing
from phithak.notices.services.campaigns.gathering import ways_of
from phithak.notices.services.campaigns.planning import record
from phithak.notices.states import Answers, CampaignState, Skipped, Why

RENDERER = "notices.campaign"
ROWS = 40


def run(job: Run, campaign_id: UUID) -> None:
    """Queue every wave that is due; nothing happens when the campaign does not run (any more)."""
    row = _due(campaign_id)
    if row is None:
        return
    if not sealing.holds(row) or queries.list_root(row.pk) != row.list_hash:
        said = Text("ข้อความหรือรายชื่อไม่ตรงกับที่อนุมัติ", "Words or list are not what was approved")
        running.halt(job.actor, row, str(said), CampaignTag.BROKEN)
        return
    barred = lists.barred_tags(row.tenant_id)
    while (row := _due(campaign_id)) is not None:
        job.checkpoint()
        found = queries.next_of_wave(row, ROWS)
        if found:
            tell(job, row, found, Why.FIRST, barred)
            job.progress(found[-1].place + 1, row.recipients, Text("เข้าคิวข้อความ", "Queueing messages"))
            job.pause(PAUSE_SECONDS)
        else:
            _end_wave(job, row)


def _due(campaign_id: UUID) -> Campaign | None:
    row = queries.state_of(campaign_id)
    now = clock.now()
    if row.state != CampaignState.RUNNING or row.wave_at is None or row.wave_at > now:
        return None
    return None if row.day_only and not outbox_queries.is_day(now) else row


def _end_wave(job: Run, row: Campaign) -> None:
    following = row.next_wave + 1
    more = following < row.waves
    with job.write("notices.campaign.wave"):
        changed = Campaign.objects.filter(
            pk=row.pk, next_wave=row.next_wave, state=CampaignState.RUNNING, wave_at__isnull=False
        ).update(next_wave=following, wave_at=clock.now() + running.WAVE_REST if more else None)
        if changed:
            record(job.actor, CampaignTag.WAVE, row, wave=following)
        reach(Point.WAVE_UPDATED)
    reach(Point.WAVE_COMMITTED)


def tell(
    job: Run,
    row: Campaign,
    found: Sequence[Recipient],
    why: Why,
    barred: set[tuple[str, str]],
) -> None:
    """Queue one message to each of some recipients of a campaign: the first, or that of their step of the chase.

    A step is over in the transaction that says what was queued for it; until then it is taken again under the
    same key, which queues nothing new.

    Args:
        job: who works; its transactions commit only while it holds the job.
        row: a running campaign.
        found: recipients as they were just read; those whose round has moved on since are left alone.
        why: the first message, a reminder, or the other way.
        barred: channel and tag of addresses that want nothing.
    """
    now = clock.now()
    ways = _ways(row, found, why, barred)
    with job.write("notices.campaign.links"):
        _prepare(job, row, found, ways, now)
        reach(Point.LINKS_UPDATED)
    reach(Point.LINKS_COMMITTED)
    going = [one for one in found if one.pk in ways]
    if not row.exercise:
        for channel in queries.CHANNELS:
            wanted = [
                Wanted(ways[one.pk][1], _key(one, why), {"r": str(one.pk), "why": why.value})
                for one in going
                if ways[one.pk][0] == channel
            ]
            if wanted:
                outbox.queue_many(
                    job.actor, wanted, tenant_id=row.tenant_id, channel=channel, renderer=RENDERER,
                    campaign=row.pk, urgent=row.urgent, day_only=row.day_only, pause=0,
                )  # fmt: skip
    reach(Point.MESSAGES_QUEUED)
    messages = (
        {} if row.exercise else outbox_queries.ids_by_keys(row.tenant_id, [_key(one, why) for one in going])
    )
    with job.write("notices.campaign.told"):
        told = [
            Dispatch(
                recipient=one,
                round=one.rounds + 1,
                why=why,
                channel=ways[one.pk][0],
                message_id=messages.get(_key(one, why)),
            )
            for one in going
            if _told(row, one, ways[one.pk][0], why, messages.get(_key(one, why)))
        ]
        bulk.insert_all(told)
        reach(Point.TOLD_UPDATED)
    reach(Point.TOLD_COMMITTED)


def _key(one: Recipient, why: Why) -> str:
    return f"notice:{one.pk}:{'first' if why is Why.FIRST else one.step}"


def _ways(
    row: Campaign, found: Sequence[Recipient], why: Why, barred: set[tuple[str, str]]
) -> dict[UUID, tuple[str, UUID]]:
    """Return channel and handle for each who can be told now; somebody may have asked for nothing meanwhile."""
    tags = privacy.compare_tags(h for one in found for h in (one.mail_id, one.sms_id) if h) if barred else {}
    chosen: dict[UUID, tuple[str, UUID]] = {}
    for one in found:
        one.campaign = row
        ways = [(way, handle) for way, handle in ways_of(one) if handle is not None]
        first = [pair for pair in ways if pair[0] == one.channel]
        others = [pair for pair in ways if pair[0] != one.channel]
        order = others if why is Why.SWITCH else first if why is Why.REMIND else first + others
        free = [(way, handle) for way, handle in order if (way, tags.get(handle, "")) not in barred]
        if free:
            chosen[one.pk] = free[0]
    return chosen


def _prepare(
    job: Run, row: Campaign, found: Sequence[Recipient], ways: dict[UUID, tuple[str, UUID]], now: datetime
) -> None:
    lost = [one.pk for one in found if one.pk not in ways]
    if lost:
        # nothing is open to us any more: a person reaches them
        Recipient.objects.filter(pk__in=lost).update(to_call=True, switched=Skipped.DO_NOT_SEND, step_at=None)
    fresh = [one for one in found if one.pk in ways and one.asked_at is None]
    if fresh:
        asked = {"asked_at": now, "due_at": now + timedelta(hours=row.due_hours)}
        Recipient.objects.filter(pk__in=[one.pk for one in fresh], asked_at__isnull=True).update(**asked)
        for one in fresh:
            one.asked_at, one.due_at = asked["asked_at"], asked["due_at"]
    if row.answers == Answers.NONE:
        return
    purpose = Answers(row.answers).purpose
    for one in found:
        if one.pk in ways and ways[one.pk][0] == Channel.MAIL and one.link_id is None:
            issued = links.issue(job.actor, purpose, one.pk, one.key, tenant_id=row.tenant_id)
            Recipient.objects.filter(pk=one.pk).update(link_id=issued.id)


def _told(row: Campaign, one: Recipient, channel: str, why: Why, message: UUID | None) -> bool:
    # a rehearsal is not chased: nobody was told
    following = 0 if why is Why.FIRST else one.step + 1
    due = None if row.exercise else step_at(row, one.asked_at or clock.now(), following)
    values: dict[str, object] = {
        "rounds": one.rounds + 1,
        "message": message,
        "step": following,
        "step_at": due,
    }
    if why is Why.FIRST and channel != one.channel:
        values["switched"] = Skipped.DO_NOT_SEND
    return bool(Recipient.objects.filter(pk=one.pk, rounds=one.rounds).update(**values))


def step_at(row: Campaign, asked_at: datetime, step: int) -> datetime | None:
    """Return when a step of the chase is due for somebody who was asked then; None past the last."""
    return asked_at + timedelta(hours=row.chase[step][0]) if step < len(row.chase) else None
