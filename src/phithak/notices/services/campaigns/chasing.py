"""The chase of silent recipients, step by step as the second person approved it: remind, the other way, a call.

A message of which nobody knows whether it left is never followed by another: a person decides about it, or calls.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from phithak.base import clock
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.db.transactions import write
from phithak.core.jobs import services as jobs
from phithak.core.jobs.services import Run
from phithak.core.outbox import State
from phithak.core.outbox import queries as outbox
from phithak.notices.events import CampaignTag
from phithak.notices.models import Campaign, Recipient
from phithak.notices.queries import campaigns as queries
from phithak.notices.queries import lists
from phithak.notices.services.campaigns import running, sealing
from phithak.notices.services.campaigns.sending import step_at, tell
from phithak.notices.states import Step, Why

JOB = "notices.campaign_chase"
ROWS = 60
LOOK_AGAIN = timedelta(minutes=10)
_SYSTEM = actors.system("notices")
_NOT_YET = (State.QUEUED, State.HELD, State.CLAIMED, State.SENDING)
_TOOK = (State.ACCEPTED, State.DELIVERED)


def tick() -> int:
    """See to what is due: waves, steps of the chase, campaigns that have ended; return how many things were done."""
    now = clock.now()
    done = 0
    for row in queries.due_waves(now):
        if not row.day_only or outbox.is_day(now):
            running.enqueue(_SYSTEM, row)
            done += 1
    if queries.due_steps(now, 1):
        jobs.enqueue(JOB, {}, actor=_SYSTEM, unique="all")
        done += 1
    return done + running.close_settled()


def run(job: Run) -> None:
    """Take every step that is due."""
    while found := queries.due_steps(clock.now(), ROWS):
        job.checkpoint()
        grouped: defaultdict[tuple[UUID, int], list[Recipient]] = defaultdict(list)
        for one in found:
            grouped[one.campaign_id, one.step].append(one)
        for group in grouped.values():
            _take(job, group[0].campaign, group[0].step, group)
        job.pause(0.01)


def _take(job: Run, row: Campaign, number: int, group: list[Recipient]) -> None:
    """Take one step for some recipients of a campaign who stand at the same one."""
    if number >= len(row.chase) or not sealing.holds(queries.state_of(row.pk)):
        _move(job, row, group, None)
        return
    step = Step(row.chase[number][1])
    late = [one for one in group if one.message is not None and one.message.state in _NOT_YET]
    ready = [one for one in group if one not in late]
    reached = [one for one in ready if one.message is not None and one.message.state in _TOOK]
    going: list[Recipient] = []
    if step is Step.REMIND:
        going = reached
    elif step is Step.SWITCH:
        # a message that surely did not arrive is a reason for the other way, one of which nobody knows is not
        going = [one for one in ready if one.message is not None and one.message.state != State.UNKNOWN]
        going = [one for one in going if one.mail_id is not None and one.sms_id is not None]
    if going and row.day_only and not outbox.is_day(clock.now()):
        late, ready, going = [*late, *going], [one for one in ready if one not in going], []
    _wait(job, late)
    _move(job, row, [one for one in ready if one not in going], number + 1, call=step is Step.CALL)
    if going:
        why = Why.REMIND if step is Step.REMIND else Why.SWITCH
        tell(job, queries.state_of(row.pk), going, why, lists.barred_tags(row.tenant_id))
    if ready:
        with write("notices.campaign.chased"):
            contrib.record(
                _SYSTEM, CampaignTag.CHASED, (queries.KIND, row.pk), tenant_id=row.tenant_id,
                facts={"title": row.title, "step": step.value, "count": len(ready)}, count=len(ready),
            )  # fmt: skip


def _wait(job: Run, rows: list[Recipient]) -> None:
    if rows:
        with job.write("notices.campaign.wait"):
            Recipient.objects.filter(pk__in=[one.pk for one in rows], answer="").update(
                step_at=clock.now() + LOOK_AGAIN
            )


def _move(
    job: Run, row: Campaign, rows: list[Recipient], following: int | None, *, call: bool = False
) -> None:
    with job.write("notices.campaign.step"):
        for one in rows:
            due = step_at(row, one.asked_at or clock.now(), following) if following is not None else None
            # only while they stand where they were read: a killed job's steps are taken once
            values = {"step": following or one.step, "step_at": due, **({"to_call": True} if call else {})}
            Recipient.objects.filter(pk=one.pk, step=one.step, answer="").update(**values)
