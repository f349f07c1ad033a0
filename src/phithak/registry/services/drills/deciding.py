"""What becomes of a question: answered in time (green), late or by the backup (amber), by nobody (red).

Every moment is compared with the check's own due moment, never with the time at which the loop came by. The
minutes count from the asking, or from the sending where that was more than a minute later: a contact is never
blamed for our own delay.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.core import contrib
from phithak.core.accounts import actors, permissions
from phithak.core.accounts.actors import PUBLIC, Actor
from phithak.core.db.transactions import PAUSE_SECONDS, write
from phithak.core.links import queries as links
from phithak.core.outbox import State
from phithak.core.outbox import queries as outbox
from phithak.registry.events.drills import Tag
from phithak.registry.models import ContactPoint, Drill, DrillCheck
from phithak.registry.queries import drills as queries
from phithak.registry.queries.drills import OPEN, CheckState, Colour, DrillState, How, Keys
from phithak.registry.services.drills import asking, claims, codes, messages, planning
from phithak.registry.services.drills.errors import SharedCodeError, UnknownCodeError

_SYSTEM = actors.system("registry.drills")
_UNSENT = {State.QUEUED, State.HELD, State.CLAIMED, State.SENDING}
SLOW = timedelta(minutes=1)
LOOK_AGAIN = timedelta(seconds=20)
ROWS = 20
VOID_ROWS = 300
TICK_MOST = 50
_ANSWERABLE = (
    CheckState.ASKED,
    CheckState.ESCALATED,
    CheckState.MISSED,
    CheckState.VOID,
    CheckState.LATE,
)


# -- answers --------------------------------------------------------------------------------------------


def answered_by_link(link_id: UUID) -> None:
    """Take the answer of a link, in the transaction that stores it; links of other rooms are none of ours."""
    row = DrillCheck.objects.filter(link_id=link_id).select_related("drill").first()
    if row is None:
        return
    found = links.answer_of(link_id)
    moment = found.answered_at or clock.now()
    _answer(PUBLIC, row, moment, How.LINK, changed=found.answer == messages.CHANGED)


def answered_by_code(actor: Actor, code: str, how: How = How.CALL_BACK, *, changed: bool = False) -> UUID:
    """Take the answer of a contact who said the code of an SMS; return the check's id.

    Raises:
        ForbiddenError: the actor may not.
        UnknownCodeError: nobody waits for that code.
        SharedCodeError: two do.
    """
    permissions.require(actor, queries.MANAGE)
    found = queries.by_code(actor, codes.hash_of(code))
    if not found:
        raise UnknownCodeError(field="code")
    if len(found) > 1:
        raise SharedCodeError(field="code")
    return answered(actor, found[0].pk, how, changed=changed)


def answered(actor: Actor, check_id: UUID, how: How = How.CALL_BACK, *, changed: bool = False) -> UUID:
    """Take the answer of a contact whom the agent spoke to; return the check's id.

    Raises:
        ForbiddenError, NotFoundError: the actor may not, or there is no such question.
    """
    permissions.require(actor, queries.MANAGE)
    row = queries.check(actor, check_id, queries.MANAGE)
    if row.asked_at is None:
        raise NotFoundError
    with write("registry.drill.answered"):
        _answer(actor, row, clock.now(), how, changed=changed)
    return row.pk


def _answer(actor: Actor, row: DrillCheck, moment: datetime, how: How, *, changed: bool) -> None:
    claims.lock()
    leader_id = row.asked_with_id or row.pk
    group = list(
        DrillCheck.objects.filter(Q(pk=leader_id) | Q(asked_with=leader_id))
        .filter(state__in=_ANSWERABLE, asked_at__isnull=False)
        .select_related("drill")
    )
    leader = DrillCheck.objects.select_related("drill").get(pk=leader_id)
    outcome = CheckState.LATE
    for one in group:
        if one.state == CheckState.LATE and one.how != How.BACKUP:
            continue
        in_time = moment <= _due(one, leader)
        state = CheckState.ANSWERED if in_time else CheckState.LATE
        outcome = state if one.pk == leader_id else outcome
        DrillCheck.objects.filter(pk=one.pk).update(state=state, answered_at=moment, how=how)
        ContactPoint.objects.filter(pk=one.contact_id).update(
            liveness=state.colour, answered_at=moment, stale_since=None
        )
        _stood_in(actor, one, moment if in_time else None)
    if changed:
        DrillCheck.objects.filter(pk=leader_id).update(says_changed=True)
    if group:
        facts = {"name": leader.drill.name, "how": how.value, "state": outcome.value}
        contrib.record(
            actor, Tag.ANSWERED, (queries.CHECK, leader_id), tenant_id=leader.drill.tenant_id, facts=facts
        )


def _stood_in(actor: Actor, backup: DrillCheck, moment: datetime | None) -> None:
    """Settle those for whom a backup was asked: by its answer in time, or as silent on both sides."""
    for one in DrillCheck.objects.filter(backup=backup, state=CheckState.ESCALATED).select_related("drill"):
        if moment is None:
            _missed(actor, one, "backup")
        else:
            _by_backup(one, moment)


def _by_backup(row: DrillCheck, moment: datetime) -> None:
    DrillCheck.objects.filter(pk=row.pk, state=CheckState.ESCALATED).update(
        state=CheckState.LATE, how=How.BACKUP, answered_at=moment
    )
    ContactPoint.objects.filter(pk=row.contact_id).update(liveness=Colour.AMBER)


def _missed(actor: Actor, row: DrillCheck, why: str) -> None:
    DrillCheck.objects.filter(pk=row.pk).update(state=CheckState.MISSED)
    ContactPoint.objects.filter(pk=row.contact_id).update(liveness=Colour.RED)
    facts = {"name": row.drill.name, "why": why}
    contrib.record(actor, Tag.MISSED, (queries.CHECK, row.pk), tenant_id=row.drill.tenant_id, facts=facts)


def _due(row: DrillCheck, leader: DrillCheck) -> datetime:
    """Return when a check is due, its message's own delay taken into account."""
    if row.due_at is None or row.asked_at is None:
        raise AssertionError("only what was asked is due")
    if leader.message_id is None:
        return row.due_at
    sent = outbox.state_of(leader.message_id).accepted_at
    if sent is None or sent - row.asked_at <= SLOW:
        return row.due_at
    return max(row.due_at, sent + timedelta(minutes=leader.drill.due_minutes))


# -- deadlines ------------------------------------------------------------------------------------------


def tick() -> int:
    """Settle everything that is due, and drills that have ended; return how many checks were settled."""
    settled = 0
    for _ in range(TICK_MOST):
        found = _overdue(clock.now())
        for row in found:
            settled += _pass_due(row)
            time.sleep(PAUSE_SECONDS / 10)
        if len(found) < ROWS:
            break
    for drill in Drill.objects.filter(state=DrillState.RUNNING):
        _adopt_orphans(drill)
        _close(drill)
    for drill in Drill.objects.filter(
        state__in=[DrillState.STOPPED, DrillState.CLOSED], released_at__isnull=True
    ):
        _wind_up(drill)
    return settled


def message_failed(message_id: UUID) -> None:
    """A message of a drill cannot be delivered: its contact is due at once; in the outbox's transaction."""
    row = DrillCheck.objects.filter(message_id=message_id, state=CheckState.ASKED).first()
    if row is not None:
        DrillCheck.objects.filter(Q(pk=row.pk) | Q(asked_with=row.pk), state=CheckState.ASKED).update(
            due_at=clock.now()
        )


def _overdue(now: datetime) -> list[DrillCheck]:
    rows = DrillCheck.objects.filter(state=CheckState.ASKED, due_at__lte=now, drill__state=DrillState.RUNNING)
    found = rows.select_related("drill", "asked_with__drill", "contact__backup__position")
    return list(found.order_by("due_at", "pk")[:ROWS])


def _pass_due(row: DrillCheck) -> int:
    """Let a silent check pass its due moment: to its backup, or to red."""
    now = clock.now()
    leader = row.asked_with or row
    later = _later(row, leader, now)
    if later is not None:
        with write("registry.drill.later"):
            DrillCheck.objects.filter(pk=row.pk, state=CheckState.ASKED).update(due_at=later)
        return 0
    backup = None if row.as_backup else row.contact.backup
    if backup is not None and backup.ended_at is not None:
        backup = None
    keys = queries.keys_of([backup])[backup.pk] if backup is not None else None
    with write("registry.drill.due"):
        claims.lock()
        mine = DrillCheck.objects.filter(
            pk=row.pk, state=CheckState.ASKED, due_at__lte=now, drill__state=DrillState.RUNNING
        )
        if not mine.exists():
            return 0
        if backup is None or keys is None:
            _missed(_SYSTEM, row, "backup_silent" if row.as_backup else "no_backup")
        else:
            _escalate(row, leader, backup, keys)
        # for whom this contact was to stand in, it has not
        _stood_in(_SYSTEM, row, None)
    return 1


def _escalate(row: DrillCheck, leader: DrillCheck, backup: ContactPoint, keys: Keys) -> None:
    now = clock.now()
    check = DrillCheck.objects.filter(drill=row.drill, contact=backup).first()
    if check is None:
        check = asking.take_up(row.drill, backup, keys, as_backup=True)
        if check.asked_with_id is None and check.channel != "none":
            code_hash = codes.new_hash(check.pk) if check.channel == "sms" else ""
            asking.ask(_SYSTEM, row.drill, check, code_hash, now)
        check.refresh_from_db()
    DrillCheck.objects.filter(pk=row.pk).update(state=CheckState.ESCALATED, backup=check)
    ContactPoint.objects.filter(pk=row.contact_id).update(liveness=Colour.AMBER)
    facts = {"name": row.drill.name}
    contrib.record(
        _SYSTEM, Tag.ESCALATED, (queries.CHECK, row.pk), tenant_id=row.drill.tenant_id, facts=facts
    )
    row.state = CheckState.ESCALATED
    if leader.pk in {check.pk, check.asked_with_id}:
        _missed(_SYSTEM, row, "backup_is_the_same_person")
    elif check.state == CheckState.ANSWERED or (check.state == CheckState.LATE and check.how != How.BACKUP):
        _by_backup(row, check.answered_at or now)
    elif check.state not in {CheckState.WAITING, CheckState.ASKED}:
        _missed(_SYSTEM, row, "backup_silent")


def _later(row: DrillCheck, leader: DrillCheck, now: datetime) -> datetime | None:
    """Return the moment to look again when our own message was late; None when the check is due now."""
    if leader.message_id is None:
        return None
    message = outbox.state_of(leader.message_id)
    if message.state in _UNSENT:
        return now + LOOK_AGAIN
    if message.state is State.FAILED:
        return None
    due = _due(row, leader)
    return due if due > now else None


# -- the end --------------------------------------------------------------------------------------------


def _adopt_orphans(drill: Drill) -> None:
    """Ask those who wait for a check of a drill that was stopped before it asked."""
    orphans = DrillCheck.objects.filter(
        drill=drill,
        state=CheckState.WAITING,
        asked_with__state=CheckState.VOID,
        asked_with__asked_at__isnull=True,
    )
    row = orphans.first()
    if row is None:
        return
    with write("registry.drill.promote"):
        claims.lock()
        claims.promote(row)
        planning.resume(_SYSTEM, drill)


def _close(drill: Drill) -> None:
    if drill.asked_all_at is None:
        return
    if DrillCheck.objects.filter(drill=drill, state__in=OPEN).exists():
        return
    counted = queries.counts(drill).colours
    with write("registry.drill.close"):
        changed = Drill.objects.filter(pk=drill.pk, state=DrillState.RUNNING).update(
            state=DrillState.CLOSED, closed_at=clock.now()
        )
        if changed:
            facts = {
                "name": drill.name,
                **{name.value: counted[name] for name in (Colour.GREEN, Colour.AMBER, Colour.RED)},
            }
            contrib.record(
                _SYSTEM, Tag.CLOSED, (queries.DRILL, drill.pk), tenant_id=drill.tenant_id, facts=facts
            )


def _wind_up(drill: Drill) -> None:
    """Let go of what an ended drill still holds, some hundred rows at a time."""
    left = DrillCheck.objects.filter(drill=drill, state__in=OPEN).values_list("pk", flat=True)
    found = list(left[:VOID_ROWS])
    with write("registry.drill.wind_up"):
        claims.lock()
        if found:
            DrillCheck.objects.filter(pk__in=found, state__in=OPEN).update(state=CheckState.VOID)
            return
        if not claims.release(drill):
            Drill.objects.filter(pk=drill.pk).update(released_at=clock.now())
